"""Memory states of Part 6 for a charging station under test: idTokens that it knows."""

from __future__ import annotations

from harness.ocppj.frames import Payload
from harness.peers.fake_csms import FakeCSMS, State
from harness.peers.session import Session
from harness.states_cs.session import (
    Authorized,
    EnergyTransferStarted,
    EVConnectedPreSession,
    ParkingBayOccupied,
    Way,
)
from harness.states_cs.stop import EVDisconnected, ParkingBayUnoccupied, StopAuthorized
from harness.sut.model import Token

_UNKNOWN = "AuthCtrlr.OfflineTxForUnknownIdEnabled"
#: Has a station authorize offline those idTokens that it knows (C15; erratum 6.2.121).
KNOWN_OFFLINE = {
    "AuthCtrlr.LocalAuthorizeOffline": "true",
    "AuthCacheCtrlr.Enabled": "true",
    "LocalAuthListCtrlr.Enabled": "true",
}


def IdTokenLocalAuthList(*tokens: Token, **info: object) -> State:  # noqa: N802  # a state of Part 6, under its name
    """The local authorization list has these idTokens and no other.

    ``info``: what their idTokenInfo says besides status Accepted.
    """

    async def steps(csms: FakeCSMS, _session: Session) -> None:
        csms.changes.tokens_listed = True
        await replace_list(csms, 1, 2, *tokens, **info)

    return State("IdTokenLocalAuthList", steps)


def IdTokenCached(  # noqa: N802  # a state of Part 6, under its name
    token: Token,
    status: str = "Accepted",
    *,
    group: Token | None = None,
    way: Way | None = None,
) -> State:
    """The cache has this idToken, with what the CSMS said of it (erratum 2025-04).

    One who is accepted has charged and left, one who is not has been turned away. The CSMS goes
    on to say so; ``way`` is how he identifies, by default the configured one.
    """

    async def steps(csms: FakeCSMS, session: Session) -> None:
        csms.says_of(token, status, group)
        refused = status != "Accepted"
        await csms.run(1, ParkingBayOccupied)
        await csms.run(2, Authorized(way, token, refused=refused))
        if refused:
            return
        await csms.run(3, EVConnectedPreSession)
        await csms.run(4, EnergyTransferStarted)
        await csms.run(5, StopAuthorized(way))
        await csms.run(6, EVDisconnected)
        await csms.run(7, ParkingBayUnoccupied)
        session.begin_anew()
        session.token = None

    return State("IdTokenCached", steps)


async def has_cache(csms: FakeCSMS) -> bool:
    """Whether the station has an authorization cache in use; it may have no way to disable it."""
    declared = "C-49" in csms.sut.features
    return await csms.variables.is_true("AuthCacheCtrlr.Enabled", default=declared)


async def has_local_list(csms: FakeCSMS) -> bool:
    """Whether the station has a local authorization list in use."""
    return await csms.variables.is_true("LocalAuthListCtrlr.Enabled", default=False)


async def know_token(csms: FakeCSMS, token: Token, *, group: Token | None = None) -> None:
    """Have the station know an idToken offline, in the cache and in the list that it has.

    In this order: of a listed one the station would not have to ask the CSMS (C13.FR.01).
    """
    await csms.configure(KNOWN_OFFLINE, if_writable=True)
    if await has_cache(csms):
        await csms.reach(IdTokenCached(token, group=group, way="local"))
    if await has_local_list(csms):
        told = {"groupIdToken": group.as_json()} if group else {}
        await csms.reach(IdTokenLocalAuthList(token, **told))


async def authorize_offline(csms: FakeCSMS) -> None:
    """Let the configured idToken charge while the station is offline (C15)."""
    await csms.configure({_UNKNOWN: "true"}, if_writable=True)
    await know_token(csms, csms.sut.tokens.valid)


async def replace_list(
    csms: FakeCSMS, step: int | str, answer_step: int | str, *tokens: Token, **info: object
) -> None:
    """Replace the list by these idTokens, and see that its version is the new one."""
    former = await _list_version(csms)
    version = (former or 0) + 1
    sent = await csms.send(step, "SendLocalList", **full_list(version, *tokens, **info))
    await sent.response(answer_step, status="Accepted", requirement="D01.FR.01")
    if former is not None:
        told = await csms.send(answer_step, "GetLocalListVersion")
        await told.response(answer_step, versionNumber=version, requirement="D01.FR.01, D02.FR.01")


async def _list_version(csms: FakeCSMS) -> int | None:
    """The version of its list, if the station tells it."""
    answer = await csms.consult("GetLocalListVersion")
    told: object = answer.frame.payload.get("versionNumber") if answer else None
    return told if isinstance(told, int) else None


def full_list(version: int, *tokens: Token, **info: object) -> Payload:
    """A SendLocalListRequest that replaces the list by these idTokens."""
    entries = [
        {"idToken": token.as_json(), "idTokenInfo": {"status": "Accepted", **info}}
        for token in tokens
    ]
    named = {"localAuthorizationList": entries} if entries else {}
    return {"versionNumber": version, "updateType": "Full", **named}
