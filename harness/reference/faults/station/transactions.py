"""Faults of charging sessions, where block B goes through them: TC_B_21, 22, 26, 27, 29 and 41."""

from __future__ import annotations

from typing import Any

from harness.reference.faults.base import (
    Alter,
    Change,
    Fault,
    MarkTriggered,
    When,
    inside,
    put,
    replaces,
    request,
    without,
)
from harness.reference.faults.station.words import never_sends, only_answers
from harness.reference.rpc import Payload

_TX = "TransactionEvent"
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


@replaces("transactions.new_id")
def _one_id_for_all(_station: Any, original: Any, mark_triggered: MarkTriggered) -> str:
    del original
    mark_triggered()
    return "the-transaction"


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


@replaces("availability.connector_status")
def _keeps_others_unavailable(
    station: Any, original: Any, mark_triggered: MarkTriggered, evse: Any, connector: int
) -> str:
    status: str = original(evse, connector)
    if status == "Available" and station.availability.reported.get((evse.id, connector)) == (
        "Unavailable"
    ):
        mark_triggered()
        return "Unavailable"
    return status


def _of_suspension(event: Payload) -> bool:
    info: Payload = event["transactionInfo"]
    stopped = info.get("chargingState") == "EVConnected"
    return event["triggerReason"] == "ChargingStateChanged" and stopped


def _is(status: str) -> When:
    return lambda payload: payload["connectorStatus"] == status


_PREPARING = (
    Fault(
        "start-not-told",
        "The beginning of a transaction is not reported.",
        never_sends(_TX, when=lambda event: event["eventType"] == "Started"),
        requirement="E01.FR.01-06",
        shows=("TC_B_22_CS", "Before>EnergyTransferStarted"),
        verdict=_INCONCLUSIVE,
    ),
    Fault(
        "start-is-an-update",
        "The first event of a transaction calls itself an update.",
        _event("Started", put(eventType="Updated")),
        requirement="E01.FR.01-06",
        shows=("TC_B_22_CS", "transactions_start_once_and_end_once"),
    ),
    Fault(
        "start-told-twice",
        "Later events of a transaction call themselves its start.",
        _event("Updated", put(eventType="Started")),
        requirement="E01.FR.01-06",
        shows=("TC_B_22_CS", "transactions_start_once_and_end_once"),
    ),
    Fault(
        "no-transactions",
        "Transactions are never reported.",
        never_sends(_TX),
        requirement="E01.FR.01-06",
        shows=("TC_B_21_CS", "Before>EnergyTransferStarted"),
        verdict=_INCONCLUSIVE,
    ),
    Fault(
        "token-not-asked-about",
        "A token is accepted without asking the CSMS.",
        _asks_nobody,
        requirement="C01.FR.02",
        shows=("TC_B_22_CS", "Before>EnergyTransferStarted"),
        verdict=_INCONCLUSIVE,
    ),
    Fault(
        "token-not-told",
        "Events do not tell whose token began the transaction.",
        request(_TX, without("idToken")),
        requirement="E02.FR.01, E03.FR.01, F02.FR.05",
        shows=("TC_B_22_CS", "authorizations_name_their_token"),
    ),
    Fault(
        "plug-not-told",
        "A connector is not reported as occupied when an EV is plugged in.",
        never_sends("StatusNotification", when=_is("Occupied")),
        requirement="E02.FR.05",
        shows=("TC_B_22_CS", "Before>EnergyTransferStarted"),
        verdict=_INCONCLUSIVE,
    ),
    Fault(
        "evse-not-told",
        "Events do not tell at which EVSE they are.",
        request(_TX, without("evse")),
        requirement="E01.FR.16",
        shows=("TC_B_22_CS", "connected_evse_is_named"),
    ),
    Fault(
        "connector-not-told",
        "Events tell the EVSE and not the connector.",
        request(_TX, inside("evse", without("connectorId"))),
        requirement="E01.FR.16",
        shows=("TC_B_22_CS", "connected_evse_is_named"),
    ),
    Fault(
        "charging-not-told",
        "Events about the charging state do not tell it.",
        request(
            _TX,
            _info(without("chargingState")),
            when=_by("ChargingStateChanged"),
        ),
        requirement="E02.FR.13",
        shows=("TC_B_22_CS", "charging_state_change_has_its_reason"),
    ),
    Fault(
        "transaction-starts-again",
        "Begins another transaction when energy flows, and lets the first one be.",
        _starts_again,
        requirement="E01.FR.14",
        shows=("TC_B_22_CS", "one_transaction_at_an_evse"),
    ),
    Fault(
        "events-numbered-with-gaps",
        "The seqNo of a transaction's events leaves numbers out.",
        _skips_numbers,
        requirement="E01.FR.07",
        shows=("TC_B_21_CS", "sequence_numbers_are_contiguous"),
    ),
    Fault(
        "events-numbered-twice",
        "Events of a transaction repeat a seqNo.",
        _repeats_numbers,
        requirement="E01.FR.07",
        shows=("TC_B_21_CS", "sequence_numbers_are_contiguous"),
    ),
)

