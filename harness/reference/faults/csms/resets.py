"""What a CSMS does wrong with resets (B11, B12) and with the transactions that they meet (E)."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from harness.reference.csms.access import refusal
from harness.reference.faults.base import (
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
    QUIET,
    at,
    fault,
    never_sends,
    refuses_event,
    sends_twice,
    sync,
)
from harness.reference.rpc import Payload

WHOLE = ("20", "21", "22")
EVSE = ("25", "26", "27")
CHARGING = ("21", "22", "26", "27")
OTHER_TYPE = {"OnIdle": "Immediate", "Immediate": "OnIdle"}


def _other_type(payload: Payload) -> None:
    payload["type"] = OTHER_TYPE[payload["type"]]


def _next_evse(payload: Payload) -> None:
    if "evseId" in payload:
        payload["evseId"] += 1


def _some_evse(payload: Payload) -> None:
    payload.setdefault("evseId", 1)


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
    fault(
        "reset-not-sent",
        "Does not send Reset when told to.",
        never_sends("Reset"),
        at("1", "22", "25", "27"),
    ),
    fault(
        "reset-of-another-type",
        "Sends Immediate for OnIdle and the other way round.",
        request("Reset", _other_type),
        at("1", *WHOLE, *EVSE),
    ),
    fault(
        "reset-without-type",
        "Leaves the type out of a ResetRequest.",
        request("Reset", without("type")),
        at("1", *WHOLE, *EVSE),
    ),
    fault(
        "reset-of-one-evse",
        "Resets one EVSE where the whole station was meant.",
        request("Reset", _some_evse),
        at("1", *WHOLE),
        leaves=(QUIET, "TC_B_25_CSMS"),
    ),
    fault(
        "reset-of-evse-zero",
        "Names the station EVSE 0 in a ResetRequest.",
        request("Reset", _evse_zero),
        at("1", *WHOLE),
        leaves=(QUIET, "TC_B_25_CSMS"),
    ),
    fault(
        "reset-of-the-whole-station",
        "Leaves the EVSE out of a ResetRequest.",
        request("Reset", without("evseId")),
        at("1", *EVSE),
        leaves=(QUIET, "TC_B_20_CSMS"),
    ),
    fault(
        "reset-of-another-evse",
        "Counts EVSEs from one more than the station.",
        request("Reset", _next_evse),
        at("1", *EVSE),
        leaves=(QUIET, "TC_B_20_CSMS"),
    ),
    fault(
        "reset-twice",
        "Sends every Reset twice.",
        sends_twice("Reset"),
        at("no_identical_request_is_repeated", *WHOLE, *EVSE),
    ),
    fault(
        "reset-station-locked-out",
        "Does not let a station in again that it has reset.",
        _locked_out,
        at("3", "20") | at("7", "21") | at("5", "22"),
    ),
    fault(
        "authorize-without-info",
        "Answers Authorize with nothing.",
        sync("answers.authorize", {}),
        at("payloads_follow_schema", *CHARGING),
    ),
    fault(
        "valid-token-refused",
        "Calls a token Invalid that it knows to be valid.",
        response("Authorize", put(**INVALID)),
        at("Before>EnergyTransferStarted 2", *CHARGING),
        verdict="INCONCLUSIVE",
    ),
    fault(
        "transaction-token-not-judged",
        "Says nothing of an idToken that comes in a TransactionEvent.",
        response("TransactionEvent", without("idTokenInfo")),
        at("id_tokens_are_answered", *CHARGING),
    ),
    fault(
        "transaction-token-refused",
        "Calls a valid token Invalid as soon as the transaction starts.",
        sync("answers.transaction_event", INVALID, when=_identifies),
        at("Before>EnergyTransferStarted 4", *CHARGING),
        verdict="INCONCLUSIVE",
    ),
    fault(
        "stopping-token-not-judged",
        "Says nothing of the idToken that stops a transaction.",
        sync("answers.transaction_event", {}, when=_stops),
        at("4", "21", "26"),
    ),
    fault(
        "stopping-token-refused",
        "Calls the driver's token Invalid when it stops the transaction.",
        sync("answers.transaction_event", INVALID, when=_stops),
        at("4", "21", "26"),
    ),
    fault(
        "stop-refused",
        "Answers the TransactionEvent that stops the energy with InternalError.",
        refuses_event(_stops),
        at("4", "21", "26"),
    ),
    fault(
        "end-of-transaction-refused",
        "Answers the last TransactionEvent with InternalError.",
        refuses_event(_ends),
        at("6", "21", "26") | at("4", "22", "27"),
    ),
    fault(
        "transaction-events-not-answered",
        "Never answers a TransactionEvent.",
        drop("TransactionEvent"),
        at("calls_are_answered", "21", "27"),
    ),
    fault(
        "authorize-refused",
        "Answers Authorize with NotImplemented.",
        error("Authorize", "NotImplemented"),
        at("Before>EnergyTransferStarted 2", *CHARGING),
        verdict="INCONCLUSIVE",
    ),
)
