"""TC_L_05_CSMS: a CSMS takes it that a station finds the signing certificate invalid."""

from harness.case import case
from harness.peers.fake_station import FakeStation
from harness.steps_csms.updates import request_update, tell_security_event


@case("TC_L_05_CSMS")
async def test_tc_l_05_csms(fake_station: FakeStation) -> None:
    # Main
    await request_update(fake_station, 1, 2, "InvalidCertificate")
    await tell_security_event(fake_station, 3, "InvalidFirmwareSigningCertificate")
