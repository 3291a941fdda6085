"""``python -m harness probe``, as its users see it."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from harness.tests.test_cli import PATIENCE, command

DESCRIPTION = """\
name: Probed
role: CSMS
url: ws://127.0.0.1:1
password: 0123456789abcdefgh
features: [C-50.2]
limits: {{operator: 20}}
operator:
  kind: command
  settings:
    actions: {{"{action}": [{program}]}}
"""


@pytest.mark.parametrize(
    ("action", "program", "code", "said"),
    [
        ("ask", "/bin/false", 0, "operator command: refuses what it does not know"),
        ("*", "/bin/true", 1, "claims to have done it"),
        ("*", "/bin/false", 1, "failed"),
        ("*", "/bin/nothing-of-this-name", 1, "cannot be started"),
    ],
)
def test_probe_tells_who_can_be_trusted(
    tmp_path: Path, action: str, program: str, code: int, said: str
) -> None:
    description = tmp_path / "sut.yaml"
    text = DESCRIPTION.format(action=action, program=program)
    description.write_text(text, encoding="utf-8")
    certs = tmp_path / "certs"
    answer = command("probe", "--offline", "--sut", description, "--certs", certs)
    assert answer.returncode == code, answer.stderr
    assert said in answer.stdout + answer.stderr


def test_probe_names_the_line_of_a_mistake(tmp_path: Path) -> None:
    description = tmp_path / "sut.yaml"
    text = DESCRIPTION.format(action="ask", program="/bin/true").replace("url:", "ulr:")
    description.write_text(text, encoding="utf-8")
    answer = command("probe", "--sut", description)
    assert answer.returncode == 4
    assert f"{description}:3:" in answer.stderr


@pytest.mark.parametrize("name", ["embedded_station.yaml", "embedded_csms.yaml"])
def test_probe_brings_the_embedded_systems_up(tmp_path: Path, name: str) -> None:
    description = Path(__file__).parents[1] / "suts" / name
    answer = command("probe", "--sut", description, "--certs", tmp_path)
    assert answer.returncode == 0, answer.stderr
    assert "cases apply" in answer.stdout
    assert "ok    it is connected and accepted" in answer.stdout


def test_probe_says_what_a_csms_that_is_not_there_costs(tmp_path: Path) -> None:
    description = tmp_path / "sut.yaml"
    text = DESCRIPTION.format(action="ask", program="/bin/false")
    description.write_text(text, encoding="utf-8")
    answer = command("probe", "--sut", description, "--certs", tmp_path / "certs")
    assert answer.returncode == 1
    assert f"WRONG {description}:3: " in answer.stdout
    assert "nobody listens there" in answer.stdout
    assert f"gap   {description}:10: the operator has no arrange.boot_status" in answer.stdout


RAISES = """
class Raises:
    def __init__(self, at):
        if at == "made":
            raise ValueError("no relay")
        self.at = at

    async def start(self):
        if self.at == "start":
            raise ValueError("no relay")

    async def perform(self, action, **parameters):
        raise ValueError("no relay")

    async def close(self):
        pass
"""


@pytest.mark.parametrize(
    ("address", "at", "said"),
    [
        (
            "raises:Raises",
            "made",
            "do not make a 'raises:Raises' (ValueError: no relay, raises.py:5)",
        ),
        ("raises:Raises", "start", "it did not start: ValueError: no relay"),
        ("raises:Raises", "act", "ValueError: no relay"),
        ("raises:Nobody", "act", "there is no Nobody: write the name of a class"),
        ("Raises", "act", "write package.module:Class"),
    ],
)
def test_an_operator_that_raises_is_told_with_its_line(
    tmp_path: Path, address: str, at: str, said: str
) -> None:
    (tmp_path / "raises.py").write_text(RAISES, "utf-8")
    description = tmp_path / "sut.yaml"
    text = DESCRIPTION.format(action="ask", program="x").partition("\noperator:")[0]
    settings = f"{{class: {address!r}, at: {at}}}"
    description.write_text(f"{text}\noperator: {{kind: python, settings: {settings}}}\n", "utf-8")
    arguments = ["probe", "--offline", "--sut", description, "--certs", tmp_path / "certs"]
    answer = command(*arguments, PYTHONPATH=str(tmp_path))
    assert said in answer.stderr, answer.stdout + answer.stderr
    assert "Traceback" not in answer.stderr
    if at != "act" or "Nobody" in address or address == "Raises":
        assert answer.returncode == 4
        assert f"{description}:7: " in answer.stderr
    else:
        assert answer.returncode == 1
        assert f"{description}:7: the operator was asked for the senseless" in answer.stderr


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (
            "made",
            "operator.settings do not make a 'raises:Raises' (ValueError: no relay, raises.py:5)",
        ),
        ("start", "the operator: it did not start: ValueError: no relay, raises.py:10"),
        ("act", "the operator was asked for the senseless action"),
    ],
)
def test_a_run_says_the_line_of_an_operator_that_raises(tmp_path: Path, at: str, said: str) -> None:
    """Its module lies beside the description, and nowhere else."""
    (tmp_path / "raises.py").write_text(RAISES, "utf-8")
    description = tmp_path / "sut.yaml"
    text = DESCRIPTION.format(action="ask", program="x").partition("\noperator:")[0]
    settings = f"{{class: 'raises:Raises', at: {at}}}"
    description.write_text(f"{text}\noperator: {{kind: python, settings: {settings}}}\n", "utf-8")
    answer = run_of(description)
    assert answer.returncode == 4, answer.stdout
    assert f"{description}:7: {said}" in answer.stdout + answer.stderr
    assert "Traceback" not in answer.stdout + answer.stderr


def test_a_run_says_which_line_names_a_port_that_is_taken(tmp_path: Path) -> None:
    description = tmp_path / "sut.yaml"
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        description.write_text(
            f"name: x\nrole: CS\nsecurity_profile: 0\nlisten: {{port: {port}, port_2: 0}}\n"
            "operator: {kind: none}\nfeatures: [C-06.1, C-09.1, C-10.1, C-12.1, C-36, C-48.1]\n",
            "utf-8",
        )
        answer = run_of(description)
    assert answer.returncode == 4, answer.stdout
    assert f"{description}:4: cannot listen at 127.0.0.1" in answer.stdout + answer.stderr
    assert "write other ones in listen" in answer.stdout + answer.stderr


def test_a_run_that_finds_nobody_says_where_to_mend_that(tmp_path: Path) -> None:
    description = tmp_path / "sut.yaml"
    text = DESCRIPTION.format(action="ask", program="/bin/false")
    description.write_text(text.replace("{operator: 20}", "{connect: 1}"), "utf-8")
    answer = run_of(description)
    assert answer.returncode == 1, answer.stdout
    assert f"\n{description}:3: nobody listens there: mend host and port\n" in answer.stdout


def run_of(description: Path) -> subprocess.CompletedProcess[str]:
    """A run of the first case of either role."""
    role = "cs" if "role: CS\n" in description.read_text("utf-8") else "csms"
    case = ("--case", f"TC_B_01_{role.upper()}")
    options = ("--sut", str(description), "-p", "no:cacheprovider")
    return subprocess.run(
        [sys.executable, "-m", "pytest", "--pyargs", f"cases_{role}", *case, *options],
        cwd=description.parent,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
