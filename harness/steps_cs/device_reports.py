"""Reports of a station under test: NotifyReport parts collected, and what every report must hold.

Part 2, B07 and B08.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from harness.evidence.matchers import (
    ABSENT,
    Check,
    Contains,
    Satisfies,
    compare,
    matches,
    one_of,
    parse_time,
    same_text,
)
from harness.ocppj.frames import Payload
from harness.ocppj.inbox import Arrival, Traffic
from harness.ocppj.payloads import inner, objects
from harness.ocppj.variables import Variable, folded, key_of
from harness.peers.fake_csms import FakeCSMS
from harness.steps_cs.required_variables import Required, is_standardized

#: statusInfo of a request that went well: absent, or with this reason.
NO_ERROR = one_of(ABSENT, {"reasonCode": "NoError"})
LISTS = ("OptionList", "SequenceList", "MemberList")
_MESSAGE = "NotifyReportRequest"
_AVAILABILITY = ("Available", "Occupied", "Reserved", "Unavailable", "Faulted")
_STATES = frozenset(_AVAILABILITY)
_request_ids = itertools.count(1)


def new_request_id() -> int:
    """A requestId that this run has not used yet."""
    return next(_request_ids)


@dataclass(frozen=True)
class Report:
    """All reportData that a station sent for one request; judged as step ``step``."""

    csms: FakeCSMS
    step: int | str
    items: Sequence[Payload]

    def check(self, checks: Iterator[Check], requirement: str = "") -> None:
        """Record the checks; without any item there is nothing to hold, which is a failure."""
        some = Check("$.reportData", "at least one element", len(self.items), bool(self.items))
        self.csms.judge(self.step, _MESSAGE, [some, *checks], requirement)

    def variables(self) -> dict[Variable, Payload]:
        """The items by the variable that they are about."""
        return {folded(key_of(item)): item for item in self.items if _named(item)}


def _named(item: Payload) -> bool:
    try:
        key_of(item)
    except (KeyError, TypeError):
        return False
    return True


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
    return await _report(csms, steps, "GetBaseReport", requirement, reportBase=base)


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
    items: list[Payload] = []
    for number in itertools.count():
        part = await csms.expect(
            step,
            "NotifyReport",
            since=since,
            requestId=request_id,
            seqNo=number,
            generatedAt=_made_meanwhile(csms, since),
            requirement="B07.FR.04, B07.FR.10, B08.FR.04, B08.FR.14",
        )
        items += _data_of(part)
        if not part.payload.get("tbc", False):
            break
    return Report(csms, step, items)


def _data_of(part: Arrival) -> list[Payload]:
    return objects(part.payload, "reportData")


def _made_meanwhile(csms: FakeCSMS, since: int) -> Satisfies:
    """A moment between the request and now, give or take the accepted deviation."""
    asked = next(e.at for e in csms.inbox.events[since:] if isinstance(e, Traffic))
    tolerated = timedelta(seconds=csms.sut.deviation)

    def holds(value: Any) -> bool:
        moment = parse_time(value)
        latest = datetime.now(UTC) + tolerated
        return moment is not None and asked - tolerated <= moment <= latest

    deviation = csms.sut.deviation
    data = {"near": asked.isoformat(), "seconds": deviation}
    return Satisfies(f"between {asked.isoformat()} and now ± {deviation:g} s", holds, data)


# -- what every item must hold


def characteristics(report: Report) -> Iterator[Check]:
    """Every variable comes with its characteristics (B07.FR.07-08, B08.FR.12)."""
    for index, item in enumerate(report.items):
        present = isinstance(item.get("variableCharacteristics"), dict)
        path = f"$.reportData[{index}].variableCharacteristics ({_label(item)})"
        yield Check(path, "present", "present" if present else "absent", present)


def values_lists(report: Report) -> Iterator[Check]:
    """Every list type comes with its valuesList (VariableCharacteristicsType, valuesList)."""
    for index, item in enumerate(report.items):
        data = inner(item, "variableCharacteristics")
        if data.get("dataType") in LISTS:
            given = data.get("valuesList")
            path = f"$.reportData[{index}].variableCharacteristics.valuesList ({_label(item)})"
            yield Check(path, "present and not empty", given or "absent", bool(given))


def listed_values(report: Report) -> Iterator[Check]:
    """Every value of a list type is in the valuesList."""
    for index, item in enumerate(report.items):
        data = inner(item, "variableCharacteristics")
        allowed = _members(str(data.get("valuesList", "")))
        for attribute in _attributes(item):
            value = attribute.get("value")
            if data.get("dataType") not in LISTS or not value:
                continue
            members = [value] if data["dataType"] == "OptionList" else _members(str(value))
            path = f"$.reportData[{index}].variableAttribute.value ({_label(item)})"
            expected = f"from {', '.join(allowed)}"
            yield Check(path, expected, value, set(members) <= set(allowed))


def values_given(report: Report) -> Iterator[Check]:
    """WriteOnly variables are reported without value, the others with one, except EVSE.Power."""
    for index, item in enumerate(report.items):
        for attribute in _attributes(item):
            path = f"$.reportData[{index}].variableAttribute.value ({_label(item)})"
            given = attribute.get("value")
            if attribute.get("mutability") == "WriteOnly":
                yield Check(path, "absent (WriteOnly)", given, "value" not in attribute)
            elif attribute.get("type", "Actual") == "Actual" and _has_value(item):
                actual = "absent" if given is None else given
                yield Check(path, "present", actual, given is not None)


def actual_given(report: Report, wanted: Sequence[Required]) -> Iterator[Check]:
    """Required variables have their Actual attribute, whose value is meant (type's default)."""
    required = {folded(each.variable) for each in wanted}
    for index, item in enumerate(report.items):
        if _named(item) and folded(key_of(item)) in required and _has_value(item):
            types = [a.get("type", "Actual") for a in _attributes(item)]
            path = f"$.reportData[{index}].variableAttribute.type ({_label(item)})"
            yield Check(path, "Actual among them", types or "no attribute", "Actual" in types)


def power_limits(report: Report) -> Iterator[Check]:
    """EVSE.Power comes with its maxLimit (Part 2, 2.13; erratum 2025-04)."""
    for index, item in enumerate(report.items):
        if _is_power(item):
            limit = inner(item, "variableCharacteristics").get("maxLimit")
            path = f"$.reportData[{index}].variableCharacteristics.maxLimit ({_label(item)})"
            given = "absent" if limit is None else limit
            yield Check(path, "present", given, limit is not None)


def _is_power(item: Payload) -> bool:
    return _label(item).lower() == "evse.power"


def _has_value(item: Payload) -> bool:
    """Standardized variables have a value; EVSE.Power needs its maxLimit only (erratum 2025-04)."""
    return _named(item) and is_standardized(key_of(item)) and not _is_power(item)


def settable(report: Report) -> Iterator[Check]:
    """Every variable can be set; mutability is ReadWrite where it is not given (schema default)."""
    for index, item in enumerate(report.items):
        found = [a.get("mutability", "ReadWrite") for a in _attributes(item)]
        ok = any(m in ("ReadWrite", "WriteOnly") for m in found)
        path = f"$.reportData[{index}].variableAttribute.mutability ({_label(item)})"
        yield Check(path, "ReadWrite or WriteOnly", found or "no attribute", ok)


def all_there(report: Report, wanted: Sequence[Required]) -> Iterator[Check]:
    """Every required variable is reported (2, Referenced Components and Variables)."""
    there = report.variables()
    for each in wanted:
        present = folded(each.variable) in there
        actual = "reported" if present else "not reported"
        yield Check(f"$.reportData ({each.variable})", "reported", actual, present)


def every_item(report: Report, expected: Payload) -> Iterator[Check]:
    """Every item matches ``expected``, field by field."""
    for index, item in enumerate(report.items):
        for check in compare(expected, item, f"$.reportData[{index}]"):
            yield replace(check, path=f"{check.path} ({_label(item)})")


def _attributes(item: Payload) -> list[Payload]:
    return objects(item, "variableAttribute")


def _members(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _label(item: Payload) -> str:
    component = inner(item, "component")
    variable = inner(item, "variable")
    instance = f"[{variable['instance']}]" if "instance" in variable else ""
    return f"{component.get('name')}.{variable.get('name')}{instance}"


def one_item(report: Report) -> Iterator[Check]:
    """Exactly one variable was reported."""
    count = len(report.items)
    yield Check("$.reportData", "1 element", f"{count} elements", count == 1)


def evse_availability(evse: int | Satisfies) -> Payload:
    """What a report of an EVSE's AvailabilityState holds; it has no attribute but Actual."""
    return {
        "component": {"name": same_text("EVSE"), "evse": {"id": evse}},
        "variable": {"name": same_text("AvailabilityState")},
        "variableCharacteristics": {
            "dataType": "OptionList",
            "valuesList": Satisfies(
                f"of {', '.join(_AVAILABILITY)}",
                lambda seen: bool(_members(str(seen))) and set(_members(str(seen))) <= _STATES,
                {"members_of": sorted(_STATES)},
            ),
        },
        "variableAttribute": [{"type": one_of("Actual", ABSENT), "mutability": "ReadOnly"}],
    }


def readable(report: Report) -> list[Variable]:
    """The reported variables that have an Actual attribute and let it be read."""
    return [
        key_of(item)
        for item in report.items
        if _named(item) and _actual(item) and mutability(item) != "WriteOnly"
    ]


def _actual(item: Payload) -> list[Payload]:
    return [a for a in _attributes(item) if a.get("type", "Actual") == "Actual"]


def mutability(item: Payload) -> str:
    """Mutability of the Actual attribute; ReadWrite where it is not given (schema default)."""
    actual = _actual(item)
    return str(actual[0].get("mutability", "ReadWrite")) if actual else "ReadWrite"


def named(report: Report, name: str) -> Report:
    """The part of a report that is about variables called ``name``."""
    return only(report, lambda item: _named(item) and key_of(item).name.lower() == name.lower())


def only(report: Report, wanted: Callable[[Payload], bool]) -> Report:
    """The part of a report whose items are ``wanted``."""
    return Report(report.csms, report.step, [item for item in report.items if wanted(item)])


def with_value(report: Report, value: str) -> list[Variable]:
    """The reported variables that have this actual value."""
    wanted = Contains({"value": value, "type": one_of("Actual", ABSENT)})
    return [
        key_of(item)
        for item in report.items
        if _named(item) and matches({"variableAttribute": wanted}, item)
    ]


def includes(report: Report, variables: Sequence[Variable]) -> Iterator[Check]:
    """Every one of ``variables`` is reported."""
    there = report.variables()
    for variable in variables:
        present = folded(variable) in there
        actual = "reported" if present else "not reported"
        yield Check(f"$.reportData ({variable})", "reported", actual, present)
