"""TC_E_33_CSMS: a CSMS asks whether any events are late, and takes them."""

from harness.case import case
from harness.fake_station import FakeStation
from harness.match import ABSENT
from harness.states_csms import EnergyTransferStarted, meter_value, offline_for_a_while


@case("TC_E_33_CSMS")
async def test_tc_e_33_csms(fake_station: FakeStation) -> None:
    # Before
    await fake_station.reach(EnergyTransferStarted)
    fake_station.answer("GetTransactionStatus", messagesInQueue=True)
    # Main
    await offline_for_a_while(fake_station, 2)
    await fake_station.ask("GetTransactionStatus")
    await fake_station.expect(
        3,
        "GetTransactionStatus",
        prefer_match=True,
        transactionId=ABSENT,
        requirement="E14.FR.06",
    )
    await fake_station.transaction_event(
        5,
        6,
        "Updated",
        "MeterValuePeriodic",
        payload={"offline": True, "meterValue": meter_value()},
    )
