"""Standing rule: what an operator has had a CSMS order stands as it was ordered."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from harness.evidence.values import brief, literal
from harness.ocppj.frames import Payload
from harness.ocppj.payloads import inner, objects
from harness.ocppj.variables import Variable, key_of
from harness.rules.frames import Breach, CaseLog, Rule

#: What an order is about: an attribute of a variable, or something that has a name.
_Subject = tuple[Variable, str] | str
_DONE = ("Accepted", "Scheduled", "RebootRequired")
_REQUIREMENTS = {
    "ChangeAvailability": "G03.FR.01, G04.FR.01",
    "Reset": "B11.FR.04",
    "SetNetworkProfile": "B09.FR.01",
    "SetVariables": "B05.FR.01",
}


def orders_are_not_overridden(log: CaseLog) -> Iterator[Breach]:
    """What a station has accepted is not ordered otherwise when nobody wants it otherwise.

    On the same connection alone: after a boot a CSMS may have reasons of its own.
    """
    answers = {id(f.answers): f.frame.payload for f in log.traffic if f.sent and f.answers}
    standing: dict[tuple[int, _Subject], Any] = {}
    for arrival in log.arrivals:
        answer = answers.get(id(arrival.traffic), {})
        wire = arrival.traffic.wire
        for subject, content in _orders(arrival.action, arrival.payload, answer).items():
            known = standing.get((wire, subject), content)
            if arrival.claimed_by:
                standing[wire, subject] = content
            elif known != content:
                expected = f"as ordered before: {brief(literal(known), 200)}"
                actual = f"ordered otherwise: {brief(literal(content), 200)}"
                requirement = _REQUIREMENTS[arrival.action]
                yield Breach.of(arrival.traffic, _said(subject), expected, actual, requirement)


def _orders(action: str, payload: Payload, answer: Payload) -> Mapping[_Subject, Any]:
    """What a request orders that was answered so: by what it is about."""
    match action:
        case "SetVariables":
            results = [each.get("attributeStatus") for each in objects(answer, "setVariableResult")]
            items = objects(payload, "setVariableData")
            return {
                (key_of(item), str(item.get("attributeType", "Actual"))): item.get("attributeValue")
                for item, status in zip(items, results, strict=False)
                if status in _DONE
            }
        case "SetNetworkProfile" if answer.get("status") in _DONE:
            slot = f"configurationSlot {payload.get('configurationSlot')}"
            return {slot: json.dumps(inner(payload, "connectionData"), sort_keys=True, default=str)}
        case "Reset" if answer.get("status") in _DONE:
            evse = payload.get("evseId")
            whose = "the station" if evse is None else f"EVSE {evse}"
            return {"reset": f"{payload.get('type')} of {whose}"}
        case "ChangeAvailability" if answer.get("status") in _DONE:
            place = json.dumps(inner(payload, "evse"), sort_keys=True, default=str)
            return {f"availability of {place}": payload.get("operationalStatus")}
        case _:
            return {}


def _said(subject: _Subject) -> str:
    return subject if isinstance(subject, str) else " ".join(map(str, subject))


ORDERS: tuple[Rule, ...] = (orders_are_not_overridden,)
