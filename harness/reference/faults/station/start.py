"""Faults of the beginning of a charging session, where block E looks at it."""

from __future__ import annotations

from typing import Any

from harness.reference.faults.base import (
    Alter,
    Fault,
    MarkTriggered,
    When,
    inside,
    replaces,
    request,
)
from harness.reference.faults.station.words import never_sends
from harness.reference.rpc import Payload
from harness.reference.station.state import Authorization, Token

_TX = "TransactionEvent"


def _is(kind: str) -> Alter:
    return never_sends(_TX, when=lambda event: event["eventType"] == kind)


def _tells_nothing_of(state: str) -> Alter:
    def told(event: Payload) -> bool:
        return event["transactionInfo"].get("chargingState") == state

    return never_sends(_TX, when=told)


def _by(trigger: str) -> When:
    return lambda event: event["triggerReason"] == trigger


@replaces("transactions.connected")
def _charges_anybody(
    _station: Any, original: Any, mark_triggered: MarkTriggered, evse: Any
) -> None:
    if evse.authorization is None:
        mark_triggered()
        evse.authorization = Authorization(Token("ANYBODY", "Central"))
    original(evse)


@replaces("transactions.connected")
def _charges_before_authorization(
    station: Any, original: Any, mark_triggered: MarkTriggered, evse: Any
) -> None:
    original(evse)
    if evse.authorization is None and evse.transaction is not None:
        mark_triggered()
        station.transactions.set_state(evse, "Charging")
        station.transactions.update(evse, "ChargingStateChanged", changed=True)


@replaces("transactions.start_timer")
def _waits_briefly(station: Any, original: Any, mark_triggered: MarkTriggered, evse: Any) -> None:
    mark_triggered()
    original(evse)
    station.transactions.stop_timer(evse)
    station.later(0.05, lambda: station.transactions.connection_timed_out(evse))


@replaces("transactions.connection_timed_out")
def _waits_longer(station: Any, original: Any, mark_triggered: MarkTriggered, evse: Any) -> None:
    mark_triggered()
    wait = station.model.number("TxCtrlr.EVConnectionTimeOut")
    station.later(wait * 0.4, lambda: original(evse) if evse.plugged is None else None)


@replaces("authorization.check")
async def _asks_all_the_same(
    station: Any, original: Any, mark_triggered: MarkTriggered, token: Any, *rest: Any
) -> Payload:
    if station.model.flag("AuthCtrlr.DisableRemoteAuthorization"):
        mark_triggered()
        return await station.authorization.ask_csms(token)
    return await original(token, *rest)


FAULTS = (
    Fault(
        "beginning-not-told",
        "The first event of a transaction is not sent.",
        _is("Started"),
        requirement="E01.FR.01-06",
        shows=("TC_E_01_CS", "1"),
    ),
    Fault(
        "energy-not-told",
        "That energy flows is not sent.",
        _tells_nothing_of("Charging"),
        requirement="E02.FR.17",
        shows=("TC_E_01_CS", "2"),
    ),
    Fault(
        "signed-data-unsigned",
        "The first signed meter value is sent without signature.",
        request(
            _TX,
            inside("meterValue", inside("sampledValue", lambda v: v.pop("signedMeterValue", None))),
        ),
        requirement="E01.FR.04, E01.FR.09, E01.FR.16",
        shows=("TC_E_11_CS", "3"),
    ),
    Fault(
        "plug-timeout-not-told",
        "That nobody plugged in in time is not sent.",
        never_sends(_TX, when=_by("EVConnectTimeout")),
        requirement="E03.FR.05, E10.FR.02",
        shows=("TC_E_05_CS", "1"),
    ),
    Fault(
        "energy-before-authorization",
        "Gives energy as soon as the cable is in.",
        _charges_before_authorization,
        requirement="E02.FR.01, E02.FR.20, E03.FR.01, F02.FR.05",
        shows=("TC_E_03_CS", "energy_follows_authorization"),
    ),
    Fault(
        "plug-timeout-too-early",
        "Waits for the cable for a moment, whatever EVConnectionTimeOut says.",
        _waits_briefly,
        requirement="C01.FR.26, E03.FR.05",
        shows=("TC_E_05_CS", "1"),
    ),
    Fault(
        "plug-timeout-late",
        "Waits for the cable for longer than EVConnectionTimeOut says.",
        _waits_longer,
        requirement="C01.FR.26, E03.FR.05",
        shows=("TC_E_05_CS", "1"),
    ),
    Fault(
        "charges-anybody",
        "A cable is enough to get energy.",
        _charges_anybody,
        requirement="E03.FR.05, E03.FR.15",
        shows=("TC_E_39_CS", "5"),
    ),
    Fault(
        "asks-all-the-same",
        "DisableRemoteAuthorization changes nothing.",
        _asks_all_the_same,
        requirement="Part 2, 2.3.8",
        shows=("TC_E_52_CS", "1"),
    ),
    Fault(
        "suspension-at-first-not-told",
        "A vehicle that takes no energy yet is not reported.",
        _tells_nothing_of("SuspendedEV"),
        requirement="E01.FR.18, E02.FR.13",
        shows=("TC_E_38_CS", "2"),
        variant="no-energy-transfer-start",
    ),
)
