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
_STATUSES = {"idTokenInfo.status", "localAuthorizationList[0].idTokenInfo.status"}


def told_of(row: Row, given: Mapping[str, Any]) -> Row:
    """The row of a state to which a page gives these parameters, by name."""
    match row:
        case Judged():
            field = _placed(row.field, given)
            return replace(row, field=field, said=_filled(row.said, given))
        case Stimulus():
            fields = {**_filled(row.fields, given), **_told_status(row, given)}
            return replace(row, fields=_told_connectors(row, fields))
        case Act():
            return replace(row, facts={**_facts(row, given), **_filled(row.facts, given)})
        case _:
            return row


def _told_status(row: Stimulus, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """What the CSMS says of an idToken, where it says anything."""
    told = _STATUSES & row.fields.keys() if "status" in given else set[str]()
    return dict.fromkeys(told, given.get("status"))


def _told_connectors(row: Stimulus, fields: Mapping[str, Any]) -> Mapping[str, Any]:
    """Reports of connectors: without an id, of every one."""
    if row.message != "StatusNotificationRequest":
        return fields
    ids = {name: "*" for name in ("evseId", "connectorId") if fields.get(name) == "absent"}
    return {**fields, **ids}


def _placed(field: str, given: Mapping[str, Any]) -> str:
    """Which connectors a report is about: without an id, every one of the EVSE, or of all."""
    every = {name: "*" if value == "absent" else value for name, value in given.items()}
    field = field.replace("evse 1 ", f"evse {every.get('evseId', 1)} ")
    return field.replace("connector 1 ", f"connector {every.get('connectorId', 1)} ")


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
