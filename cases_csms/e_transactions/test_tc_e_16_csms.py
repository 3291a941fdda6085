"""TC_E_16_CSMS: a driver who may not charge is told so, and the end of it is taken."""

from harness.case import case
from harness.evidence.matchers import not_equal, one_of
from harness.peers.fake_station import FakeStation


@case("TC_E_16_CSMS")
async def test_tc_e_16_csms(fake_station: FakeStation) -> None:
    # Main
    await fake_station.transaction_event(
        1,
        2,
        "Started",
        "Authorized",
        payload={"idToken": fake_station.sut.tokens.invalid.as_json()},
        idTokenInfo={"status": one_of("Invalid", "Unknown")},
        requirement="E05.FR.01, E01.FR.12",
    )
    await fake_station.transaction_event(
        3, 4, "Ended", "Deauthorized", info={"stoppedReason": "DeAuthorized"}
    )
    # Post scenario: nor later, however it is asked
    refused = {"status": not_equal("Accepted")}
    invalid = {"idToken": fake_station.sut.tokens.invalid.as_json()}
    asked = await fake_station.send("post", "Authorize", **invalid)
    await asked.response("post", idTokenInfo=refused, requirement="C01.FR.07")
    fake_station.next_transaction()
    await fake_station.transaction_event(
        "post",
        "post",
        "Started",
        "CablePluggedIn",
        info={"chargingState": "EVConnected"},
        payload={"evse": fake_station.evse},
    )
    await fake_station.transaction_event(
        "post",
        "post",
        "Updated",
        "Authorized",
        payload=invalid,
        idTokenInfo=refused,
        requirement="E01.FR.11, E02.FR.04",
    )
    await fake_station.transaction_event(
        "post", "post", "Ended", "Deauthorized", info={"stoppedReason": "DeAuthorized"}
    )
    # but a driver who may
    await fake_station.authorize("post", "post", status="Accepted")
