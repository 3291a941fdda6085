"""TC_A_01_CSMS: a station that shows its identity and password is let in."""

from harness.case import case
from harness.peers.fake_station import FakeStation
from harness.steps_csms.admission import let_in, use, wakes_up


@case("TC_A_01_CSMS", connected=False)
async def test_tc_a_01_csms(fake_station: FakeStation) -> None:
    # Prerequisite
    await use(fake_station, 1, 2)
    # Main
    await let_in(fake_station, 2, "A00.FR.204, A00.FR.207")
    await wakes_up(fake_station, 3)
