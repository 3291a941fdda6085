"""TC_N_29_CSMS: a CSMS asks what is stored of a driver, and takes it that it is not told."""

from harness.case import case
from harness.peers.fake_station import FakeStation
from harness.steps_csms.customers import asked_about_driver
from harness.steps_csms.telling import expect_still_served


@case("TC_N_29_CSMS")
async def test_tc_n_29_csms(fake_station: FakeStation) -> None:
    # Main
    await asked_about_driver(
        fake_station, report=True, status="Rejected", requirement="N09.FR.01, N09.FR.04"
    )
    # Post scenario: nothing is amiss
    await expect_still_served(fake_station)
