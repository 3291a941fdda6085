"""TC_C_48_CSMS: a master pass stops one transaction, and the others go on."""

from harness.case import case
from harness.peers.answers import now
from harness.peers.fake_station import FakeStation
from harness.steps_csms.master_pass import (
    charge_everywhere,
    know_master_pass,
    present_master_pass,
    stop_by_master_pass,
)
from harness.steps_csms.readings import reading


@case("TC_C_48_CSMS")
async def test_tc_c_48_csms(fake_station: FakeStation) -> None:
    # Before
    await know_master_pass(fake_station)
    first, *others = await charge_everywhere(fake_station)
    # Main
    await present_master_pass(fake_station, 1, 2)
    await stop_by_master_pass(fake_station, 3, 4, first)
    # Post scenario: the others go on
    for transaction in others:
        fake_station.return_to(transaction)
        values = [reading(now())]
        await fake_station.transaction_event(
            "post", "post", "Updated", "MeterValuePeriodic", payload={"meterValue": values}
        )
