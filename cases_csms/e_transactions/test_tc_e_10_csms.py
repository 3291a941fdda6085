"""TC_E_10_CSMS: a transaction that starts with the authorization is taken."""

from harness.case import case
from harness.peers.fake_station import FakeStation
from harness.states_csms import identified


@case("TC_E_10_CSMS")
async def test_tc_e_10_csms(fake_station: FakeStation) -> None:
    # Main
    await identified(fake_station, 1, 2)
    await fake_station.transaction_event(
        3,
        4,
        "Started",
        "Authorized",
        payload={"idToken": fake_station.sut.tokens.valid.as_json()},
        idTokenInfo={"status": "Accepted"},
        requirement="E01.FR.12",
    )
