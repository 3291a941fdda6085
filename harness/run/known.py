"""known.yaml: the cases and causes known not to pass, and until when that is accepted."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, cast

from harness.spec.files import beside
from harness.sut.yaml_reader import Problem, Source, UnreadableError, parse, read_plain


class KnownError(ValueError):
    """known.yaml cannot be used; the message has a line ``file:line: what`` for each mistake."""


@dataclass(frozen=True)
class Known:
    """A case, or a cause, that may be there until the end of the day ``expires``.

    A listing has an ``id`` or a ``cause``; ``cases`` are those known to show the cause. ``line`` is
    its place in the file.
    """

    id: str
    reason: str
    link: str
    expires: date
    line: int = 0
    cause: str = ""
    cases: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What is listed, in words."""
        return self.id or f"cause '{self.cause}'"

    @property
    def of_cases(self) -> tuple[str, ...]:
        """The ids of the cases that it is about."""
        return self.cases or (self.id,)


def load_known(path: Path) -> tuple[Known, ...]:
    """The entries of ``known.yaml``: a list of ``{id, reason, link, expires}`` and of ``{cause,
    cases, reason, link, expires}``.

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
            item.get("id", ""),
            _one_line(item["reason"]),
            item["link"].strip(),
            date.fromisoformat(item["expires"]),
            source.line(str(index)),
            _one_line(item.get("cause", "")),
            tuple(item.get("cases", ())),
        )
        for index, item in enumerate(cast(list[dict[str, Any]], data))
    )


def _known_error(path: Path, problems: Sequence[Problem]) -> KnownError:
    def line(problem: Problem) -> str:
        text = f"{problem.what}: {problem.instead}" if problem.instead else problem.what
        return f"{path}:{problem.line}: {_one_line(text)[:200]}"

    return KnownError("\n".join(map(line, sorted(problems))))


def _check(source: Source, data: Any) -> None:
    """Note what does not fit the schema and, if all does, what is listed twice."""
    for error in _validator().iter_errors(data):
        source.wrong(".".join(map(str, error.absolute_path)), error.message, "")
    if source.problems:
        return
    first: dict[str, int] = {}
    for index, item in enumerate(data):
        name = item.get("id") or item["cause"]
        if name in first:
            what = f"{name} is listed already, on line {first[name]}"
            source.wrong(str(index), what, "keep one of them")
        first.setdefault(name, source.line(str(index)))


@cache
def _validator() -> Any:
    from jsonschema import Draft202012Validator, FormatChecker  # for runs with a gate alone

    schema = json.loads(beside("schemas/known.schema.json").read_text(encoding="utf-8"))
    return Draft202012Validator(schema, format_checker=FormatChecker())


def _one_line(text: str) -> str:
    return " ".join(text.split())
