"""TC_E_12_CSMS: a transaction that starts in the parking bay is taken."""

from harness.case import case
from harness.peers.fake_station import FakeStation


@case("TC_E_12_CSMS")
async def test_tc_e_12_csms(fake_station: FakeStation) -> None:
    # Main
    await fake_station.transaction_event(1, 2, "Started", "EVDetected")
