"""TC_E_10_CSMS: a transaction that starts with the authorization is taken."""

from harness.case import case
from harness.peers.fake_station import FakeStation


@case("TC_E_10_CSMS")
async def test_tc_e_10_csms(fake_station: FakeStation) -> None:
    # Main
    await fake_station.authorize(1, 2, status="Accepted")
    await fake_station.transaction_event(
        3,
        4,
        "Started",
        "Authorized",
        payload={"idToken": fake_station.id_token},
        idTokenInfo={"status": "Accepted"},
    )