_STOPPING = (
    Fault(
        "stop-does-not-end",
        "A transaction goes on although its driver stopped it.",
        _never_ends,
        requirement="E06.FR.01-07",
        shows=("TC_B_21_CS", "3"),
    ),
    Fault(
        "stop-not-told",
        "The end of a transaction by its driver is not reported.",
        never_sends(_TX, when=_by("StopAuthorized")),
        requirement="E07.FR.02",
        shows=("TC_B_21_CS", "3"),
    ),
    Fault(
        "stop-for-another-reason",
        "A transaction that its driver stopped is said to have ended by an emergency stop.",
        _stop(_info(put(stoppedReason="EmergencyStop"))),
        requirement="E07.FR.05",
        shows=("TC_B_21_CS", "3"),
    ),
    Fault(
        "stop-by-another-token",
        "A transaction is said to have been stopped by somebody else's token.",
        _stop(put(idToken={"idToken": "11223344", "type": "ISO14443"})),
        requirement="E07.FR.02",
        shows=("TC_B_21_CS", "3"),
    ),
    Fault(
        "stop-for-another-reason-remotely",
        "A transaction that was stopped remotely is said to have been stopped locally.",
        request(
            _TX,
            _info(put(stoppedReason="Local")),
            when=_by("RemoteStop"),
        ),
        requirement="E06.FR.08",
        shows=("TC_B_21_CS", "3"),
        variant="remote-only",
    ),
    Fault(
        "remote-stop-refused",
        "Rejects RequestStopTransaction.",
        only_answers("RequestStopTransaction", {"status": "Rejected"}),
        requirement="F03.FR.07",
        shows=("TC_B_21_CS", "3"),
        variant="remote-only",
    ),
    Fault(
        "end-of-charging-not-told",
        "Does not report that charging ended when its driver stopped it.",
        never_sends(_TX, when=_of_suspension),
        requirement="E02.FR.17",
        shows=("TC_B_21_CS", "4"),
        variant="tx-ev-connected",
    ),
    Fault(
        "unplugging-not-told",
        "A connector is not reported as available when the EV is unplugged.",
        never_sends("StatusNotification", when=_is("Available")),
        requirement="G01.FR.04",
        shows=("TC_B_26_CS", "5"),
    ),
    Fault(
        "unplugging-does-not-end",
        "A transaction goes on although the EV was unplugged.",
        _keeps_quiet_about_unplugging,
        requirement="E06.FR.01-07",
        shows=("TC_B_21_CS", "5"),
        variant="tx-ev-connected",
    ),
    Fault(
        "unplugging-by-another-trigger",
        "The end by unplugging is said to be the end of charging.",
        request(_TX, put(triggerReason="ChargingStateChanged"), when=_by("EVCommunicationLost")),
        requirement="E06.FR.01-07",
        shows=("TC_B_21_CS", "5"),
        variant="tx-ev-connected",
    ),
    Fault(
        "leaving-does-not-end",
        "A transaction goes on although the vehicle left the parking bay.",
        _keeps_quiet_about_leaving,
        requirement="E06.FR.01-07",
        shows=("TC_B_21_CS", "6"),
        variant="tx-parking-bay",
    ),
    Fault(
        "one-transaction-id",
        "All transactions have the same id.",
        _one_id_for_all,
        requirement="E01.FR.08",
        # Of one case in which two transactions begin; of others only a run of several can tell.
        shows=("TC_B_41_CS", "sequence_numbers_are_contiguous"),
    ),
)

_SHARING = (
    Fault(
        "other-connector-stays-unavailable",
        "Does not free the other connector when the one in use is free again.",
        _keeps_others_unavailable,
        requirement="E01.FR.14",
        shows=("TC_E_06_CS", "3>EVDisconnected 1"),
        variant="other-connector-unavailable",
    ),
)

FAULTS = (*_PREPARING, *_STOPPING, *_SHARING)
