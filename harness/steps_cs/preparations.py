"""How a page of block E wants the station set up: its points, its way to authorize."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Set as AbstractSet

from harness.ocppj.frames import Payload
from harness.peers.answering import Reply
from harness.peers.answers import csms_answer
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs.session import authorize_local, connect
from harness.states_cs.stop import (
    disconnect,
    leave_bay,
    post_session,
    stop_local,
)
from harness.sut.model import Token

_STOP = "TxCtrlr.StopTxOnEVSideDisconnect"
_UNLOCK = "OCPPCommCtrlr.UnlockOnEVSideDisconnect"
_ENABLED = "AuthCtrlr.Enabled"
_UNKNOWN = "AuthCtrlr.OfflineTxForUnknownIdEnabled"
_OFFLINE = "AuthCtrlr.LocalAuthorizeOffline"
#: Memory states IdTokenCached and IdTokenLocalAuthList (erratum 6.2.121).
_KNOWN = {"AuthCacheCtrlr.Enabled": "true", "LocalAuthListCtrlr.Enabled": "true"}

#: Start points that come before another one, so that they would begin the transaction in its place.
_SOONER: dict[str, frozenset[str]] = {
    "ParkingBayOccupancy": frozenset(),
    "EVConnected": frozenset({"ParkingBayOccupancy"}),
    "Authorized": frozenset(),
    "DataSigned": frozenset({"ParkingBayOccupancy", "EVConnected", "Authorized"}),
}
_SOONER["PowerPathClosed"] = _SOONER["DataSigned"] | {"DataSigned"}
_SOONER["EnergyTransfer"] = _SOONER["PowerPathClosed"] | {"PowerPathClosed"}


async def start_at(csms: FakeCSMS, point: str) -> None:
    """Have transactions start at this point, and at none that comes before it."""
    await _choose(csms, "TxStartPoint", (point,), _SOONER[point])


async def stop_at(csms: FakeCSMS, *points: str, without: AbstractSet[str] = frozenset()) -> None:
    """Have transactions stop at one of these points, the first where there is a choice.

    ``without``: points that would end the transaction in another way than the page looks at.
    """
    await _choose(csms, "TxStopPoint", points, without)


async def _choose(
    csms: FakeCSMS, name: str, wanted: tuple[str, ...], without: AbstractSet[str]
) -> None:
    """Leave a station as it is where that fits; one whose points are fixed has to fit."""
    which = name.removeprefix("Tx").removesuffix("Point")
    points = await csms.tx_points(which)
    if not _fits(points, wanted, without):
        await csms.configure({f"TxCtrlr.{name}": wanted[0]}, if_writable=True)
        points = await csms.tx_points(which)
    if not _fits(points, wanted, without):
        fixed = ",".join(sorted(points))
        # The features of the station say that it can: so this is no way out of the case.
        raise csms.undrivable(f"{name} is {fixed} and cannot be set to {' or '.join(wanted)}")
    others = set(wanted) - {"ParkingBayOccupancy"}
    if (
        "ParkingBayOccupancy" in wanted
        and points.isdisjoint(others)
        and not csms.sut.parking_bay_sensor
    ):
        raise csms.undrivable(f"{name} is ParkingBayOccupancy without a parking_bay_sensor")


def _fits(points: frozenset[str], wanted: tuple[str, ...], without: AbstractSet[str]) -> bool:
    return not points.isdisjoint(wanted) and points.isdisjoint(without)


async def ask_csms(csms: FakeCSMS) -> None:
    """Have the station authorize idTokens by asking the CSMS, as far as that is a choice."""
    await csms.configure(
        {_ENABLED: "true", "AuthCtrlr.DisableRemoteAuthorization": "false"},
        if_writable=True,
    )


async def authorize_drivers(csms: FakeCSMS) -> None:
    """Have the station authorize drivers; where that is off for good the case does not apply.

    Part 2, 2.3.1; that it may be fixed is said in the state Authorized.
    """
    await csms.configure({_ENABLED: "true"}, if_writable=True)
    async with csms.before():
        if not await csms.variables.is_true(_ENABLED, default=True):
            raise csms.not_applicable(f"{_ENABLED} is false and cannot be set: none is authorized")


async def wait_for_plug(csms: FakeCSMS) -> None:
    """Have the station wait the configured time for the cable after an authorization."""
    seconds = csms.sut.configured.ev_connection_time_out
    await csms.configure({"TxCtrlr.EVConnectionTimeOut": str(seconds)})


async def on_ev_side_disconnect(csms: FakeCSMS, *, stop: str, unlock: str = "") -> None:
    """What follows when the cable leaves the vehicle; without ``unlock`` as far as it is a choice.

    ``stop``, ``unlock``: "true" or "false".
    """
    await csms.configure({_STOP: stop}, if_writable=not unlock)
    if unlock:
        await csms.configure({_UNLOCK: unlock})


async def unlocked_on_ev_side(csms: FakeCSMS) -> None:
    """Let a cable that left the vehicle be taken out of its socket, as far as it is a choice."""
    await csms.configure({_UNLOCK: "true"}, if_writable=True)


async def know_nobody(csms: FakeCSMS) -> None:
    """Empty the cache and the local list, as far as they are in use."""
    for component, action, payload, requirement in (
        ("AuthCacheCtrlr", "ClearCache", {}, "C11.FR.03"),
        ("LocalAuthListCtrlr", "SendLocalList", _list(), "D01.FR.04"),
    ):
        if await csms.variables.is_true(f"{component}.Enabled", default=False):
            async with csms.before():
                sent = await csms.send("Before", action, **payload)
                await sent.response("Before", status="Accepted", requirement=requirement)


async def authorize_offline(csms: FakeCSMS) -> None:
    """Let the configured idToken charge while the station is offline (C15)."""
    await csms.configure({_UNKNOWN: "true", _OFFLINE: "true", **_KNOWN}, if_writable=True)
    allowed = await csms.variables.is_true(_UNKNOWN, default=False)
    if not await _listed(csms, csms.sut.tokens.valid) and not allowed:
        await _cached(csms, csms.sut.tokens.valid)


async def know_group(csms: FakeCSMS) -> None:
    """Let both valid idTokens be of one group, the second one known to the station."""
    tokens = csms.sut.tokens
    group = {"groupIdToken": tokens.group.as_json()}

    def in_group(action: str) -> Callable[[Payload], Reply]:
        def answer(payload: Payload) -> Reply:
            base = csms_answer(csms.sut, action, payload)
            info = base.payload.get("idTokenInfo")
            return Reply({"idTokenInfo": info | group}) if info else base

        return answer

    for action in ("Authorize", "TransactionEvent"):
        csms.answer_by(action, in_group(action))
    await csms.configure({_OFFLINE: "true", **_KNOWN}, if_writable=True)
    if not await _listed(csms, tokens.valid, tokens.valid2, **group):
        await _cached(csms, tokens.valid2)


async def _listed(csms: FakeCSMS, *tokens: Token, **info: object) -> bool:
    """Memory state IdTokenLocalAuthList; False where the station has no list."""
    if not await csms.variables.is_true("LocalAuthListCtrlr.Enabled", default=False):
        return False
    async with csms.before():
        csms.changes.tokens_listed = True
        sent = await csms.send("Before", "SendLocalList", **_list(*tokens, **info))
        await sent.response("Before", status="Accepted", requirement="D01.FR.01")
    return True


def _list(*tokens: Token, **info: object) -> Payload:
    entries = [
        {"idToken": token.as_json(), "idTokenInfo": {"status": "Accepted", **info}}
        for token in tokens
    ]
    named = {"localAuthorizationList": entries} if entries else {}
    return {"versionNumber": 1, "updateType": "Full", **named}


async def _cached(csms: FakeCSMS, token: Token) -> None:
    """Memory state IdTokenCached: a driver charges and leaves."""
    session = csms.session()
    session.token = token
    async with csms.before(), csms.within("Before", "IdTokenCached"):
        for steps in (authorize_local, connect, stop_local, post_session, disconnect, leave_bay):
            await steps(csms, session)
    session.begin_anew()
    session.token = None
