"""TC_E_33_CSMS: a CSMS asks whether any events are late, and takes them."""

import asyncio

from harness.case import case
from harness.fake_station import FakeStation
from harness.match import ABSENT
from harness.states_csms import EnergyTransferStarted, meter_value


@case("TC_E_33_CSMS")
async def test_tc_e_33_csms(fake_station: FakeStation) -> None:
    # Before
    await fake_station.reach(EnergyTransferStarted)
    fake_station.answer("GetTransactionStatus", messagesInQueue=True)
    # Main
    await fake_station.disconnect()
    # The page stays offline for the configured transaction duration.
    await asyncio.sleep(fake_station.sut.configured.transaction_duration)
    await fake_station.reconnect(2)
    await fake_station.ask("GetTransactionStatus")
    await fake_station.expect(
        3,
        "GetTransactionStatus",
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
