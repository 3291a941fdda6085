"""Faults of charging sessions, where block B goes through them: TC_B_21, 22, 26, 27, 29 and 41."""

from __future__ import annotations

from typing import Any

from harness.reference.faults.base import (
    Alter,
    Change,
    MarkTriggered,
    When,
    inside,
    put,
    replaces,
    request,
    without,
)
from harness.reference.faults.station.words import at, fault, never_sends, only_answers
from harness.reference.rpc import Payload

_TX = "TransactionEvent"
_BEFORE = "Before>EnergyTransferStarted"
_INCONCLUSIVE = "INCONCLUSIVE"


def _by(trigger: str) -> When:
    return lambda event: event["triggerReason"] == trigger


def _event(kind: str, change: Change) -> Alter:
    return request(_TX, change, when=lambda event: event["eventType"] == kind)


def _stop(change: Change) -> Alter:
    return request(_TX, change, when=_by("StopAuthorized"))


def _info(change: Change) -> Change:
    return inside("transactionInfo", change)


@replaces("events.emit")
def _skips_numbers(
    _station: Any,
    original: Any,
    mark_triggered: MarkTriggered,
    evse: Any,
    kind: str,
    *rest: Any,
    **named: Any,
) -> None:
    if kind != "Started" and evse.transaction is not None:
        mark_triggered()
        evse.transaction.seq_no += 1
    original(evse, kind, *rest, **named)


@replaces("events.emit")
def _repeats_numbers(
    _station: Any,
    original: Any,
    mark_triggered: MarkTriggered,
    evse: Any,
    kind: str,
    *rest: Any,
    **named: Any,
) -> None:
    transaction = evse.transaction
    if kind == "Updated" and transaction is not None and transaction.seq_no > 0:
        mark_triggered()
        transaction.seq_no -= 1
    original(evse, kind, *rest, **named)


@replaces("authorization.ask_csms")
async def _asks_nobody(
    _station: Any, _original: Any, mark_triggered: MarkTriggered, _token: Any
) -> Payload:
    mark_triggered()
    return {"status": "Accepted"}


@replaces("transactions.update")
def _starts_again(
    station: Any,
    original: Any,
    mark_triggered: MarkTriggered,
    evse: Any,
    trigger: str,
    **named: Any,
) -> None:
    if trigger == "ChargingStateChanged" and evse.charging_state == "Charging":
        mark_triggered()
        station.transactions.start(evse, trigger)
    else:
        original(evse, trigger, **named)


@replaces("transactions.end")
def _never_ends(
    station: Any,
    original: Any,
    mark_triggered: MarkTriggered,
    evse: Any,
    trigger: str,
    reason: str,
    **named: Any,
) -> None:
    if trigger != "StopAuthorized":
        original(evse, trigger, reason, **named)
        return
    mark_triggered()
    station.transactions.update(evse, trigger, changed=True, token=named.get("token"))


@replaces("transactions.disconnected")
def _keeps_quiet_about_unplugging(
    _station: Any, _original: Any, mark_triggered: MarkTriggered, _evse: Any
) -> None:
    mark_triggered()


@replaces("transactions.bay_left")
def _keeps_quiet_about_leaving(
    _station: Any, _original: Any, mark_triggered: MarkTriggered, _evse: Any
) -> None:
    mark_triggered()


def _of_suspension(event: Payload) -> bool:
    info: Payload = event["transactionInfo"]
    stopped = info.get("chargingState") == "EVConnected"
    return event["triggerReason"] == "ChargingStateChanged" and stopped


def _is(status: str) -> When:
    return lambda payload: payload["connectorStatus"] == status


_SESSIONS = ("21", "22", "26", "27", "41")

