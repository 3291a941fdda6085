"""TC_F_14_CS: every transaction tells of itself when the CSMS asks for it."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.steps_cs.master_pass import charge_everywhere
from harness.steps_cs.triggers import (
    configured_measurands,
    expect_triggered_event,
    expect_values_once,
    trigger,
)


@case("TC_F_14_CS")
async def test_tc_f_14_cs(fake_csms: FakeCSMS) -> None:
    # Before
    sessions = await charge_everywhere(fake_csms)
    name = "SampledDataCtrlr.TxUpdatedMeasurands"
    measurands = await configured_measurands(fake_csms, name)
    # Main
    mark = await trigger(fake_csms, 1, 2, "TransactionEvent")
    for session in sessions:
        await expect_triggered_event(fake_csms, 3, session, measurands, since=mark)
    await expect_values_once(fake_csms, 3, "TransactionEvent")
