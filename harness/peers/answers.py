"""What a CSMS answers to a station when a case has nothing else in mind."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from harness import clock
from harness.ocppj.frames import Payload
from harness.peers.answering import Reply
from harness.sut.model import Sut


def now() -> str:
    """The current time as an OCPP dateTime."""
    return in_the_future(0)


def in_the_future(seconds: float) -> str:
    """The time in ``seconds`` from now as an OCPP dateTime."""
    moment = clock.now() + timedelta(seconds=seconds)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def token_status(sut: Sut, id_token: Payload) -> str:
    """AuthorizationStatusEnumType value of a token, by the description of the system."""
    if id_token.get("type") == "NoAuthorization":
        return "Accepted"
    known = {
        sut.tokens.valid.id_token: "Accepted",
        sut.tokens.valid2.id_token: "Accepted",
        sut.tokens.invalid.id_token: "Invalid",
        sut.tokens.blocked.id_token: "Blocked",
        sut.tokens.expired.id_token: "Expired",
    }
    by_upper = {token.upper(): status for token, status in known.items()}
    return by_upper.get(str(id_token.get("idToken", "")).upper(), "Unknown")


def csms_answer(sut: Sut, action: str, payload: Payload) -> Reply:
    """The answer of a CSMS that accepts everything a registered station sends."""
    match action:
        case "BootNotification":
            answer: dict[str, Any] = {
                "currentTime": now(),
                "interval": sut.configured.heartbeat_interval,
                "status": "Accepted",
            }
        case "Heartbeat":
            answer = {"currentTime": now()}
        case "Authorize":
            answer = {"idTokenInfo": {"status": token_status(sut, payload["idToken"])}}
        case "TransactionEvent":
            token = payload.get("idToken")
            answer = {"idTokenInfo": {"status": token_status(sut, token)}} if token else {}
        case _ if action in sut.edition.csms_answers:
            answer = dict(sut.edition.csms_answers[action])
        case _:
            return Reply(code="NotSupported")
    return Reply(answer)
