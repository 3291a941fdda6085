"""What the items of a device report must hold (Part 2, B07 and B08): checks, item by item."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from harness.evidence.matchers import (
    ABSENT,
    Check,
    Contains,
    Satisfies,
    compare,
    matches,
    one_of,
    same_text,
)
from harness.ocppj.frames import Payload
from harness.ocppj.payloads import inner, objects
from harness.ocppj.variables import Variable, folded, key_of
from harness.spec.edition import Edition
from harness.steps_cs.required_variables import Required, is_standardized

#: The reportData of a report, or a part of it.
Items = Sequence[Payload]
LISTS = ("OptionList", "SequenceList", "MemberList")
_AVAILABILITY = ("Available", "Occupied", "Reserved", "Unavailable", "Faulted")
_STATES = frozenset(_AVAILABILITY)


def variables(items: Items) -> dict[Variable, Payload]:
    """The items by the variable that they are about."""
    return {folded(key_of(item)): item for item in items if is_named(item)}


def is_named(item: Payload) -> bool:
    """Whether an item says which variable it is about."""
    try:
        key_of(item)
    except (KeyError, TypeError):
        return False
    return True


def characteristics(items: Items) -> Iterator[Check]:
    """Every variable comes with its characteristics (B07.FR.07-08, B08.FR.12)."""
    for index, item in enumerate(items):
        present = isinstance(item.get("variableCharacteristics"), dict)
        path = f"$.reportData[{index}].variableCharacteristics ({_label(item)})"
        yield Check(path, "present", "present" if present else "absent", present)


def values_lists(items: Items) -> Iterator[Check]:
    """Every list type comes with its valuesList (VariableCharacteristicsType, valuesList)."""
    for index, item in enumerate(items):
        data = inner(item, "variableCharacteristics")
        if data.get("dataType") in LISTS:
            given = data.get("valuesList")
            path = f"$.reportData[{index}].variableCharacteristics.valuesList ({_label(item)})"
            yield Check(path, "present and not empty", given or "absent", bool(given))


def listed_values(items: Items) -> Iterator[Check]:
    """Every value of a list type is in the valuesList."""
    for index, item in enumerate(items):
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


def values_given(items: Items, edition: Edition) -> Iterator[Check]:
    """WriteOnly variables are reported without value, the others with one, except EVSE.Power."""
    for index, item in enumerate(items):
        for attribute in _attributes(item):
            path = f"$.reportData[{index}].variableAttribute.value ({_label(item)})"
            given = attribute.get("value")
            if attribute.get("mutability") == "WriteOnly":
                yield Check(path, "absent (WriteOnly)", given, "value" not in attribute)
            elif attribute.get("type", "Actual") == "Actual" and _has_value(item, edition):
                actual = "absent" if given is None else given
                yield Check(path, "present", actual, given is not None)


def actual_given(items: Items, wanted: Sequence[Required], edition: Edition) -> Iterator[Check]:
    """Required variables have their Actual attribute, whose value is meant (type's default)."""
    required = {folded(each.variable) for each in wanted}
    for index, item in enumerate(items):
        if is_named(item) and folded(key_of(item)) in required and _has_value(item, edition):
            types = [a.get("type", "Actual") for a in _attributes(item)]
            path = f"$.reportData[{index}].variableAttribute.type ({_label(item)})"
            yield Check(path, "Actual among them", types or "no attribute", "Actual" in types)


def power_limits(items: Items) -> Iterator[Check]:
    """EVSE.Power comes with its maxLimit (Part 2, 2.13; erratum 2025-04)."""
    for index, item in enumerate(items):
        if _is_power(item):
            limit = inner(item, "variableCharacteristics").get("maxLimit")
            path = f"$.reportData[{index}].variableCharacteristics.maxLimit ({_label(item)})"
            given = "absent" if limit is None else limit
            yield Check(path, "present", given, limit is not None)


def _is_power(item: Payload) -> bool:
    return _label(item).lower() == "evse.power"


def _has_value(item: Payload, edition: Edition) -> bool:
    """Standardized variables have a value; EVSE.Power needs its maxLimit only (erratum 2025-04)."""
    return is_named(item) and is_standardized(key_of(item), edition) and not _is_power(item)


def settable(items: Items) -> Iterator[Check]:
    """Every variable can be set; mutability is ReadWrite where it is not given (schema default)."""
    for index, item in enumerate(items):
        found = [a.get("mutability", "ReadWrite") for a in _attributes(item)]
        ok = any(m in ("ReadWrite", "WriteOnly") for m in found)
        path = f"$.reportData[{index}].variableAttribute.mutability ({_label(item)})"
        yield Check(path, "ReadWrite or WriteOnly", found or "no attribute", ok)


def every_item(items: Items, expected: Payload) -> Iterator[Check]:
    """Every item matches ``expected``, field by field."""
    for index, item in enumerate(items):
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


def one_item(items: Items) -> Iterator[Check]:
    """Exactly one variable was reported."""
    count = len(items)
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


def readable(items: Items) -> list[Variable]:
    """The reported variables that have an Actual attribute and let it be read."""
    return [
        key_of(item)
        for item in items
        if is_named(item) and _actual(item) and mutability(item) != "WriteOnly"
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
        key_of(item)
        for item in items
        if is_named(item) and matches({"variableAttribute": wanted}, item)
    ]


def includes(items: Items, wanted: Iterable[Variable]) -> Iterator[Check]:
    """Every one of these variables is reported."""
    there = variables(items)
    for variable in wanted:
        present = folded(variable) in there
        actual = "reported" if present else "not reported"
        yield Check(f"$.reportData ({variable})", "reported", actual, present)
