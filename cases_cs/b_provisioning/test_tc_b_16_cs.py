"""TC_B_16_CS: a custom report of all components that are enabled.

B08.FR.09 also reports components that have no "Enabled": only the reported "Enabled" are judged.
"""

from harness.case import case
from harness.evidence.matchers import ABSENT, Contains
from harness.ocppj.variables import get_item, key_of
from harness.peers.fake_csms import FakeCSMS
from harness.steps_cs.device_reports import base_report, custom_report
from harness.steps_cs.report_items import mutability


@case("TC_B_16_CS")
async def test_tc_b_16_cs(fake_csms: FakeCSMS) -> None:
    # Main
    report = await custom_report(fake_csms, 1, 2, 3, componentCriteria=["Enabled"])
    report.expect_characteristics("B08.FR.12")
    enabled = report.named("Enabled")
    # What is WriteOnly is reported without its value (B08.FR.03, erratum 2025-01).
    legible = enabled.only(lambda item: mutability(item) != "WriteOnly")
    legible.expect_each({"variableAttribute": Contains({"value": "true"})}, "B08.FR.09")
    for item in (each.data for each in enabled.items):
        sent = await fake_csms.send(5, "GetVariables", getVariableData=[get_item(key_of(item))])
        wanted = {"attributeStatus": "Accepted", "attributeValue": "true"}
        if mutability(item) == "WriteOnly":
            wanted = {"attributeStatus": "Rejected", "attributeValue": ABSENT}
        await sent.response(6, getVariableResult=[wanted], requirement="B06.FR.09, B06.FR.10")
    # Post scenario
    inventory = await base_report(fake_csms, "post", "post", "post", "FullInventory")
    true = inventory.named("Enabled").with_value("true")
    enabled.expect_variables(true, "B08.FR.09")
