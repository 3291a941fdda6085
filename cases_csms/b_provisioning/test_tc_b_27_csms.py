"""TC_B_27_CSMS: a CSMS has a charging EVSE reset at once."""

from harness.case import case
from harness.peers.fake_station import FakeStation
from harness.states_csms import EnergyTransferStarted, ended_by_reset


@case("TC_B_27_CSMS")
async def test_tc_b_27_csms(fake_station: FakeStation) -> None:
    evse = fake_station.sut.configured.evse_id
    # Before
    await fake_station.reach(EnergyTransferStarted)
    fake_station.answer("Reset", status="Accepted")
    # Main
    await fake_station.ask("Reset", type="Immediate", evseId=evse)
    await fake_station.expect(1, "Reset", type="Immediate", evseId=evse, requirement="B12.FR.08")
    await ended_by_reset(fake_station, 3, 4)
