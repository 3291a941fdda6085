"""``python -m harness init``, as its users see it."""

from __future__ import annotations

import argparse
import random
import socket
from pathlib import Path
from typing import Any

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from harness.cli import init
from harness.cli.main import main
from harness.spec.roles import Role
from harness.sut.file import load
from harness.tests.test_cli import PASSWORD, command, csms, running

SUTS = Path(__file__).parents[1] / "suts"


def free_port() -> int:
    """A port that is free, as is the next; below those that the system gives to others."""
    for port in random.sample(range(20000, 32000, 2), 100):
        try:
            first = socket.create_server(("127.0.0.1", port))
            with first, socket.create_server(("127.0.0.1", port + 1)):
                return port
        except OSError:
            continue
    raise AssertionError("no two free ports side by side")


def test_a_station_is_found_written_and_compared(tmp_path: Path) -> None:
    out, port = tmp_path / "sut.yaml", free_port()
    arguments = ["init", "--role", "CS", "--yes", "--out", out, "--certs", tmp_path / "certs"]
    arguments += ["--name", "Found", "--port", str(port)]
    for code, last in ((0, "written:"), (0, "0 difference(s)")):
        with running(*arguments, OCPP_PASSWORD=PASSWORD) as init:
            init.until("waiting for it")
            url = f"ws://127.0.0.1:{port}"
            with running("station", "--csms", url, "--profile", "1", OCPP_PASSWORD=PASSWORD):
                assert init.process.stdout is not None
                said = init.process.stdout.read()
                assert init.process.wait(60) == code, said
                assert last in said
    sut = load(out, {"OCPP_PASSWORD": PASSWORD})
    assert sut.name == "Found"
    assert {"C-13", "C-49", "C-30", "C-36", "HFS-1"} <= sut.features
    assert sut.configured.tx_start_point == "EVConnected,Authorized"


def test_a_csms_is_met_and_written(tmp_path: Path) -> None:
    out = tmp_path / "sut.yaml"
    with running(*csms(1, tmp_path), OCPP_PASSWORD=PASSWORD) as other:
        url = other.until("stations CS001 may connect to").split()[-1].removesuffix("/CS001")
        arguments = ["init", "--role", "CSMS", "--yes", "--url", url, "--out", out]
        answer = command(*arguments, OCPP_PASSWORD=PASSWORD)
    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert "connected and accepted" in answer.stdout
    assert load(out, {"OCPP_PASSWORD": PASSWORD}).url == url
    assert "C-50.1" in answer.stdout  # mandatory, one of two: to be confirmed
    assert "CONFIRM" in out.read_text("utf-8")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "say --role CS"),
        (("--role", "CSMS"), "say --url"),
        (("--role", "CS", "--security-profile", "7"), "--security-profile '7': write of 0, 1"),
        (("--role", "CS", "--port", "x"), "--port 'x': write a number"),
        (("--role", "CS", "--profiles", "Cor"), "--profiles 'Cor': write of Core"),
    ],
)
def test_wrong_options_say_what_to_write(
    tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    out = tmp_path / "sut.yaml"
    answer = command("init", "--yes", "--out", out, *arguments, OCPP_PASSWORD=PASSWORD)
    assert answer.returncode == 4
    assert said in answer.stderr
    assert not out.exists()


def test_a_password_is_asked_for(tmp_path: Path) -> None:
    answer = command("init", "--yes", "--role", "CS", "--out", tmp_path / "x", OCPP_PASSWORD="")
    assert answer.returncode == 4
    assert "export OCPP_PASSWORD" in answer.stderr


@pytest.mark.parametrize(
    ("held", "said"),
    [
        ("a: [1", "cannot be read"),
        ("- a", "holds no keys and values"),
        (b"\xff", "cannot be read"),
    ],
)
def test_a_file_that_is_there_and_is_no_description(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], held: str | bytes, said: str
) -> None:
    out = tmp_path / "mine.yaml"
    out.write_bytes(held if isinstance(held, bytes) else held.encode())
    assert main(["init", "--yes", "--role", "CS", "--out", str(out)]) == 4
    assert said in capsys.readouterr().err
    assert out.read_bytes() == (held if isinstance(held, bytes) else held.encode())


def test_a_folder_that_is_not_there_is_told_before_anybody_is_asked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["init", "--role", "CS", "--out", str(tmp_path / "no" / "sut.yaml")]) == 4
    assert "there is no folder" in capsys.readouterr().err


