"""TC_C_07_CSMS: a CSMS refuses an idToken that has expired."""

from harness.case import case
from harness.evidence.matchers import one_of
from harness.peers.fake_station import FakeStation
from harness.steps_csms.known_tokens import know_token
from harness.steps_csms.refusals import expect_still_refused


@case("TC_C_07_CSMS")
async def test_tc_c_07_csms(fake_station: FakeStation) -> None:
    expired = fake_station.sut.tokens.expired
    # Before
    await know_token(fake_station, expired, "Expired")
    # Main
    await fake_station.authorize(1, 2, expired, status=one_of("Expired", "Invalid"))
    # Post scenario: nor later
    await expect_still_refused(fake_station, expired)
