"""Faults of the end of a charging session, where block E looks at it."""

from __future__ import annotations

from typing import Any

from harness.reference.faults.base import Fault, MarkTriggered, When, inside, put, replaces, request
from harness.reference.faults.station.words import never_sends

_TX = "TransactionEvent"


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


@replaces("transactions.refused")
def _charges_the_refused(
    _station: Any, _original: Any, mark_triggered: MarkTriggered, _evse: Any
) -> None:
    mark_triggered()


@replaces("transactions.refused")
def _stops_the_refused_as_any_other(
    station: Any, _original: Any, mark_triggered: MarkTriggered, evse: Any
) -> None:
    mark_triggered()
    station.transactions.stopped(evse, "StopAuthorized", "Local")


@replaces("leave_cable")
def _lets_go(_station: Any, original: Any, mark_triggered: MarkTriggered, evse: Any) -> None:
    original(evse)
    if evse.locked:
        mark_triggered()
        evse.unlock()


@replaces("transactions.stopped")
def _keeps_cable(
    _station: Any, original: Any, mark_triggered: MarkTriggered, evse: Any, *rest: Any, **named: Any
) -> None:
    bolted = evse.bolted
    original(evse, *rest, **named)
    if bolted:
        mark_triggered()
        evse.bolted = True


@replaces("meter.set_charging")
def _energy_goes_on(
    _station: Any, original: Any, mark_triggered: MarkTriggered, evse: Any, charging: bool
) -> None:
    if not charging and evse.charging_since is not None:
        mark_triggered()
        return
    original(evse, charging)


FAULTS = (
    Fault(
        "cable-kept-after-the-stop",
        "The cable of a transaction that was stopped stays locked at the station.",
        _keeps_cable,
        requirement="E06.FR.10, E07.FR.07",
        shows=("TC_F_08_CS", "1"),
    ),
    Fault(
        "energy-goes-on",
        "Energy flows on when a transaction has been stopped.",
        _energy_goes_on,
        requirement="F03.FR.02, E05.FR.10",
        shows=("TC_E_35_CS", "3"),
    ),
    Fault(
        "stopped-by-nobody",
        "The event of a stop by the CSMS names a driver of whom nobody has heard.",
        request(
            _TX,
            put(idToken={"idToken": "00000000", "type": "Local"}),
            when=_by("RemoteStop"),
        ),
        requirement="E02.FR.01, F03.FR.03",
        shows=("TC_E_35_CS", "only_drivers_bring_their_token"),
    ),
    Fault(
        "cable-free-at-once",
        "A cable that left the vehicle can be taken out of its socket by anybody.",
        _lets_go,
        requirement="E09.FR.03, E10.FR.01",
        shows=("TC_E_26_CS", "1"),
    ),
    Fault(
        "charges-the-refused",
        "Goes on with a transaction whose token the CSMS does not accept.",
        _charges_the_refused,
        requirement="E05.FR.10, E06.FR.04",
        shows=("TC_E_16_CS", "3"),
    ),
    Fault(
        "stops-the-refused-as-any-other",
        "Ends a transaction whose token the CSMS does not accept as if its driver had stopped it.",
        _stops_the_refused_as_any_other,
        requirement="E05.FR.10, E06.FR.04",
        shows=("TC_E_16_CS", "3"),
    ),
    Fault(
        "ends-with-the-cable-in",
        "Ends a transaction as if the cable were out, when it is stopped.",
        _ends_with_the_cable_in,
        requirement="E06.FR.02",
        shows=("TC_E_14_CS", "1"),
    ),
    Fault(
        "ends-in-the-bay",
        "Ends a transaction as if the vehicle had left, when its cable is out.",
        _ends_in_the_bay,
        requirement="E06.FR.01",
        shows=("TC_E_19_CS", "1"),
    ),
    Fault(
        "end-not-told",
        "The last event of a transaction is not sent.",
        never_sends(_TX, when=_is("Ended")),
        requirement="E09.FR.01, E06.FR.08",
        shows=("TC_E_17_CS", "1"),
    ),
    Fault(
        "end-not-told-dc",
        "The last event of a transaction is not sent.",
        never_sends(_TX, when=_is("Ended")),
        requirement="E06.FR.02, E06.FR.08",
        shows=("TC_E_54_CS", "1"),
        variant="dc",
    ),
    Fault(
        "ended-for-another-reason",
        "A transaction that ended as usual gives another reason.",
        request(_TX, inside("transactionInfo", put(stoppedReason="Other")), when=_is("Ended")),
        requirement="E09.FR.01, E06.FR.08",
        shows=("TC_E_17_CS", "1"),
    ),
    Fault(
        "ends-as-an-update",
        "The last event of a transaction calls itself an update.",
        request(_TX, put(eventType="Updated"), when=_is("Ended")),
        requirement="E09.FR.01, E06.FR.08",
        shows=("TC_E_17_CS", "1"),
    ),
    Fault(
        "vehicle-lost-not-told",
        "That the cable left the vehicle is not sent.",
        never_sends(_TX, when=_by("EVCommunicationLost")),
        requirement="E09.FR.01, E06.FR.08",
        shows=("TC_E_17_CS", "1"),
    ),
    Fault(
        "vehicle-lost-fixed-not-told",
        "That a fixed cable left the vehicle is not sent.",
        never_sends(_TX, when=_by("EVCommunicationLost")),
        requirement="E02.FR.13",
        shows=("TC_E_27_CS", "1"),
        variant="fixed-cable",
    ),
    Fault(
        "never-free-again",
        "A connector that becomes free is not reported.",
        never_sends(
            "StatusNotification", when=lambda status: status["connectorStatus"] == "Available"
        ),
        requirement="G01.FR.04",
        shows=("TC_E_06_CS", "3"),
    ),
    Fault(
        "vehicle-back-ignored",
        "A vehicle that is connected again is not noticed.",
        _ignores_return,
        requirement="E02.FR.13, E02.FR.17",
        shows=("TC_E_26_CS", "5"),
    ),
    Fault(
        "charges-without-driver",
        "Whoever plugs in gets energy.",
        _charges_anybody,
        requirement="E02.FR.17, E03.FR.05",
        shows=("TC_E_39_CS", "5"),
    ),
    Fault(
        "charges-unready-vehicle",
        "A vehicle that is not ready is said to charge, and to be suspended only then.",
        _charges_unready,
        requirement="E01.FR.18",
        shows=("TC_E_38_CS", "2"),
        variant="no-energy-transfer-start",
    ),
    Fault(
        "waits-for-ever",
        "A vehicle that does not come back keeps its authorization.",
        _waits_for_ever,
        requirement="E03.FR.05, E10.FR.02",
        shows=("TC_E_27_CS", "5"),
        variant="fixed-cable",
    ),
)
