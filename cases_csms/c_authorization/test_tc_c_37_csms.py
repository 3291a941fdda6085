"""TC_C_37_CSMS: a CSMS has the authorization cache of a station cleared."""

from harness.case import case
from harness.peers.fake_station import FakeStation


@case("TC_C_37_CSMS")
async def test_tc_c_37_csms(fake_station: FakeStation) -> None:
    # Main
    await fake_station.requested(
        1, 2, "ClearCache", answer={"status": "Accepted"}, requirement="C11.FR.01"
    )
