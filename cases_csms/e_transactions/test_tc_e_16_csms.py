"""TC_E_16_CSMS: a driver who may not charge is told so, and the end of it is taken."""

from harness.case import case
from harness.evidence.matchers import one_of
from harness.peers.fake_station import FakeStation
from harness.steps_csms.refusals import expect_still_refused, turn_away


@case("TC_E_16_CSMS")
async def test_tc_e_16_csms(fake_station: FakeStation) -> None:
    invalid = fake_station.sut.tokens.invalid
    # Main
    await fake_station.transaction_event(
        1,
        2,
        "Started",
        "Authorized",
        payload={"idToken": invalid.as_json()},
        idTokenInfo={"status": one_of("Invalid", "Unknown")},
        requirement="E05.FR.01, E01.FR.12",
    )
    await turn_away(fake_station, 3, 4)
    # Post scenario: nor later, however it is asked
    await expect_still_refused(fake_station, invalid)
