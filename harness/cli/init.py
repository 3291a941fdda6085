"""``python -m harness init``: asks what only a person knows, finds the rest, and writes it down."""

from __future__ import annotations

import argparse
import asyncio
import difflib
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from harness.cli.command import Command, UsageError
from harness.cli.terminal import say
from harness.discovery.answers import LOCAL, REMOTE, Answers
from harness.discovery.described import Description, Line, describe
from harness.discovery.inventory import Inventory, ask
from harness.discovery.known import changes, known, variables
from harness.discovery.written import NotComparable, differences, held, text
from harness.evidence.recorder import Recorder
from harness.evidence.verdict import CaseStopped
from harness.pki.passwords import PASSWORD
from harness.preflight.finding import Weight
from harness.preflight.in_person import advice, meet
from harness.preflight.on_paper import to_set_up
from harness.run.gate import ExitCode
from harness.spec.editions import DEFAULT
from harness.spec.roles import Role
from harness.sut.model import IRREVERSIBLE, OPERATOR_KINDS, Listen, OperatorSpec, Sut
from harness.testbed.bringup import BringUpError, Embedding, csms_test_bed, station_test_bed

#: Asks a person: the question, the default, and the choices, if there are any.
Asking = Callable[[str, Any, tuple[str, ...]], Any]

#: Each answer: its question, its choices, and the role that it is about, if it is one.
_QUESTIONS: Mapping[str, tuple[str, tuple[str, ...], Role | None]] = {
    "name": ("Name of the product", (), None),
    "identity": ("Identity of the station, as it ends its connection URL", (), None),
    "security_profile": ("Security profile", ("0", "1", "2", "3"), None),
    "password": ("Environment variable that holds the station's password", (), None),
    "url": ("URL of the CSMS, without the identity", (), Role.CSMS),
    "host": ("Host by which the station reaches this machine", (), Role.STATION),
    "port": ("Port where the harness listens", (), Role.STATION),
    "operator": ("Who moves the system", OPERATOR_KINDS, None),
    "profiles": ("Certification profiles", DEFAULT.features.profiles, None),
    "local_tokens": ("What drivers identify with at the station", tuple(LOCAL), Role.STATION),
    "remote_tokens": ("idTokens of remote starts", tuple(REMOTE), Role.STATION),
    "screen": ("Has it a screen to choose on", (), Role.STATION),
    "fixed_cable": ("Does the cable belong to the station", (), Role.STATION),
    "irreversible": ("What may be done to it for good", tuple(IRREVERSIBLE), Role.STATION),
    "features": ("Further features of Part 5 that no variable tells (ids)", (), None),
}
_LISTS = ("profiles", "local_tokens", "remote_tokens", "irreversible", "features")
_NUMBERS = ("security_profile", "port")
_YES_OR_NO = ("screen", "fixed_cable")
#: The default for what was not found.
_KEPT = True


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--out", type=Path, default=Path("sut.yaml"), metavar="FILE")
    parser.add_argument("--certs", type=Path, default=Path("certs"), metavar="DIR")
    parser.add_argument(
        "--from",
        dest="known",
        metavar="NAME",
        help="write the description of a known system instead: " + ", ".join(known()),
    )
    parser.add_argument("--role", choices=[role.value for role in Role])
    parser.add_argument("--yes", action="store_true", help="ask nothing: options and defaults")
    parser.add_argument(
        "--without", action="append", default=[], metavar="ID", help="what it really does not have"
    )
    for name, (question, choices, _) in _QUESTIONS.items():
        option = f"--{name.replace('_', '-')}"
        if name in _YES_OR_NO:
            parser.add_argument(option, action=argparse.BooleanOptionalAction, help=question)
        else:
            listed = f" ({', '.join(choices)})" if choices else ""
            many = "; separated by commas" if name in _LISTS else ""
            parser.add_argument(option, metavar="VALUE", help=f"{question}{listed}{many}")


def _init(options: argparse.Namespace) -> int:
    if not options.out.parent.is_dir():
        raise UsageError(f"--out {options.out}: there is no folder {options.out.parent}: make it")
    if options.known is not None:
        return _copied(options)
    _check_comparable(options.out)
    asking = _default if options.yes or not sys.stdin.isatty() else _person
    answers = _answered(options, asking)
    sut = _provisional(answers)
    try:
        found = asyncio.run(_found(sut, options.certs))
    except CaseStopped as stopped:
        say(advice(sut, stopped.stop.reason)[0])
        return ExitCode.RED
    except BringUpError as error:
        raise UsageError(f"{error} (--port, and the next one)") from error
    description = _confirmed(describe(answers, found), options.without, asking)
    return _kept(description, options.out)


def _check_comparable(path: Path) -> None:
    """Before anybody is asked anything."""
    try:
        if path.exists():
            held(path)
    except NotComparable as error:
        raise UsageError(f"{error}: name another file, --out FILE") from error


def _copied(options: argparse.Namespace) -> int:
    """The description of a known system, where there is no file yet."""
    for name in ("role", *_QUESTIONS):
        if getattr(options, name) is not None:
            option = f"--{name.replace('_', '-')}"
            raise UsageError(f"{option} goes not with --from: leave it out and edit the file")
    texts, path = known(), options.out
    if options.known not in texts:
        near = difflib.get_close_matches(str(options.known), list(texts), n=1, cutoff=0.4)
        instead = f"did you mean {near[0]}? Known are" if near else "write one of"
        raise UsageError(f"--from {options.known!r} is not known: {instead} {', '.join(texts)}")
    description = texts[options.known]
    if path.exists():
        return _compared(path, list(changes(description, path.read_text("utf-8"))))
    path.write_text(description, "utf-8")
    if needed := variables(description):
        say(f"it takes from the environment: {', '.join(needed)}")
    say(f"written: {path}; its first lines say what to set up;")
    say(f"next: python -m harness probe --sut {path}")
    return ExitCode.GREEN


