"""TC_C_20_CSMS: a driver whom the cache of the station has let in is refused."""

from harness.case import case
from harness.evidence.matchers import one_of
from harness.peers.fake_station import FakeStation
from harness.states_csms import EVConnectedPreSession
from harness.steps_csms.refusals import expect_still_refused, turn_away


@case("TC_C_20_CSMS")
async def test_tc_c_20_csms(fake_station: FakeStation) -> None:
    invalid = fake_station.sut.tokens.invalid
    # Before: the station asks nobody about whom it knows
    fake_station.model.hold("AuthCtrlr.LocalPreAuthorize", "true")
    await fake_station.reach(EVConnectedPreSession)
    # Main
    await fake_station.transaction_event(
        1,
        2,
        "Updated",
        "Authorized",
        payload={"idToken": invalid.as_json()},
        idTokenInfo={"status": one_of("Invalid", "Unknown")},
        requirement="C12.FR.03, E01.FR.12",
    )
    # Post scenario: nor later
    await turn_away(fake_station, "post", "post")
    await expect_still_refused(fake_station, invalid)
