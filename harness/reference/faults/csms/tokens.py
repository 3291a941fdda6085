"""What a CSMS does wrong with idTokens: it verifies one, and not each (E01.FR.11, E05.FR.01)."""

from __future__ import annotations

from typing import Any

from harness.reference.faults.base import Fault, MarkTriggered, replaces
from harness.reference.faults.csms.words import judges, serves_unaccepted, sync
from harness.reference.rpc import CallError, Payload


def _once(_action: str, _payload: Payload, right: str, before: int) -> str:
    return "Accepted" if before else right


def _started_alone(action: str, payload: Payload, right: str, _before: int) -> str:
    verified = action == "TransactionEvent" and payload["eventType"] == "Started"
    return right if verified else "Accepted"


def _events_alone(action: str, _payload: Payload, right: str, _before: int) -> str:
    return right if action == "TransactionEvent" else "Accepted"


def _late(event: Payload) -> bool:
    return event.get("offline") is True


@replaces("answers.answer")
async def _nobody_after_a_stranger(
    csms: Any,
    original: Any,
    mark_triggered: MarkTriggered,
    station: Any,
    action: str,
    payload: Payload,
) -> Payload:
    response: Payload = await original(station, action, payload)
    info = response.get("idTokenInfo")
    if info is None:
        return response
    strangers: set[str] = csms.__dict__.setdefault("strangers", set())
    if info["status"] != "Accepted":
        strangers.add(station.identity)
    elif station.identity in strangers:
        mark_triggered()
        return {**response, "idTokenInfo": {"status": "Invalid"}}
    return response


@replaces("answers.check_accepted")
def _refuses_each_action_once(
    csms: Any,
    original: Any,
    mark_triggered: MarkTriggered,
    station: Any,
    action: str,
    payload: Payload,
) -> None:
    refused: set[str] = csms.__dict__.setdefault("refused_once", set())
    try:
        original(station, action, payload)
    except CallError:
        if action not in refused:
            refused.add(action)
            raise
        mark_triggered()


_VERIFY = "E01.FR.11, E01.FR.12, E05.FR.01"

FAULTS = (
    Fault(
        "stranger-refused-once",
        "An idToken that may not charge is refused the first time, and accepted from then on.",
        judges(_once),
        requirement=_VERIFY,
        shows=("TC_E_16_CSMS", "post"),
    ),
    Fault(
        "stranger-refused-at-start-alone",
        "An idToken is verified in the first event of a transaction, and in no other message.",
        judges(_started_alone),
        requirement="E01.FR.11, E02.FR.04, E05.FR.01",
        shows=("TC_E_16_CSMS", "post"),
    ),
    Fault(
        "stranger-authorized",
        "An idToken is verified in events, and Authorize accepts everybody.",
        judges(_events_alone),
        requirement="C01.FR.07",
        shows=("TC_E_16_CSMS", "post"),
    ),
    Fault(
        "nobody-after-a-stranger",
        "Once an idToken was refused, the station has nobody accepted any more.",
        _nobody_after_a_stranger,
        requirement="C01.FR.07",
        shows=("TC_E_16_CSMS", "post"),
    ),
    Fault(
        "late-events-not-looked-at",
        "What happened while the station was offline is answered by {}, whatever is in it.",
        sync("answers.transaction_event", {}, when=_late),
        requirement="E01.FR.11, E01.FR.12",
        shows=("TC_E_31_CSMS", "10"),
    ),
    Fault(
        "unaccepted-station-served-in-part",
        "Refuses what a station that it has not accepted says of its connectors, and no more.",
        serves_unaccepted(lambda action: action != "StatusNotification"),
        requirement="B02.FR.09, B03.FR.07",
        shows=("TC_B_30_CSMS", "post"),
    ),
    Fault(
        "unaccepted-station-refused-once",
        "Refuses each action of a station that it has not accepted once.",
        _refuses_each_action_once,
        requirement="B02.FR.09, B03.FR.07",
        shows=("TC_B_30_CSMS", "4"),
    ),
)
