"""TC_J_09_CSMS: sampled meter values of a transaction are taken."""

from harness.case import case
from harness.peers.fake_station import FakeStation
from harness.states_csms import EnergyTransferStarted
from harness.steps_csms.metering import tell_sample


@case("TC_J_09_CSMS")
async def test_tc_j_09_csms(fake_station: FakeStation) -> None:
    # Before
    await fake_station.reach(EnergyTransferStarted)
    # Main: three samples
    for _ in range(3):
        await tell_sample(fake_station, 1, 2, fake_station.sut.configured.tx_updated_interval)
