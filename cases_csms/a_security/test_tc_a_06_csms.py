"""TC_A_06_CSMS: a CSMS takes no TLS version below 1.2."""

from harness.case import case
from harness.peers.fake_station import FakeStation
from harness.steps_csms.admission import expect_accepted, select_security_profile
from harness.steps_csms.tls_probe import expect_old_versions_refused


@case("TC_A_06_CSMS", connected=False)
async def test_tc_a_06_csms(fake_station: FakeStation) -> None:
    fake_station.tells_by_event = True
    # Before: who refuses TLS 1.1 has to take something else
    await select_security_profile(fake_station, 2, 3, booted=True)
    # Main
    await expect_old_versions_refused(fake_station, 1, 2, "A00.FR.314, A00.FR.315, A00.FR.418")
    # 3 to 8: the handshake and the upgrade
    await expect_accepted(fake_station, 3, 8, "A00.FR.315, A00.FR.418")
    await fake_station.boot(9, 10, status="Accepted")
    await fake_station.report_connectors(11, 12, "Available")
