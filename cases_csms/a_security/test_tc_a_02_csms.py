"""TC_A_02_CSMS: a user name that is not the identity in the URL is not let in."""

from harness.case import case
from harness.peers.fake_station import FakeStation
from harness.steps_csms.admission import as_user, still_lets_in, turned_away, use


@case("TC_A_02_CSMS", connected=False)
async def test_tc_a_02_csms(fake_station: FakeStation) -> None:
    # Prerequisite
    await use(fake_station, 1, 2)
    # Main
    wrong = as_user(fake_station, f"{fake_station.sut.identity}Invalid")
    await turned_away(fake_station, 2, wrong, "A00.FR.204, A00.FR.207")
    # Sanity: it was the user name
    await still_lets_in(fake_station, "A00.FR.204")
    await fake_station.boot("post", "post", status="Accepted", requirement="B01.FR.02")
