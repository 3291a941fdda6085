"""TC_E_02_CSMS: a transaction that starts when energy flows is taken."""

from harness.case import case
from harness.peers.fake_station import FakeStation


@case("TC_E_02_CSMS")
async def test_tc_e_02_csms(fake_station: FakeStation) -> None:
    fake_station.tells_by_event = True
    # Main
    await fake_station.authorize(1, 2, status="Accepted")
    await fake_station.report_connector(3, 4, "Occupied")
    await fake_station.transaction_event(
        5,
        6,
        "Started",
        "ChargingStateChanged",
        info={"chargingState": "Charging"},
        payload={"evse": fake_station.evse, "idToken": fake_station.id_token},
        idTokenInfo={"status": "Accepted"},
    )
