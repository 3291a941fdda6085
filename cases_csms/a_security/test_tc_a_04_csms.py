"""TC_A_04_CSMS: a CSMS secures its endpoint with TLS as Part 2 wants it.

TLS carries certificates in DER (A00.FR.317), whatever the page says of PEM.
"""

from harness.case import case
from harness.peers.fake_station import FakeStation
from harness.steps_csms.admission import expect_accepted, need_entry, select_security_profile
from harness.steps_csms.tls_probe import expect_good_certificates, expect_good_tls


@case("TC_A_04_CSMS", connected=False)
async def test_tc_a_04_csms(fake_station: FakeStation) -> None:
    # Before
    await select_security_profile(fake_station, 2, 3)
    # A TLS that is not good is what the page is about, a certificate that is not trusted is not.
    await need_entry(fake_station, but=(0,) if fake_station.access.profile == 2 else ())
    # Main
    # 1 to 4: handshakes of a probe
    await expect_good_tls(fake_station, 1, 3, "A00.FR.313, A00.FR.318, A00.FR.321")
    await expect_good_certificates(fake_station, 3)
    await expect_accepted(fake_station, 5, 6, "A00.FR.307, A00.FR.312")
    await fake_station.boot(7, 8, status="Accepted")
    await fake_station.report_connectors(9, 10, "Available")
