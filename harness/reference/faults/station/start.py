"""Faults of the beginning of a charging session, where block E looks at it."""

from __future__ import annotations

from typing import Any

from harness.reference.faults.base import Alter, MarkTriggered, When, inside, put, replaces, request
from harness.reference.faults.station.words import block_e, fault, never_sends
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


@replaces("authorization.check")
async def _asks_all_the_same(
    station: Any, original: Any, mark_triggered: MarkTriggered, token: Any, *rest: Any
) -> Payload:
    if station.model.flag("AuthCtrlr.DisableRemoteAuthorization"):
        mark_triggered()
        return await station.authorization.ask_csms(token)
    return await original(token, *rest)


FAULTS = (
    fault(
        "beginning-not-told",
        "The first event of a transaction is not sent.",
        _is("Started"),
        {
            **block_e("1", "01", "04", "09", "10", "12", "13"),
            **block_e("3", "02", "11"),
        },
    ),
    fault(
        "energy-not-told",
        "That energy flows is not sent.",
        _tells_nothing_of("Charging"),
        {
            **block_e("2", "01", "03", "04"),
            **block_e("3", "02", "09", "10", "13"),
            **block_e("4", "05", "12"),
            **block_e("5", "11"),
        },
    ),
    fault(
        "energy-of-nobody",
        "The event of an authorization names another token.",
        request(
            _TX,
            inside("idToken", put(idToken="NOBODY")),
            when=lambda event: event["triggerReason"] == "Authorized",
        ),
        {**block_e("1", "03", "04", "10"), **block_e("2", "09", "12")},
    ),
    fault(
        "signed-data-unsigned",
        "The first signed meter value is sent without signature.",
        request(
            _TX,
            inside("meterValue", inside("sampledValue", lambda v: v.pop("signedMeterValue", None))),
        ),
        block_e("3", "11"),
    ),
    fault(
        "plug-timeout-not-told",
        "That nobody plugged in in time is not sent.",
        never_sends(_TX, when=_by("EVConnectTimeout")),
        block_e("1", "05", "39"),
    ),
    fault(
        "energy-before-authorization",
        "Gives energy as soon as the cable is in.",
        _charges_before_authorization,
        block_e("energy_follows_authorization", "03", "09"),
    ),
    fault(
        "plug-timeout-too-early",
        "Waits for the cable for a moment, whatever EVConnectionTimeOut says.",
        _waits_briefly,
        block_e("1", "05", "39"),
    ),
    fault(
        "plug-timeout-for-another-reason",
        "A transaction that ends because nobody plugged in gives another reason.",
        request(
            _TX,
            inside("transactionInfo", put(stoppedReason="Local")),
            when=lambda event: event["triggerReason"] == "EVConnectTimeout",
        ),
        block_e("1", "05", "39"),
    ),
    fault(
        "charges-anybody",
        "A cable is enough to get energy.",
        _charges_anybody,
        {**block_e("5", "39"), **block_e("3", "52")},
    ),
    fault(
        "asks-all-the-same",
        "DisableRemoteAuthorization changes nothing.",
        _asks_all_the_same,
        block_e("1", "52"),
    ),
    fault(
        "suspension-at-first-not-told",
        "A vehicle that takes no energy yet is not reported.",
        _tells_nothing_of("SuspendedEV"),
        block_e("2", "38"),
        variant="no-energy-transfer-start",
    ),
)
