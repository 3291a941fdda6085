"""Asks a CSMS about the idTokens of its description, before a case relies on them."""

from __future__ import annotations

import uuid
from contextlib import suppress

from harness.evidence.transcript import Kind
from harness.evidence.verdict import CaseStopped
from harness.ocppj.inbox import Traffic
from harness.ocppj.payloads import inner
from harness.operators.base import Unsupported
from harness.operators.offers import offers
from harness.peers.fake_station import FakeStation
from harness.peers.id_tokens import ACCEPTED, ARRANGE, REFUSED, Said
from harness.peers.sent import result_of
from harness.sut.model import Token

#: Fewest characters of an idToken that nobody has.
_SHORTEST = 8
#: Drivers of whom no case arranges anything by itself.
_DRIVERS = ("valid", "valid2")


async def look_at_tokens(station: FakeStation) -> None:
    """Ask about each, once for a run; have the drivers let in who are not.

    Where the CSMS answers nothing, it is taken to be as described.
    """
    tokens = station.tokens
    tokens.asked = True
    for name in (*ACCEPTED, *REFUSED):
        token = tokens.of(name)
        if not token.id_token:
            continue
        answer = await station.consult("Authorize", idToken=token.as_json())
        if answer is None:
            break
        if said := _said(answer):
            tokens.said[name] = said
    if any(tokens.said.get(name, Said("")).status == "Accepted" for name in REFUSED):
        stranger = _stranger(tokens.of("invalid")).as_json()
        said = _said(await station.consult("Authorize", idToken=stranger))
        tokens.stranger = said.status if said else ""
    for name in _DRIVERS:
        if tokens.doubt(name) is not None and offers(station.sut.operator, ARRANGE) is not False:
            await _let_in(station, tokens.of(name))
    for doubt in tokens.doubts():
        station.transcript.add(Kind.NOTE, text=doubt.text)


def _said(answer: Traffic | None) -> Said | None:
    """What an answer says of an idToken, if it says anything."""
    info = inner(result_of(answer), "idTokenInfo")
    status = info.get("status")
    group = inner(info, "groupIdToken").get("idToken", "")
    return Said(status, str(group)) if isinstance(status, str) else None


def _stranger(like: Token) -> Token:
    """An idToken that nobody has, of the same type and length."""
    length = max(_SHORTEST, len(like.id_token))
    return Token(uuid.uuid4().hex[:length].upper(), like.type)


async def _let_in(station: FakeStation, token: Token) -> None:
    facts = {"id_token": token.id_token, "type": token.type, "status": "Accepted"}
    # What does not work here is told by the doubt that stays.
    with suppress(Unsupported, CaseStopped):
        await station.operator.attempt("arrange", what="token", **facts)
        station.tokens.settle(token.as_json())
