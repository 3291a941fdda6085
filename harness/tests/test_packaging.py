"""What others get: the wheel, a run from an empty folder, the Action, and a manual that is true."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import yaml

from harness.cli.main import main
from harness.discovery.known import known, variables
from harness.evidence.results import read_results
from harness.evidence.verdict import Verdict
from harness.operators import make
from harness.reference import variants
from harness.reference.faults import CSMS, STATION
from harness.rules.rulebook import OF_CSMS, OF_STATION
from harness.run.implemented import implemented
from harness.run.known import load_known
from harness.spec.editions import DEFAULT
from harness.spec.roles import Role
from harness.sut.file import load
from harness.tests.manual import MANUAL, blocks

ROOT = Path(__file__).parents[2]
PACKAGES = ("harness", "cases_cs", "cases_csms")


def run(*arguments: str | Path, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a program of this Python's environment to its end."""
    return subprocess.run(
        [str(each) for each in arguments],
        cwd=cwd,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def pytest_in(folder: Path, *arguments: str, **environment: str) -> str:
    """What a pytest run in that folder says; it must be green."""
    command = (sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments)
    done = run(*command, cwd=folder, **environment)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Warning" not in done.stderr + done.stdout
    return done.stdout


# -- the wheel


@pytest.mark.slow
def test_wheel_is_complete_and_runs(tmp_path: Path) -> None:
    site = tmp_path / "site"
    unpack(wheel_of(ROOT, tmp_path), site)
    packed = {path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()}
    within = {
        path.relative_to(ROOT).as_posix()
        for name in PACKAGES
        for path in (ROOT / name).rglob("*")
        if path.is_file() and path.suffix not in (".md", ".pyc")
    }
    own = {name for name in within if not name.startswith(("harness/tests/", "harness/entry/"))}
    assert {Path(name).suffix for name in own} >= {".py", ".yaml", ".j2", ".typed"}
    schemas = {f"harness/schemas/{path.name}" for path in (ROOT / "schemas").glob("*.json")}
    apart = {"ocpp_conformance.py", "harness/reports/trust.md"}
    assert packed - {name for name in packed if ".dist-info/" in name} == own | schemas | apart

    empty = tmp_path / "empty"
    empty.mkdir()
    where = run(
        sys.executable,
        "-c",
        "import harness; print(harness.__file__)",
        cwd=empty,
        PYTHONPATH=str(site),
    )
    assert Path(where.stdout.strip()).is_relative_to(site)
    table = run(
        *(sys.executable, "-m", "harness", "trust", "--table"), cwd=empty, PYTHONPATH=str(site)
    )
    assert table.stdout == (ROOT / "reports/trust.md").read_text("utf-8")
    arguments = ("--pyargs", "cases_cs", "cases_csms", "-k", "TC_B_01")
    pytest_in(empty, *arguments, PYTHONPATH=str(site))
    assert passed(empty / "reports" / "latest") == {"TC_B_01_CS", "TC_B_01_CSMS"}
    for name in known():
        known_system_is_written_and_can_be_driven(name, empty, site)


#: Loads a description and makes its operator, as a run does, and says of which file that is.
MADE = """
import sys
from harness.operators import make
from harness.sut.file import load
sut = load(sys.argv[1])
make(sut.operator, sut)
module = sut.operator.settings.get("class", "harness.operators:").partition(":")[0]
print(sys.modules[module].__file__)
"""


def known_system_is_written_and_can_be_driven(name: str, empty: Path, site: Path) -> None:
    """By what is in the wheel alone."""
    file = f"{name}.yaml"
    environment = dict.fromkeys(variables(known()[name]), "0123456789abcdefgh")
    environment |= {each: file for each in environment if each.endswith("_FILE")}
    init = (sys.executable, "-m", "harness", "init", "--from", name, "--out", file)
    written = run(*init, cwd=empty, PYTHONPATH=str(site))
    assert written.returncode == 0, written.stderr
    assert (empty / file).read_text("utf-8") == known()[name]
    made = run(sys.executable, "-c", MADE, file, cwd=empty, PYTHONPATH=str(site), **environment)
    assert made.returncode == 0, made.stderr
    assert Path(made.stdout.strip()).is_relative_to(site)


def wheel_of(source: Path, out: Path) -> Path:
    """The wheel of that checkout."""
    built = run(
        *(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"),
        *("--wheel-dir", out, source),
        cwd=out,
    )
    assert built.returncode == 0, built.stderr
    (wheel,) = out.glob("*.whl")
    return wheel


def unpack(wheel: Path, site: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)


def passed(results: Path) -> set[str]:
    """The cases of a results folder, all of which must have passed."""
    cases = read_results(results).cases
    assert all(case.verdict is Verdict.PASS for case in cases)
    return {case.id for case in cases}


def test_case_runs_from_an_empty_folder(tmp_path: Path) -> None:
    said = pytest_in(tmp_path, "--pyargs", "cases_cs", "--case", "TC_B_01_CS")
    results = tmp_path / "reports" / "latest"
    assert passed(results) == {"TC_B_01_CS"}
    assert str(results / "results.html") in said
    left = {path.name for path in results.iterdir()}
    assert left >= {"results.html", "results.md", "results.json", "junit.xml", "transcripts"}


# -- the Action


def action(
    folder: Path, script: str = "run.sh", **environment: str
) -> subprocess.CompletedProcess[str]:
    settings = {"SUT": "", "KNOWN": "", "SELECTION": "TC_B_01_CSMS", "RESULTS": "out"}
    runner = {
        "PYTHON": sys.executable,
        "GITHUB_STEP_SUMMARY": "summary.md",
        "GITHUB_OUTPUT": "output.txt",
        "RUNNER_TEMP": str(folder),
    }
    path = ROOT / ".github/actions/conformance" / script
    return run(path, cwd=folder, **{**settings, **runner, **environment})


def test_action_runs_and_summarizes(tmp_path: Path) -> None:
    done = action(tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert passed(tmp_path / "out") == {"TC_B_01_CSMS"}
    told = action(tmp_path, "tell.sh", LINK="https://example.org/reports")
    assert (told.returncode, told.stdout) == (0, "")
    summary = (tmp_path / "summary.md").read_text(encoding="utf-8")
    assert summary.startswith("# OCPP conformance: gate: green\n\n| PASS |")
    assert set(re.findall(r"\]\((.*?)\)", summary)) == {"https://example.org/reports"}
    assert "TC_B_01_CSMS" in summary.replace("\\", "")


def test_no_two_artifacts_of_a_job_have_one_name(tmp_path: Path) -> None:
    for index in ("0", "0", "1"):
        action(tmp_path, JOB=f"tests-{index}", SUT="nothing.yaml")
    names = (tmp_path / "output.txt").read_text(encoding="utf-8").split()
    assert len(set(names)) == 3
    assert all(name.startswith("artifact=conformance-tests-") for name in names)


def test_the_action_tells_nothing_of_a_run_that_did_not_begin(tmp_path: Path) -> None:
    assert action(tmp_path, SUT="nothing.yaml").returncode == 4
    assert action(tmp_path, "tell.sh").returncode == 0
    assert not (tmp_path / "summary.md").exists()


def test_action_asks_the_gate_about_one_system(tmp_path: Path) -> None:
    """A CSMS that is not there is red, unless that is known; what passes must not be listed."""
    (tmp_path / "sut.yaml").write_text(
        "name: Absent\nrole: CSMS\nurl: ws://127.0.0.1:1\npassword: 0123456789abcdef\n"
        "features: [C-50.2]\nlimits: {connect: 0.5}\n"
        "operator: {kind: command, settings: {actions: {}}}\n",
        encoding="utf-8",
    )
    assert action(tmp_path, SUT="sut.yaml\n").returncode == 1
    (tmp_path / "known.yaml").write_text(
        "- {id: TC_B_01_CSMS, reason: switched off, link: none, expires: 2999-01-01}\n",
        encoding="utf-8",
    )
    known = action(tmp_path, SUT="sut.yaml", KNOWN="known.yaml")
    assert known.returncode == 0, known.stdout
    assert "gate: green" in known.stdout
    embedded = action(tmp_path, KNOWN="known.yaml")
    assert embedded.returncode == 1
    assert "TC_B_01_CSMS is listed as known" in embedded.stdout


def test_action_inputs_are_what_its_script_reads() -> None:
    description = yaml.safe_load((ROOT / ".github/actions/conformance/action.yml").read_text())
    steps = description["runs"]["steps"]
    read = {
        "run.sh": ("SUT", "KNOWN", "SELECTION", "RESULTS", "PYTHON", "JOB"),
        "tell.sh": ("KNOWN", "RESULTS", "LINK", "PYTHON"),
    }
    for file, names in read.items():
        environment = next(step["env"] for step in steps if file in step.get("run", ""))
        script = (ROOT / ".github/actions/conformance" / file).read_text(encoding="utf-8")
        assert environment.keys() == {*names, "ACTION"}
        for name in names:
            assert re.search(rf"\$\{{?{name}\b", script), name
    used = set(re.findall(r"inputs\.([a-z-]+)", json.dumps(steps)))
    assert used == description["inputs"].keys()


# -- README and the pages of the site


def test_manual_tests_work(tmp_path: Path) -> None:
    (block,) = (text for text in blocks("python") if text.startswith("# test_mine.py"))
    (tmp_path / "test_mine.py").write_text(block, encoding="utf-8")
    said = pytest_in(tmp_path, "test_mine.py")
    assert f"{block.count('async def test_')} passed" in said


def test_manual_case_is_the_real_one() -> None:
    (block,) = (text for text in blocks("python") if text.startswith('"""TC_'))
    case_id = block[3:].partition(":")[0]
    (module,) = ROOT.glob(f"cases_*/*/test_{case_id.lower()}.py")
    assert block == module.read_text(encoding="utf-8")


def operators() -> list[tuple[str, str]]:
    found = [text for text in blocks("yaml") if text.startswith("operator:")]
    return [(yaml.safe_load(text)["operator"]["kind"], text) for text in found]


def test_manual_shows_every_kind_of_operator() -> None:
    schema = json.loads((ROOT / "schemas/sut.schema.json").read_text(encoding="utf-8"))
    kinds = set(schema["properties"]["operator"]["properties"]["kind"]["enum"])
    differ = {kind for kind, _ in operators()} ^ (kinds - {"embedded"})
    assert not differ, f"the manual shows no example or one of no kind: {differ}"


@pytest.mark.parametrize(("kind", "text"), operators())
def test_manual_operators_are_accepted(
    kind: str, text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (module,) = (text for text in blocks("python") if text.startswith("# my_operator.py"))
    (tmp_path / "my_operator.py").write_text(module, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("CSMS_API_TOKEN", "a-token-of-some-kind")
    monkeypatch.setenv("CSMS_API_PASSWORD", "a-password-of-some-kind")
    description = tmp_path / "sut.yaml"
    base = "name: X\nrole: CSMS\nsecurity_profile: 0\nurl: ws://127.0.0.1:1\nfeatures: [C-50.2]\n"
    if "plug_in" in text:
        features = json.dumps(sorted(DEFAULT.features.known[Role.STATION]))
        base = f"name: X\nrole: CS\nsecurity_profile: 0\nfeatures: {features}\n"
    description.write_text(base + text, encoding="utf-8")
    sut = load(description)
    assert sut.operator.kind == kind
    make(sut.operator, sut)


def test_manual_known_failures_are_accepted(tmp_path: Path) -> None:
    (block,) = (text for text in blocks("yaml") if text.startswith("- id:"))
    (tmp_path / "known.yaml").write_text(block, encoding="utf-8")
    case, cause = load_known(tmp_path / "known.yaml")
    assert {case.id, *cause.cases} <= implemented()
    rules = {rule.__name__ for rule in (*OF_STATION, *OF_CSMS)}
    assert cause.cause.split()[0] in rules


def test_manual_names_things_that_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"`?\bmake ([a-z]+)\b`?", code(MANUAL))) <= targets
    for command in set(re.findall(r"python -m harness ([a-z]+)", MANUAL)):
        with pytest.raises(SystemExit) as ended:
            main([command, "--help"])
        assert ended.value.code == 0
    options = run(sys.executable, "-m", "pytest", "--help", cwd=ROOT).stdout
    named = {
        option
        for line in code(MANUAL).splitlines()
        if "pytest" in line
        for option in re.findall(r"--[a-z][a-z-]*", line)
    }
    assert named >= {"--sut", "--case", "--variant"}
    assert all(option in options for option in named | {"--gate", "--resume", "--fail-on-warnings"})
    for path in re.findall(r"(?<![\w/])(?:harness|schemas|\.github)/[\w./*-]+\w", MANUAL):
        assert any(ROOT.glob(path)), path
    for fault in re.findall(r"--fault ([a-z-]+)", MANUAL):
        assert any(fault in known for known in (STATION, CSMS)), fault
    for variant in re.findall(r"--variant ([a-z-]+)", MANUAL):
        assert variant in variants.STATION
    for case_id in re.findall(r"TC_[A-Z]_\d\d_CS(?:MS)?", MANUAL):
        assert case_id in implemented()


def code(text: str) -> str:
    """The commands in a text: its shell blocks and what stands in backquotes."""
    shell = re.findall(r"^```sh\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return "\n".join([*shell, *re.findall(r"(?<!`)`([^`\n]+)`(?!`)", text)])


@pytest.mark.parametrize(
    "path", sorted((ROOT / "harness/suts").glob("*.yaml")), ids=lambda p: p.stem
)
def test_descriptions_that_come_along_are_accepted(path: Path) -> None:
    names = re.findall(r"\$\{(\w+)\}", path.read_text(encoding="utf-8"))
    environment = {n: str(path) if n.endswith("_FILE") else "0123456789abcdefgh" for n in names}
    sut = load(path, environment)
    if sut.operator.kind != "embedded":
        make(sut.operator, sut)


def test_nothing_secret_is_tracked() -> None:
    listed = run("git", "ls-files", cwd=ROOT)
    if listed.returncode != 0:
        pytest.skip("no git checkout")
    names = [ROOT / name for name in listed.stdout.splitlines()]
    texts = {path: path.read_bytes() for path in names if path.is_file()}
    assert len(texts) > len(PACKAGES)
    begin = b"-----BEGIN " + b"PRIVATE KEY-----"
    assert [path for path, text in texts.items() if begin in text and path.suffix != ".py"] == []
    assert [path for path in names if path.suffix in (".key", ".pem", ".p12")] == []
