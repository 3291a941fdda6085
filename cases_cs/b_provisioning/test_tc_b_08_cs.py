"""TC_B_08_CS: more variables asked for than ItemsPerMessage allows are not all answered.

Part 2 B06.FR.16-17, above the page, also let the station answer with a CALLERROR.
"""

from harness.case import case
from harness.evidence.matchers import Satisfies, fact
from harness.ocppj.variables import get_item, json_size
from harness.peers.fake_csms import FakeCSMS
from harness.steps_cs.device_reports import base_report, readable

LIMIT = "DeviceDataCtrlr.ItemsPerMessage[GetVariables]"
BYTES = "DeviceDataCtrlr.BytesPerMessage[GetVariables]"


@case("TC_B_08_CS")
async def test_tc_b_08_cs(fake_csms: FakeCSMS) -> None:
    limit = await fake_csms.variables.read_number(LIMIT)
    size = await fake_csms.variables.read_number(BYTES)
    # Main
    report = await base_report(fake_csms, 1, 2, 3, "FullInventory")
    variables = readable(report)[: limit + 1]
    if len(variables) <= limit:
        reason = f"{LIMIT} is {limit}, and there are no more variables than that"
        raise fake_csms.not_applicable(reason)
    data = [get_item(variable) for variable in variables]
    too_many = await fake_csms.send(5, "GetVariables", getVariableData=data)
    codes = ["OccurrenceConstraintViolation"]
    if json_size(data) > size:
        codes.append("FormatViolation")
    if await too_many.refused(6, *codes, requirement="B06.FR.16-17"):
        return

    def limited(results: object) -> bool:
        statuses = [item["attributeStatus"] for item in results]  # type: ignore[attr-defined]
        accepted = statuses.count("Accepted")
        return accepted in (0, limit) and accepted + statuses.count("Rejected") == limit + 1

    await too_many.response(
        6,
        getVariableResult=Satisfies(
            f"{limit + 1} results, {limit} or none Accepted and the others Rejected",
            limited,
            fact("limited results", limit=limit),
        ),
        requirement="B06.FR.05",
    )
