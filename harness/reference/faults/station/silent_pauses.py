"""Faults in the energy of a transaction that somebody else should leave alone (C01, F05, G03)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from harness.reference.faults.base import Fault, MarkTriggered, method, replaces
from harness.reference.rpc import Answer, Payload
from harness.reference.station.state import Token

#: What is done to an EVSE.
_Act = Callable[[Any, Any], None]


def _pauses(station: Any, evse: Any) -> None:
    station.meter.set_charging(evse, charging=False)


def _tells_no_more(station: Any, evse: Any) -> None:
    station.transactions._stop_sampling(evse)  # what this fault is about


def _charging(station: Any) -> list[Any]:
    return [evse for evse in station.evses.values() if evse.charging_state == "Charging"]


def _pauses_all(station: Any, mark_triggered: MarkTriggered) -> None:
    for evse in _charging(station):
        mark_triggered()
        _pauses(station, evse)


def _for_a_stranger(act: _Act) -> Callable[[Any, MarkTriggered], None]:
    def build(station: Any, original: Any, mark_triggered: MarkTriggered) -> Any:
        async def present(token: Token, evse_id: int | None) -> None:
            others = [e for e in _charging(station) if e.authorization.token != token]
            await original(token, evse_id)
            for evse in others:
                mark_triggered()
                act(station, evse)

        return present

    return method("authorization.present", build)


@replaces("availability.refresh_soon")
async def _when_scheduled(station: Any, original: Any, mark_triggered: MarkTriggered) -> None:
    await original()
    _pauses_all(station, mark_triggered)


def _when_asked(*actions: str) -> Callable[[Any, MarkTriggered], None]:
    @replaces("handle")
    async def _handles(
        station: Any, original: Any, mark_triggered: MarkTriggered, action: str, payload: Payload
    ) -> Answer:
        answer: Answer = await original(action, payload)
        if action in actions and answer.payload.get("status") not in ("Accepted", "Unlocked"):
            _pauses_all(station, mark_triggered)
        return answer

    return _handles


FAULTS = (
    Fault(
        "paused-for-a-stranger",
        "Another driver who identifies stops the energy, of which nothing tells.",
        _for_a_stranger(_pauses),
        "C01.FR.03",
        ("TC_C_04_CS", "2"),
    ),
    Fault(
        "untold-for-a-stranger",
        "Energy is no longer told after another driver has identified.",
        _for_a_stranger(_tells_no_more),
        "C09.FR.11",
        ("TC_C_42_CS", "7"),
    ),
    Fault(
        "paused-when-scheduled",
        "A change that waits for a transaction stops its energy, of which nothing tells.",
        _when_scheduled,
        "G04.FR.06",
        ("TC_G_14_CS", "2"),
    ),
    Fault(
        "paused-when-refused",
        "A refused request stops the energy, of which nothing tells.",
        _when_asked("UnlockConnector", "RequestStopTransaction"),
        "F05.FR.02",
        ("TC_F_05_CS", "2"),
    ),
)
