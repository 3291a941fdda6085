"""TC_A_03_CSMS: a password that is not the station's is not let in."""

from harness.case import case
from harness.peers.fake_station import FakeStation
from harness.steps_csms.admission import still_lets_in, turned_away, use, with_password
from harness.steps_csms.credentials import any_password


@case("TC_A_03_CSMS", connected=False)
async def test_tc_a_03_csms(fake_station: FakeStation) -> None:
    # Prerequisite
    await use(fake_station, 1, 2)
    # Main
    wrong = with_password(fake_station, any_password())
    await turned_away(fake_station, 2, wrong, "A00.FR.204, A00.FR.207")
    # Sanity: it was the password
    await still_lets_in(fake_station, "A00.FR.204")
    await fake_station.boot("post", "post", status="Accepted", requirement="B01.FR.02")
