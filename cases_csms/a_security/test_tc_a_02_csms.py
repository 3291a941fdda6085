"""TC_A_02_CSMS: a user name that is not the identity in the URL is refused."""

from harness.case import case
from harness.peers.fake_station import FakeStation
from harness.steps_csms.admission import (
    as_user,
    expect_refused,
    expect_still_accepted,
    select_security_profile,
)


@case("TC_A_02_CSMS", connected=False)
async def test_tc_a_02_csms(fake_station: FakeStation) -> None:
    # Before
    await select_security_profile(fake_station, 1, 2)
    # Main
    wrong = as_user(fake_station, f"{fake_station.sut.identity}Invalid")
    await expect_refused(fake_station, 1, 2, wrong, "A00.FR.204, A00.FR.207")
    # Post scenario: it was the user name
    await expect_still_accepted(fake_station, "A00.FR.204")
    # Whoever connects boots; what the CSMS says to that is not for this case.
    await fake_station.boot("post", "post")
