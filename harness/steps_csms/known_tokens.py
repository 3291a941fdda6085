"""What the CSMS under test says of idTokens (C01, C09, C16)."""

from __future__ import annotations

from harness.evidence.matchers import same_text
from harness.evidence.transcript import Kind
from harness.ocppj.frames import Payload
from harness.operators.base import Unsupported
from harness.peers.fake_station import FakeStation
from harness.sut.model import Token


async def know_token(
    station: FakeStation, token: Token, status: str = "Accepted", group: Token | None = None
) -> None:
    """Have the CSMS say this of an idToken, and nothing of a group any more after the case.

    Where its operator cannot arrange that, it is taken to be so, unless the CSMS has said otherwise
    when it was asked before the first case.

    Raises:
        CaseStopped: UNDRIVABLE; it has.
    """
    facts = {"id_token": token.id_token, "type": token.type, "status": status}
    of_group = {"group": group.id_token} if group is not None else {}
    try:
        await station.operator.attempt("arrange", what="token", **facts, **of_group)
    except Unsupported as reason:
        station.rely_on(token.as_json(), group=group is not None)
        station.transcript.add(Kind.NOTE, text=f"taken to be set up so: {token.id_token}, {reason}")
        return
    station.tokens.settle(token.as_json(), group=group is not None)
    station.arrange_afterwards("token", **facts)


def named(token: Token) -> Payload:
    """Matches an idToken object; idTokens are case-insensitive (Part 2, IdTokenType)."""
    return {"idToken": same_text(token.id_token), "type": token.type}


def accepted_in(group: Token) -> Payload:
    """Matches the idTokenInfo of a token that may charge and is of this group (C09.FR.09)."""
    return {"status": "Accepted", "groupIdToken": {"idToken": same_text(group.id_token)}}
