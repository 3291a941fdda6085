"""TC_E_11_CSMS: a transaction that starts with signed data is taken."""

from harness.case import case
from harness.peers.answers import now
from harness.peers.fake_station import FakeStation
from harness.steps_csms.readings import signed_reading


@case("TC_E_11_CSMS")
async def test_tc_e_11_csms(fake_station: FakeStation) -> None:
    # Main
    await fake_station.authorize(1, 2, status="Accepted")
    await fake_station.report_connector(3, 4, "Occupied")
    await fake_station.transaction_event(
        5,
        6,
        "Started",
        "SignedDataReceived",
        payload={
            "evse": fake_station.evse,
            "idToken": fake_station.id_token,
            "meterValue": [signed_reading(now(), "Transaction.Begin")],
        },
        idTokenInfo={"status": "Accepted"},
    )
    await fake_station.transaction_event(
        7, 8, "Updated", "ChargingStateChanged", info={"chargingState": "Charging"}
    )
