"""How a station takes a RequestStartTransaction (F01, F02)."""

from __future__ import annotations

from harness.evidence.matchers import Check, fact
from harness.ocppj.frames import Payload
from harness.peers.fake_csms import FakeCSMS
from harness.peers.session import Session
from harness.states_cs import EnergyTransferStarted, ParkingBayUnoccupied
from harness.states_cs.session import authorized_remotely
from harness.steps_cs.energy_flow import watch_energy
from harness.steps_cs.measured import power, readings

_CHECK = "AuthCtrlr.AuthorizeRemoteStart"
#: Amperes that the profile allows, and volts of a phase (Part 6 K, with erratum 6.2.69).
_AMPERES, _VOLTS = 6, 230
#: Shares of the limit between which a power keeps it, and of a power beyond which one is higher:
#: vehicles take a little less, voltages differ, and no vehicle takes the same twice.
_LEAST, _MOST, _HIGHER = 0.75, 1.15, 1.3


async def check_remote_starts(csms: FakeCSMS, *, check: bool) -> None:
    """Have the station authorize drivers whom the CSMS starts, or take its word for them."""
    wanted = str(check).lower()
    await csms.configure({_CHECK: wanted}, if_writable=True)
    if await csms.variables.is_true(_CHECK, default=False) is not check:
        # The features of the station say that it can: so this is no way out of the case.
        raise csms.undrivable(f"{_CHECK} is not {wanted} and cannot be set", _CHECK)


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


async def expect_unlimited(csms: FakeCSMS, step: int, session: Session) -> None:
    """The limit of the profile limits nothing (F01.FR.12).

    A vehicle that takes about as much as that, on one phase or several, is charged once more,
    without the profile, to tell the two apart.
    """
    taken = await _power(csms, session)
    unlimited, kept = taken, _keeps_limit(taken, csms.sut.configured.number_phases)
    if kept:
        await csms.run("post", ParkingBayUnoccupied)
        session.begin_anew()
        session = await csms.run("post", EnergyTransferStarted)
        unlimited = await _power(csms, session)
    limited = kept and unlimited > _HIGHER * taken
    text, actual = "as much as without the profile", f"{taken:.0f} W of {unlimited:.0f} W"
    check = Check("power", text, actual, not limited, fact("not limited"))
    csms.judge(step, "TransactionEventRequest", [check], "F01.FR.12")


def _keeps_limit(taken: float, phases: int) -> bool:
    """Whether a power, in W, is what the profile allows on that many phases or fewer."""
    limits = (phase * _AMPERES * _VOLTS for phase in range(1, phases + 1))
    return any(_LEAST * limit <= taken <= _MOST * limit for limit in limits)


async def _power(csms: FakeCSMS, session: Session) -> float:
    """The most that is taken while the register moves twice, in W; 0 where nobody can see it."""
    flow = await watch_energy(csms, session)
    return 0.0 if flow.pause is None else power(readings(csms, session))


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
