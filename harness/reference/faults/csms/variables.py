"""What a CSMS does wrong with the variables of a station (B05, B06)."""

from __future__ import annotations

import math
import uuid
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from typing import Any

from harness.reference.faults.base import (
    Alter,
    Change,
    Fault,
    MarkTriggered,
    frame,
    inside,
    put,
    replaces,
    request,
)
from harness.reference.faults.csms.words import never_sends, sends_besides
from harness.reference.rpc import CALL, Message, Payload

ANOTHER = {"component": {"name": "OCPPCommCtrlr"}, "variable": {"name": "HeartbeatInterval"}}
TARGET = put(attributeType="Target")


def _getting(change: Change) -> Alter:
    return request("GetVariables", inside("getVariableData", change))


def _setting(change: Change) -> Alter:
    return request("SetVariables", inside("setVariableData", change))


def _only(variable: str, change: Change) -> Change:
    """The change, where the element is about this variable."""

    def changed(element: Payload) -> None:
        if element["variable"]["name"] == variable:
            change(element)

    return changed


def _first_again(payload: Payload) -> None:
    payload["setVariableData"].append(deepcopy(payload["setVariableData"][0]))


@replaces("requests.limit")
def _one_by_one(_csms: Any, _original: Any, mark_triggered: MarkTriggered, *_: Any) -> float:
    mark_triggered()
    return 1


@replaces("requests.limit")
def _without_limits(
    _csms: Any, original: Any, mark_triggered: MarkTriggered, *arguments: Any
) -> float:
    if original(*arguments) < math.inf:
        mark_triggered()
    return math.inf


@replaces("requests.limit")
def _one_too_many(
    _csms: Any, original: Any, mark_triggered: MarkTriggered, *arguments: Any
) -> float:
    limit: float = original(*arguments)
    if limit < math.inf:
        mark_triggered()
    return limit + 1


@replaces("requests.split")
def _first_part_only(
    _csms: Any, original: Any, mark_triggered: MarkTriggered, *arguments: Any
) -> Iterator[Payload]:
    first, *rest = original(*arguments)
    if rest:
        mark_triggered()
    return iter([first])


@replaces("requests.split")
def _overlapping_parts(
    _csms: Any,
    original: Any,
    mark_triggered: MarkTriggered,
    station: Any,
    action: str,
    payload: Payload,
) -> Iterator[Payload]:
    first, *rest = original(station, action, payload)
    if not rest or action != "GetVariables":
        return iter([first, *rest])
    mark_triggered()
    name = "getVariableData"
    return iter([first, *({name: [first[name][-1], *part[name]]} for part in rest)])


@replaces("requests.ask")
async def _parts_at_once(
    csms: Any,
    original: Any,
    mark_triggered: MarkTriggered,
    station: Any,
    action: str,
    payload: Payload,
) -> Payload:
    parts = list(csms.requests.split(station, action, payload))
    if len(parts) < 2:
        return await original(station, action, payload)
    mark_triggered()
    for part in parts:
        await station.connection.send(Message(CALL, str(uuid.uuid4()), action, part).encode())
    return {}


@replaces("requests.ask")
async def _polls_too_much(
    _csms: Any,
    original: Any,
    mark_triggered: MarkTriggered,
    station: Any,
    action: str,
    payload: Payload,
) -> Payload:
    answer: Payload = await original(station, action, payload)
    if action == "GetVariables" and len(payload["getVariableData"]) > 1:
        mark_triggered()
        await station.rpc.call(action, {"getVariableData": [ANOTHER] * 5})
    return answer


@replaces("requests.learn_values")
def _forgets_values(_csms: Any, _original: Any, mark_triggered: MarkTriggered, *_: Any) -> None:
    mark_triggered()


@replaces("requests.learn_values")
def _mixes_values_up(
    _csms: Any, original: Any, mark_triggered: MarkTriggered, station: Any, answer: Payload
) -> None:
    results: list[Payload] = answer["getVariableResult"]
    values = [result.get("attributeValue", "") for result in results]
    if len(results) > 1:
        mark_triggered()
    mixed = [
        {**result, "attributeValue": value}
        for result, value in zip(results, reversed(values), strict=True)
    ]
    original(station, {"getVariableResult": mixed})


@replaces("requests.learn_settings")
def _forgets_settings(_csms: Any, _original: Any, mark_triggered: MarkTriggered, *_: Any) -> None:
    mark_triggered()


def _misnamed(message: Message) -> list[Message | str | bytes]:
    return [replace(message, action="GetVariablesRequest")]


