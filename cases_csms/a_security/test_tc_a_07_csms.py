"""TC_A_07_CSMS: a station that shows its certificate is let in."""

from harness.case import case
from harness.peers.fake_station import FakeStation
from harness.steps_csms.admission import let_in, use, wakes_up
from harness.steps_csms.tls_probe import expect_good_tls


@case("TC_A_07_CSMS", connected=False)
async def test_tc_a_07_csms(fake_station: FakeStation) -> None:
    # Prerequisite
    await use(fake_station, 3)
    # Main
    await expect_good_tls(fake_station, 3, "A00.FR.416, A00.FR.421, A00.FR.424")
    await let_in(fake_station, 6, "A00.FR.410, A00.FR.415")
    await wakes_up(fake_station, 7)
