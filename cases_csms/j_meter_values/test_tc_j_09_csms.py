"""TC_J_09_CSMS: sampled meter values of a transaction are taken."""

from harness import clock
from harness.case import case
from harness.peers.answers import now
from harness.peers.fake_station import FakeStation
from harness.states_csms import EnergyTransferStarted
from harness.steps_csms.readings import reading


@case("TC_J_09_CSMS")
async def test_tc_j_09_csms(fake_station: FakeStation) -> None:
    interval = fake_station.sut.configured.tx_updated_interval
    # Before
    await fake_station.reach(EnergyTransferStarted)
    # Main: three samples
    for _ in range(3):
        await clock.sleep(interval)
        await fake_station.transaction_event(
            1, 2, "Updated", "MeterValuePeriodic", payload={"meterValue": [reading(now())]}
        )
