"""Which frame of a run is meant, robustly from run to run, and where in its payload.

A frame is named by what it says, without what differs each time (times, ids, ports, hashes), and
by how many frames that say the same were sent before it.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, cast

from harness.evidence.matchers import MISSING
from harness.ocppj.frames import Payload
from harness.reference.rpc import CALL, ERROR, Message

Path = tuple[str | int, ...]

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_PORT = re.compile(r"(?<=:)\d{4,5}\b")
_HASH = re.compile(r"[0-9a-f]{16,}", re.IGNORECASE)
#: Longer texts are certificates and the like, made anew for each run.
_LONGEST = 200
#: Numbers that count on from run to run.
COUNTED = frozenset({"requestId", "remoteStartId", "eventId", "meterValue"})
#: Variables whose values are drawn in each run: passwords, and what no CSMS may know.
_DRAWN = frozenset({"BasicAuthPassword", "OfflineThreshold", "FanSpeed"})
_STEP = re.compile(r"\.(\w+)|\[(\d+)\]")


@dataclass(frozen=True)
class FrameId:
    """The ``nth`` frame (from 0) of this kind and action that says this."""

    kind: int
    action: str
    says: str
    nth: int

    @property
    def message(self) -> str:
        """The message's full name."""
        suffix = {CALL: "Request", ERROR: " CALLERROR"}.get(self.kind, "Response")
        return f"{self.action}{suffix}"


@dataclass
class Counting:
    """Names the frames of a run as they are sent."""

    _seen: Counter[tuple[int, str, str]] = field(default_factory=Counter[tuple[int, str, str]])

    def name(self, message: Message) -> FrameId:
        """The id of the next frame sent."""
        key = (message.kind, message.action, said(message))
        self._seen[key] += 1
        return FrameId(*key, self._seen[key] - 1)


def said(message: Message) -> str:
    """What a frame says, without what differs from run to run."""
    return message.code + json.dumps(_lasting(message.payload, ""), sort_keys=True, default=str)


def _lasting(value: Any, name: str) -> Any:
    if name in COUNTED or name == "password":
        return "#"
    if isinstance(value, dict):
        fields = cast(Payload, value)
        return {k: "…" if _drawn(k, fields) else _lasting(v, k) for k, v in fields.items()}
    if isinstance(value, list):
        return [_lasting(v, "") for v in cast(list[Any], value)]
    if isinstance(value, str):
        if len(value) > _LONGEST:
            return "…"
        for pattern in (_TIME, _UUID, _PORT, _HASH):
            value = pattern.sub("#", value)
    return value


def _drawn(name: str, fields: Payload) -> bool:
    """Whether this field of a setting or report holds a value that is drawn in each run."""
    variable = fields.get("variable")
    if name not in ("attributeValue", "variableAttribute") or not isinstance(variable, dict):
        return False
    return cast(Payload, variable).get("name") in _DRAWN


# -- places in a payload


def parse(path: str) -> Path:
    """A JSON path as its steps; what follows a blank is a remark."""
    plain = path.partition(" ")[0].removeprefix("$")
    return tuple(name or int(index) for name, index in _STEP.findall(plain))


def show(path: Path) -> str:
    """The steps as a JSON path."""
    return "$" + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)


def family(path: Path) -> str:
    """The path without its indices: places of the same kind."""
    return "$" + "".join("[]" if isinstance(step, int) else f".{step}" for step in path)


def value_at(payload: Any, path: Path) -> Any:
    """The value at ``path``, or MISSING."""
    value = payload
    for step in path:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            return MISSING
    return value


def with_value(payload: Payload, path: Path, value: Any) -> Payload:
    """A copy in which ``path`` has this value; MISSING takes the field or element away."""
    if not path:
        return cast(Payload, value)
    copy = deepcopy(payload)
    parent: Any = copy
    for step in path[:-1]:
        # An object that is to hold the new field may be new itself.
        parent = (
            _object_in(cast(Payload, parent), step) if isinstance(parent, dict) else parent[step]
        )
    last: Any = path[-1]
    if value is MISSING:
        del parent[last]
    elif isinstance(parent, list) and last == len(cast(list[Any], parent)):
        cast(list[Any], parent).append(value)
    else:
        parent[last] = value
    return copy


def _object_in(parent: Payload, step: str | int) -> Any:
    return parent.setdefault(cast(str, step), {})


def leaves(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every value that is no object and no array, with its path."""
    if isinstance(value, dict):
        for key, inner in cast(Payload, value).items():
            yield from leaves(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(cast(list[Any], value)):
            yield from leaves(inner, (*path, index))
    else:
        yield path, value
