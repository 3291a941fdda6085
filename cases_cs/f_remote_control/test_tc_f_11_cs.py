"""TC_F_11_CS: the meter values of one EVSE are sent when the CSMS asks for them."""

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


@case("TC_F_11_CS")
async def test_tc_f_11_cs(fake_csms: FakeCSMS) -> None:
    evse = fake_csms.sut.configured.evse_id
    # Before: clock-aligned values would blur what was triggered
    await silence_meters(fake_csms)
    measurands = await configured_measurands(fake_csms, "AlignedDataCtrlr.Measurands")
    # Main
    mark = await trigger(fake_csms, 1, 2, "MeterValues", evse=evse)
    await expect_triggered_values(
        fake_csms, 3, measurands, since=mark, evseId=evse, meterValue=TRIGGERED_VALUES
    )
    await expect_values_once(fake_csms, 3, "MeterValues", {evse})
