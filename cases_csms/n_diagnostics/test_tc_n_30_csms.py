"""TC_N_30_CSMS: a CSMS has told and cleared what is stored of a driver, and takes it in parts."""

from harness.case import case
from harness.peers.fake_station import FakeStation
from harness.steps_csms.customers import asked_about_driver, tell_customer


@case("TC_N_30_CSMS")
async def test_tc_n_30_csms(fake_station: FakeStation) -> None:
    # Main
    request = await asked_about_driver(
        fake_station, report=True, clear=True, requirement="N10.FR.08"
    )
    await tell_customer(fake_station, request, '{"cache": ', '"Accepted"}')
