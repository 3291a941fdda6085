"""TC_B_54_CS: a report of a variable without naming an instance tells of all its instances."""

from harness.case import case
from harness.evidence.matchers import same_text
from harness.ocppj.variables import Variable, asked
from harness.peers.fake_csms import FakeCSMS
from harness.steps_cs.device_reports import custom_report

INSTANCES = [
    Variable("DeviceDataCtrlr", "ItemsPerMessage", "GetReport"),
    Variable("DeviceDataCtrlr", "ItemsPerMessage", "GetVariables"),
    # Required too, and every instance is to be told (B08.FR.21).
    Variable("DeviceDataCtrlr", "ItemsPerMessage", "SetVariables"),
]


@case("TC_B_54_CS")
async def test_tc_b_54_cs(fake_csms: FakeCSMS) -> None:
    wanted = [asked("DeviceDataCtrlr.ItemsPerMessage")]
    # Main
    report = await custom_report(fake_csms, 1, 2, 3, componentVariable=wanted)
    report.expect_variables(INSTANCES, "B08.FR.21")
    report.expect_each(
        {
            "component": {"name": same_text("DeviceDataCtrlr")},
            "variable": {"name": same_text("ItemsPerMessage")},
        },
        "B08.FR.11",
    )
    report.expect_characteristics("B08.FR.12")
