"""What a CSMS does wrong with transactions (E), where block E looks at it."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from harness.reference.csms.access import refusal
from harness.reference.faults.base import (
    Fault,
    MarkTriggered,
    When,
    all_of,
    drop,
    error,
    inside,
    put,
    replaces,
    response,
    without,
)
from harness.reference.faults.csms.words import (
    dead_button,
    never_sends,
    refuses_event,
    sync,
)
from harness.reference.rpc import CallError, Payload

_TX = "TransactionEvent"
_STATUS = "GetTransactionStatus"
_STOP = "RequestStopTransaction"


def _of(kind: str) -> When:
    return lambda event: event["eventType"] == kind


def _by(trigger: str) -> When:
    return lambda event: event["triggerReason"] == trigger


def _in(state: str) -> When:
    return lambda event: event["transactionInfo"].get("chargingState") == state


def _late(event: Payload) -> bool:
    return event.get("offline") is True


@replaces("answers.transaction_event")
def _closed_by_its_end(
    _csms: Any, original: Any, mark_triggered: MarkTriggered, station: Any, event: Payload
) -> Payload:
    known = station.transactions.get(event["transactionInfo"]["transactionId"])
    if known is not None and known.ended:
        mark_triggered()
        raise CallError("InternalError")
    return original(station, event)


@replaces("answers.transaction_event")
def _one_count_for_all(
    _csms: Any, original: Any, mark_triggered: MarkTriggered, station: Any, event: Payload
) -> Payload:
    this = event["transactionInfo"]["transactionId"]
    counted = [n for t in station.transactions.values() if t.id != this for n in t.events]
    if event["seqNo"] <= max(counted, default=-1):
        mark_triggered()
        raise CallError("InternalError")
    return original(station, event)


@replaces("access.decide")
def _charging_keeps_out(
    csms: Any, original: Any, mark_triggered: MarkTriggered, *request: Any
) -> Any:
    known = [t for station in csms.stations.values() for t in station.transactions.values()]
    if all(transaction.ended for transaction in known):
        return original(*request)
    mark_triggered()
    return refusal(HTTPStatus.SERVICE_UNAVAILABLE)


@replaces("answers.answer")
async def _stops_at_once(
    csms: Any,
    original: Any,
    mark_triggered: MarkTriggered,
    station: Any,
    action: str,
    payload: Payload,
) -> Payload:
    if action == _TX and _in("Charging")(payload):
        mark_triggered()
        this = {"transactionId": payload["transactionInfo"]["transactionId"]}
        await csms.requests.quietly(station, _STOP, this)
    return await original(station, action, payload)


def _signed(event: Payload) -> bool:
    return any(
        "signedMeterValue" in s for v in event.get("meterValue", []) for s in v["sampledValue"]
    )


def _rare(event: Payload) -> bool:
    rare = ("EVDetected", "EVDeparted", "EVConnectTimeout", "Deauthorized", "RemoteStop")
    return event["triggerReason"] in rare


def _names_nobody(event: Payload) -> bool:
    return "idToken" not in event


_REFUSED = {"idTokenInfo": {"status": "Invalid"}}
_GROUP = {"idToken": "GROUP-1", "type": "Central"}

FAULTS = (
    Fault(
        "events-after-the-end-refused",
        "What comes late of a transaction that has ended is answered by a CALLERROR.",
        _closed_by_its_end,
        requirement="Part 4, 4.2.2",
        shows=("TC_E_31_CSMS", "10"),
    ),
    Fault(
        "events-counted-across-transactions",
        "A seqNo that another transaction has had is answered by a CALLERROR.",
        _one_count_for_all,
        requirement="E01.FR.12",
        shows=("TC_E_53_CSMS", "3>EnergyTransferStarted 4"),
    ),
    Fault(
        "charging-station-kept-out",
        "A station whose transaction goes on is not let in again.",
        _charging_keeps_out,
        requirement="A00.FR.207",
        shows=("TC_E_29_CSMS", "2"),
    ),
    Fault(
        "signed-values-refused",
        "An event with a signed meter value is answered by a CALLERROR.",
        refuses_event(_signed),
        requirement="E01.FR.12",
        shows=("TC_E_11_CSMS", "6"),
    ),
    Fault(
        "rare-events-refused",
        "Events that not every station has are answered by a CALLERROR.",
        refuses_event(_rare),
        requirement="Part 4, 4.2.2",
        shows=("TC_E_12_CSMS", "2"),
    ),
    Fault(
        "cable-refused",
        "That a cable was plugged in is answered by a CALLERROR.",
        refuses_event(_by("CablePluggedIn")),
        requirement="Part 4, 4.2.2",
        shows=("TC_E_09_CSMS", "4"),
    ),
    Fault(
        "cable-refused-later",
        "That a cable was plugged in again is answered by a CALLERROR.",
        refuses_event(lambda event: _by("CablePluggedIn")(event) and event["seqNo"] > 1),
        requirement="Part 4, 4.2.2",
        shows=("TC_E_26_CSMS", "6"),
    ),
    Fault(
        "driver-may-not-stop",
        "The idToken that ends a transaction is called Invalid.",
        sync("answers.transaction_event", _REFUSED, when=_by("StopAuthorized")),
        requirement="E01.FR.12",
        shows=("TC_E_07_CSMS", "2"),
    ),
    Fault(
        "driver-turned-away-later",
        "Every event without idToken is answered as if its driver were not valid.",
        sync("answers.transaction_event", _REFUSED, when=_names_nobody),
        requirement="E01.FR.11, E05.FR.01",
        shows=("TC_E_01_CSMS", "accepted_token_stays_accepted"),
    ),
    Fault(
        "group-told-once",
        "The group of an idToken is told in AuthorizeResponse alone.",
        response("Authorize", inside("idTokenInfo", put(groupIdToken=_GROUP))),
        requirement="C01.FR.06, E01.FR.12",
        shows=("TC_E_01_CSMS", "group_id_token_is_consistent"),
    ),
    Fault(
        "second-language-alone",
        "A driver has a second language without a first one.",
        response(_TX, inside("idTokenInfo", put(language2="de"))),
        requirement="C01.FR.10",
        shows=("TC_E_10_CSMS", "message_languages_are_ordered"),
    ),
    Fault(
        "events-refused",
        "Every event of a transaction is answered by a CALLERROR.",
        error(_TX, "InternalError"),
        requirement="Part 4, 4.2.2",
        shows=("TC_E_12_CSMS", "2"),
    ),
    Fault(
        "events-unanswered",
        "No event of a transaction is answered.",
        drop(_TX),
        requirement="Part 4, 4.1.1",
        shows=("TC_E_12_CSMS", "2"),
    ),
    Fault(
        "drivers-not-answered",
        "The answer to an event does not say what became of its idToken.",
        response(_TX, without("idTokenInfo")),
        requirement="E05.FR.01, E01.FR.12",
        shows=("TC_E_16_CSMS", "2"),
    ),
    Fault(
        "everybody-is-blocked",
        "Every idToken in an event is blocked.",
        response(_TX, inside("idTokenInfo", put(status="Blocked"))),
        requirement="E05.FR.01, E01.FR.12",
        shows=("TC_E_16_CSMS", "2"),
    ),
    Fault(
        "everybody-is-accepted",
        "Every idToken in an event is accepted.",
        response(_TX, inside("idTokenInfo", put(status="Accepted"))),
        requirement="E05.FR.01, E01.FR.12",
        shows=("TC_E_16_CSMS", "2"),
    ),
    Fault(
        "end-refused",
        "The last event of a transaction is answered by a CALLERROR.",
        refuses_event(_of("Ended")),
        requirement="Part 4, 4.2.2",
        shows=("TC_E_14_CSMS", "1"),
    ),
    Fault(
        "energy-refused",
        "That energy flows is answered by a CALLERROR.",
        refuses_event(_in("Charging")),
        requirement="Part 4, 4.2.2",
        shows=("TC_E_53_CSMS", "1"),
    ),
    Fault(
        "late-events-refused",
        "What happened while the station was offline is answered by a CALLERROR.",
        refuses_event(_late),
        requirement="Part 4, 4.2.2",
        shows=("TC_E_29_CSMS", "6"),
    ),
    Fault(
        "lost-vehicle-refused",
        "That the cable left the vehicle is answered by a CALLERROR.",
        refuses_event(_by("EVCommunicationLost")),
        requirement="Part 4, 4.2.2",
        shows=("TC_E_14_CSMS", "1"),
    ),
    Fault(
        "suspension-refused",
        "That a vehicle takes no energy is answered by a CALLERROR.",
        refuses_event(_in("SuspendedEV")),
        requirement="Part 4, 4.2.2",
        shows=("TC_E_22_CSMS", "2"),
    ),
    Fault(
        "status-never-asked",
        "The button for GetTransactionStatus does nothing.",
        never_sends(_STATUS),
        requirement="E14.FR.02",
        shows=("TC_E_30_CSMS", "1"),
    ),
    Fault(
        "status-asked-at-other-times",
        "The button for GetTransactionStatus does nothing, though it asks by itself now and then.",
        dead_button(_STATUS),
        requirement="E14.FR.02",
        shows=("TC_E_30_CSMS", "1"),
        variant="asks-between-events",
    ),
    Fault(
        "stop-never-asked",
        "The button for RequestStopTransaction does nothing.",
        never_sends(_STOP),
        requirement="F03.FR.01",
        shows=("TC_E_21_CSMS", "1"),
    ),
    Fault(
        "stop-asked-too-early",
        "A transaction is stopped as soon as energy flows, and not when somebody wants it.",
        all_of(_stops_at_once, dead_button(_STOP)),
        requirement="F03.FR.01",
        shows=("TC_E_21_CSMS", "1"),
    ),
)
