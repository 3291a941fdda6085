"""TC_A_11_CSMS: a CSMS has a station renew its certificate, and takes the new one."""

from harness.case import case
from harness.evidence.matchers import PRESENT
from harness.peers.fake_station import FakeStation
from harness.steps_csms.admission import use
from harness.steps_csms.renewal import RenewChargingStationCertificate, moves_to_renewed


@case("TC_A_11_CSMS", connected=False)
async def test_tc_a_11_csms(fake_station: FakeStation) -> None:
    # Before
    await use(fake_station, 3, booted=True)
    # Main
    await fake_station.run(1, RenewChargingStationCertificate)
    await moves_to_renewed(fake_station, 3)
    # Post scenario: connected
    heartbeat = await fake_station.send("post", "Heartbeat")
    await heartbeat.response("post", currentTime=PRESENT, requirement="A02.FR.08")
