"""TC_J_10_CSMS: the sampled meter values of a transaction are taken with its end."""

from harness.case import case
from harness.peers.fake_station import FakeStation
from harness.states_csms import EnergyTransferStarted, EVDisconnected
from harness.steps_csms.metering import charge_over_points, measure_periodically


@case("TC_J_10_CSMS")
async def test_tc_j_10_csms(fake_station: FakeStation) -> None:
    interval = fake_station.sut.configured.sampled_data_tx_ended_interval
    # Before
    await fake_station.reach(EnergyTransferStarted)
    # Main
    measure_periodically(fake_station, interval)
    await charge_over_points(fake_station, "manual", interval)
    await fake_station.run(1, EVDisconnected)
