"""TC_A_03_CSMS: a password that is not the station's is refused."""

from harness.case import case
from harness.peers.fake_station import FakeStation
from harness.steps_csms.admission import (
    expect_refused,
    expect_still_accepted,
    select_security_profile,
)
from harness.steps_csms.wrong_credentials import another_station, wrong_passwords


@case("TC_A_03_CSMS", connected=False)
async def test_tc_a_03_csms(fake_station: FakeStation) -> None:
    # Before
    await select_security_profile(fake_station, 1, 2)
    other = await another_station(fake_station)
    # Main: with the password of the page, then with those that are easily confused
    for wrong in wrong_passwords(fake_station, other):
        requirement = "A00.FR.204, A00.FR.207"
        await expect_refused(fake_station, 1, 2, wrong.access, requirement, what=wrong.what)
        # Post scenario: it was the password
        await expect_still_accepted(fake_station, "A00.FR.204")
    # Whoever connects boots; what the CSMS says to that is not for this case.
    await fake_station.boot("post", "post")
