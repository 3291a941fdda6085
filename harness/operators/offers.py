"""Whether an operator has a way to do something, as far as its description tells."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from harness.operators.templates import ANY_ACTION
from harness.sut.model import OperatorSpec

_BY_TEMPLATES = ("http", "websocket", "command")


def offers(spec: OperatorSpec, name: str) -> bool | None:
    """Whether there is a way to ``name`` ("plug_in", "ask.Reset"); None where nothing tells."""
    if spec.kind in _BY_TEMPLATES:
        actions = spec.settings.get("actions")
        known: Mapping[str, Any] = {}
        if isinstance(actions, Mapping):
            known = cast("Mapping[str, Any]", actions)
        return any(each in known for each in (name, name.partition(".")[0], ANY_ACTION))
    return {"none": False, "python": None}.get(spec.kind, True)
