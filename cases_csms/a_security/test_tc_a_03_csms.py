"""TC_A_03_CSMS: a password that is not the station's is refused."""

from harness.case import case
from harness.peers.fake_station import FakeStation
from harness.pki.passwords import any_password
from harness.steps_csms.admission import (
    expect_refused,
    expect_still_accepted,
    select_security_profile,
    with_password,
)


@case("TC_A_03_CSMS", connected=False)
async def test_tc_a_03_csms(fake_station: FakeStation) -> None:
    # Before
    await select_security_profile(fake_station, 1, 2)
    # Main
    wrong = with_password(fake_station, any_password())
    await expect_refused(fake_station, 1, 2, wrong, "A00.FR.204, A00.FR.207")
    # Post scenario: it was the password
    await expect_still_accepted(fake_station, "A00.FR.204")
    # Whoever connects boots; what the CSMS says to that is not for this case.
    await fake_station.boot("post", "post")
