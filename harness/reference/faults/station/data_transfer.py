"""Faults of a station in data of vendors: DataTransfer and customData (block P)."""

from __future__ import annotations

from typing import Any

from harness.reference.faults.base import Fault, MarkTriggered
from harness.reference.faults.station.words import handles, only_answers
from harness.reference.rpc import Answer, CallError, Payload


@handles("DataTransfer")
async def _knows_no_such_message(
    _station: Any, _original: Any, mark_triggered: MarkTriggered, _asked: Payload
) -> Answer:
    mark_triggered()
    raise CallError("NotImplemented")


@handles("SetVariables")
async def _refuses_custom_data(
    _station: Any, original: Any, mark_triggered: MarkTriggered, asked: Payload
) -> Answer:
    if "customData" in asked["setVariableData"][0]["variable"]:
        mark_triggered()
        raise CallError("FormatViolation")
    return await original(asked)


@handles("SetVariables")
async def _sets_nothing_with_custom_data(
    _station: Any, original: Any, mark_triggered: MarkTriggered, asked: Payload
) -> Answer:
    items: list[Payload] = asked["setVariableData"]
    if "customData" not in asked:
        return await original(asked)
    mark_triggered()
    told = ("component", "variable", "attributeType")
    return Answer(
        {
            "setVariableResult": [
                {**{name: item[name] for name in told}, "attributeStatus": "Accepted"}
                for item in items
            ]
        }
    )


FAULTS = (
    Fault(
        "takes-data-of-strangers",
        "Data of a vendor that nobody has heard of is Accepted.",
        only_answers("DataTransfer", {"status": "Accepted"}),
        "P01.FR.05",
        ("TC_P_01_CS", "2"),
    ),
    Fault(
        "data-transfer-not-implemented",
        "Data of an unknown vendor is answered by a CALLERROR.",
        _knows_no_such_message,
        "P01.FR.05",
        ("TC_P_01_CS", "2"),
    ),
    Fault(
        "refuses-settings-with-custom-data",
        "A SetVariables with customData in a variable breaks the format.",
        _refuses_custom_data,
        "Part 4, 9",
        ("TC_P_03_CS", "2"),
    ),
    Fault(
        "sets-nothing-with-custom-data",
        "A SetVariables with customData is accepted, and nothing is set.",
        _sets_nothing_with_custom_data,
        "B05.FR.10",
        ("TC_P_03_CS", "4"),
    ),
)
