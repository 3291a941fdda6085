"""Faults of resets: TC_B_20 to 29 and 41."""

from __future__ import annotations

from collections import deque
from typing import Any

from harness.reference.faults.base import (
    Alter,
    Fault,
    MarkTriggered,
    replaces,
)
from harness.reference.faults.station.words import (
    handles,
    nothing,
    only_answers,
)
from harness.reference.rpc import Answer, Payload
from harness.reference.station.state import Outgoing


def _of_evse(asked: Payload) -> bool:
    return "evseId" in asked


def _of_station(asked: Payload) -> bool:
    return "evseId" not in asked


@replaces("resets.schedule")
async def _reboots_at_once(
    station: Any, _original: Any, mark_triggered: MarkTriggered, reason: str
) -> None:
    mark_triggered()
    station.spawn(station.resets.reset_now(reason))


@replaces("resets.schedule_evse")
async def _resets_evse_at_once(
    station: Any, _original: Any, mark_triggered: MarkTriggered, evse: Any
) -> None:
    mark_triggered()
    station.resets.reset_evse_now(evse)


@replaces("resets.is_idle")
def _asks_first_evse(
    _station: Any, original: Any, mark_triggered: MarkTriggered, evses: list[Any]
) -> bool:
    if not original(evses) and original(evses[:1]):
        mark_triggered()
    return original(evses[:1])


@replaces("resets.is_idle")
def _always_idle(
    _station: Any, original: Any, mark_triggered: MarkTriggered, evses: list[Any]
) -> bool:
    if not original(evses):
        mark_triggered()
    return True


@replaces("resets.reset_now")
async def _reboots_before_telling(
    station: Any, original: Any, mark_triggered: MarkTriggered, reason: str
) -> None:
    if not any(evse.transaction for evse in station.evses.values()):
        await original(reason)
        return
    mark_triggered()
    await station.reboot(reason)


@replaces("resets.reset_now")
async def _tells_after_reboot(
    station: Any, original: Any, mark_triggered: MarkTriggered, reason: str
) -> None:
    if not any(evse.transaction for evse in station.evses.values()):
        await original(reason)
        return
    mark_triggered()
    delivered, after = station.memory.queue, deque[Outgoing]()
    station.memory.queue = after
    station.resets.end_transactions()
    delivered.extend(after)
    station.memory.queue = delivered
    await station.reboot(reason)


@replaces("transactions.reset")
def _ends_without_event(
    station: Any, _original: Any, mark_triggered: MarkTriggered, evse: Any
) -> None:
    if evse.transaction is not None:
        mark_triggered()
        station.transactions.stop_timer(evse)
    evse.transaction = evse.authorization = None


def _ends(trigger: str, reason: str) -> Alter:
    """Ends a transaction for a reset with that trigger and reason."""

    def reset(station: Any, _original: Any, mark_triggered: MarkTriggered, evse: Any) -> None:
        if evse.transaction is not None:
            mark_triggered()
            evse.authorization = None
            station.transactions.end(evse, trigger, reason)

    return replaces("transactions.reset")(reset)


def _event(**fields: Any) -> Alter:
    """The event that ends a transaction for a reset has these fields."""

    def send(_station: Any, original: Any, mark_triggered: MarkTriggered, event: Payload) -> None:
        if event["triggerReason"] == "ResetCommand":
            mark_triggered()
            info = {**event["transactionInfo"], **fields.get("transactionInfo", {})}
            event = {**event, **fields, "transactionInfo": info}
        original(event)

    return replaces("events.send")(send)


@replaces("availability.restore")
def _forgets_unavailable(station: Any, original: Any, mark_triggered: MarkTriggered) -> None:
    if station.memory.inoperative:
        mark_triggered()
    station.memory.inoperative.clear()
    original()


@replaces("reservations.restore")
def _forgets_reservations(station: Any, original: Any, mark_triggered: MarkTriggered) -> None:
    if station.memory.reservations:
        mark_triggered()
    station.memory.reservations.clear()
    original()


