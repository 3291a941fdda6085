"""What the items of a device report must hold (Part 2, B07 and B08): checks, item by item."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from harness.evidence.matchers import (
    ABSENT,
    PRESENT,
    Check,
    Contains,
    Place,
    Satisfies,
    compare,
    matches,
    one_of,
    same_text,
)
from harness.ocppj.frames import Payload
from harness.ocppj.payloads import inner, objects
from harness.ocppj.variables import LIST_TYPES, Variable, key_of, members
from harness.spec.edition import Edition
from harness.spec.standard_variables import is_standardized
from harness.steps_cs.required_variables import Required

_AVAILABILITY = ("Available", "Occupied", "Reserved", "Unavailable", "Faulted")
_STATES = frozenset(_AVAILABILITY)
#: An empty one is none (B06.FR.15).
_NO_INSTANCE = one_of(ABSENT, "")
_PRESENT = PRESENT.data
#: With the defaults of the schema: type Actual, mutability ReadWrite.
_ACTUAL = {"one_of": ["Actual", ABSENT.data]}
_WRITABLE = {"one_of": ["ReadWrite", "WriteOnly", ABSENT.data]}


@dataclass(frozen=True)
class Item:
    """One element of reportData: its number in the report, and where it came."""

    data: Payload
    index: int
    frame: str
    path: str

    def place(self, field: str = "") -> Place:
        """A place in it, such as ".variableAttribute[0].value"."""
        return Place(self.frame, f"{self.path}{field}")

    def check(self, field: str, expected: str, actual: Any, ok: bool, matcher: Any) -> Check:
        """A comparison of what stands at a place in it."""
        path = f"$.reportData[{self.index}]{field} ({_label(self.data)})"
        return Check(path, expected, actual, ok, matcher, (self.place(field),))

    def check_attribute(
        self, number: int, field: str, expected: str, actual: Any, ok: bool, matcher: Any
    ) -> Check:
        """A comparison of a field of one of its attributes."""
        place = f".variableAttribute[{number}].{field}"
        return self.check(place, expected, actual, ok, matcher)


#: The reportData of a report, or a part of it.
Items = Sequence[Item]


def variables(items: Items) -> dict[Variable, Item]:
    """The items by the variable that they are about."""
    return {key_of(item.data): item for item in items if is_named(item.data)}


def is_named(item: Payload) -> bool:
    """Whether an item says which variable it is about."""
    try:
        key_of(item)
    except (KeyError, TypeError):
        return False
    return True


def characteristics(items: Items) -> Iterator[Check]:
    """Every variable comes with its characteristics (B07.FR.07-08, B08.FR.12)."""
    for item in items:
        given = isinstance(item.data.get("variableCharacteristics"), dict)
        actual = "present" if given else "absent"
        yield item.check(".variableCharacteristics", "present", actual, given, _PRESENT)


def values_lists(items: Items) -> Iterator[Check]:
    """Every list type comes with its valuesList (VariableCharacteristicsType, valuesList)."""
    for item in items:
        data = inner(item.data, "variableCharacteristics")
        if data.get("dataType") in LIST_TYPES:
            given, field = data.get("valuesList"), ".variableCharacteristics.valuesList"
            text, actual = "present and not empty", given or "absent"
            yield item.check(field, text, actual, bool(given), {"not": ""})


def listed_values(items: Items) -> Iterator[Check]:
    """Every value of a list type is in the valuesList."""
    for item in items:
        data = inner(item.data, "variableCharacteristics")
        allowed = members(str(data.get("valuesList", "")))
        for number, attribute in enumerate(_attributes(item.data)):
            value = attribute.get("value")
            if data.get("dataType") not in LIST_TYPES or not value:
                continue
            one = data["dataType"] == "OptionList"
            ok = set([value] if one else members(str(value))) <= set(allowed)
            text = f"from {', '.join(allowed)}"
            matcher = {"one_of" if one else "members_of": allowed}
            yield item.check_attribute(number, "value", text, value, ok, matcher)


def values_given(items: Items, edition: Edition) -> Iterator[Check]:
    """WriteOnly variables are reported without value, the others with one, except EVSE.Power."""
    for item in items:
        for number, attribute in enumerate(_attributes(item.data)):
            given, text = attribute.get("value"), "absent (WriteOnly)"
            if attribute.get("mutability") == "WriteOnly":
                ok = "value" not in attribute
                yield item.check_attribute(number, "value", text, given, ok, ABSENT.data)
            elif attribute.get("type", "Actual") == "Actual" and _has_value(item.data, edition):
                actual, ok = "absent" if given is None else given, given is not None
                yield item.check_attribute(number, "value", "present", actual, ok, _PRESENT)


def actual_given(items: Items, wanted: Sequence[Required], edition: Edition) -> Iterator[Check]:
    """Required variables have their Actual attribute, whose value is meant (type's default)."""
    required = {each.variable for each in wanted}
    for item in items:
        data = item.data
        if is_named(data) and key_of(data) in required and _has_value(data, edition):
            types = [a.get("type", "Actual") for a in _attributes(data)]
            ok, seen = "Actual" in types, types or "no attribute"
            number = types.index("Actual") if ok else 0
            yield item.check_attribute(number, "type", "Actual among them", seen, ok, _ACTUAL)


def power_limits(items: Items) -> Iterator[Check]:
    """EVSE.Power comes with its maxLimit (Part 2, 2.13; erratum 2025-04)."""
    for item in items:
        if _is_power(item.data):
            limit = inner(item.data, "variableCharacteristics").get("maxLimit")
            given, field = limit is not None, ".variableCharacteristics.maxLimit"
            yield item.check(field, "present", limit if given else "absent", given, _PRESENT)


def _is_power(item: Payload) -> bool:
    return _label(item).lower() == "evse.power"


def _has_value(item: Payload, edition: Edition) -> bool:
    """Standardized variables have a value; EVSE.Power needs its maxLimit only (erratum 2025-04)."""
    if not is_named(item) or _is_power(item):
        return False
    return is_standardized(key_of(item).component, key_of(item).name, edition)


def settable(items: Items) -> Iterator[Check]:
    """Every variable can be set; mutability is ReadWrite where it is not given (schema default)."""
    for item in items:
        found = [a.get("mutability", "ReadWrite") for a in _attributes(item.data)]
        writable = [n for n, each in enumerate(found) if each in ("ReadWrite", "WriteOnly")]
        number, ok = (writable or [0])[0], bool(writable)
        text, seen = "ReadWrite or WriteOnly", found or "no attribute"
        yield item.check_attribute(number, "mutability", text, seen, ok, _WRITABLE)


def every_item(items: Items, expected: Payload) -> Iterator[Check]:
    """Every item matches ``expected``, field by field."""
    for item in items:
        for each in compare(expected, item.data, ""):
            yield item.check(each.path, each.expected, each.actual, each.ok, each.matcher)


def _attributes(item: Payload) -> list[Payload]:
    return objects(item, "variableAttribute")


def _label(item: Payload) -> str:
    component = inner(item, "component")
    variable = inner(item, "variable")
    instance = f"[{variable['instance']}]" if "instance" in variable else ""
    return f"{component.get('name')}.{variable.get('name')}{instance}"


def evse_availability(evse: int | Satisfies) -> Payload:
    """What a report of an EVSE's AvailabilityState holds; it has no attribute but Actual."""
    return {
        "component": {
            "name": same_text("EVSE"),
            "instance": _NO_INSTANCE,
            "evse": {"id": evse, "connectorId": ABSENT},
        },
        "variable": {"name": same_text("AvailabilityState"), "instance": _NO_INSTANCE},
        "variableCharacteristics": {
            "dataType": "OptionList",
            "valuesList": Satisfies(
                f"all of {', '.join(_AVAILABILITY)} (Reserved where it can be)",
                lambda seen: _STATES - {"Reserved"} <= set(members(str(seen))) <= _STATES,
                {"members_of": sorted(_STATES), "with": sorted(_STATES - {"Reserved"})},
            ),
        },
        "variableAttribute": [
            {
                "type": one_of("Actual", ABSENT),
                "value": one_of(*_AVAILABILITY),
                "mutability": "ReadOnly",
            }
        ],
    }


def readable(items: Items) -> list[Variable]:
    """The reported variables that have an Actual attribute and let it be read."""
    return [
        key_of(each.data)
        for each in items
        if is_named(each.data) and _actual(each.data) and mutability(each.data) != "WriteOnly"
    ]


def _actual(item: Payload) -> list[Payload]:
    return [a for a in _attributes(item) if a.get("type", "Actual") == "Actual"]


def mutability(item: Payload) -> str:
    """Mutability of the Actual attribute; ReadWrite where it is not given (schema default)."""
    actual = _actual(item)
    return str(actual[0].get("mutability", "ReadWrite")) if actual else "ReadWrite"


def with_value(items: Items, value: str) -> list[Variable]:
    """The reported variables that have this actual value."""
    wanted = Contains({"value": value, "type": one_of("Actual", ABSENT)})
    return [
        key_of(each.data)
        for each in items
        if is_named(each.data) and matches({"variableAttribute": wanted}, each.data)
    ]


def includes(items: Items, wanted: Iterable[Variable]) -> Iterator[Check]:
    """Every one of these variables is reported."""
    there = variables(items)
    for variable in wanted:
        found = there.get(variable)
        actual = "reported" if found else "not reported"
        path, where = f"$.reportData ({variable})", (found.place(),) if found else ()
        yield Check(path, "reported", actual, found is not None, _PRESENT, where)
