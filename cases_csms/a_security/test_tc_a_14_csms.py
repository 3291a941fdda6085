"""TC_A_14_CSMS: a CSMS goes on when a station refuses its new certificate."""

from harness.case import case
from harness.peers.answers import now
from harness.peers.fake_station import FakeStation
from harness.steps_csms.admission import use
from harness.steps_csms.renewal import ask_for_csr, expect_certificate


@case("TC_A_14_CSMS", connected=False)
async def test_tc_a_14_csms(fake_station: FakeStation) -> None:
    fake_station.answer("CertificateSigned", status="Rejected")
    # Before
    await use(fake_station, 3, booted=True)
    # Main
    await ask_for_csr(fake_station)
    await expect_certificate(fake_station)
    # Erratum 2024-09
    event = await fake_station.send(
        7,
        "SecurityEventNotification",
        type="InvalidChargingStationCertificate",
        timestamp=now(),
    )
    await event.response(8, requirement="A02.FR.07")
