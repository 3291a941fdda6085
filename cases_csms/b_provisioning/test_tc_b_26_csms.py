"""TC_B_26_CSMS: a CSMS has a charging EVSE reset when its transaction is over."""

from harness.case import case
from harness.peers.fake_station import FakeStation
from harness.states_csms import EnergyTransferStarted, stop_by_token, unplugged


@case("TC_B_26_CSMS")
async def test_tc_b_26_csms(fake_station: FakeStation) -> None:
    evse = fake_station.sut.configured.evse_id
    # Before
    await fake_station.reach(EnergyTransferStarted)
    fake_station.answer("Reset", status="Scheduled")
    # Main
    await fake_station.ask("Reset", type="OnIdle", evseId=evse)
    await fake_station.expect(1, "Reset", type="OnIdle", evseId=evse, requirement="B12.FR.07")
    await stop_by_token(fake_station, 3, 4)
    await unplugged(fake_station, 5, 6)
