"""Faults of the security profile and its upgrade: TC_A_19 to 22."""

from __future__ import annotations

from typing import Any

from harness.reference.faults.base import (
    Alter,
    MarkTriggered,
    inside,
    put,
    replaces,
    response,
)
from harness.reference.faults.station.words import (
    block_a,
    fault,
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
    fault(
        "security-profile-not-raised",
        "Moves to a higher security profile and does not tell it.",
        _keeps_variable("SecurityProfile"),
        block_a("12", "19"),
    ),
    fault(
        "lower-slot-kept",
        "Moves to a higher security profile and keeps the slot of the lower one.",
        _keeps_variable(_PRIORITY),
        block_a("14", "19"),
        leaves=("TC_A_22_CS",),
    ),
    fault(
        "goes-back-to-a-lower-profile",
        "Comes back without TLS where it cannot with it.",
        _goes_back_down,
        block_a("16", "19"),
        variant="security-profile-1",
    ),
    fault(
        "higher-profile-refused",
        "Does not let a higher security profile be put first.",
        response(
            "SetVariables",
            inside("setVariableResult", put(attributeStatus="Rejected")),
            when=_has_priority,
        ),
        block_a("4", "19"),
        leaves=("TC_A_22_CS",),
    ),
    fault(
        "upgrade-without-certificates",
        "Lets a profile be put first for which it lacks certificates.",
        _checks_nothing,
        block_a("4", "20", "21"),
        leaves=("TC_A_19_CS",),
    ),
    fault(
        "upgrade-refused-and-made",
        "Refuses a priority for which it lacks certificates, and takes it over.",
        _refuses_and_takes,
        block_a("post", "20", "21"),
        leaves=("TC_A_22_CS",),
    ),
    fault(
        "downgrade-accepted",
        "Accepts a network profile of a lower security profile.",
        _takes_lower,
        block_a("2", "22"),
        leaves=("TC_A_19_CS",),
    ),
)