def test_a_port_that_is_taken(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OCPP_PASSWORD", PASSWORD)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        arguments = ["--yes", "--role", "CS", "--port", port, "--out", str(tmp_path / "x.yaml")]
        assert main(["init", *arguments, "--certs", str(tmp_path)]) == 4
    said = capsys.readouterr().err
    assert f"cannot listen at 127.0.0.1, ports {port}" in said
    assert "--port" in said


def test_ctrl_c_ends_a_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_arguments: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(init, "_answered", interrupted)
    assert main(["init", "--out", str(tmp_path / "x.yaml")]) == 2
    assert capsys.readouterr().err == "interrupted\n"


# -- the questions at the terminal


ENTER, DOWN, SPACE = "\r", "\x1b[B", " "


def typed(keys: str, question: str, default: Any, choices: tuple[str, ...] = ()) -> Any:
    """What comes of a question for somebody who presses these keys."""
    with create_pipe_input() as keyboard:
        keyboard.send_text(keys)
        with create_app_session(input=keyboard, output=DummyOutput()):
            return init._person(question, default, choices)


@pytest.mark.parametrize(
    ("keys", "default", "choices", "answer"),
    [
        (ENTER, "CS001", (), "CS001"),
        ("\x15mine" + ENTER, "CS001", (), "mine"),
        (ENTER, 9310, (), "9310"),
        (ENTER, ("C-14", "C-15"), (), "C-14,C-15"),
        (ENTER, "prompt", ("prompt", "http"), "prompt"),
        (DOWN + ENTER, "prompt", ("prompt", "http"), "http"),
        (ENTER, 1, ("0", "1", "2"), "1"),
        (ENTER, ("A",), ("A", "B"), ["A"]),
        (DOWN + SPACE + ENTER, ("A",), ("A", "B"), ["A", "B"]),
        (SPACE + ENTER, ("A",), ("A", "B"), []),
        ("y", False, (), True),
        ("n", True, (), False),
        (ENTER, True, (), True),
    ],
)
def test_a_question_takes_what_is_typed(
    keys: str, default: Any, choices: tuple[str, ...], answer: Any
) -> None:
    assert typed(keys, "What is it", default, choices) == answer


def test_ctrl_c_ends_the_questions() -> None:
    with pytest.raises(KeyboardInterrupt):
        typed("\x03", "What is it", "x")


@pytest.mark.parametrize("role", Role)
def test_somebody_who_presses_enter_answers_as_the_defaults_do(role: Role) -> None:
    options = init_options("--role", role)
    asked: list[str] = []

    def enter(question: str, default: Any, choices: tuple[str, ...]) -> Any:
        asked.append(question)
        return typed(ENTER, question, default, choices)

    assert init._answered(options, enter) == init._answered(options, init._default)
    assert ("Has it a screen to choose on" in asked) is (role is Role.STATION)


def test_who_has_given_no_role_is_asked_for_it() -> None:
    def person(question: str, default: Any, choices: tuple[str, ...]) -> Any:
        keys = DOWN + ENTER if question.startswith("Role") else ENTER
        return typed(keys, question, default, choices)

    assert init._answered(init_options(), person).role is Role.CSMS


def init_options(*arguments: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    init.COMMAND.add_arguments(parser)
    return parser.parse_args(arguments)


# -- a known system


KNOWN = (
    *("citrineos", "example_csms", "example_station"),
    *("micro_ocpp", "sap_simulator", "shiv3_simulator"),
)


@pytest.mark.parametrize("name", KNOWN)
def test_a_known_system_is_written_as_it_is(tmp_path: Path, name: str) -> None:
    out = tmp_path / "mine.yaml"
    assert main(["init", "--from", name, "--out", str(out)]) == 0
    assert out.read_text("utf-8") == (SUTS / f"{name}.yaml").read_text("utf-8")


def test_what_a_known_system_takes_from_the_environment_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "mine.yaml"
    assert main(["init", "--from", "citrineos", "--out", str(out)]) == 0
    said = capsys.readouterr().out
    assert "CITRINEOS_STATION_PASSWORD, CITRINEOS_CA_FILE" in said
    assert f"python -m harness probe --sut {out}" in said


def test_a_file_that_is_there_is_compared_with_the_known_system(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "mine.yaml"
    assert main(["init", "--from", "citrineos", "--out", str(out)]) == 0
    assert main(["init", "--from", "citrineos", "--out", str(out)]) == 0
    assert "stays as it is; 0 difference(s)" in capsys.readouterr().out
    mine = out.read_text("utf-8").replace("name: CitrineOS", "name: Ours")
    out.write_text(mine, "utf-8")
    assert main(["init", "--from", "citrineos", "--out", str(out)]) == 1
    said = capsys.readouterr().out
    assert "- name: CitrineOS" in said
    assert "+ name: Ours" in said
    assert out.read_text("utf-8") == mine


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--from", "citrine"), "did you mean citrineos?"),
        (("--from", "xyz"), f"write one of {', '.join(KNOWN)}"),
        (("--from", "citrineos", "--identity", "X"), "--identity goes not with --from"),
        (("--from", "citrineos", "--role", "CS"), "--role goes not with --from"),
    ],
)
def test_a_known_system_that_is_none(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    said: str,
) -> None:
    out = tmp_path / "mine.yaml"
    assert main(["init", *arguments, "--out", str(out)]) == 4
    assert said in capsys.readouterr().err
    assert not out.exists()
