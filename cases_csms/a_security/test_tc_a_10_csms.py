"""TC_A_10_CSMS: a station that refuses another password gets in with the one it has.

The page wants it accepted; A01.FR.05 also allows Pending, which is one CSMS's way to try again.
"""

from harness.case import case
from harness.evidence.matchers import one_of
from harness.peers.fake_station import FakeStation
from harness.steps_csms.admission import let_in, still_lets_in, turned_away, use, with_password
from harness.steps_csms.credentials import have_password_set


@case("TC_A_10_CSMS", connected=False)
async def test_tc_a_10_csms(fake_station: FakeStation) -> None:
    # Before
    await use(fake_station, 1, 2, booted=True)
    # Main
    password = await have_password_set(fake_station, 1, status="Rejected")
    await let_in(fake_station, 4, "A01.FR.04", patiently=True)
    status = one_of("Accepted", "Pending")
    await fake_station.boot(5, 6, status=status, requirement="B01.FR.02, A01.FR.05")
    if fake_station.accepted:
        await fake_station.report_connectors(7, 8)
    else:
        fake_station.arranged.append(("boot_status", {"status": "Accepted"}))
    # Purpose: the password that the station refused is not its own
    await turned_away(fake_station, "post", with_password(fake_station, password), "A01.FR.04")
    await still_lets_in(fake_station, "A01.FR.04")
