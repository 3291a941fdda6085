"""What a CSMS does wrong with transactions (E), where block E looks at it."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from harness.reference.csms.access import refusal
from harness.reference.faults.base import (
    Alter,
    MarkTriggered,
    When,
    all_of,
    drop,
    error,
    inside,
    put,
    replaces,
    request,
    response,
    without,
)
from harness.reference.faults.csms.words import (
    QUIET,
    fault,
    never_sends,
    refuses_event,
    sends_twice,
    sync,
)
from harness.reference.rpc import CallError, Payload

_TX = "TransactionEvent"
_STATUS = "GetTransactionStatus"
_STOP = "RequestStopTransaction"


def _at(step: str, *numbers: str) -> dict[str, str]:
    return {f"TC_E_{number}_CSMS": step for number in numbers}


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


def _dead_button(dead: str) -> Alter:
    async def ask(
        _csms: Any,
        original: Any,
        mark_triggered: MarkTriggered,
        station: str,
        action: str,
        payload: Payload,
    ) -> Payload:
        if action != dead:
            return await original(station, action, payload)
        mark_triggered()
        return {}

    return replaces("ask")(ask)


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
    fault(
        "events-after-the-end-refused",
        "What comes late of a transaction that has ended is answered by a CALLERROR.",
        _closed_by_its_end,
        _at("10", "31"),
    ),
    fault(
        "events-counted-across-transactions",
        "A seqNo that another transaction has had is answered by a CALLERROR.",
        _one_count_for_all,
        _at("3>EnergyTransferStarted 4", "53"),
    ),
    fault(
        "charging-station-kept-out",
        "A station whose transaction goes on is not let in again.",
        _charging_keeps_out,
        _at("2", "29", "31", "33"),
    ),
    fault(
        "signed-values-refused",
        "An event with a signed meter value is answered by a CALLERROR.",
        refuses_event(_signed),
        _at("6", "11"),
    ),
    fault(
        "rare-events-refused",
        "Events that not every station has are answered by a CALLERROR.",
        refuses_event(_rare),
        {**_at("2", "12", "19", "39"), **_at("4", "16", "21")},
    ),
    fault(
        "cable-refused",
        "That a cable was plugged in is answered by a CALLERROR.",
        refuses_event(_by("CablePluggedIn")),
        {**_at("4", "09"), **_at("1>EVConnectedPreSession 4", "38"), **_at("2", "04")},
    ),
    fault(
        "cable-refused-later",
        "That a cable was plugged in again is answered by a CALLERROR.",
        refuses_event(lambda event: _by("CablePluggedIn")(event) and event["seqNo"] > 1),
        _at("6", "26"),
    ),
    fault(
        "driver-may-not-stop",
        "The idToken that ends a transaction is called Invalid.",
        sync("answers.transaction_event", _REFUSED, when=_by("StopAuthorized")),
        _at("2", "07", "15"),
    ),
    fault(
        "driver-turned-away-later",
        "Every event without idToken is answered as if its driver were not valid.",
        sync("answers.transaction_event", _REFUSED, when=_names_nobody),
        _at("accepted_token_stays_accepted", "01", "03", "08", "17", "26", "38", "39", "53"),
        leaves=(QUIET, "TC_E_09_CSMS", "TC_E_12_CSMS", "TC_E_16_CSMS"),
    ),
    fault(
        "group-told-once",
        "The group of an idToken is told in AuthorizeResponse alone.",
        response("Authorize", inside("idTokenInfo", put(groupIdToken=_GROUP))),
        _at("group_id_token_is_consistent", "01", "02", "03", "04", "10", "11", "53"),
        leaves=(QUIET, "TC_E_09_CSMS", "TC_E_16_CSMS"),
    ),
    fault(
        "second-language-alone",
        "A driver has a second language without a first one.",
        response(_TX, inside("idTokenInfo", put(language2="de"))),
        _at("message_languages_are_ordered", "10", "16"),
    ),
    fault(
        "stop-asked-twice",
        "RequestStopTransaction is sent again after it was accepted.",
        sends_twice(_STOP),
        _at("no_identical_request_is_repeated", "21"),
    ),
    fault(
        "events-refused",
        "Every event of a transaction is answered by a CALLERROR.",
        error(_TX, "InternalError"),
        {**_at("2", "12", "16"), **_at("4", "09", "10"), **_at("6", "01", "02", "11")},
    ),
    fault(
        "events-unanswered",
        "No event of a transaction is answered.",
        drop(_TX),
        {**_at("2", "12", "16"), **_at("4", "09", "10"), **_at("6", "01", "02", "11")},
    ),
    fault(
        "drivers-not-answered",
        "The answer to an event does not say what became of its idToken.",
        response(_TX, without("idTokenInfo")),
        {**_at("2", "16"), **_at("4", "10"), **_at("6", "01", "02", "11"), **_at("1", "03", "04")},
    ),
    fault(
        "everybody-is-blocked",
        "Every idToken in an event is blocked.",
        response(_TX, inside("idTokenInfo", put(status="Blocked"))),
        {
            **_at("2", "16"),
            **_at("4", "10"),
            **_at("6", "01", "02", "11"),
            **_at("1", "03", "04", "53"),
        },
    ),
    fault(
        "everybody-is-accepted",
        "Every idToken in an event is accepted.",
        response(_TX, inside("idTokenInfo", put(status="Accepted"))),
        _at("2", "16"),
    ),
    fault(
        "nobody-is-known",
        "Every idToken that is asked about is unknown.",
        response("Authorize", inside("idTokenInfo", put(status="Unknown"))),
        {**_at("2", "01", "02", "10", "11"), **_at("1", "03", "04", "53")},
    ),
    fault(
        "end-refused",
        "The last event of a transaction is answered by a CALLERROR.",
        refuses_event(_of("Ended")),
        {
            **_at("1", "14", "20"),
            **_at("2", "07", "08", "15", "17", "19", "22", "39", "53"),
            **_at("4", "16", "21"),
            **_at("6", "31"),
        },
    ),
    fault(
        "energy-refused",
        "That energy flows is answered by a CALLERROR.",
        refuses_event(_in("Charging")),
        {**_at("1", "53"), **_at("2", "03", "04"), **_at("6", "02"), **_at("8", "01", "11")},
    ),
    fault(
        "late-events-refused",
        "What happened while the station was offline is answered by a CALLERROR.",
        refuses_event(_late),
        _at("6", "29", "31", "33"),
    ),
    fault(
        "lost-vehicle-refused",
        "That the cable left the vehicle is answered by a CALLERROR.",
        refuses_event(_by("EVCommunicationLost")),
        {**_at("1", "14", "20"), **_at("2", "17", "26")},
    ),
    fault(
        "suspension-refused",
        "That a vehicle takes no energy is answered by a CALLERROR.",
        refuses_event(_in("SuspendedEV")),
        {**_at("2", "22"), **_at("3", "38")},
    ),
    fault(
        "status-never-asked",
        "The button for GetTransactionStatus does nothing.",
        never_sends(_STATUS),
        {**_at("1", "30", "34"), **_at("3", "29", "33"), **_at("7", "31")},
    ),
    fault(
        "status-asked-at-other-times",
        "The button for GetTransactionStatus does nothing, though it asks by itself now and then.",
        _dead_button(_STATUS),
        {**_at("1", "30"), **_at("3", "29")},
        variant="asks-between-events",
    ),
    fault(
        "status-of-another",
        "The status of another transaction is asked for.",
        request(_STATUS, put(transactionId="another")),
        {**_at("1", "30", "34"), **_at("3", "29", "33"), **_at("7", "31")},
    ),
    fault(
        "status-of-all",
        "The status of all transactions is asked for instead of one.",
        request(_STATUS, without("transactionId")),
        {**_at("1", "30"), **_at("3", "29"), **_at("7", "31")},
    ),
    fault(
        "stop-never-asked",
        "The button for RequestStopTransaction does nothing.",
        never_sends(_STOP),
        _at("1", "21"),
    ),
    fault(
        "stop-asked-too-early",
        "A transaction is stopped as soon as energy flows, and not when somebody wants it.",
        all_of(_stops_at_once, _dead_button(_STOP)),
        _at("1", "21"),
    ),
    fault(
        "stop-of-another",
        "Another transaction is stopped.",
        request(_STOP, put(transactionId="another")),
        _at("1", "21"),
    ),
)
