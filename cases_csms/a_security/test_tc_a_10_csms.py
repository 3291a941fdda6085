"""TC_A_10_CSMS: a station that refuses another password gets in with the one it has.

The page wants it accepted; A01.FR.05 also allows Pending, which is one CSMS's way to try again.
"""

from harness.case import case
from harness.evidence.matchers import one_of
from harness.peers.fake_station import FakeStation
from harness.steps_csms.admission import (
    expect_accepted,
    expect_refused,
    expect_still_accepted,
    select_security_profile,
    with_password,
)
from harness.steps_csms.credentials import password_requested


@case("TC_A_10_CSMS", connected=False)
async def test_tc_a_10_csms(fake_station: FakeStation) -> None:
    # Before
    await select_security_profile(fake_station, 1, 2, booted=True)
    # Main
    password = await password_requested(fake_station, 1, 2, status="Rejected")
    await expect_accepted(fake_station, 3, 4, "A01.FR.04", patiently=True)
    status = one_of("Accepted", "Pending")
    await fake_station.boot(5, 6, status=status, requirement="B01.FR.02, A01.FR.05")
    if fake_station.accepted:
        await fake_station.report_connectors(7, 8, "Available")
    else:
        fake_station.arrangements.entered("boot_status", {"status": "Pending"})
    # Post scenario, the purpose: the password that the station refused is not its own
    refused = with_password(fake_station, password)
    await expect_refused(fake_station, "post", "post", refused, "A01.FR.04")
    await expect_still_accepted(fake_station, "A01.FR.04")
