"""TC_J_03_CSMS: the clock-aligned meter values of a transaction are taken with its end."""

from harness.case import case
from harness.peers.fake_station import FakeStation
from harness.states_csms import EnergyTransferStarted, EVDisconnected
from harness.steps_csms.metering import charge_over_points, measure_by_the_clock


@case("TC_J_03_CSMS")
async def test_tc_j_03_csms(fake_station: FakeStation) -> None:
    interval = fake_station.sut.configured.aligned_data_tx_ended_interval
    # Before
    await fake_station.reach(EnergyTransferStarted)
    # Main
    measure_by_the_clock(fake_station, interval)
    await charge_over_points(fake_station, "manual", interval)
    await fake_station.run(1, EVDisconnected)
