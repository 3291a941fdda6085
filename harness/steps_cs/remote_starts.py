"""How a station takes a RequestStartTransaction (F01, F02)."""

from __future__ import annotations

from harness.peers.fake_csms import FakeCSMS

_CHECK = "AuthCtrlr.AuthorizeRemoteStart"


async def check_remote_starts(csms: FakeCSMS, *, check: bool) -> None:
    """Have the station authorize drivers whom the CSMS starts, or take its word for them."""
    wanted = str(check).lower()
    await csms.configure({_CHECK: wanted}, if_writable=True)
    if await csms.variables.is_true(_CHECK, default=False) is not check:
        # The features of the station say that it can: so this is no way out of the case.
        raise csms.undrivable(f"{_CHECK} is not {wanted} and cannot be set")


async def start_before_plug(csms: FakeCSMS) -> None:
    """Have transactions start before the cable is in, where the station supports that."""
    early = {"Authorized"}
    if csms.sut.parking_bay_sensor:
        early.add("ParkingBayOccupancy")
    if early.isdisjoint(await csms.tx_points("Start")):
        await csms.configure({"TxCtrlr.TxStartPoint": "Authorized"}, if_writable=True)
