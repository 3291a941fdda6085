"""TC_C_08_CSMS: a driver whom the cache of the station has let in is accepted."""

from harness.case import case
from harness.peers.fake_station import FakeStation
from harness.states_csms import EVConnectedPreSession


@case("TC_C_08_CSMS")
async def test_tc_c_08_csms(fake_station: FakeStation) -> None:
    # Before
    await fake_station.reach(EVConnectedPreSession)
    # Main: nobody has asked about the driver
    await fake_station.transaction_event(
        1,
        2,
        "Updated",
        "Authorized",
        payload={"idToken": fake_station.id_token},
        idTokenInfo={"status": "Accepted"},
        requirement="C12.FR.03, E01.FR.12",
    )
