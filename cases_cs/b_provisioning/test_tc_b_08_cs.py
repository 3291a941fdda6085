"""TC_B_08_CS: more variables asked for than ItemsPerMessage allows are not all answered.

Part 2 B06.FR.16-17, above the page, also let the station answer with a CALLERROR.
"""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.steps_cs.device_reports import base_report
from harness.steps_cs.message_limits import expect_not_all_answered, one_too_many, read_limits


@case("TC_B_08_CS")
async def test_tc_b_08_cs(fake_csms: FakeCSMS) -> None:
    # Before
    limits = await read_limits(fake_csms, "GetVariables")
    # Main
    report = await base_report(fake_csms, 1, 2, 3, "FullInventory")
    data = one_too_many(report, limits)
    too_many = await fake_csms.send(5, "GetVariables", getVariableData=data)
    await expect_not_all_answered(6, too_many, limits, data)
