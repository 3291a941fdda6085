"""TC_P_03_CSMS: a CSMS takes messages that hold custom data."""

from harness.case import case
from harness.ocppj.custom_data import CUSTOM_DATA, with_custom_data
from harness.peers.answers import now
from harness.peers.fake_station import FakeStation
from harness.steps_csms.telling import tell


@case("TC_P_03_CSMS")
async def test_tc_p_03_csms(fake_station: FakeStation) -> None:
    place = fake_station.evse
    # Main
    status = {
        "timestamp": now(),
        "connectorStatus": "Occupied",
        "evseId": place["id"],
        "connectorId": place["connectorId"],
    }
    await tell(fake_station, 1, 2, "StatusNotification", **with_custom_data(status))
    driver = {"evse": place, "idToken": fake_station.id_token}
    await fake_station.transaction_event(
        3,
        4,
        "Started",
        "Authorized",
        info={"chargingState": "EVConnected", "customData": CUSTOM_DATA},
        payload=with_custom_data(driver),
        idTokenInfo={"status": "Accepted"},
    )
