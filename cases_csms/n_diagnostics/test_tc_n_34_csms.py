"""TC_N_34_CSMS: a CSMS asks for a log, and takes it that there is none."""

from harness.case import case
from harness.peers.fake_station import FakeStation
from harness.steps_csms.logs import asked_for_log
from harness.steps_csms.telling import expect_still_served


@case("TC_N_34_CSMS")
async def test_tc_n_34_csms(fake_station: FakeStation) -> None:
    # Main
    await asked_for_log(fake_station, 1, 2, "Rejected")
    # Post scenario: nothing is amiss
    await expect_still_served(fake_station)
