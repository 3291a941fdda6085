"""TC_A_09_CSMS: a CSMS gives a station another password, and takes no other from then on."""

from harness.case import case
from harness.peers.fake_station import FakeStation
from harness.steps_csms.admission import still_lets_in, turned_away, use, wakes_up
from harness.steps_csms.credentials import have_password_set, moves_to


@case("TC_A_09_CSMS", connected=False)
async def test_tc_a_09_csms(fake_station: FakeStation) -> None:
    # Before
    await use(fake_station, 1, 2, booted=True)
    former = fake_station.access
    # Main
    password = await have_password_set(fake_station, 1, status="Accepted")
    await moves_to(fake_station, 4, password)
    await wakes_up(fake_station, 5)
    # Purpose: only the new one
    await turned_away(fake_station, "post", former, "A01.FR.03")
    await still_lets_in(fake_station, "A01.FR.03")
