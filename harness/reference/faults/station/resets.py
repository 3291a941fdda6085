"""Faults of resets: TC_B_20 to 29 and 41."""

from __future__ import annotations

from collections import deque
from typing import Any

from harness.reference.faults.base import Alter, MarkTriggered, When, error, put, replaces, response
from harness.reference.faults.station.words import (
    at,
    fault,
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


def _answered(status: str) -> When:
    return lambda answer: answer["status"] == status


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


_EVSE = at("2", "25", "26", "27")
_NO_EVSE_RESET = "no-evse-reset"

_ANSWERS = (
    fault(
        "reset-refused",
        "Rejects a reset.",
        only_answers("Reset", {"status": "Rejected"}),
        {**at("2", "20", "21", "22", "23", "24", "25", "26", "27", "41"), **at("6", "45", "46")},
    ),
    fault(
        "reset-is-an-error",
        "Answers a reset with NotImplemented.",
        error("Reset", "NotImplemented"),
        at("2", "20", "25"),
        leaves=(),
    ),
    fault(
        "reset-not-performed",
        "Accepts a reset and goes on as before.",
        only_answers("Reset", {"status": "Accepted"}, when=_of_station),
        {**at("3", "20", "22", "23", "24"), **at("2", "21", "41"), **at("7", "45")},
        leaves=("TC_B_25_CS", "TC_B_26_CS"),
    ),
    fault(
        "reset-scheduled-when-idle",
        "Schedules a reset although nothing is going on.",
        response("Reset", put(status="Scheduled"), when=_answered("Accepted")),
        {**at("2", "20", "23", "25"), **at("6", "45")},
        leaves=("TC_B_21_CS", "TC_B_26_CS"),
    ),
    fault(
        "reset-accepted-when-busy",
        "Answers Accepted to a reset that has to wait.",
        response("Reset", put(status="Accepted"), when=_answered("Scheduled")),
        at("2", "21", "26", "41"),
        leaves=("TC_B_20_CS", "TC_B_25_CS"),
    ),
    fault(
        "reset-disregards-transactions",
        "A reset when idle is carried out during a transaction.",
        _always_idle,
        at("2", "21", "26", "41"),
        leaves=("TC_B_20_CS", "TC_B_22_CS"),
    ),
    fault(
        "reset-looks-at-first-evse",
        "Takes itself for idle when the first EVSE is.",
        _asks_first_evse,
        at("7", "41"),
        leaves=("TC_B_21_CS",),
    ),
    fault(
        "immediate-reset-scheduled",
        "Waits with an immediate reset for the end of the transaction.",
        _immediate_waits,
        at("2", "22", "27"),
        leaves=("TC_B_20_CS", "TC_B_21_CS"),
    ),
    fault(
        "evse-reset-refused",
        "Rejects the reset of an EVSE although it says that it can do that.",
        only_answers("Reset", {"status": "Rejected"}, when=_of_evse),
        _EVSE,
        leaves=("TC_B_20_CS",),
    ),
    fault(
        "unsupported-evse-reset-accepted",
        "Accepts the reset of an EVSE although it cannot do that.",
        only_answers("Reset", {"status": "Accepted"}, when=_of_evse),
        at("2", "28", "29"),
        leaves=("TC_B_20_CS",),
        variant=_NO_EVSE_RESET,
    ),
    fault(
        "unsupported-evse-reset-scheduled",
        "Schedules the reset of an EVSE although it cannot do that.",
        only_answers("Reset", {"status": "Scheduled"}, when=_of_evse),
        at("2", "28", "29"),
        variant=_NO_EVSE_RESET,
    ),
    fault(
        "unsupported-evse-reset-reboots",
        "Rejects the reset of an EVSE and reboots a moment later.",
        _reboots_though_refused,
        at("2", "28", "29"),
        leaves=("TC_B_20_CS",),
        variant=_NO_EVSE_RESET,
    ),
    fault(
        "unsupported-evse-reset-is-an-error",
        "Answers the reset of an EVSE with NotSupported in place of a response.",
        error("Reset", "NotSupported", when=_answered("Rejected")),
        at("2", "28", "29"),
        variant=_NO_EVSE_RESET,
    ),
)

_DOING = (
    fault(
        "scheduled-reset-at-once",
        "Says that a reset is scheduled and reboots at once.",
        _reboots_at_once,
        at("3", "21", "41"),
        leaves=("TC_B_20_CS", "TC_B_26_CS"),
    ),
    fault(
        "scheduled-reset-forgotten",
        "Says that a reset is scheduled and never reboots.",
        nothing("resets.check"),
        {**at("7", "21"), **at("11", "41")},
        leaves=("TC_B_20_CS",),
    ),
    fault(
        "scheduled-evse-reset-at-once",
        "Says that the reset of an EVSE is scheduled and ends its transaction at once.",
        _resets_evse_at_once,
        at("3", "26"),
        leaves=("TC_B_25_CS", "TC_B_27_CS"),
    ),
    fault(
        "reset-without-ended-event",
        "Drops the transaction at a reset without a word.",
        _ends_without_event,
        at("3", "22", "27"),
        leaves=("TC_B_21_CS", "TC_B_26_CS"),
    ),
    fault(
        "reset-reported-as-power-loss",
        "Reboots without ending the transaction and reports a loss of power afterwards.",
        _reboots_before_telling,
        at("3", "22"),
        leaves=("TC_B_21_CS",),
    ),
    fault(
        "reset-reported-after-reboot",
        "Tells only after the reboot that the transaction was ended for it.",
        _tells_after_reboot,
        at("5", "22"),
        leaves=("TC_B_21_CS",),
    ),
    fault(
        "reset-ends-with-another-reason",
        "A transaction that a reset ended is said to have been stopped locally.",
        _ends("ResetCommand", "Local"),
        at("3", "22", "27"),
    ),
    fault(
        "reset-ends-with-another-trigger",
        "A transaction that a reset ended is said to have been stopped remotely.",
        _ends("RemoteStop", "ImmediateReset"),
        at("3", "22", "27"),
    ),
    fault(
        "reset-ends-while-charging",
        "A transaction that a reset ended is said to be charging.",
        _event(transactionInfo={"chargingState": "Charging"}),
        at("3", "22", "27"),
    ),
    fault(
        "reset-ends-with-an-update",
        "The last event of a transaction that a reset ended calls itself an update.",
        _event(eventType="Updated"),
        at("3", "22", "27"),
    ),
    fault(
        "reset-ends-with-a-token",
        "A transaction that a reset ended is said to have been stopped by the driver's token.",
        _event(idToken={"idToken": "AABBCCDD", "type": "ISO14443"}),
        at("3", "22"),
    ),
    fault(
        "unavailable-forgotten",
        "Forgets over a reboot what was set inoperative.",
        _forgets_unavailable,
        at("5", "23"),
        leaves=("TC_B_24_CS",),
    ),
    fault(
        "reservation-forgotten",
        "Forgets reservations over a reboot.",
        _forgets_reservations,
        at("5", "24"),
        leaves=("TC_B_23_CS",),
    ),
    fault(
        "cable-forgotten",
        "Takes connectors for free after a reboot although a cable is in.",
        _forgets_cable,
        {**at("7", "22"), **at("9", "21"), **at("13", "41")},
        leaves=("TC_B_23_CS",),
    ),
    fault(
        "evse-reset-reboots-station",
        "Resets the whole station where one EVSE was meant.",
        _resets_station_for_evse,
        {**at("2", "25"), **at("6", "26"), **at("3", "27")},
        leaves=("TC_B_20_CS",),
    ),
    fault(
        "evse-reset-leaves-unavailable",
        "An EVSE is not available again after its reset.",
        _keeps_evse_unavailable,
        at("5", "26"),
        leaves=("TC_B_20_CS",),
    ),
)

FAULTS = (*_ANSWERS, *_DOING)
