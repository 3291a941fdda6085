"""TC_C_02_CSMS: a CSMS refuses an idToken that it does not know."""

from harness.case import case
from harness.evidence.matchers import one_of
from harness.peers.fake_station import FakeStation
from harness.steps_csms.refusals import expect_longer_refused, expect_still_refused


@case("TC_C_02_CSMS")
async def test_tc_c_02_csms(fake_station: FakeStation) -> None:
    invalid = fake_station.sut.tokens.invalid
    # Main
    is_key_code = invalid.type == "KeyCode"  # then C04.FR.01 leaves no choice
    status = "Invalid" if is_key_code else one_of("Invalid", "Unknown")
    await fake_station.authorize(1, 2, invalid, status=status)
    # Post scenario: nor later, nor who is only like somebody
    await expect_still_refused(fake_station, invalid)
    await expect_longer_refused(fake_station, fake_station.sut.tokens.valid)
