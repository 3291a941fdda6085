"""Standing rules for a charging station under test: what its reports say of its device model."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from functools import cache

from harness.evidence.matchers import parse_time
from harness.evidence.values import UNREADABLE
from harness.ocppj.frames import FrameKind, Payload
from harness.ocppj.inbox import Traffic
from harness.ocppj.payloads import inner, objects
from harness.ocppj.variables import LIST_TYPES, Variable, key_of
from harness.rules.frames import Breach, CaseLog, Rule
from harness.spec.edition import Edition
from harness.spec.standard_variables import is_standardized

#: How far the clock that is told may be from the time of the report, which took a while to make.
_CLOCK = timedelta(minutes=5)


@dataclass(frozen=True)
class _Item:
    """One element of reportData: where it stands, and the message that it came in."""

    path: str
    data: Payload
    variable: Variable
    frame: Traffic

    @property
    def kind(self) -> Payload:
        return inner(self.data, "variableCharacteristics")

    @property
    def attributes(self) -> list[Payload]:
        return objects(self.data, "variableAttribute")

    def values(self) -> Iterator[tuple[str, str]]:
        """The values that are set, and where they stand."""
        for number, attribute in enumerate(self.attributes):
            value = attribute.get("value")
            if isinstance(value, str) and value.strip():
                yield f"{self.path}.variableAttribute[{number}].value", value.strip()

    @property
    def actual(self) -> str:
        """The Actual value, "" where there is none."""
        found = (a for a in self.attributes if a.get("type", "Actual") == "Actual")
        return str(next((a.get("value", "") for a in found), ""))


def _items(frame: Traffic) -> Iterator[_Item]:
    for number, data in enumerate(objects(frame.frame.payload, "reportData")):
        try:
            variable = key_of(data)
        except UNREADABLE:
            continue
        yield _Item(f"$.reportData[{number}] ({key_of(data)})", data, variable, frame)


def _reports(log: CaseLog) -> Iterator[tuple[Traffic, list[_Item]]]:
    """Requests for reports and all that was reported for each; a part that came again counts once.

    What nobody asked for in this case is left to the rules about that.
    """
    asked: dict[object, Traffic] = {}
    parts: dict[int, tuple[Traffic, dict[object, Traffic]]] = {}
    for frame in log.traffic:
        payload, call = frame.frame.payload, frame.frame.kind is FrameKind.CALL
        if call and frame.sent and frame.frame.action in ("GetBaseReport", "GetReport"):
            asked[payload.get("requestId")] = frame
            parts[id(frame)] = (frame, {})
        elif call and not frame.sent and frame.frame.action == "NotifyReport":
            request = asked.get(payload.get("requestId"))
            if request is not None:
                parts[id(request)][1][str(payload.get("seqNo"))] = frame
    for request, came in parts.values():
        yield request, [item for frame in came.values() for item in _items(frame)]


def _is_decimal(value: str) -> bool:
    try:
        return Decimal(value).is_finite()
    except InvalidOperation:
        return False


#: What a value of each dataType looks like (DataEnumType).
_LOOKS: dict[str, Callable[[str], bool]] = {
    "integer": lambda value: re.fullmatch(r"[+-]?\d+", value) is not None,
    "decimal": _is_decimal,
    "boolean": lambda value: value.lower() in ("true", "false"),
    "dateTime": lambda value: parse_time(value) is not None,
}


def reported_values_fit_their_variables(log: CaseLog) -> Iterator[Breach]:
    """A reported value is of the type, within the limits and from the list of its variable."""
    for _, items in _reports(log):
        for item in items:
            yield from _ill_fitting(item)


def _ill_fitting(item: _Item) -> Iterator[Breach]:
    kind = str(item.kind.get("dataType"))
    listed = {each.strip().lower() for each in str(item.kind.get("valuesList", "")).split(",")}
    if kind in LIST_TYPES and not item.kind.get("valuesList"):
        path, source = f"{item.path}.variableCharacteristics.valuesList", "VariableCharacteristics"
        yield Breach.of(item.frame, path, f"present with dataType {kind}", "absent", source)
        return
    for path, value in item.values():
        if kind in _LOOKS and not _LOOKS[kind](value):
            yield Breach.of(item.frame, path, f"a value of dataType {kind}", value, "DataEnumType")
        elif kind in ("integer", "decimal"):
            yield from _out_of_limits(item, path, Decimal(value))
        elif kind == "string":
            yield from _too_long(item, path, value)
        elif kind in LIST_TYPES:
            one = kind == "OptionList"
            members = {each.strip().lower() for each in ([value] if one else value.split(","))}
            if not members <= listed:
                expected = f"from {item.kind.get('valuesList')}"
                yield Breach.of(item.frame, path, expected, value, "VariableCharacteristics")


def _out_of_limits(item: _Item, path: str, value: Decimal) -> Iterator[Breach]:
    least, most = item.kind.get("minLimit"), item.kind.get("maxLimit")
    if isinstance(least, int | float | Decimal) and value < Decimal(str(least)):
        yield Breach.of(item.frame, path, f"minLimit {least} or more", str(value), "minLimit")
    if isinstance(most, int | float | Decimal) and value > Decimal(str(most)):
        yield Breach.of(item.frame, path, f"maxLimit {most} or less", str(value), "maxLimit")


def _too_long(item: _Item, path: str, value: str) -> Iterator[Breach]:
    most = item.kind.get("maxLimit")
    if isinstance(most, int | float | Decimal) and len(value) > most:
        yield Breach.of(item.frame, path, f"maxLimit {most} characters", len(value), "maxLimit")


def attributes_are_reported_once(log: CaseLog) -> Iterator[Breach]:
    """A report tells each attribute of a variable once."""
    for _, items in _reports(log):
        seen: set[tuple[Variable, str]] = set()
        for item in items:
            for attribute in item.attributes:
                address = (item.variable, str(attribute.get("type", "Actual")))
                if address in seen:
                    source = "B07.FR.11, ReportDataType"
                    actual = f"{address[1]} again"
                    yield Breach.of(item.frame, item.path, "each attribute once", actual, source)
                seen.add(address)


def values_are_reported(log: CaseLog) -> Iterator[Breach]:
    """A variable of Part 2 is reported with its value unless that is WriteOnly.

    But for EVSE.Power, which has a maxLimit instead (erratum 2025-04).
    """
    for _, items in _reports(log):
        for item in items:
            component, name = item.variable.names
            power = (component, name) == ("evse", "power")
            if power or not is_standardized(component, name, log.sut.edition):
                continue
            for number, attribute in enumerate(item.attributes):
                if "value" not in attribute and attribute.get("mutability") != "WriteOnly":
                    path = f"{item.path}.variableAttribute[{number}].value"
                    source = "VariableAttributeType, B07.FR.03, B08.FR.03"
                    yield Breach.of(item.frame, path, "present", "absent", source)


def fixed_mutabilities_are_reported(log: CaseLog) -> Iterator[Breach]:
    """A variable whose mutability Part 2 fixes is reported with it."""
    fixed = _fixed(log.sut.edition)
    for _, items in _reports(log):
        for item in items:
            wanted = fixed.get(item.variable.names)
            for number, attribute in enumerate(item.attributes):
                seen = attribute.get("mutability", "ReadWrite")
                if wanted and attribute.get("type", "Actual") == "Actual" and seen != wanted:
                    path = f"{item.path}.variableAttribute[{number}].mutability"
                    source = "Part 2, Referenced Components and Variables"
                    yield Breach.of(item.frame, path, wanted, seen, source)


@cache
def _fixed(edition: Edition) -> dict[tuple[str, str], str]:
    """The mutability that is fixed, by the names of component and variable."""
    table: dict[str, list[str]] = edition.table("mutabilities")
    found: dict[tuple[str, str], str] = {}
    for mutability, names in table.items():
        for variable in map(Variable.parse, names):
            found[variable.names] = mutability
    return found


def inventories_are_consistent(log: CaseLog) -> Iterator[Breach]:
    """A full inventory agrees with itself, with the standard and with the time."""
    for request, items in _reports(log):
        if request.frame.payload.get("reportBase") == "FullInventory":
            yield from _unknown_evses(items)
            yield from _incomplete(items, log.sut.edition)
            yield from _wrong_clock(items)


def _unknown_evses(items: list[_Item]) -> Iterator[Breach]:
    """An EVSE of which nothing else is told."""
    known = {i.variable.evse for i in items if i.variable.names[0] == "evse"}
    for item in items:
        evse = item.variable.evse
        if evse is not None and evse > 0 and evse not in known:
            expected = f"an EVSE of the station: {sorted(e for e in known if e)}"
            path = f"{item.path}.component.evse.id"
            yield Breach.of(item.frame, path, expected, evse, "Part 1, 7.1, B07.FR.08")


def _incomplete(items: list[_Item], edition: Edition) -> Iterator[Breach]:
    """A controller that is available, and has not what is required of it."""
    told = {item.variable.names: item for item in items}
    table: dict[str, dict[str, list[str]]] = edition.table("required_variables")
    for profile, components in table.items():
        for component, names in components.items() if profile != "Core" else ():
            there = told.get((component.lower(), "available"))
            if there is None or there.actual.lower() != "true":
                continue
            for name in (Variable.parse(f"{component}.{n.rstrip('*')}").name for n in names):
                if (component.lower(), name.lower()) not in told:
                    expected = f"{component}.{name}, as it is available"
                    yield Breach.of(there.frame, there.path, expected, "not reported", "B07.FR.08")


def _wrong_clock(items: list[_Item]) -> Iterator[Breach]:
    for item in items:
        if item.variable.names != ("clockctrlr", "datetime"):
            continue
        moment = parse_time(item.actual)
        if moment is not None and abs(moment - item.frame.at) > _CLOCK:
            expected = f"the time of the report, {item.frame.at.isoformat()}"
            yield Breach.of(item.frame, item.path, expected, item.actual, "ClockCtrlr.DateTime")


REPORTS: tuple[Rule, ...] = (
    reported_values_fit_their_variables,
    attributes_are_reported_once,
    values_are_reported,
    fixed_mutabilities_are_reported,
    inventories_are_consistent,
)
