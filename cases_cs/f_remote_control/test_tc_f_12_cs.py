"""TC_F_12_CS: the meter values of every EVSE are sent when the CSMS asks for them."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.steps_cs.triggers import (
    TRIGGERED_VALUES,
    configured_measurands,
    expect_triggered_values,
    expect_values_once,
    silence_meters,
    trigger,
)


@case("TC_F_12_CS")
async def test_tc_f_12_cs(fake_csms: FakeCSMS) -> None:
    # Before: clock-aligned values would blur what was triggered
    await silence_meters(fake_csms)
    measurands = await configured_measurands(fake_csms, "AlignedDataCtrlr.Measurands")
    # Main
    mark = await trigger(fake_csms, 1, 2, "MeterValues")
    for evse in fake_csms.sut.evses:
        await expect_triggered_values(
            fake_csms, 3, measurands, since=mark, evseId=evse, meterValue=TRIGGERED_VALUES
        )
    # The main meter may be read as well: EVSE 0.
    await expect_values_once(fake_csms, 3, "MeterValues", {0, *fake_csms.sut.evses})
