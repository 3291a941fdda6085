"""TC_A_09_CSMS: a CSMS gives a station another password, and takes no other from then on."""

from harness.case import case
from harness.peers.fake_station import FakeStation
from harness.pki.passwords import odd_passwords
from harness.steps_csms.admission import (
    expect_refused,
    expect_still_accepted,
    select_security_profile,
)
from harness.steps_csms.credentials import connect_with_new_password, password_requested
from harness.steps_csms.wrong_credentials import nearly_passwords


@case("TC_A_09_CSMS", connected=False)
async def test_tc_a_09_csms(fake_station: FakeStation) -> None:
    # Before
    await select_security_profile(fake_station, 1, 2, booted=True)
    former = fake_station.access
    # Main
    password = await password_requested(fake_station, 1, 2, status="Accepted")
    await connect_with_new_password(fake_station, 3, 4, password)
    await fake_station.boot(5, 6, status="Accepted")
    await fake_station.report_connectors(7, 8, "Available")
    # Post scenario: one that looks like something else is as good
    for wish in odd_passwords():
        password = await password_requested(
            fake_station, "post", "post", status="Accepted", wish=wish
        )
        await connect_with_new_password(fake_station, "post", "post", password)
    # The purpose: only the new one
    await expect_refused(fake_station, "post", "post", former, "A01.FR.03")
    for wrong in nearly_passwords(fake_station):
        requirement = "A01.FR.03, A00.FR.207"
        await expect_refused(
            fake_station, "post", "post", wrong.access, requirement, what=wrong.what
        )
    await expect_still_accepted(fake_station, "A01.FR.03")