@replaces("power_up")
def _forgets_cable(station: Any, original: Any, mark_triggered: MarkTriggered, reason: str) -> None:
    for evse in station.evses.values():
        if evse.plugged is not None:
            mark_triggered()
        evse.plugged = None
    original(reason)


@handles("Reset")
async def _resets_station_for_evse(
    _station: Any, original: Any, mark_triggered: MarkTriggered, asked: Payload
) -> Answer:
    if "evseId" in asked:
        mark_triggered()
    return await original({k: v for k, v in asked.items() if k != "evseId"})


@handles("Reset")
async def _reboots_though_refused(
    station: Any, original: Any, mark_triggered: MarkTriggered, asked: Payload
) -> Answer:
    answer: Answer = await original(asked)
    if answer.payload["status"] == "Rejected":
        mark_triggered()
        station.later(0.05, lambda: station.spawn(station.resets.reset_now("RemoteReset")))
    return answer


@handles("Reset")
async def _immediate_waits(
    _station: Any, original: Any, mark_triggered: MarkTriggered, asked: Payload
) -> Answer:
    if asked["type"] == "Immediate":
        mark_triggered()
    return await original({**asked, "type": "OnIdle"})


@replaces("resets.reset_evse_now")
def _keeps_evse_unavailable(
    station: Any, original: Any, mark_triggered: MarkTriggered, evse: Any
) -> None:
    mark_triggered()
    original(evse)
    station.availability.hold({evse.id})


_NO_EVSE_RESET = "no-evse-reset"

_ANSWERS = (
    Fault(
        "reset-refused",
        "Rejects a reset.",
        only_answers("Reset", {"status": "Rejected"}),
        requirement="B11.FR.01",
        shows=("TC_B_20_CS", "2"),
    ),
    Fault(
        "reset-not-performed",
        "Accepts a reset and goes on as before.",
        only_answers("Reset", {"status": "Accepted"}, when=_of_station),
        requirement="B11.FR.03",
        shows=("TC_B_20_CS", "3"),
    ),
    Fault(
        "reset-disregards-transactions",
        "A reset when idle is carried out during a transaction.",
        _always_idle,
        requirement="B12.FR.01",
        shows=("TC_B_21_CS", "2"),
    ),
    Fault(
        "reset-looks-at-first-evse",
        "Takes itself for idle when the first EVSE is.",
        _asks_first_evse,
        requirement="E07.FR.02",
        shows=("TC_B_41_CS", "7"),
    ),
    Fault(
        "immediate-reset-scheduled",
        "Waits with an immediate reset for the end of the transaction.",
        _immediate_waits,
        requirement="B12.FR.02",
        shows=("TC_B_22_CS", "2"),
    ),
    Fault(
        "evse-reset-refused",
        "Rejects the reset of an EVSE although it says that it can do that.",
        only_answers("Reset", {"status": "Rejected"}, when=_of_evse),
        requirement="B11.FR.08",
        shows=("TC_B_25_CS", "2"),
    ),
    Fault(
        "unsupported-evse-reset-accepted",
        "Accepts the reset of an EVSE although it cannot do that.",
        only_answers("Reset", {"status": "Accepted"}, when=_of_evse),
        requirement="B11.FR.09",
        shows=("TC_B_28_CS", "2"),
        variant=_NO_EVSE_RESET,
    ),
    Fault(
        "unsupported-evse-reset-scheduled",
        "Schedules the reset of an EVSE although it cannot do that.",
        only_answers("Reset", {"status": "Scheduled"}, when=_of_evse),
        requirement="B11.FR.09",
        shows=("TC_B_28_CS", "2"),
        variant=_NO_EVSE_RESET,
    ),
    Fault(
        "unsupported-evse-reset-reboots",
        "Rejects the reset of an EVSE and reboots a moment later.",
        _reboots_though_refused,
        requirement="B11.FR.09",
        shows=("TC_B_28_CS", "2"),
        variant=_NO_EVSE_RESET,
    ),
)

