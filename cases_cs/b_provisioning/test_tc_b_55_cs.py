"""TC_B_55_CS: a report of one instance of a variable tells of that one alone."""

from harness.case import case
from harness.evidence.matchers import same_text
from harness.ocppj.variables import asked
from harness.peers.fake_csms import FakeCSMS
from harness.steps_cs.device_reports import characteristics, custom_report, every_item, one_item


@case("TC_B_55_CS")
async def test_tc_b_55_cs(fake_csms: FakeCSMS) -> None:
    # Main
    report = await custom_report(
        fake_csms, 1, 2, 3, componentVariable=[asked("DeviceDataCtrlr.ItemsPerMessage[GetReport]")]
    )
    report.check(one_item(report), "B08.FR.11")
    wanted = {
        "component": {"name": same_text("DeviceDataCtrlr")},
        "variable": {"name": same_text("ItemsPerMessage"), "instance": same_text("GetReport")},
    }
    report.check(every_item(report, wanted), "B08.FR.11")
    report.check(characteristics(report), "B08.FR.12")
