"""TC_B_16_CS: a custom report of all components that are enabled.

B08.FR.09 also reports components that have no "Enabled": only the reported "Enabled" are judged.
"""

from harness.case import case
from harness.evidence.matchers import ABSENT, Contains
from harness.ocppj.variables import get_item, key_of
from harness.peers.fake_csms import FakeCSMS
from harness.steps_cs.device_reports import (
    base_report,
    characteristics,
    custom_report,
    every_item,
    includes,
    mutability,
    named,
    only,
    with_value,
)


@case("TC_B_16_CS")
async def test_tc_b_16_cs(fake_csms: FakeCSMS) -> None:
    # Main
    report = await custom_report(fake_csms, 1, 2, 3, componentCriteria=["Enabled"])
    report.check(characteristics(report), "B08.FR.12")
    enabled = named(report, "Enabled")
    # What is WriteOnly is reported without its value (B08.FR.03, erratum 2025-01).
    legible = only(enabled, lambda item: mutability(item) != "WriteOnly")
    is_true = {"variableAttribute": Contains({"value": "true"})}
    report.check(every_item(legible, is_true), "B08.FR.09")
    for item in enabled.items:
        sent = await fake_csms.send(5, "GetVariables", getVariableData=[get_item(key_of(item))])
        wanted = {"attributeStatus": "Accepted", "attributeValue": "true"}
        if mutability(item) == "WriteOnly":
            wanted = {"attributeStatus": "Rejected", "attributeValue": ABSENT}
        await sent.response(6, getVariableResult=[wanted], requirement="B06.FR.09, B06.FR.10")
    # Post scenario
    everything = await base_report(fake_csms, "post", "post", "post", "FullInventory")
    inventory = named(everything, "Enabled")
    report.check(includes(enabled, with_value(inventory, "true")), "B08.FR.09")
