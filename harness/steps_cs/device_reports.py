"""Reports of a station under test: NotifyReport parts collected, and what every report must hold.

Part 2, B07 and B08.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from harness import clock
from harness.evidence.matchers import ABSENT, Check, Place, Satisfies, one_of, parse_time
from harness.ocppj.frames import Payload
from harness.ocppj.inbox import Traffic
from harness.ocppj.payloads import objects
from harness.ocppj.variables import Variable, key_of
from harness.peers.fake_csms import FakeCSMS
from harness.steps_cs import report_items
from harness.steps_cs.required_variables import availability, required

#: statusInfo of a request that went well: absent, or with this reason.
NO_ERROR = one_of(ABSENT, {"reasonCode": "NoError"})
_request_ids = itertools.count(1)


def new_request_id() -> int:
    """A requestId that this run has not used yet."""
    return next(_request_ids)


#: What a base report has to hold.
_HOLDS = {
    "ConfigurationInventory": "B07.FR.07",
    "FullInventory": "B07.FR.08",
    "SummaryInventory": "B07.FR.09",
}


@dataclass(frozen=True)
class Report:
    """All reportData that a station sent for one request, or a part of it.

    It is judged as step ``step``, by the requirement about it; a custom report by the one of each
    expectation. ``received``: how many items came; ``parts``: the ids of the messages.
    """

    csms: FakeCSMS
    step: int | str
    items: report_items.Items
    received: int
    parts: tuple[str, ...]
    requirement: str = ""

    def _judge(self, checks: Iterator[Check], requirement: str) -> None:
        """Record the checks; without any item there is nothing to hold, which is a failure."""
        text, ok, wanted = "at least one element", self.received > 0, {"length_at_least": 1}
        some = Check("$.reportData", text, self.received, ok, wanted, self._whole())
        source = requirement or self.requirement
        self.csms.judge(self.step, "NotifyReportRequest", [some, *checks], source)

    def _counted(self, count: int, what: str) -> Check:
        came, wanted = len(self.items), {"length": count}
        text, seen = f"{count} {what}", f"{came} {what}"
        return Check("$.reportData", text, seen, came == count, wanted, self._whole())

    def _whole(self) -> tuple[Place, ...]:
        """All of it: an array where it came in one part."""
        path = "$.reportData" if len(self.parts) == 1 else "$"
        return tuple(Place(part, path) for part in self.parts)

    def expect_some(self, requirement: str = "") -> None:
        """Something was reported."""
        self._judge(iter(()), requirement)

    def expect_one(self, requirement: str = "") -> None:
        """Exactly one variable was reported."""
        self._judge(iter([self._counted(1, "element")]), requirement)

    def expect_evses(self, count: int, requirement: str = "") -> None:
        """One item came for each EVSE."""
        self._judge(iter([self._counted(count, "EVSEs")]), requirement)

    def expect_each(self, wanted: Payload, requirement: str = "") -> None:
        """Every item matches, field by field."""
        self._judge(report_items.every_item(self.items, wanted), requirement)

    def expect_variables(self, wanted: Iterable[Variable], requirement: str = "") -> None:
        """Every one of these variables is reported."""
        self._judge(report_items.includes(self.items, wanted), requirement)

    def expect_required(self, *, writable: bool = False) -> None:
        """The variables that a station must have, or those of them that it must let be set.

        By the profiles that it claims (Part 2, Referenced Components and Variables).
        """
        wanted = [r for r in required(self.csms.sut) if r.writable or not writable]
        self.expect_variables(each.variable for each in wanted)

    def expect_availability(self) -> None:
        """The state of the station and of every EVSE."""
        self.expect_variables(each.variable for each in availability(self.csms.sut))

    def expect_characteristics(self, requirement: str = "") -> None:
        """Every variable comes with its characteristics."""
        self._judge(report_items.characteristics(self.items), requirement)

    def expect_values_lists(self) -> None:
        """Every list type comes with its valuesList (VariableCharacteristicsType)."""
        self._judge(report_items.values_lists(self.items), "")

    def expect_values_from_lists(self) -> None:
        """Every value of a list type is in its valuesList."""
        self._judge(report_items.listed_values(self.items), "")

    def expect_values(self) -> None:
        """All but WriteOnly variables come with a value, required ones with the Actual one."""
        sut = self.csms.sut
        self._judge(report_items.values_given(self.items, sut.edition), "B07.FR.03")
        self._judge(report_items.actual_given(self.items, required(sut), sut.edition), "")

    def expect_power_limits(self) -> None:
        """EVSE.Power comes with its maxLimit."""
        self._judge(report_items.power_limits(self.items), "")

    def expect_settable(self) -> None:
        """Every variable can be set."""
        self._judge(report_items.settable(self.items), "")

    def only(self, wanted: Callable[[Payload], bool]) -> Report:
        """The part of it whose items are ``wanted``."""
        return replace(self, items=[item for item in self.items if wanted(item.data)])

    def named(self, name: str) -> Report:
        """The part of it that is about variables of this name."""
        return self.only(
            lambda item: report_items.is_named(item) and key_of(item).name.lower() == name.lower()
        )

    def with_value(self, value: str) -> list[Variable]:
        """The reported variables that have this actual value."""
        return report_items.with_value(self.items, value)

    def readable(self) -> list[Variable]:
        """The reported variables that let their Actual attribute be read."""
        return report_items.readable(self.items)


async def base_report(
    csms: FakeCSMS,
    request_step: int | str,
    answer_step: int | str,
    step: int | str,
    base: str,
) -> Report:
    """Request a base report and collect it (B07.FR.01, .03, .04, .10)."""
    steps = (request_step, answer_step, step)
    requirement = "B07.FR.01, B07.FR.12"
    report = await _report(csms, steps, "GetBaseReport", requirement, reportBase=base)
    return replace(report, requirement=_HOLDS[base])


async def custom_report(
    csms: FakeCSMS,
    request_step: int | str,
    answer_step: int | str,
    step: int | str,
    **criteria: Any,
) -> Report:
    """Request a report by criteria and collect it (B08.FR.01, .03, .04, .14)."""
    steps = (request_step, answer_step, step)
    return await _report(csms, steps, "GetReport", "B08.FR.01", **criteria)


async def _report(
    csms: FakeCSMS,
    steps: tuple[int | str, int | str, int | str],
    action: str,
    requirement: str,
    **wanted: Any,
) -> Report:
    request_step, answer_step, step = steps
    request_id = new_request_id()
    mark = csms.inbox.mark
    sent = await csms.send(request_step, action, requestId=request_id, **wanted)
    await sent.response(
        answer_step, status="Accepted", statusInfo=NO_ERROR, requirement=requirement
    )
    return await collect(csms, step, request_id, mark)


async def collect(csms: FakeCSMS, step: int | str, request_id: int, since: int) -> Report:
    """Take NotifyReports until one says that nothing follows; judges each part."""
    found: list[report_items.Item] = []
    parts: list[str] = []
    for number in itertools.count():
        part = await csms.expect(
            step,
            "NotifyReport",
            since=since,
            requestId=request_id,
            seqNo=number,
            generatedAt=made_meanwhile(csms, since),
            requirement="B07.FR.04, B07.FR.10, B08.FR.04, B08.FR.14",
        )
        parts.append(part.id)
        for place, data in enumerate(objects(part.payload, "reportData")):
            path = f"$.reportData[{place}]"
            found.append(report_items.Item(data, len(found), part.id, path))
        if not part.payload.get("tbc", False):
            break
    return Report(csms, step, found, len(found), tuple(parts))


def made_meanwhile(csms: FakeCSMS, since: int) -> Satisfies:
    """A moment between the request and now, give or take the accepted deviation."""
    asked = next(e.at for e in csms.inbox.events[since:] if isinstance(e, Traffic))
    tolerated = timedelta(seconds=csms.sut.deviation)

    def holds(value: Any) -> bool:
        moment = parse_time(value)
        latest = clock.now() + tolerated
        return moment is not None and asked - tolerated <= moment <= latest

    deviation = csms.sut.deviation
    data = {"near": asked.isoformat(), "seconds": deviation}
    return Satisfies(f"between {asked.isoformat()} and now ± {deviation:g} s", holds, data)


async def expect_no_report(
    csms: FakeCSMS, step: int | str, *, since: int, requirement: str
) -> None:
    """No NotifyReport is sent for a request that was refused."""
    await csms.silence(
        step,
        "NotifyReport",
        since=since,
        requirement=requirement,
    )
