"""Which messages a failed validation is about, and their payloads with the field marked."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, cast

from markupsafe import Markup

from harness.evidence.causes import UNANSWERED, cause_id
from harness.evidence.transcript import Entry, Kind
from harness.evidence.verdict import Stage, Validation
from harness.report.text import shortened

_TOKEN = re.compile(r"\.([^.\[\]]+)|\[(\d+)\]")
_CALL = 2
_FRAMES = (Kind.SENT, Kind.RECEIVED)
_SUFFIX = {2: "Request", 3: "Response"}
_MISSING: Any = object()
#: Longest payload that is laid out, and longest value in it, in characters.
_LONGEST, _LONGEST_VALUE = 50_000, 4_000


@dataclass(frozen=True)
class Offence:
    """A place in a message: the position of its entry in the transcript, and the JSON path."""

    position: int
    path: str


def offences(failed: Validation, entries: Sequence[Entry]) -> list[Offence]:
    """Where a failed validation shows: the message judged and the places that it rests on.

    A rule names no message: where it tells a field and a value, it is the first that has it.
    """
    found: list[Offence] = []
    if failed.path == "" and cause_id(failed) == UNANSWERED and not failed.frame:
        return [Offence(each, "") for each in _unanswered(failed, entries)]
    named = [(failed.frame, failed.path), *((place.frame, place.path) for place in failed.places)]
    for frame, path in named:
        position = _called(frame, failed.message, entries) if frame else None
        if position is not None:
            found.append(Offence(position, path))
    if failed.stage is Stage.RULE and not found:
        position = _with_value(failed, entries)
        found += [Offence(position, failed.path)] if position is not None else []
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


def _with_value(failed: Validation, entries: Sequence[Entry]) -> int | None:
    named = [
        i
        for i, entry in enumerate(entries)
        if entry.kind is Kind.RECEIVED and _name(entry) == failed.message
    ]
    if failed.path == "messageId":
        return next((i for i in reversed(named) if entries[i].data["id"] == failed.actual), None)
    if failed.path.startswith("$."):
        for i in named:
            value = _value(entries[i].data.get("payload"), failed.path)
            if value == failed.actual or (value is _MISSING and failed.actual == "absent"):
                return i
    return named[0] if len(named) == 1 else None


def _name(entry: Entry) -> str:
    return f"{entry.data.get('action', '')}{_SUFFIX.get(entry.data.get('type', 0), '')}"


def _value(payload: Any, path: str) -> Any:
    for token in _tokens(path):
        payload = _inner(payload, token)
    return payload


def _tokens(path: str) -> list[str | int]:
    return [name or int(index) for name, index in _TOKEN.findall(path)]


def _inner(value: Any, token: str | int) -> Any:
    if isinstance(value, dict) and token in value:
        return cast(Mapping[Any, Any], value)[token]
    if isinstance(value, list) and isinstance(token, int) and token < len(value):  # pyright: ignore[reportUnknownArgumentType]  # JSON arrays are untyped
        return cast(list[Any], value)[token]
    return _MISSING


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
