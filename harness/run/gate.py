"""The gate: lets a run through, or not, given the cases known not to pass. Pure but for loading."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from functools import cache
from pathlib import Path
from typing import Any, cast

from jsonschema import Draft202012Validator, FormatChecker

from harness.evidence.results import Results
from harness.evidence.verdict import Verdict
from harness.spec.files import beside
from harness.sut.yaml_reader import Problem, Source, UnreadableError, parse, read_plain


class ExitCode(IntEnum):
    """Exit codes of the gate, with the meanings pytest gives them."""

    GREEN = 0
    RED = 1
    INTERRUPTED = 2
    INTERNAL = 3
    USAGE = 4
    NOTHING_RUN = 5


class KnownError(ValueError):
    """known.yaml cannot be used; the message has a line ``file:line: what`` for each mistake."""


@dataclass(frozen=True)
class Known:
    """A case that may be red until the end of the day ``expires``; ``line`` is its place."""

    id: str
    reason: str
    link: str
    expires: date
    line: int = 0

    @property
    def role(self) -> str:
        """CS or CSMS."""
        return self.id.rsplit("_", 1)[1]


@dataclass(frozen=True)
class GateOutcome:
    """What the gate says: ``red`` closes it, ``notes`` are only shown. One line of text each."""

    red: tuple[str, ...]
    notes: tuple[str, ...] = ()
    nothing_run: bool = False

    @property
    def green(self) -> bool:
        """Whether the run may pass."""
        return not self.red

    @property
    def lines(self) -> tuple[str, ...]:
        """The outcome and its explanation, for people."""
        head = "gate: green" if self.green else "gate: RED"
        return (head, *(f"  red: {text}" for text in self.red), *(f"  {n}" for n in self.notes))

    @property
    def exit_code(self) -> ExitCode:
        """GREEN, RED, or NOTHING_RUN for a run without a single case."""
        if self.nothing_run:
            return ExitCode.NOTHING_RUN
        return ExitCode.GREEN if self.green else ExitCode.RED


def gate(
    results: Results, known: Sequence[Known], today: date, *, questions: bool = False
) -> GateOutcome:
    """Green if every case is green or known not to be, and every listing is still needed.

    A listing of the other role, or outside a partial selection, is not judged. ``questions``:
    those of the run's own must be green too.
    """
    listed = {entry.id for entry in known}
    states = {each.id: each for each in _red_states(results)}
    red = [
        *_flaws(results),
        *(each.line for each in states.values() if each.id not in listed),
        *(_unanswered(results) if questions else ()),
    ]
    notes: list[str] = []
    for entry in known:
        state = states.get(entry.id)
        if state is not None and today <= entry.expires:
            notes.append(
                f"known: {state.id} {state.name}: {entry.reason} ({entry.link}),"
                f" until {entry.expires}"
            )
        elif stale := _stale(entry, state, results):
            red.append(stale)
    return GateOutcome(tuple(red), tuple(notes), nothing_run=not results.cases)


@dataclass(frozen=True)
class _RedState:
    """A case that is not green: its verdict, or NOT RUN, and why."""

    id: str
    name: str
    reason: str

    @property
    def line(self) -> str:
        return f"{self.id} {self.name}: {_one_line(self.reason)}"


def _red_states(results: Results) -> list[_RedState]:
    red = [_RedState(c.id, c.verdict, c.reason) for c in results.cases if not c.verdict.green]
    return [*red, *(_RedState(each.id, "NOT RUN", each.reason) for each in results.not_run)]


def _unanswered(results: Results) -> list[str]:
    """What is wrong with the run's own questions."""
    if results.run.complete and not results.questions:
        return ["the run's own questions were not asked"]
    return [
        f"question {each.id} ({each.sut}) {each.verdict}: {_one_line(each.reason)}"
        for each in results.questions
        if not each.verdict.green
    ]


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _flaws(results: Results) -> list[str]:
    """What makes the run as a whole no evidence."""
    flaws = [f"result not usable: {_one_line(problem)}" for problem in results.problems]
    if results.run.finished is None:
        flaws.append("the run did not come to its end")
    if not results.cases:
        flaws.append("no case was run")
    elif results.run.complete and all(
        case.verdict is Verdict.NOT_APPLICABLE for case in results.cases
    ):
        flaws.append("not one case was applicable: see the declared features")
    return flaws


def _stale(entry: Known, state: _RedState | None, results: Results) -> str:
    """Why a listing that excuses nothing has to go, or an empty text."""
    if state is not None:
        return (
            f"{state.id} {state.name}: its listing as known (line {entry.line})"
            f" expired on {entry.expires}: {_one_line(state.reason)}"
        )
    case = next((each for each in results.cases if each.id == entry.id), None)
    if case is not None:
        return f"{entry.id} is listed as known (line {entry.line}) but is {case.verdict}: remove it"
    if not results.run.complete or entry.role not in results.run.roles:
        return ""
    return f"{entry.id} is listed as known (line {entry.line}) but was not run: remove it"


def load_known(path: Path) -> tuple[Known, ...]:
    """The entries of ``known.yaml``: a list of ``{id, reason, link, expires}``.

    Raises:
        KnownError: the file cannot be read, is no YAML, or does not fit known.schema.json.
    """
    try:
        source = parse(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise KnownError(f"{path}: {error}") from error
    except UnreadableError as error:
        raise _known_error(path, [error.problem]) from error
    data = read_plain(source)
    if source.root is None:
        return ()
    if data is not None:
        _check(source, data)
    if source.problems:
        raise _known_error(path, source.problems)
    return tuple(
        Known(
            item["id"],
            _one_line(item["reason"]),
            item["link"].strip(),
            date.fromisoformat(item["expires"]),
            source.line(str(index)),
        )
        for index, item in enumerate(cast(list[dict[str, str]], data))
    )


def _known_error(path: Path, problems: Sequence[Problem]) -> KnownError:
    def line(problem: Problem) -> str:
        text = f"{problem.what}: {problem.instead}" if problem.instead else problem.what
        return f"{path}:{problem.line}: {_one_line(text)[:200]}"

    return KnownError("\n".join(map(line, sorted(problems))))


def _check(source: Source, data: Any) -> None:
    """Note what does not fit the schema and, if all does, which cases are listed twice."""
    for error in _validator().iter_errors(data):
        source.wrong(".".join(map(str, error.absolute_path)), error.message, "")
    if source.problems:
        return
    first: dict[str, int] = {}
    for index, item in enumerate(data):
        if item["id"] in first:
            what = f"{item['id']} is listed already, on line {first[item['id']]}"
            source.wrong(str(index), what, "keep one of them")
        first.setdefault(item["id"], source.line(str(index)))


@cache
def _validator() -> Any:
    schema = json.loads(beside("schemas/known.schema.json").read_text(encoding="utf-8"))
    return Draft202012Validator(schema, format_checker=FormatChecker())
