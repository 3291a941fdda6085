"""Reading untrusted JSON objects: what is missing or of the wrong type reads as empty.

The schema rule reports what is wrong with a payload; everybody else must only not stumble over it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from harness.ocppj.frames import Payload


def inner(payload: Mapping[str, Any], name: str) -> Payload:
    """The object in field ``name``, empty if there is none."""
    value: Any = payload.get(name)
    return cast(Payload, value) if isinstance(value, dict) else {}


def evse_type(evse: int | None, connector: int | None = None) -> dict[str, int]:
    """The EVSEType of an EVSE or connector; empty for the whole station."""
    named = {"id": evse, "connectorId": connector}
    return {name: number for name, number in named.items() if number is not None}


def objects(payload: Mapping[str, Any], name: str) -> list[Payload]:
    """The objects in the array in field ``name``."""
    value: Any = payload.get(name)
    items = cast(list[Any], value) if isinstance(value, list) else []
    return [cast(Payload, item) for item in items if isinstance(item, dict)]
