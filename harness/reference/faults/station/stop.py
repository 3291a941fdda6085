"""Faults of the end of a charging session, where block E looks at it."""

from __future__ import annotations

from typing import Any

from harness.reference.faults.base import MarkTriggered, When, inside, put, replaces, request
from harness.reference.faults.station.words import block_e, fault, never_sends

_TX = "TransactionEvent"
_BY_CABLE = block_e("1", "17", "20", "37")


def _is(kind: str) -> When:
    return lambda event: event["eventType"] == kind


def _by(trigger: str) -> When:
    return lambda event: event["triggerReason"] == trigger


@replaces("transactions.connected")
def _ignores_return(_station: Any, original: Any, mark_triggered: MarkTriggered, evse: Any) -> None:
    if evse.transaction is not None and evse.transaction.seq_no > 3:
        mark_triggered()
        return
    original(evse)


@replaces("transactions.connected")
def _charges_anybody(station: Any, original: Any, mark_triggered: MarkTriggered, evse: Any) -> None:
    if evse.authorization is not None:
        original(evse)
        return
    mark_triggered()
    station.transactions.set_state(evse, "Charging")
    if evse.transaction is None:
        station.transactions.start(evse, "CablePluggedIn")
    else:
        station.transactions.update(evse, "CablePluggedIn", changed=True)


@replaces("transactions.connected")
def _charges_unready(station: Any, original: Any, mark_triggered: MarkTriggered, evse: Any) -> None:
    if evse.authorization is None or evse.ev_ready:
        original(evse)
        return
    mark_triggered()
    station.transactions.stop_timer(evse)
    station.transactions.set_state(evse, "Charging")
    if evse.transaction is None:
        station.transactions.start(evse, "CablePluggedIn")
    else:
        station.transactions.update(evse, "CablePluggedIn", changed=True)
    station.transactions.advance(evse)


@replaces("transactions.connection_timed_out")
def _waits_for_ever(
    _station: Any, _original: Any, mark_triggered: MarkTriggered, _evse: Any
) -> None:
    mark_triggered()


@replaces("transactions.stopped")
def _ends_with_the_cable_in(
    station: Any, original: Any, mark_triggered: MarkTriggered, evse: Any, *rest: Any, **named: Any
) -> None:
    original(evse, *rest, **named)
    if evse.transaction is not None:
        mark_triggered()
        evse.charging_state = "Idle"
        station.transactions.end(evse, "EVCommunicationLost", "Local")


@replaces("transactions.disconnected")
def _ends_in_the_bay(station: Any, original: Any, mark_triggered: MarkTriggered, evse: Any) -> None:
    original(evse)
    if evse.transaction is not None:
        mark_triggered()
        station.transactions.end(evse, "EVDeparted", "Local")


FAULTS = (
    fault(
        "ends-with-the-cable-in",
        "Ends a transaction as if the cable were out, when it is stopped.",
        _ends_with_the_cable_in,
        block_e("1", "14"),
    ),
    fault(
        "ends-in-the-bay",
        "Ends a transaction as if the vehicle had left, when its cable is out.",
        _ends_in_the_bay,
        block_e("1", "19"),
    ),
    fault(
        "end-not-told",
        "The last event of a transaction is not sent.",
        never_sends(_TX, when=_is("Ended")),
        {
            **_BY_CABLE,
            **block_e("1", "06", "07", "08", "15", "19", "22"),
            **block_e("3", "14", "16", "21", "35"),
        },
    ),
    fault(
        "end-not-told-dc",
        "The last event of a transaction is not sent.",
        never_sends(_TX, when=_is("Ended")),
        block_e("1", "54"),
        variant="dc",
    ),
    fault(
        "ended-for-another-reason",
        "A transaction that ended as usual gives another reason.",
        request(_TX, inside("transactionInfo", put(stoppedReason="Other")), when=_is("Ended")),
        {
            **_BY_CABLE,
            **block_e("1", "07", "08", "15", "19", "22"),
            **block_e("3", "14", "16", "21", "35"),
        },
    ),
    fault(
        "ends-as-an-update",
        "The last event of a transaction calls itself an update.",
        request(_TX, put(eventType="Updated"), when=_is("Ended")),
        {
            **_BY_CABLE,
            **block_e("1", "07", "08", "15", "19", "22"),
            **block_e("3", "14", "16", "21", "35"),
        },
    ),
    fault(
        "vehicle-lost-not-told",
        "That the cable left the vehicle is not sent.",
        never_sends(_TX, when=_by("EVCommunicationLost")),
        {**_BY_CABLE, **block_e("1", "24", "25", "26")},
    ),
    fault(
        "vehicle-lost-fixed-not-told",
        "That a fixed cable left the vehicle is not sent.",
        never_sends(_TX, when=_by("EVCommunicationLost")),
        block_e("1", "27"),
        variant="fixed-cable",
    ),
    fault(
        "vehicle-lost-but-connected",
        "Without a vehicle the charging state is still that of a connected one.",
        request(
            _TX,
            inside("transactionInfo", put(chargingState="EVConnected")),
            when=_by("EVCommunicationLost"),
        ),
        {**_BY_CABLE, **block_e("1", "24", "25", "26")},
    ),
    fault(
        "never-free-again",
        "A connector that becomes free is not reported.",
        never_sends(
            "StatusNotification", when=lambda status: status["connectorStatus"] == "Available"
        ),
        {**block_e("3", "06", "17", "24", "25"), **block_e("1", "14")},
    ),
    fault(
        "vehicle-back-ignored",
        "A vehicle that is connected again is not noticed.",
        _ignores_return,
        block_e("5", "26"),
    ),
    fault(
        "charges-without-driver",
        "Whoever plugs in gets energy.",
        _charges_anybody,
        {**block_e("5", "39"), **block_e("2", "52")},
    ),
    fault(
        "charges-unready-vehicle",
        "A vehicle that is not ready is said to charge, and to be suspended only then.",
        _charges_unready,
        block_e("2", "38"),
        variant="no-energy-transfer-start",
    ),
    fault(
        "waits-for-ever",
        "A vehicle that does not come back keeps its authorization.",
        _waits_for_ever,
        block_e("5", "27"),
        variant="fixed-cable",
    ),
)
