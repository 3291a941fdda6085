"""TC_A_11_CSMS: a CSMS has a station renew its certificate, and takes the new one."""

from harness.case import case
from harness.peers.fake_station import FakeStation
from harness.states_csms import RenewChargingStationCertificate
from harness.steps_csms.admission import expect_accepted, select_security_profile
from harness.steps_csms.credentials import connect_with_renewed_certificate


@case("TC_A_11_CSMS", connected=False)
async def test_tc_a_11_csms(fake_station: FakeStation) -> None:
    # Before
    await select_security_profile(fake_station, 3, booted=True)
    # Main
    await fake_station.run(1, RenewChargingStationCertificate)
    # Erratum 2024-09
    await connect_with_renewed_certificate(fake_station, 2, 3)
    # Post scenario: connected (erratum 2025-04)
    await fake_station.heartbeat("post", "post", requirement="A02.FR.08")
    # and at the next connection
    await expect_accepted(fake_station, "post", "post", "A02.FR.08, A00.FR.407")
