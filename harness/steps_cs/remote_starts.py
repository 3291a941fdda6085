"""How a station takes a RequestStartTransaction (F01, F02)."""

from __future__ import annotations

from harness.ocppj.frames import Payload
from harness.peers.fake_csms import FakeCSMS
from harness.peers.session import Session
from harness.states_cs.session import authorized_remotely

_CHECK = "AuthCtrlr.AuthorizeRemoteStart"
#: Amperes that the profile allows, and volts of a phase (Part 6 K, with erratum 6.2.69).
_AMPERES, _VOLTS = 6, 230


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


async def start_with_profile(csms: FakeCSMS, session: Session) -> None:
    """Start a transaction with a TxProfile; steps 1 to 6 are those of a remote start."""
    await authorized_remotely(csms, session, chargingProfile=_profile(csms))


def _profile(csms: FakeCSMS) -> Payload:
    configured = csms.sut.configured
    unit, phases = configured.charging_rate_unit, configured.number_phases
    limit = _AMPERES * (_VOLTS * phases if unit == "W" else 1)
    period = {"startPeriod": 0, "limit": limit, "numberPhases": phases}
    schedule = {"id": 1, "chargingRateUnit": unit, "chargingSchedulePeriod": [period]}
    return {
        "id": 1,
        "stackLevel": 0,
        "chargingProfilePurpose": "TxProfile",
        "chargingProfileKind": "Relative",
        "chargingSchedule": [schedule],
    }