_PREPARING = (
    fault(
        "start-not-told",
        "The beginning of a transaction is not reported.",
        never_sends(_TX, when=lambda event: event["eventType"] == "Started"),
        at(_BEFORE, "22", "27"),
        verdict=_INCONCLUSIVE,
    ),
    fault(
        "start-is-an-update",
        "The first event of a transaction calls itself an update.",
        _event("Started", put(eventType="Updated")),
        at("transactions_start_once_and_end_once", "22", "27"),
    ),
    fault(
        "start-told-twice",
        "Later events of a transaction call themselves its start.",
        _event("Updated", put(eventType="Started")),
        at("transactions_start_once_and_end_once", "22", "27"),
    ),
    fault(
        "no-transactions",
        "Transactions are never reported.",
        never_sends(_TX),
        at(_BEFORE, *_SESSIONS),
        verdict=_INCONCLUSIVE,
    ),
    fault(
        "token-not-asked-about",
        "A token is accepted without asking the CSMS.",
        _asks_nobody,
        at(_BEFORE, "22"),
        verdict=_INCONCLUSIVE,
    ),
    fault(
        "token-not-told",
        "Events do not tell whose token began the transaction.",
        request(_TX, without("idToken")),
        at("authorizations_name_their_token", "22", "26"),
    ),
    fault(
        "plug-not-told",
        "A connector is not reported as occupied when an EV is plugged in.",
        never_sends("StatusNotification", when=_is("Occupied")),
        at(_BEFORE, "22", "26"),
        verdict=_INCONCLUSIVE,
    ),
    fault(
        "evse-not-told",
        "Events do not tell at which EVSE they are.",
        request(_TX, without("evse")),
        at("connected_evse_is_named", "22", "26"),
    ),
    fault(
        "connector-not-told",
        "Events tell the EVSE and not the connector.",
        request(_TX, inside("evse", without("connectorId"))),
        at("connected_evse_is_named", "22", "26"),
    ),
    fault(
        "charging-not-told",
        "Events about the charging state do not tell it.",
        request(
            _TX,
            _info(without("chargingState")),
            when=_by("ChargingStateChanged"),
        ),
        at("charging_state_change_has_its_reason", "22", "26"),
    ),
    fault(
        "transaction-starts-again",
        "Begins another transaction when energy flows, and lets the first one be.",
        _starts_again,
        at("one_transaction_at_an_evse", "22", "27"),
    ),
    fault(
        "events-numbered-with-gaps",
        "The seqNo of a transaction's events leaves numbers out.",
        _skips_numbers,
        at("sequence_numbers_are_contiguous", *_SESSIONS),
    ),
    fault(
        "events-numbered-twice",
        "Events of a transaction repeat a seqNo.",
        _repeats_numbers,
        at("sequence_numbers_are_contiguous", *_SESSIONS),
    ),
)

_STOPPING = (
    fault(
        "stop-does-not-end",
        "A transaction goes on although its driver stopped it.",
        _never_ends,
        at("3", "21", "26", "41"),
        leaves=("TC_B_22_CS",),
    ),
    fault(
        "stop-not-told",
        "The end of a transaction by its driver is not reported.",
        never_sends(_TX, when=_by("StopAuthorized")),
        at("3", "21", "26", "41"),
        leaves=("TC_B_22_CS",),
    ),
    fault(
        "stop-for-another-reason",
        "A transaction that its driver stopped is said to have ended by an emergency stop.",
        _stop(_info(put(stoppedReason="EmergencyStop"))),
        at("3", "21", "26", "41"),
        leaves=("TC_B_22_CS",),
    ),
    fault(
        "stop-by-another-trigger",
        "A transaction that its driver stopped is said to have been stopped remotely.",
        _stop(put(triggerReason="RemoteStop")),
        at("3", "21", "26", "41"),
    ),
    fault(
        "stop-by-another-token",
        "A transaction is said to have been stopped by somebody else's token.",
        _stop(put(idToken={"idToken": "11223344", "type": "ISO14443"})),
        at("3", "21", "26", "41"),
    ),
    fault(
        "stop-for-another-reason-remotely",
        "A transaction that was stopped remotely is said to have been stopped locally.",
        request(
            _TX,
            _info(put(stoppedReason="Local")),
            when=_by("RemoteStop"),
        ),
        at("3", "21", "26", "41"),
        variant="remote-only",
    ),
    fault(
        "remote-stop-refused",
        "Rejects RequestStopTransaction.",
        only_answers("RequestStopTransaction", {"status": "Rejected"}),
        at("3", "21"),
        variant="remote-only",
    ),
    fault(
        "end-of-charging-not-told",
        "Does not report that charging ended when its driver stopped it.",
        never_sends(_TX, when=_of_suspension),
        at("4", "21", "26", "41"),
        variant="tx-ev-connected",
    ),
    fault(
        "unplugging-not-told",
        "A connector is not reported as available when the EV is unplugged.",
        never_sends("StatusNotification", when=_is("Available")),
        at("5", "26", "41"),
    ),
    fault(
        "unplugging-does-not-end",
        "A transaction goes on although the EV was unplugged.",
        _keeps_quiet_about_unplugging,
        at("5", "21", "26", "41"),
        variant="tx-ev-connected",
    ),
    fault(
        "unplugging-by-another-trigger",
        "The end by unplugging is said to be the end of charging.",
        request(_TX, put(triggerReason="ChargingStateChanged"), when=_by("EVCommunicationLost")),
        at("5", "21", "26", "41"),
        variant="tx-ev-connected",
    ),
    fault(
        "leaving-does-not-end",
        "A transaction goes on although the vehicle left the parking bay.",
        _keeps_quiet_about_leaving,
        at("6", "21", "26", "41"),
        variant="tx-parking-bay",
    ),
)

FAULTS = (*_PREPARING, *_STOPPING)
