"""How a page of block E wants the station set up: its points, its way to authorize."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from harness.peers.fake_csms import FakeCSMS
from harness.states_cs.tokens import has_cache, has_local_list, know_token, replace_list

_STOP = "TxCtrlr.StopTxOnEVSideDisconnect"
_UNLOCK = "OCPPCommCtrlr.UnlockOnEVSideDisconnect"
_ENABLED = "AuthCtrlr.Enabled"

#: Start points that come before another one, so that they would begin the transaction in its place.
_SOONER: dict[str, frozenset[str]] = {
    "ParkingBayOccupancy": frozenset(),
    "EVConnected": frozenset({"ParkingBayOccupancy"}),
    "Authorized": frozenset(),
    "DataSigned": frozenset({"ParkingBayOccupancy", "EVConnected", "Authorized"}),
}
_SOONER["PowerPathClosed"] = _SOONER["DataSigned"] | {"DataSigned"}
_SOONER["EnergyTransfer"] = _SOONER["PowerPathClosed"] | {"PowerPathClosed"}

#: Start points at which the authorization counts.
_BY_DRIVER = frozenset({"Authorized", "PowerPathClosed"})


async def start_at(csms: FakeCSMS, point: str) -> None:
    """Have transactions start at this point, and at none that comes before it.

    Signed data and energy start one by whichever comes first (E01.FR.04, E01.FR.06).
    """
    if point == "DataSigned" and "EnergyTransfer" in await csms.tx_points("Start"):
        await csms.configure({"TxCtrlr.TxStartPoint": point}, if_writable=True)
    await _choose(csms, "TxStartPoint", (point,), _SOONER[point])


async def start_with_driver(csms: FakeCSMS) -> None:
    """Have transactions start as soon as a driver is authorized; else the case does not apply."""
    if "Authorized" not in await csms.tx_points("Start"):
        await csms.configure({"TxCtrlr.TxStartPoint": "Authorized"}, if_writable=True)
    points = await csms.tx_points("Start")
    if "Authorized" not in points:
        fixed = ",".join(sorted(points))
        raise csms.not_applicable(f"TxStartPoint is {fixed} and cannot be set to Authorized")


async def start_with_driver_alone(csms: FakeCSMS) -> None:
    """Have transactions start with a driver, and with nothing that comes before him (TC_C_45_CS).

    A station of fixed points may start one by the cable: that is no authorization.
    """
    points = await csms.tx_points("Start")
    if points & {"ParkingBayOccupancy", "EVConnected"} or not points & _BY_DRIVER:
        await csms.configure({"TxCtrlr.TxStartPoint": "Authorized"}, if_writable=True)


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
        reason = f"{name} is {fixed} and cannot be set to {' or '.join(wanted)}"
        raise csms.undrivable(reason, name)
    others = set(wanted) - {"ParkingBayOccupancy"}
    if (
        "ParkingBayOccupancy" in wanted
        and points.isdisjoint(others)
        and not csms.sut.parking_bay_sensor
    ):
        reason = f"{name} is ParkingBayOccupancy without a parking_bay_sensor"
        raise csms.undrivable(reason, name)


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
    if await has_cache(csms):
        async with csms.before():
            sent = await csms.send("Before", "ClearCache")
            await sent.response("Before", status="Accepted", requirement="C11.FR.03")
    if await has_local_list(csms):
        async with csms.before():
            await replace_list(csms, "Before", "Before")


async def know_group(csms: FakeCSMS) -> None:
    """Let both valid idTokens be of one group, the second one known to the station."""
    tokens = csms.sut.tokens
    for token in (tokens.valid, tokens.valid2):
        csms.says_of(token, group=tokens.group)
    await know_token(csms, tokens.valid2, group=tokens.group)


async def end_by_leaving(csms: FakeCSMS) -> None:
    """Where no driver can stop it, have a vehicle that stops and leaves end the transaction."""
    if csms.sut.authorization == "local":
        return
    ends = {"EnergyTransfer", "PowerPathClosed", "EVConnected"}
    if csms.sut.parking_bay_sensor:
        ends.add("ParkingBayOccupancy")
    if not ends.isdisjoint(await csms.tx_points("Stop")):
        return
    await csms.configure({_STOP: "true"}, if_writable=True)  # E09.FR.01
    if not await csms.variables.is_true(_STOP, default=False):
        await stop_at(csms, "EVConnected", "PowerPathClosed", "EnergyTransfer")


async def start_without_bay(csms: FakeCSMS) -> None:
    """Have transactions start by the cable, a driver or the energy, not by the parking bay."""
    points = await csms.tx_points("Start")
    if "ParkingBayOccupancy" in points or not points:
        await _choose(csms, "TxStartPoint", ("EVConnected",), frozenset({"ParkingBayOccupancy"}))
