"""TC_F_13_CS: the transaction of one EVSE tells of itself when the CSMS asks for it."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import EnergyTransferStarted
from harness.steps_cs.triggers import (
    configured_measurands,
    expect_triggered_event,
    expect_values_once,
    trigger,
)


@case("TC_F_13_CS")
async def test_tc_f_13_cs(fake_csms: FakeCSMS) -> None:
    # Before
    session = await fake_csms.reach(EnergyTransferStarted)
    name = "SampledDataCtrlr.TxUpdatedMeasurands"
    measurands = await configured_measurands(fake_csms, name)
    # Main
    mark = await trigger(fake_csms, 1, 2, "TransactionEvent", evse=session.evse)
    await expect_triggered_event(fake_csms, 3, session, measurands, since=mark)
    await expect_values_once(fake_csms, 3, "TransactionEvent")
