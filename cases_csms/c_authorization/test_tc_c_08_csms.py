"""TC_C_08_CSMS: a driver whom the cache of the station has let in is accepted."""

from harness.case import case
from harness.peers.fake_station import FakeStation
from harness.states_csms import EVConnectedPreSession


@case("TC_C_08_CSMS")
async def test_tc_c_08_csms(fake_station: FakeStation) -> None:
    # Before: the station asks nobody about whom it knows
    fake_station.model.hold("AuthCtrlr.LocalPreAuthorize", "true")
    await fake_station.reach(EVConnectedPreSession)
    # Main
    await fake_station.transaction_event(
        1,
        2,
        "Updated",
        "Authorized",
        payload={"idToken": fake_station.id_token},
        idTokenInfo={"status": "Accepted"},
        requirement="C12.FR.03, E01.FR.12",
    )
