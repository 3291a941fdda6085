"""TC_A_08_CSMS: a station that shows a bad certificate is not served, one after the other."""

from harness.case import case
from harness.peers.fake_station import FakeStation
from harness.steps_csms.admission import (
    expect_accepted,
    expect_certificate_refused,
    select_security_profile,
)
from harness.steps_csms.wrong_credentials import another_station, wrong_certificates


@case("TC_A_08_CSMS", connected=False)
async def test_tc_a_08_csms(fake_station: FakeStation) -> None:
    # Before: who refuses a certificate has to take another one
    await select_security_profile(fake_station, 3, booted=True)
    other = await another_station(fake_station)
    # Main: the page lets it be executed with different kinds
    for wrong in wrong_certificates(fake_station, other):
        # 1 to 4: the handshake
        await expect_certificate_refused(fake_station, 1, 4, wrong)
        # 5 to 10: the handshake and the upgrade
        await expect_accepted(fake_station, 5, 10, "A00.FR.407, A00.FR.410")
        await fake_station.boot(11, 12, status="Accepted")
        await fake_station.report_connectors(13, 14, "Available")
