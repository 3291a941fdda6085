"""TC_B_25_CSMS: a CSMS has a single idle EVSE reset."""

from harness.case import case
from harness.peers.fake_station import FakeStation


@case("TC_B_25_CSMS")
async def test_tc_b_25_csms(fake_station: FakeStation) -> None:
    # Main
    evse = fake_station.sut.configured.evse_id
    await fake_station.requested(
        1,
        2,
        "Reset",
        type="OnIdle",
        evseId=evse,
        answer={"status": "Accepted"},
        requirement="B11.FR.04",
    )
