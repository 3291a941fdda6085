"""TC_L_04_CSMS: a CSMS takes it that a station finds the signing certificate revoked."""

from harness.case import case
from harness.peers.fake_station import FakeStation
from harness.steps_csms.telling import expect_still_served
from harness.steps_csms.updates import request_update


@case("TC_L_04_CSMS")
async def test_tc_l_04_csms(fake_station: FakeStation) -> None:
    # Main
    await request_update(fake_station, 1, 2, "RevokedCertificate")
    # Post scenario: nothing is amiss
    await expect_still_served(fake_station)
