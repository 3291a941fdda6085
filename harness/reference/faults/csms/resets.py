"""What a CSMS does wrong with resets (B11, B12) and with the transactions that they meet (E)."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from harness.reference.csms.access import refusal
from harness.reference.faults.base import (
    Fault,
    MarkTriggered,
    drop,
    error,
    method,
    put,
    request,
    response,
    without,
)
from harness.reference.faults.csms.words import (
    never_sends,
    refuses_event,
    sends_besides,
    sync,
)
from harness.reference.rpc import Payload

EVSE = ("25", "26", "27")


def _evse_zero(payload: Payload) -> None:
    payload.setdefault("evseId", 0)


def _stops(payload: Payload) -> bool:
    return payload["triggerReason"] == "StopAuthorized"


def _ends(payload: Payload) -> bool:
    return payload["eventType"] == "Ended"


def _identifies(payload: Payload) -> bool:
    return payload["triggerReason"] == "Authorized"


def _locked_out(csms: Any, mark_triggered: MarkTriggered) -> None:
    sent, resets = csms.requests.send, list[str]()

    async def send(station: Any, action: str, payload: Payload) -> Payload:
        if action == "Reset":
            resets.append(station.identity)
        return await sent(station, action, payload)

    csms.requests.send = send

    def build(_csms: Any, original: Any, _triggered: MarkTriggered) -> Any:
        def decide(*request: Any) -> Any:
            if not resets:
                return original(*request)
            resets.clear()
            mark_triggered()
            return refusal(HTTPStatus.SERVICE_UNAVAILABLE)

        return decide

    method("access.decide", build)(csms, mark_triggered)


INVALID = {"idTokenInfo": {"status": "Invalid"}}

FAULTS = (
    Fault(
        "reset-not-sent",
        "Does not send Reset when told to.",
        never_sends("Reset"),
        requirement="B12.FR.04",
        shows=("TC_B_22_CSMS", "1"),
    ),
    Fault(
        "reset-of-evse-zero",
        "Names the station EVSE 0 in a ResetRequest.",
        request("Reset", _evse_zero),
        requirement="B11.FR.04",
        shows=("TC_B_20_CSMS", "1"),
    ),
    Fault(
        "reset-of-station-besides",
        "Having an EVSE reset, it has the whole station reset, too.",
        sends_besides("Reset", without("evseId"), when=lambda payload: "evseId" in payload),
        requirement="B11.FR.04",
        shows=("TC_B_25_CSMS", "orders_are_not_overridden"),
    ),
    Fault(
        "reset-at-once-besides",
        "Having a station reset when it is idle, it has it reset at once, too.",
        sends_besides(
            "Reset", put(type="Immediate"), when=lambda payload: payload["type"] == "OnIdle"
        ),
        requirement="B12.FR.01",
        shows=("TC_B_21_CSMS", "orders_are_not_overridden"),
    ),
    Fault(
        "reset-station-locked-out",
        "Does not let a station in again that it has reset.",
        _locked_out,
        requirement="B11.FR.04",
        shows=("TC_B_20_CSMS", "3"),
    ),
    Fault(
        "authorize-without-info",
        "Answers Authorize with nothing.",
        sync("answers.authorize", {}),
        requirement="Part 4, 4.1.7",
        shows=("TC_B_21_CSMS", "payloads_follow_schema"),
    ),
    Fault(
        "valid-token-refused",
        "Calls a token Invalid that it knows to be valid.",
        response("Authorize", put(**INVALID)),
        requirement="C01.FR.07",
        shows=("TC_B_21_CSMS", "Before>EnergyTransferStarted 2"),
        verdict="INCONCLUSIVE",
    ),
    Fault(
        "transaction-token-not-judged",
        "Says nothing of an idToken that comes in a TransactionEvent.",
        response("TransactionEvent", without("idTokenInfo")),
        requirement="E01.FR.12, E02.FR.02, E03.FR.02",
        shows=("TC_B_21_CSMS", "id_tokens_are_answered"),
    ),
    Fault(
        "transaction-token-refused",
        "Calls a valid token Invalid as soon as the transaction starts.",
        sync("answers.transaction_event", INVALID, when=_identifies),
        requirement="E01.FR.12",
        shows=("TC_B_21_CSMS", "Before>EnergyTransferStarted 4"),
        verdict="INCONCLUSIVE",
    ),
    Fault(
        "stopping-token-not-judged",
        "Says nothing of the idToken that stops a transaction.",
        sync("answers.transaction_event", {}, when=_stops),
        requirement="E01.FR.12",
        shows=("TC_B_21_CSMS", "4"),
    ),
    Fault(
        "stopping-token-refused",
        "Calls the driver's token Invalid when it stops the transaction.",
        sync("answers.transaction_event", INVALID, when=_stops),
        requirement="E01.FR.12",
        shows=("TC_B_21_CSMS", "4"),
    ),
    Fault(
        "stop-refused",
        "Answers the TransactionEvent that stops the energy with InternalError.",
        refuses_event(_stops),
        requirement="E01.FR.12",
        shows=("TC_B_21_CSMS", "4"),
    ),
    Fault(
        "end-of-transaction-refused",
        "Answers the last TransactionEvent with InternalError.",
        refuses_event(_ends),
        requirement="Part 4, 4.2.2",
        shows=("TC_B_21_CSMS", "6"),
    ),
    Fault(
        "transaction-events-not-answered",
        "Never answers a TransactionEvent.",
        drop("TransactionEvent"),
        requirement="Part 4, 4.1.1",
        shows=("TC_B_21_CSMS", "calls_are_answered"),
    ),
    Fault(
        "authorize-refused",
        "Answers Authorize with NotImplemented.",
        error("Authorize", "NotImplemented"),
        requirement="C01.FR.07",
        shows=("TC_B_21_CSMS", "Before>EnergyTransferStarted 2"),
        verdict="INCONCLUSIVE",
    ),
)
