"""Faults of the security profile and its upgrade: TC_A_19 to 22."""

from __future__ import annotations

from typing import Any

from harness.reference.faults.base import (
    Alter,
    Fault,
    MarkTriggered,
    inside,
    put,
    replaces,
    response,
)
from harness.reference.faults.station.words import (
    handles,
)
from harness.reference.rpc import Answer, Payload

_PRIORITY = "NetworkConfigurationPriority"


def _has_priority(answer: Payload) -> bool:
    results = answer.get("setVariableResult", [])
    return any(item["variable"]["name"] == _PRIORITY for item in results)


def _checks_nothing(station: Any, mark_triggered: MarkTriggered) -> None:
    checks = station.variables.checks
    original = checks[f"OCPPCommCtrlr.{_PRIORITY}"]

    def check(value: str) -> str:
        if original(value):
            mark_triggered()
        return ""

    checks[f"OCPPCommCtrlr.{_PRIORITY}"] = check


@handles("SetVariables")
async def _refuses_and_takes(
    station: Any, original: Any, mark_triggered: MarkTriggered, asked: Payload
) -> Answer:
    answer: Answer = await original(asked)
    item = asked["setVariableData"][0]
    refused = answer.payload["setVariableResult"][0]["attributeStatus"] == "Rejected"
    if refused and item["variable"]["name"] == _PRIORITY:
        mark_triggered()
        station.model.write(f"OCPPCommCtrlr.{_PRIORITY}", item["attributeValue"])
    return answer


@replaces("network.refusal")
def _takes_lower(
    _station: Any, original: Any, mark_triggered: MarkTriggered, slot: int, profile: Payload
) -> str:
    reason: str = original(slot, profile)
    if reason == "NoSecurityDowngrade":
        mark_triggered()
        return ""
    return reason


def _keeps_variable(name: str) -> Alter:
    """This variable is not written."""

    @replaces("model.write")
    def write(
        _station: Any, original: Any, mark_triggered: MarkTriggered, path: str, value: str
    ) -> None:
        if path.endswith(name):
            mark_triggered()
            return
        original(path, value)

    return write


@replaces("link.order")
def _goes_back_down(
    station: Any, original: Any, mark_triggered: MarkTriggered, after_loss: bool
) -> list[int]:
    """After a loss, plain HTTP at the address in use is tried too."""
    order: list[int] = original(after_loss)
    profile = station.memory.profiles[order[0]]
    if not after_loss or profile["securityProfile"] < 2:
        return order
    mark_triggered()
    url = profile["ocppCsmsUrl"].replace("wss:", "ws:")
    station.memory.profiles[99] = {**profile, "securityProfile": 1, "ocppCsmsUrl": url}
    return [99, *order]


FAULTS = (
    Fault(
        "security-profile-not-raised",
        "Moves to a higher security profile and does not tell it.",
        _keeps_variable("SecurityProfile"),
        requirement="A05.FR.06",
        shows=("TC_A_19_CS", "12"),
    ),
    Fault(
        "lower-slot-kept",
        "Moves to a higher security profile and keeps the slot of the lower one.",
        _keeps_variable(_PRIORITY),
        requirement="A05.FR.06",
        shows=("TC_A_19_CS", "14"),
    ),
    Fault(
        "goes-back-to-a-lower-profile",
        "Comes back without TLS where it cannot with it.",
        _goes_back_down,
        requirement="A00.FR.005",
        shows=("TC_A_19_CS", "16"),
        variant="security-profile-1",
    ),
    Fault(
        "higher-profile-refused",
        "Does not let a higher security profile be put first.",
        response(
            "SetVariables",
            inside("setVariableResult", put(attributeStatus="Rejected")),
            when=_has_priority,
        ),
        requirement="A05.FR.04",
        shows=("TC_A_19_CS", "4"),
    ),
    Fault(
        "upgrade-without-certificates",
        "Lets a profile be put first for which it lacks certificates.",
        _checks_nothing,
        requirement="A05.FR.02",
        shows=("TC_A_20_CS", "4"),
    ),
    Fault(
        "upgrade-refused-and-made",
        "Refuses a priority for which it lacks certificates, and takes it over.",
        _refuses_and_takes,
        requirement="A05.FR.02",
        shows=("TC_A_20_CS", "post"),
    ),
    Fault(
        "downgrade-accepted",
        "Accepts a network profile of a lower security profile.",
        _takes_lower,
        requirement="B09.FR.04",
        shows=("TC_A_22_CS", "2"),
    ),
)