FAULTS = (
    Fault(
        "variables-not-asked-for",
        "Does not send GetVariables when told to.",
        never_sends("GetVariables"),
        requirement="B06.FR.01-04",
        shows=("TC_B_06_CSMS", "1"),
    ),
    Fault(
        "variables-not-asked-for-before",
        "Never asks for the limit on the number of variables.",
        never_sends("GetVariables"),
        requirement="B06.FR.05",
        shows=("TC_B_08_CSMS", "Before"),
        verdict="INCONCLUSIVE",
    ),
    Fault(
        "another-variable-asked-for",
        "Asks for another variable than its operator.",
        _getting(_only("OfflineThreshold", put(variable={"name": "HeartbeatInterval"}))),
        requirement="B06.FR.01-04",
        shows=("TC_B_06_CSMS", "1"),
    ),
    Fault(
        "another-component-asked-for",
        "Asks for a variable of one EVSE where the one of the station was wanted.",
        _getting(lambda element: element["component"].update(evse={"id": 1})),
        requirement="B06.FR.01-04",
        shows=("TC_B_06_CSMS", "1"),
    ),
    Fault(
        "target-asked-for",
        "Asks for the target value only.",
        _getting(TARGET),
        requirement="B06.FR.01-04",
        shows=("TC_B_06_CSMS", "1"),
    ),
    Fault(
        "variables-one-by-one",
        "Sends a request of its own for every single variable.",
        _one_by_one,
        requirement="B06.FR.01-04",
        shows=("TC_B_07_CSMS", "1"),
    ),
    Fault(
        "get-variables-misnamed",
        "Writes the message's name as it stands in Part 2 in place of the action.",
        frame(CALL, "GetVariables", _misnamed),
        requirement="B06.FR.01-04",
        shows=("TC_B_06_CSMS", "1"),
    ),
    Fault(
        "item-limit-ignored",
        "Sends as many variables at once as it likes.",
        _without_limits,
        requirement="B06.FR.05",
        shows=("TC_B_08_CSMS", "1"),
    ),
    Fault(
        "item-limit-off-by-one",
        "Sends one variable more than the station takes.",
        _one_too_many,
        requirement="B06.FR.05",
        shows=("TC_B_08_CSMS", "1"),
    ),
    Fault(
        "polls-over-the-limit",
        "Keeps to the limit when told to ask, and not when it asks by itself.",
        _polls_too_much,
        requirement="B06.FR.05",
        shows=("TC_B_08_CSMS", "item_limits_are_kept"),
    ),
    Fault(
        "second-part-not-sent",
        "Sends the first part of a long request and forgets the rest.",
        _first_part_only,
        requirement="B06.FR.05",
        shows=("TC_B_08_CSMS", "1"),
    ),
    Fault(
        "parts-overlap",
        "Asks for the last variable of each part again in the next.",
        _overlapping_parts,
        requirement="B06.FR.05",
        shows=("TC_B_08_CSMS", "1"),
    ),
    Fault(
        "parts-at-once",
        "Sends the parts of a long request without waiting for the answers.",
        _parts_at_once,
        requirement="Part 4, 4.1.1",
        shows=("TC_B_08_CSMS", "one_call_at_a_time"),
    ),
    Fault(
        "values-forgotten",
        "Reads variables and does not keep the values.",
        _forgets_values,
        requirement="B06.FR.10",
        shows=("TC_B_06_CSMS", "post"),
    ),
    Fault(
        "values-mixed-up",
        "Gives each variable the value of another one.",
        _mixes_values_up,
        requirement="B06.FR.10",
        shows=("TC_B_07_CSMS", "post"),
    ),
    Fault(
        "variables-not-set",
        "Does not send SetVariables when told to.",
        never_sends("SetVariables"),
        requirement="B05.FR.01-03",
        shows=("TC_B_09_CSMS", "1"),
    ),
    Fault(
        "value-set-as-number",
        "Writes the value to be set as a number.",
        _setting(_only("OfflineThreshold", put(attributeValue=123))),
        requirement="B05.FR.01-03",
        shows=("TC_B_09_CSMS", "1"),
    ),
    Fault(
        "target-set",
        "Sets the target value where the actual one was meant.",
        _setting(TARGET),
        requirement="B05.FR.01-03",
        shows=("TC_B_09_CSMS", "1"),
    ),
    Fault(
        "variable-set-twice",
        "Sets the same variable twice in one request.",
        request("SetVariables", _first_again),
        requirement="B05.FR.01-03",
        shows=("TC_B_09_CSMS", "1"),
    ),
    Fault(
        "own-setting-twice",
        "Sets the same variable twice in a request of its own.",
        request("SetVariables", _first_again),
        requirement="B05.FR.13",
        shows=("TC_B_12_CSMS", "variables_are_set_once"),
        variant="inventory-after-boot",
    ),
    Fault(
        "setting-undone",
        "Having set variables, it sets them to other values.",
        sends_besides("SetVariables", inside("setVariableData", put(attributeValue="300"))),
        requirement="B05.FR.01",
        shows=("TC_B_09_CSMS", "orders_are_not_overridden"),
    ),
    Fault(
        "settings-forgotten",
        "Sets variables and does not know their new values.",
        _forgets_settings,
        requirement="B05.FR.10",
        shows=("TC_B_09_CSMS", "post"),
    ),
)
