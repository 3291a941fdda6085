"""Whether an operator has a way to do something, as far as its description tells."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from harness.sut.contract import ANY_ACTION
from harness.sut.model import OperatorSpec
from harness.sut.template_contract import BY_TEMPLATES, COMMAND


def offers(spec: OperatorSpec, name: str) -> bool | None:
    """Whether there is a way to ``name`` ("plug_in", "ask.Reset"); None where nothing tells."""
    known: list[bool | None] = []
    each: OperatorSpec | None = spec
    while each is not None:
        known.append(_offers(each, name))
        each = each.fallback
    return True if True in known else (None if None in known else False)


def _offers(spec: OperatorSpec, name: str) -> bool | None:
    if spec.kind not in BY_TEMPLATES:
        return {"none": False, "python": None}.get(spec.kind, True)
    actions = spec.settings.get("actions")
    known: Mapping[str, Any] = {}
    if isinstance(actions, Mapping):
        known = cast("Mapping[str, Any]", actions)
    found = [known[each] for each in (name, name.partition(".")[0], ANY_ACTION) if each in known]
    if any(spec.kind == COMMAND or not _is_choice(each) for each in found):
        return True
    # A choice may have nothing for some of the parameters, as has a template for one value alone.
    return None if found or any(each.startswith(f"{name}.") for each in known) else False


def _is_choice(template: Any) -> bool:
    listed = cast("list[Any]", template if isinstance(template, list) else [template])
    return all(isinstance(each, Mapping) and "when" in each for each in listed)
