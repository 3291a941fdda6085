"""TC_C_06_CSMS: a CSMS refuses an idToken that is blocked."""

from harness.case import case
from harness.evidence.matchers import one_of
from harness.peers.fake_station import FakeStation
from harness.steps_csms.known_tokens import know_token
from harness.steps_csms.refusals import expect_still_refused


@case("TC_C_06_CSMS")
async def test_tc_c_06_csms(fake_station: FakeStation) -> None:
    blocked = fake_station.sut.tokens.blocked
    # Before
    await know_token(fake_station, blocked, "Blocked")
    # Main
    await fake_station.authorize(1, 2, blocked, status=one_of("Blocked", "Invalid"))
    # Post scenario: nor later
    await expect_still_refused(fake_station, blocked)
