"""How many items a station takes in one request, and what it does with more (B05, B06)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from harness.evidence.matchers import Satisfies, fact
from harness.ocppj.frames import Payload
from harness.ocppj.variables import get_item, json_size
from harness.peers.fake_csms import FakeCSMS
from harness.peers.sent import Sent
from harness.steps_cs.device_reports import Report


def _items(action: str) -> str:
    return f"DeviceDataCtrlr.ItemsPerMessage[{action}]"


@dataclass(frozen=True)
class Limits:
    """Items and bytes of one request that the station takes."""

    items: int
    size: int


async def need_items(csms: FakeCSMS, action: str, wanted: int) -> None:
    """Stop a case whose request would be too large for the station (B05.FR.11, B06.FR.05)."""
    if await csms.variables.read_number(_items(action), wanted) < wanted:
        name = _items(action)
        raise csms.undrivable(f"{name} is below {wanted} (B05.FR.11, B06.FR.05)", name)


async def read_limits(csms: FakeCSMS, action: str) -> Limits:
    """What the station takes; a station that does not tell cannot be tested."""
    items = await csms.variables.read_number(_items(action))
    size = await csms.variables.read_number(f"DeviceDataCtrlr.BytesPerMessage[{action}]")
    return Limits(items, size)


def one_too_many(report: Report, limits: Limits) -> list[Payload]:
    """getVariableData with one variable more than the station takes, of those that it reported."""
    variables = report.readable()[: limits.items + 1]
    if len(variables) <= limits.items:
        reason = f"{_items('GetVariables')} is {limits.items}, and there are no more variables"
        raise report.csms.not_applicable(reason)
    return [get_item(variable) for variable in variables]


async def expect_not_all_answered(
    step: int, too_many: Sent, limits: Limits, data: Sequence[Payload]
) -> None:
    """A CALLERROR (B06.FR.16-17), or as many results as the limit allows, or none (B06.FR.05)."""
    codes = ["OccurrenceConstraintViolation"]
    if json_size(data) > limits.size:
        codes.append("FormatViolation")
    if await too_many.refused(step, *codes, requirement="B06.FR.16-17"):
        return
    await too_many.response(step, getVariableResult=_limited(limits.items), requirement="B06.FR.05")


def _limited(limit: int) -> Satisfies:
    def holds(results: Any) -> bool:
        statuses = [str(item["attributeStatus"]) for item in cast(list[Payload], results)]
        accepted = statuses.count("Accepted")
        return accepted in (0, limit) and accepted + statuses.count("Rejected") == limit + 1

    text = f"{limit + 1} results, {limit} or none Accepted and the others Rejected"
    return Satisfies(text, holds, fact("limited results", length=limit + 1, limit=limit))
