"""What a CSMS does wrong with transactions (E), where block E looks at it."""

from __future__ import annotations

from harness.reference.faults.base import (
    When,
    drop,
    error,
    inside,
    put,
    request,
    response,
    without,
)
from harness.reference.faults.csms.words import fault, never_sends, refuses_event
from harness.reference.rpc import Payload

_TX = "TransactionEvent"
_STATUS = "GetTransactionStatus"


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


FAULTS = (
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
        never_sends("RequestStopTransaction"),
        _at("1", "21"),
    ),
    fault(
        "stop-of-another",
        "Another transaction is stopped.",
        request("RequestStopTransaction", put(transactionId="another")),
        _at("1", "21"),
    ),
)