def _answered(options: argparse.Namespace, asking: Asking) -> Answers:
    """The answers of options, and of a person where there are none."""
    role = options.role or asking("Role of the system under test", "", tuple(Role))
    if not role:
        raise UsageError("say --role CS for a station, --role CSMS for a CSMS")
    answers = Answers(Role(role), "System under test")
    defaults = {each.name: getattr(answers, each.name) for each in fields(answers)}
    given: dict[str, Any] = {}
    for name, (question, choices, about) in _QUESTIONS.items():
        if about not in (None, answers.role):
            continue
        value = getattr(options, name)
        if value is None:
            value = asking(question, defaults[name], choices)
        given[name] = _typed(name, value, choices)
    return replace(answers, **given)


def _typed(name: str, value: Any, choices: tuple[str, ...]) -> Any:
    if name in _LISTS:
        parts = value.split(",") if isinstance(value, str) else value
        value = tuple(each.strip() for each in parts if each.strip())
    for each in value if name in _LISTS else (str(value),):
        if choices and each not in choices:
            option = f"--{name.replace('_', '-')}"
            raise UsageError(f"{option} {each!r}: write of {', '.join(choices)}")
    if name not in _NUMBERS:
        return value
    if not str(value).isdecimal():
        raise UsageError(f"--{name.replace('_', '-')} {value!r}: write a number")
    return int(value)


def _default(_question: str, default: Any, _choices: tuple[str, ...]) -> Any:
    return default


def _person(question: str, default: Any, choices: tuple[str, ...]) -> Any:
    """Asks at the terminal; Ctrl-C ends it."""
    import questionary  # takes a while to load, and scripts never ask

    if isinstance(default, bool):
        return questionary.confirm(question, default=default).unsafe_ask()
    if choices and isinstance(default, tuple):
        items = [questionary.Choice(each, checked=each in default) for each in choices]
        return questionary.checkbox(question, items).unsafe_ask()
    if choices:
        start = str(default) if str(default) in choices else None
        return questionary.select(question, list(choices), default=start).unsafe_ask()
    shown = ",".join(default) if isinstance(default, tuple) else str(default)  # pyright: ignore[reportUnknownArgumentType,reportUnknownVariableType]  # a tuple of texts
    return questionary.text(question, default=shown).unsafe_ask()


def _provisional(answers: Answers) -> Sut:
    """Enough of a description to meet the system."""
    password = os.environ.get(answers.password, "")
    if answers.security_profile in (1, 2) and not PASSWORD.fullmatch(password):
        raise UsageError(
            f"security profile {answers.security_profile} needs the station's password, 16 to 64"
            f" characters, in an environment variable: export {answers.password}=…"
        )
    if answers.role is Role.CSMS and not answers.url:
        raise UsageError("say --url, where the CSMS listens, without the station's identity")
    return Sut(
        answers.name,
        answers.role,
        identity=answers.identity,
        security_profile=answers.security_profile,
        password=password,
        url=answers.url,
        listen=Listen(host=answers.host, port=answers.port, port_2=answers.port + 1),
        operator=OperatorSpec("none"),
        profiles=frozenset(answers.profiles),
    )


async def _found(sut: Sut, certs: Path) -> Inventory | None:
    """What the system tells.

    Raises:
        CaseStopped: it cannot be met.
    """
    for line in to_set_up(sut, certs):
        say(line)
    if sut.role is Role.STATION:
        async with station_test_bed(sut, _no_recorder, certs, Embedding()) as test_bed:
            say(f"waiting for it, {sut.limits.connect:g} s at most")
            return await ask(test_bed)
    async with csms_test_bed(sut, _no_recorder, certs, Embedding()) as test_bed:
        for each in await meet(test_bed):
            say(f"{each.weight:<5} {each.text}")
            if each.weight is Weight.WRONG:
                say("written all the same: mend it, then run python -m harness probe")
    return None


def _no_recorder(_sut: Sut) -> Recorder:
    return Recorder(None)


def _confirmed(description: Description, without: list[str], asking: Asking) -> Description:
    """What was not found is dropped only by somebody who says so."""

    def stays(line: Line) -> bool:
        if line.key in without:
            return False
        if not line.doubt:
            return True
        meaning = f"{line.meaning}: " if line.meaning else ""
        say(f"{line.key}: {meaning}{line.source}")
        return bool(asking(f"Has it {line.key} all the same?", _KEPT, ()))

    lines = tuple(line for line in description.lines if stays(line))
    return Description(lines, tuple(line for line in description.features if stays(line)))


def _kept(description: Description, path: Path) -> int:
    """Write a new file; of one that is there say only what differs."""
    if not path.exists():
        path.write_text(text(description), "utf-8")
        say(f"written: {path}; next: python -m harness probe --sut {path}")
        return ExitCode.GREEN
    return _compared(path, list(differences(description, path)))


def _compared(path: Path, found: list[str]) -> int:
    """What is told of a file that is there."""
    say(f"{path} is there and stays as it is; {len(found)} difference(s)")
    for each in found:
        say(f"  {each}")
    return ExitCode.RED if found else ExitCode.GREEN


COMMAND = Command("init", "find out what a system is and write it down", _add_arguments, _init)
