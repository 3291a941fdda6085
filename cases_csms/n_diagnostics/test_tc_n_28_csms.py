"""TC_N_28_CSMS: a CSMS asks what is stored of a driver, and takes it that there is nothing."""

from harness.case import case
from harness.peers.fake_station import FakeStation
from harness.steps_csms.customers import asked_about_driver, tell_customer


@case("TC_N_28_CSMS")
async def test_tc_n_28_csms(fake_station: FakeStation) -> None:
    # Main
    request = await asked_about_driver(
        fake_station, report=True, requirement="N09.FR.01, N09.FR.04"
    )
    await tell_customer(fake_station, request, "")
