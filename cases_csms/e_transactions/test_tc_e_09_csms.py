"""TC_E_09_CSMS: a transaction that starts with the cable is taken."""

from harness.case import case
from harness.peers.fake_station import FakeStation


@case("TC_E_09_CSMS")
async def test_tc_e_09_csms(fake_station: FakeStation) -> None:
    fake_station.tells_by_event = True
    # Main
    await fake_station.report_connector(1, 2, "Occupied")
    await fake_station.transaction_event(
        3,
        4,
        "Started",
        "CablePluggedIn",
        info={"chargingState": "EVConnected"},
        payload={"evse": fake_station.evse},
    )
