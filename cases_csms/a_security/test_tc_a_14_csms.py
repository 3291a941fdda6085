"""TC_A_14_CSMS: a CSMS goes on when a station refuses its new certificate."""

from harness.case import case
from harness.peers.answers import now
from harness.peers.fake_station import FakeStation
from harness.states_csms.renewal import expect_certificate, send_csr, trigger_csr
from harness.steps_csms.admission import expect_accepted, select_security_profile


@case("TC_A_14_CSMS", connected=False)
async def test_tc_a_14_csms(fake_station: FakeStation) -> None:
    # Before
    await select_security_profile(fake_station, 3, booted=True)
    fake_station.answer("CertificateSigned", status="Rejected")
    # Main
    await trigger_csr(fake_station, 1, 2)
    await send_csr(fake_station, 3, 4)
    await expect_certificate(fake_station, 5, 6)
    # Erratum 2024-09
    event = await fake_station.send(
        7, "SecurityEventNotification", type="InvalidChargingStationCertificate", timestamp=now()
    )
    await event.response(8, requirement="A02.FR.07")
    # Post scenario: the certificate that the station has is as good as before
    await expect_accepted(fake_station, "post", "post", "A02.FR.07, A00.FR.407")
