"""The gate: lets a run through, or not, given the cases known not to pass. Pure but for loading."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator, FormatChecker

from harness.evidence.results import CaseResult, Results
from harness.evidence.verdict import Verdict


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


def gate(results: Results, known: Sequence[Known], today: date) -> GateOutcome:
    """Green if every case is green or known not to be, and every listing is still needed.

    A listing of the other role, or outside a partial selection, is not judged.
    """
    listed = {entry.id: entry for entry in known}
    ran = {case.id: case for case in results.cases}
    red = [
        *_flaws(results),
        *(_unlisted(c) for c in results.cases if _is_red(c) and c.id not in listed),
    ]
    notes: list[str] = []
    for entry in known:
        case = ran.get(entry.id)
        if case is not None and _is_red(case) and today <= entry.expires:
            notes.append(
                f"known: {case.id} {case.verdict}: {entry.reason} ({entry.link}),"
                f" until {entry.expires}"
            )
        elif stale := _stale(entry, case, results):
            red.append(stale)
    return GateOutcome(tuple(red), tuple(notes), nothing_run=not results.cases)


def _is_red(case: CaseResult) -> bool:
    return not case.verdict.green


def _unlisted(case: CaseResult) -> str:
    return f"{case.id} {case.verdict}: {_one_line(case.reason)}"


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


def _stale(entry: Known, case: CaseResult | None, results: Results) -> str:
    """Why a listing that excuses nothing has to go, or an empty text."""
    if case is None:
        if not results.run.complete or entry.role not in results.run.roles:
            return ""
        return f"{entry.id} is listed as known (line {entry.line}) but was not run: remove it"
    if _is_red(case):
        return (
            f"{entry.id} {case.verdict}: its listing as known (line {entry.line})"
            f" expired on {entry.expires}: {_one_line(case.reason)}"
        )
    return f"{entry.id} is listed as known (line {entry.line}) but is {case.verdict}: remove it"


def load_known(path: Path) -> tuple[Known, ...]:
    """The entries of ``known.yaml``: a list of ``{id, reason, link, expires}``.

    Raises:
        KnownError: the file cannot be read, is no YAML, or does not fit known.schema.json.
    """
    root = _compose(path)
    if root is None:
        return ()
    mistakes: list[tuple[int, str]] = []
    data = _data(root, mistakes)
    lines = _lines(root)
    mistakes += [
        (_line_of(lines, tuple(error.absolute_path)), error.message)
        for error in _validator().iter_errors(data)
    ]
    if not mistakes:
        mistakes = _twice(data, lines)
    if mistakes:
        texts = (f"{path}:{line}: {_one_line(text)[:200]}" for line, text in sorted(mistakes))
        raise KnownError("\n".join(texts))
    return tuple(
        Known(
            item["id"],
            _one_line(item["reason"]),
            item["link"].strip(),
            date.fromisoformat(item["expires"]),
            lines[(index,)],
        )
        for index, item in enumerate(data)
    )


def _compose(path: Path) -> yaml.Node | None:
    try:
        text = path.read_text(encoding="utf-8")
        for event in yaml.parse(text, Loader=yaml.SafeLoader):  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType]  # the stubs leave the stream untyped
            if isinstance(event, yaml.AliasEvent):
                line = event.start_mark.line + 1  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType]  # the stubs leave the marks untyped
                raise KnownError(f"{path}:{line}: aliases are not supported here")
        return yaml.compose(text, Loader=yaml.SafeLoader)  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType]  # the stubs leave the stream untyped
    except (OSError, UnicodeDecodeError) as error:
        raise KnownError(f"{path}: {error}") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        raise KnownError(f"{path}:{line}: {getattr(error, 'problem', error)}") from error
    except RecursionError as error:
        raise KnownError(f"{path}: nested too deeply") from error


#: Line of each item, and of each of its values: ``(0,)``, ``(0, "id")``.
Lines = Mapping[tuple[Any, ...], int]


def _lines(root: yaml.Node) -> Lines:
    lines: dict[tuple[Any, ...], int] = {(): root.start_mark.line + 1}
    for index, item in enumerate(_items(root)):
        lines[(index,)] = item.start_mark.line + 1
        for key, _ in _pairs(item):
            lines[(index, key.value)] = key.start_mark.line + 1
    return lines


def _line_of(lines: Lines, place: tuple[Any, ...]) -> int:
    while place not in lines:
        place = place[:-1]
    return lines[place]


def _data(root: yaml.Node, mistakes: list[tuple[int, str]]) -> Any:
    """The nodes as JSON data; YAML's dates become text, keys that come twice are mistakes."""
    if isinstance(root, yaml.SequenceNode):
        return [_data(item, mistakes) for item in _items(root)]
    if isinstance(root, yaml.MappingNode):
        data: dict[str, Any] = {}
        for key, value in _pairs(root):
            name = str(key.value)
            if name in data:
                mistakes.append((key.start_mark.line + 1, f"{name!r} comes twice"))
            data[name] = _data(value, mistakes)
        return data
    if root.tag in ("tag:yaml.org,2002:str", "tag:yaml.org,2002:timestamp"):
        return str(root.value)
    return yaml.safe_load(root.value)


def _items(node: yaml.Node) -> list[yaml.Node]:
    return node.value if isinstance(node, yaml.SequenceNode) else []


def _pairs(node: yaml.Node) -> list[tuple[yaml.Node, yaml.Node]]:
    return node.value if isinstance(node, yaml.MappingNode) else []


def _twice(data: Any, lines: Lines) -> list[tuple[int, str]]:
    first: dict[str, int] = {}
    mistakes: list[tuple[int, str]] = []
    for index, item in enumerate(data):
        line = lines[(index,)]
        if item["id"] in first:
            mistakes.append((line, f"{item['id']} is listed already, on line {first[item['id']]}"))
        first.setdefault(item["id"], line)
    return mistakes


@cache
def _validator() -> Any:
    schema = json.loads((files("schemas") / "known.schema.json").read_text(encoding="utf-8"))
    return Draft202012Validator(schema, format_checker=FormatChecker())