_DOING = (
    Fault(
        "scheduled-reset-at-once",
        "Says that a reset is scheduled and reboots at once.",
        _reboots_at_once,
        requirement="E07.FR.02",
        shows=("TC_B_21_CS", "3"),
    ),
    Fault(
        "scheduled-reset-forgotten",
        "Says that a reset is scheduled and never reboots.",
        nothing("resets.check"),
        requirement="B12.FR.03",
        shows=("TC_B_21_CS", "7"),
    ),
    Fault(
        "scheduled-evse-reset-at-once",
        "Says that the reset of an EVSE is scheduled and ends its transaction at once.",
        _resets_evse_at_once,
        requirement="E07.FR.02",
        shows=("TC_B_26_CS", "3"),
    ),
    Fault(
        "reset-without-ended-event",
        "Drops the transaction at a reset without a word.",
        _ends_without_event,
        requirement="B12.FR.04",
        shows=("TC_B_22_CS", "3"),
    ),
    Fault(
        "reset-reported-as-power-loss",
        "Reboots without ending the transaction and reports a loss of power afterwards.",
        _reboots_before_telling,
        requirement="B12.FR.04",
        shows=("TC_B_22_CS", "3"),
    ),
    Fault(
        "reset-reported-after-reboot",
        "Tells only after the reboot that the transaction was ended for it.",
        _tells_after_reboot,
        requirement="B12.FR.04",
        shows=("TC_B_22_CS", "5"),
    ),
    Fault(
        "reset-ends-with-another-reason",
        "A transaction that a reset ended is said to have been stopped locally.",
        _ends("ResetCommand", "Local"),
        requirement="B12.FR.04",
        shows=("TC_B_22_CS", "3"),
    ),
    Fault(
        "reset-ends-with-another-trigger",
        "A transaction that a reset ended is said to have been stopped remotely.",
        _ends("RemoteStop", "ImmediateReset"),
        requirement="B12.FR.04",
        shows=("TC_B_22_CS", "3"),
    ),
    Fault(
        "reset-ends-while-charging",
        "A transaction that a reset ended is said to be charging.",
        _event(transactionInfo={"chargingState": "Charging"}),
        requirement="B12.FR.04",
        shows=("TC_B_22_CS", "3"),
    ),
    Fault(
        "reset-ends-with-an-update",
        "The last event of a transaction that a reset ended calls itself an update.",
        _event(eventType="Updated"),
        requirement="B12.FR.04",
        shows=("TC_B_22_CS", "3"),
    ),
    Fault(
        "reset-ends-with-a-token",
        "A transaction that a reset ended is said to have been stopped by the driver's token.",
        _event(idToken={"idToken": "AABBCCDD", "type": "ISO14443"}),
        requirement="B12.FR.04",
        shows=("TC_B_22_CS", "3"),
    ),
    Fault(
        "unavailable-forgotten",
        "Forgets over a reboot what was set inoperative.",
        _forgets_unavailable,
        requirement="B11.FR.02",
        shows=("TC_B_23_CS", "5"),
    ),
    Fault(
        "reservation-forgotten",
        "Forgets reservations over a reboot.",
        _forgets_reservations,
        requirement="B11.FR.05",
        shows=("TC_B_24_CS", "5"),
    ),
    Fault(
        "cable-forgotten",
        "Takes connectors for free after a reboot although a cable is in.",
        _forgets_cable,
        requirement="B01.FR.05",
        shows=("TC_B_22_CS", "7"),
    ),
    Fault(
        "evse-reset-reboots-station",
        "Resets the whole station where one EVSE was meant.",
        _resets_station_for_evse,
        requirement="B11.FR.08",
        shows=("TC_B_25_CS", "2"),
    ),
    Fault(
        "evse-reset-leaves-unavailable",
        "An EVSE is not available again after its reset.",
        _keeps_evse_unavailable,
        requirement="G01.FR.04",
        shows=("TC_B_26_CS", "5"),
    ),
)

FAULTS = (*_ANSWERS, *_DOING)
