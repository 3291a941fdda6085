"""What a page gives to a state, in place of what the state's rows have by default."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast

from harness.proof.pages.model import Act, Judged, Row, Stimulus

#: What stands in the rows of a state for a parameter that no page gives; others as ``<name>``.
_DEFAULTS = {
    "evseId": "<configured.evse_id>",
    "connectorId": "<configured.connector_id>",
    "connectorStatus": "Available",
    "serialNumber": "absent",
}
_TOKEN = re.compile(r"tokens\.\w+\.")
_DEFAULT_TOKEN = "tokens.valid."


def told_of(row: Row, given: Mapping[str, Any]) -> Row:
    """The row of a state to which a page gives these parameters, by name."""
    match row:
        case Judged():
            evse = f"evse {given.get('evseId', 1)} "
            field = row.field.replace("evse 1 ", evse)
            return replace(row, field=field, said=_filled(row.said, given))
        case Stimulus():
            return replace(row, fields=_filled(row.fields, given))
        case Act():
            return replace(row, facts={**_facts(row, given), **_filled(row.facts, given)})
        case _:
            return row


def _facts(row: Act, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """Those that the general page would else tell."""
    facts: dict[str, Any] = {}
    if row.by == "hands" and "evseId" in given:
        facts["evse"] = given["evseId"]
    if "id_token" in row.facts:
        facts["type"] = _filled(f"<{_DEFAULT_TOKEN}type>", given)
    return facts


def _filled(said: Any, given: Mapping[str, Any]) -> Any:
    match said:
        case str():
            for name, value in given.items():
                if said in (f"<{name}>", _DEFAULTS.get(name)):
                    return value
            token = _TOKEN.search(str(given.get("idToken", "")))
            return said.replace(_DEFAULT_TOKEN, token[0]) if token else said
        case dict():
            fields = cast(Mapping[str, Any], said)
            return {path: _filled(each, given) for path, each in fields.items()}
        case list():
            return [_filled(each, given) for each in cast(list[Any], said)]
        case _:
            return said
