"""TC_A_01_CSMS: a station that shows its identity and password is accepted."""

from harness.case import case
from harness.peers.fake_station import FakeStation
from harness.steps_csms.admission import expect_accepted, need_entry, select_security_profile


@case("TC_A_01_CSMS", connected=False)
async def test_tc_a_01_csms(fake_station: FakeStation) -> None:
    # Before
    await select_security_profile(fake_station, 1, 2)
    await need_entry(fake_station, but=(401, 403))
    # Main
    await expect_accepted(fake_station, 1, 2, "A00.FR.204, A00.FR.207")
    await fake_station.boot(3, 4, status="Accepted")
    await fake_station.report_connectors(5, 6, "Available")
