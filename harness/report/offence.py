"""Which messages a failed validation is about, and their payloads with the field marked."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, cast

from markupsafe import Markup

from harness.evidence.causes import is_unanswered
from harness.evidence.transcript import Entry, Kind
from harness.evidence.verdict import Validation
from harness.report.text import shortened

#: Which variable an element is of: ``$.reportData[3] (EVSE(1).Power).variableAttribute[0]``.
_NAMED = re.compile(r" \(.*\)(?=\.|$)")
_TOKEN = re.compile(r"\.([^.\[\]]+)|\[(\d+)\]")
_CALL = 2
_FRAMES = (Kind.SENT, Kind.RECEIVED)
_SUFFIX = {2: "Request", 3: "Response"}
#: Longest payload that is laid out, and longest value in it, in characters.
_LONGEST, _LONGEST_VALUE = 50_000, 4_000


@dataclass(frozen=True)
class Offence:
    """A place in a message: the position of its entry in the transcript, and the JSON path."""

    position: int
    path: str


def offences(failed: Validation, entries: Sequence[Entry]) -> list[Offence]:
    """Where a failed validation shows: the message judged and the places that it rests on."""
    found: list[Offence] = []
    if failed.path == "" and is_unanswered(failed) and not failed.frame:
        return [Offence(each, "") for each in _unanswered(failed, entries)]
    # The field as it stands there: a rule may say beside it which variable it is of.
    path = _NAMED.sub("", failed.path)
    named = [(failed.frame, path), *((place.frame, place.path) for place in failed.places)]
    for frame, path in named:
        position = _called(frame, failed.message, entries) if frame else None
        if position is not None:
            found.append(Offence(position, path))
    return list(dict.fromkeys(found))


def _unanswered(failed: Validation, entries: Sequence[Entry]) -> Iterator[int]:
    """The first CALL of that name which no answer came to."""
    answered = {e.data.get("id") for e in entries if e.kind is Kind.RECEIVED}
    called = failed.message.removesuffix("Request").removesuffix("Response")
    for position, entry in enumerate(entries):
        call = entry.kind is Kind.SENT and entry.data.get("type") == _CALL
        if call and entry.data.get("action") == called and entry.data.get("id") not in answered:
            yield position
            return


def _called(frame: str, message: str, entries: Sequence[Entry]) -> int | None:
    """The message of that id, best of that name and the last, as ids are used again."""
    same = [i for i, e in enumerate(entries) if e.kind in _FRAMES and e.data.get("id") == frame]
    named = [i for i in same if _name(entries[i]) == message]
    theirs = [i for i in same if entries[i].kind is Kind.RECEIVED]
    return (named or theirs or same or [None])[-1]


def _name(entry: Entry) -> str:
    return f"{entry.data.get('action', '')}{_SUFFIX.get(entry.data.get('type', 0), '')}"


def _tokens(path: str) -> list[str | int]:
    return [name or int(index) for name, index in _TOKEN.findall(path)]


def marked(payload: Any, paths: Sequence[str]) -> Markup:
    """``payload`` laid out, with the fields at ``paths`` marked, and told where one is absent."""
    if not isinstance(payload, (dict, list)):
        return Markup("<mark>{}</mark>").format(shortened(str(payload), _LONGEST))
    wanted = {tuple(_tokens(path)) for path in paths if path.startswith("$.")}
    text = "".join(_lines(payload, (), wanted, 0))
    if len(text) > _LONGEST:
        # Cut anywhere, a tag might stay open: without marks, what is missing is in the transcript.
        return Markup("{}").format(shortened(json.dumps(payload, indent=2), _LONGEST))
    # Every text in it was escaped as it was laid out.
    return Markup(text)


_Path = tuple[str | int, ...]


def _lines(value: Any, path: _Path, wanted: set[_Path], depth: int) -> Iterator[str]:
    if isinstance(value, dict):
        fields = cast(dict[str, Any], value)
        inside = [(f"{json.dumps(key, ensure_ascii=False)}: ", key) for key in fields]
        missing = [p[-1] for p in wanted if p[:-1] == path and p and p[-1] not in fields]
        yield from _nested("{}", fields, inside, missing, path, wanted, depth)
    elif isinstance(value, list):
        items = cast(list[Any], value)
        inside = [("", index) for index in range(len(items))]
        yield from _nested("[]", items, inside, [], path, wanted, depth)
    else:
        text = json.dumps(value, ensure_ascii=False, default=str)
        yield escape(shortened(text, _LONGEST_VALUE), quote=False)


def _nested(
    brackets: str,
    value: Any,
    inside: Sequence[tuple[str, Any]],
    missing: Sequence[str | int],
    path: _Path,
    wanted: set[_Path],
    depth: int,
) -> Iterator[str]:
    yield brackets[0]
    indent = "\n" + "  " * (depth + 1)
    for position, (label, key) in enumerate(inside):
        inner = (*path, key)
        content = escape(label, quote=False) + "".join(_lines(value[key], inner, wanted, depth + 1))
        comma = "," if position < len(inside) - 1 else ""
        yield (
            f"{indent}<mark>{content}</mark>{comma}"
            if inner in wanted
            else (f"{indent}{content}{comma}")
        )
    for key in missing:
        yield f"{indent}<mark>{escape(str(key))} is absent</mark>"
    if inside or missing:
        yield "\n" + "  " * depth
    yield brackets[1]
