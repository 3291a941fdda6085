"""The examples that are written out are what the manual shows, and work; so does completion."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from harness.cli.examples import EXAMPLES
from harness.cli.main import main
from harness.run.gate import ExitCode
from harness.run.known import load_known
from harness.sut.file import load
from harness.tests.manual import MANUAL
from harness.tests.operator_tools import operator

ROOT = Path(__file__).parents[2]


@pytest.fixture
def written(tmp_path: Path) -> Path:
    folder = tmp_path / "mine"
    assert main(["examples", "--out", str(folder)]) == 0
    return folder


def test_all_are_written_and_none_is_overwritten(
    written: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert {path.name for path in written.iterdir()} == set(EXAMPLES)
    (written / "known.yaml").write_text("mine")
    (written / "my_csms.yaml").unlink()
    assert main(["examples", "--out", str(written)]) == ExitCode.USAGE
    assert "known.yaml" in capsys.readouterr().err
    assert (written / "known.yaml").read_text() == "mine"
    assert not (written / "my_csms.yaml").exists()


def test_one_is_written_alone_and_what_is_none_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["examples", "known.yaml", "--out", str(tmp_path)]) == 0
    assert [path.name for path in tmp_path.iterdir()] == ["known.yaml"]
    assert main(["examples", "nothing.yaml"]) == ExitCode.USAGE
    assert "nothing.yaml" in capsys.readouterr().err


def test_they_are_what_they_say(written: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("my_station.yaml", "my_csms.yaml"):
        names = re.findall(r"\$\{(\w+)\}", (written / name).read_text("utf-8"))
        load(written / name, dict.fromkeys(names, "0123456789abcdefgh"))
    assert load_known(written / "known.yaml")
    workflow = yaml.safe_load((written / "conformance.yml").read_text("utf-8"))
    inputs = yaml.safe_load((ROOT / ".github/actions/conformance/action.yml").read_text("utf-8"))
    (used,) = [step for step in workflow["jobs"]["csms"]["steps"] if "with" in step]
    assert used["with"].keys() <= inputs["inputs"].keys()
    monkeypatch.syspath_prepend(written)
    operator("python", **{"class": "my_operator:MyOperator", "port": "none"})


@pytest.mark.parametrize(
    ("name", "language"),
    [("my_operator.py", "python"), ("test_mine.py", "python"), ("known.yaml", "yaml")],
)
def test_the_manual_shows_them(written: Path, name: str, language: str) -> None:
    text = (written / name).read_text("utf-8")
    heading = f"# {name}\n" if language == "python" else ""
    assert f"```{language}\n{heading}{text}```" in MANUAL


@pytest.mark.parametrize(
    ("words", "wanted"),
    [(["exam"], "examples"), (["gate", "--kn"], "--known"), (["mutate", "--ro"], "--role")],
)
def test_a_shell_completes(words: list[str], wanted: str, tmp_path: Path) -> None:
    script = tmp_path / "completion.bash"
    program = Path(sys.executable).with_name("ocpp-conformance")
    printed = subprocess.run([program, "--completion", "bash"], capture_output=True, check=True)
    script.write_bytes(printed.stdout)
    ask = (
        f"source {script}; COMP_WORDS=(ocpp-conformance {' '.join(words)}); "
        f"COMP_CWORD={len(words)}; _shtab_ocpp_conformance; echo ${{COMPREPLY[@]}}"
    )
    done = subprocess.run(
        ["bash", "--norc", "-c", ask], env=os.environ, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == [wanted]


# -- what is developed with


def test_the_lock_pins_everything_and_names_no_address() -> None:
    lines = (ROOT / ".ci/lock.txt").read_text("utf-8").splitlines()[1:]
    assert len(lines) > 40
    pin = re.compile(r"[a-z0-9-]+==[\w.]+( ; [\w.'\" =!<>()]+)?")
    assert [line for line in lines if not pin.fullmatch(line)] == []


def test_the_lock_is_within_the_ranges() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    lines = (ROOT / ".ci/lock.txt").read_text("utf-8").splitlines()[1:]
    pinned = dict(line.partition(" ")[0].split("==") for line in lines)
    for requirement in map(Requirement, wanted):
        version = pinned.get(canonicalize_name(requirement.name), "")
        assert version, f"{requirement}: `make lock`"
        assert version in requirement.specifier, f"{requirement}: `make lock`"
