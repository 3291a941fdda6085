"""TC_B_55_CS: a report of one instance of a variable tells of that one alone."""

from harness.case import case
from harness.evidence.matchers import same_text
from harness.ocppj.variables import asked
from harness.peers.fake_csms import FakeCSMS
from harness.steps_cs.device_reports import custom_report


@case("TC_B_55_CS")
async def test_tc_b_55_cs(fake_csms: FakeCSMS) -> None:
    wanted = [asked("DeviceDataCtrlr.ItemsPerMessage[GetReport]")]
    # Main
    report = await custom_report(fake_csms, 1, 2, 3, componentVariable=wanted)
    report.expect_one("B08.FR.11")
    report.expect_each(
        {
            "component": {"name": same_text("DeviceDataCtrlr")},
            "variable": {"name": same_text("ItemsPerMessage"), "instance": same_text("GetReport")},
        },
        "B08.FR.11",
    )
    report.expect_characteristics("B08.FR.12")
