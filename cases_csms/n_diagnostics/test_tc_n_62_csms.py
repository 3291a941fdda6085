"""TC_N_62_CSMS: a CSMS has told and cleared what is stored of a customerIdentifier."""

from harness.case import case
from harness.peers.fake_station import FakeStation
from harness.steps_csms.customers import asked_about_identifier, tell_customer


@case("TC_N_62_CSMS")
async def test_tc_n_62_csms(fake_station: FakeStation) -> None:
    # Main
    request = await asked_about_identifier(fake_station, "OpenChargeAlliance")
    await tell_customer(fake_station, request, "stored by hand")
