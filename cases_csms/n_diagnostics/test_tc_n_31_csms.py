"""TC_N_31_CSMS: a CSMS has cleared what is stored of a driver, of whom there was nothing."""

from harness.case import case
from harness.peers.fake_station import FakeStation
from harness.steps_csms.customers import asked_about_driver, tell_customer


@case("TC_N_31_CSMS")
async def test_tc_n_31_csms(fake_station: FakeStation) -> None:
    # Main
    request = await asked_about_driver(
        fake_station, report=True, clear=True, requirement="N10.FR.08"
    )
    await tell_customer(fake_station, request, "No data found")
