"""TC_E_11_CSMS: a transaction that starts with signed data is taken."""

from harness.case import case
from harness.peers.answers import now
from harness.peers.fake_station import FakeStation
from harness.states_csms import charging, identified, occupied
from harness.states_csms.readings import signed_reading


@case("TC_E_11_CSMS")
async def test_tc_e_11_csms(fake_station: FakeStation) -> None:
    # Main
    await identified(fake_station, 1, 2)
    await occupied(fake_station, 3, 4)
    await fake_station.transaction_event(
        5,
        6,
        "Started",
        "SignedDataReceived",
        payload={
            "evse": fake_station.evse,
            "idToken": fake_station.sut.tokens.valid.as_json(),
            "meterValue": [signed_reading(now(), "Transaction.Begin")],
        },
        idTokenInfo={"status": "Accepted"},
        requirement="E01.FR.12",
    )
    await charging(fake_station, 7, 8)
