"""What a CSMS answers to a station when a case has nothing else in mind."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
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
    return rfc3339(clock.now() + timedelta(seconds=seconds))


def rfc3339(moment: datetime) -> str:
    """A time as an OCPP dateTime."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


#: What a case has the CSMS say of idTokens: IdTokenInfoType by their text in capitals.
Said = Mapping[str, Payload]
NOTHING: Said = MappingProxyType({})


def token_info(sut: Sut, id_token: Payload, said: Said) -> Payload:
    """IdTokenInfoType of a token, by what the case or else the description says of it."""
    if id_token.get("type") == "NoAuthorization":
        return {"status": "Accepted"}
    text = str(id_token.get("idToken", "")).upper()
    return dict(said[text]) if text in said else {"status": token_status(sut, text)}


def token_status(sut: Sut, text: str) -> str:
    """AuthorizationStatusEnumType value of a token (in capitals), by the description."""
    known = {
        sut.tokens.valid.id_token: "Accepted",
        sut.tokens.valid2.id_token: "Accepted",
        sut.tokens.invalid.id_token: "Invalid",
        sut.tokens.blocked.id_token: "Blocked",
        sut.tokens.expired.id_token: "Expired",
        sut.tokens.master_pass.id_token: "Accepted",
    }
    by_upper = {token.upper(): status for token, status in known.items()}
    return by_upper.get(text, "Unknown")


def csms_answer(sut: Sut, action: str, payload: Payload, said: Said = NOTHING) -> Reply:
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
            answer = {"idTokenInfo": token_info(sut, payload["idToken"], said)}
        case "TransactionEvent":
            token = payload.get("idToken")
            answer = {"idTokenInfo": token_info(sut, token, said)} if token else {}
        case _ if action in sut.edition.csms_answers:
            answer = dict(sut.edition.csms_answers[action])
        case _:
            return Reply(code="NotSupported")
    return Reply(answer)
