"""TC_E_29_CSMS: a CSMS asks whether a transaction goes on whose events are late, and takes them."""

from harness.case import case
from harness.peers.fake_station import FakeStation
from harness.states_csms import EnergyTransferStarted
from harness.steps_csms.offline import go_offline
from harness.steps_csms.readings import reading
from harness.steps_csms.transaction_status import expect_status_request


@case("TC_E_29_CSMS")
async def test_tc_e_29_csms(fake_station: FakeStation) -> None:
    # Before
    await fake_station.reach(EnergyTransferStarted)
    # Main
    offline = await go_offline(fake_station, 1, 2, events=1)
    await expect_status_request(
        fake_station,
        3,
        4,
        transaction=fake_station.transaction.id,
        since=offline.end,
        requirement="E14.FR.02",
    )
    [at] = offline.moments
    await fake_station.transaction_event(
        5, 6, "Updated", "MeterValuePeriodic", payload={"meterValue": [reading(at)]}, offline_at=at
    )
