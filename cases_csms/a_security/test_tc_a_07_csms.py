"""TC_A_07_CSMS: a station that shows its certificate is accepted."""

from harness.case import case
from harness.peers.fake_station import FakeStation
from harness.steps_csms.admission import expect_accepted, need_entry, select_security_profile
from harness.steps_csms.tls_probe import expect_good_tls


@case("TC_A_07_CSMS", connected=False)
async def test_tc_a_07_csms(fake_station: FakeStation) -> None:
    # Before
    await select_security_profile(fake_station, 3)
    await need_entry(fake_station, but=(401, 403))
    # Main
    # 1 to 4: handshakes of a probe
    await expect_good_tls(fake_station, 1, 3, "A00.FR.416, A00.FR.421, A00.FR.424")
    await expect_accepted(fake_station, 5, 6, "A00.FR.410, A00.FR.415")
    await fake_station.boot(7, 8, status="Accepted")
    await fake_station.report_connectors(9, 10, "Available")
