"""Faults with charging profiles at a station that has no smart charging (block K)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from harness.reference.faults.base import Fault, MarkTriggered, replaces
from harness.reference.rpc import Answer, Payload


@replaces("handle")
async def _refuses(
    _station: Any, original: Any, mark_triggered: MarkTriggered, action: str, payload: Payload
) -> Answer:
    if action != "RequestStartTransaction" or "chargingProfile" not in payload:
        return await original(action, payload)
    mark_triggered()
    return Answer({"status": "Rejected"})


@replaces("handle")
async def _does_nothing(
    station: Any, original: Any, mark_triggered: MarkTriggered, action: str, payload: Payload
) -> Answer:
    if action != "RequestStartTransaction" or "chargingProfile" not in payload:
        return await original(action, payload)
    mark_triggered()
    running = station.evses[payload["evseId"]].transaction
    told = {} if running is None else {"transactionId": running.id}
    return Answer({"status": "Accepted", **told})


def _applies(station: Any, mark_triggered: MarkTriggered) -> None:
    handle, end, unlimited = station.handle, station.transactions.end, station.config.power

    async def handled(action: str, payload: Payload) -> Answer:
        if action == "RequestStartTransaction" and "chargingProfile" in payload:
            mark_triggered()
            station.config = replace(station.config, power=6 * 230.0 * station.config.phases)
        answer: Answer = await handle(action, payload)
        return answer

    def ended(*arguments: Any, **named: Any) -> None:
        end(*arguments, **named)
        station.config = replace(station.config, power=unlimited)

    station.handle, station.transactions.end = handled, ended


FAULTS = (
    Fault(
        "profile-applied",
        "The limit in the profile of a remote start is kept, without smart charging.",
        _applies,
        requirement="F01.FR.12",
        shows=("TC_K_38_CS", "7"),
    ),
    Fault(
        "remote-start-with-profile-refused",
        "A remote start is refused because of its charging profile.",
        _refuses,
        requirement="F01.FR.12",
        shows=("TC_K_38_CS", "2"),
    ),
    Fault(
        "remote-start-with-profile-forgotten",
        "A remote start with a charging profile is accepted, and nothing starts.",
        _does_nothing,
        requirement="F01.FR.12",
        shows=("TC_K_38_CS", "5"),
    ),
)
