"""TC_N_32_CSMS: a CSMS has cleared what is stored of a driver, and takes it that it was done."""

from harness.case import case
from harness.peers.fake_station import FakeStation
from harness.steps_csms.customers import asked_about_driver, tell_customer


@case("TC_N_32_CSMS")
async def test_tc_n_32_csms(fake_station: FakeStation) -> None:
    # Main
    request = await asked_about_driver(
        fake_station, report=False, clear=True, requirement="N10.FR.08"
    )
    await tell_customer(fake_station, request, "Data cleared")
