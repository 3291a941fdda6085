"""TC_C_49_CSMS: a master pass stops all transactions of a station without a screen."""

from harness.case import case
from harness.peers.fake_station import FakeStation
from harness.steps_csms.master_pass import (
    charge_everywhere,
    know_master_pass,
    present_master_pass,
    stop_by_master_pass,
)


@case("TC_C_49_CSMS")
async def test_tc_c_49_csms(fake_station: FakeStation) -> None:
    # Before
    await know_master_pass(fake_station)
    transactions = await charge_everywhere(fake_station)
    # Main
    await present_master_pass(fake_station, 1, 2)
    for transaction in transactions:
        await stop_by_master_pass(fake_station, 3, 4, transaction)
