"""What a CSMS under test asks about variables: GetVariables and SetVariables requests judged."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from typing import Any

from harness.evidence.matchers import (
    ABSENT,
    Check,
    Place,
    Satisfies,
    compare,
    fact,
    matches,
    one_of,
    same_text,
)
from harness.evidence.verdict import Severity
from harness.ocppj.frames import Payload
from harness.ocppj.inbox import Arrival
from harness.ocppj.payloads import objects
from harness.ocppj.variables import Variable, asked, key_of, setting
from harness.peers.fake_station import FakeStation

#: A requestId as Part 6 wants it.
ACTUAL = one_of("Actual", ABSENT)
_ACTUAL = (None, "Actual")
#: A variable and the type of its attribute.
_Attribute = tuple[Variable, str]
#: An empty one is none (B06.FR.15); that it should have been left out is a standing rule.
_NO_INSTANCE = Satisfies("absent", lambda value: value == "", ABSENT.data, absent_ok=True)
NOT_NEGATIVE = Satisfies(
    "an integer of at least 0", lambda v: type(v) is int and v >= 0, {"at_least": 0}
)


def exactly(name: str) -> Payload:
    """The component and variable objects of this variable and of no other, whatever their case."""
    variable = Variable.parse(name)
    connector = ABSENT if variable.connector is None else variable.connector
    evse = {"id": variable.evse, "connectorId": connector}
    component: Payload = {
        "name": same_text(variable.component),
        "instance": _NO_INSTANCE,
        "evse": ABSENT if variable.evse is None else evse,
    }
    named: Payload = {"name": same_text(variable.name)}
    named["instance"] = same_text(variable.instance) if variable.instance else _NO_INSTANCE
    return {"component": component, "variable": named}


def asks_for(*names: str) -> Callable[[Payload], bool]:
    """Identifies a GetVariablesRequest by one of these variables."""
    wanted = {Variable.parse(name) for name in names}
    return lambda payload: any(key_of(i) in wanted for i in payload["getVariableData"])


def asks_for_all(*names: str) -> Callable[[Payload], bool]:
    """Identifies a GetVariablesRequest by the actual values of all these variables."""
    wanted = {Variable.parse(name) for name in names}

    def fits(payload: Payload) -> bool:
        items = payload["getVariableData"]
        return wanted <= {key_of(i) for i in items if i.get("attributeType") in _ACTUAL}

    return fits


def _attributes(arrival: Arrival) -> list[_Attribute]:
    return [
        (key_of(item), str(item.get("attributeType", "Actual")))
        for item in objects(arrival.payload, "getVariableData")
    ]


def named_places(request: Arrival, array: str, name: str) -> tuple[Place, ...]:
    """Where the names of this variable stand in an array of a request."""
    variable = Variable.parse(name)
    return tuple(
        Place(request.id, f"$.{array}[{index}].{field}", {"text": text})
        for index, item in enumerate(objects(request.payload, array))
        if key_of(item) == variable
        for field, text in (
            ("component.name", variable.component),
            ("variable.name", variable.name),
        )
    )


def _type_places(request: Arrival, name: str) -> tuple[Place, ...]:
    """Where the attributeType of this variable stands, or might stand."""
    variable = Variable.parse(name)
    return tuple(
        Place(request.id, f"$.getVariableData[{index}].attributeType")
        for index, item in enumerate(objects(request.payload, "getVariableData"))
        if key_of(item) == variable
    )


async def get_variables_requested(
    station: FakeStation, step: int, answer_step: int, *names: str
) -> None:
    """Have the CSMS send one GetVariablesRequest for these variables.

    Each is asked for with attributeType Actual or without any; further attribute types are allowed.
    Others beside them are a warning: the page wants these values, not these alone.
    """
    await station.ask("GetVariables", getVariableData=[asked(name) for name in names])
    request = await station.expect(
        step,
        "GetVariables",
        where=asks_for(*names),
        since=station.asked,
        prefer_match=asks_for_all(*names),
        requirement="B06.FR.01-04",
    )
    items = objects(request.payload, "getVariableData")
    for name in names:
        one = Variable.parse(name)
        types = [str(item.get("attributeType", "Actual")) for item in items if key_of(item) == one]
        check = Check(
            f"$.getVariableData ({name})",
            "with attributeType Actual or absent",
            f"with {', '.join(types)}" if types else "not asked for",
            "Actual" in types,
            ACTUAL.data,
            named_places(request, "getVariableData", name) + _type_places(request, name),
        )
        station.judge(step, "GetVariablesRequest", [check], "B06.FR.01-04")
    wanted = {Variable.parse(name) for name in names}
    others = [str(key_of(item)) for item in items if key_of(item) not in wanted]
    seen = ", ".join(others) or "nothing else"
    check = Check("$.getVariableData", "nothing else", seen, not others, fact("nothing else"))
    message, source, warning = "GetVariablesRequest", "Part 6, the page", Severity.WARNING
    station.judge(step, message, [check], source, warning, frame=request.id)
    station.note_step(answer_step, "GetVariablesResponse")


async def split_get_variables_requested(
    station: FakeStation, step: int, answer_step: int, *names: str, limit: int
) -> None:
    """Have the CSMS ask for all of ``names``, in GetVariablesRequests of at most ``limit``."""
    await station.ask("GetVariables", getVariableData=[asked(name) for name in names])
    variables = {name: Variable.parse(name) for name in names}
    found: list[_Attribute] = []
    requests: list[Arrival] = []
    while missing := [name for name in names if variables[name] not in {v for v, _ in found}]:
        request = await station.expect(
            step,
            "GetVariables",
            where=asks_for(*missing),
            since=station.asked,
            requirement="B06.FR.05",
        )
        items = _attributes(request)
        text, wanted = f"at most {limit} elements", {"length_at_most": limit}
        check = Check("$.getVariableData", text, len(items), len(items) <= limit, wanted)
        station.judge(step, "GetVariablesRequest", [check], "B06.FR.05", frame=request.id)
        requests.append(request)
        found += items
    station.note_step(answer_step, "GetVariablesResponse")
    for name in names:
        # The loop has ended: each was asked for.
        types = [kind for variable, kind in found if variable == variables[name]]
        where = [p for each in requests for p in named_places(each, "getVariableData", name)]
        path, asked_for = f"$.getVariableData ({name})", fact("asked for")
        seen = ", ".join(types)
        check = Check(path, "asked for", seen, bool(types), asked_for, tuple(where))
        station.judge(step, "GetVariablesRequest", [check], "B06.FR.05")
    parts = _without_asides([_attributes(request) for request in requests])
    all_of_them = list(itertools.chain(*parts))
    twice = sorted({str(v) for v, kind in all_of_them if all_of_them.count((v, kind)) > 1})
    check = Check(
        "$.getVariableData",
        "each variable once",
        twice or "each once",
        not twice,
        fact("each once"),
        tuple(Place(each.id, "$.getVariableData") for each in requests),
    )
    station.judge(step, "GetVariablesRequest", [check], "B06.FR.05")


def _without_asides(parts: list[list[_Attribute]]) -> list[list[_Attribute]]:
    """Those in which there is something that no other one has: the rest was read by itself."""
    kept = list(parts)
    for part in parts:
        others = [each for each in kept if each is not part]
        if set(part) <= set(itertools.chain(*others)):
            kept = others
    return kept


async def expect_setting(
    station: FakeStation, step: int | str, name: str, value: Any, requirement: str
) -> tuple[Arrival, str]:
    """A SetVariablesRequest that, among others, sets this variable, and the value that it sets.

    ``value`` judges it, None: not here. The variable's name tells the element.
    """
    _, named = Variable.parse(name).names

    def is_it(item: Payload) -> bool:
        return _named(item) == named

    def is_set(payload: Payload) -> bool:
        """To the value that is wanted, where there is one: it may set others by itself."""
        found = filter(is_it, payload["setVariableData"])
        return any(value is None or matches(value, item["attributeValue"]) for item in found)

    request = await station.expect(
        step,
        "SetVariables",
        where=lambda payload: any(map(is_it, payload["setVariableData"])),
        since=station.asked,
        prefer_match=is_set,
        requirement=requirement,
    )
    items = objects(request.payload, "setVariableData")
    place, item = next((n, each) for n, each in enumerate(items) if is_it(each))
    wanted = exactly(name) | {"attributeType": ACTUAL}
    if value is not None:
        wanted["attributeValue"] = value
    path = f"$.setVariableData[{place}]"
    checks = compare(wanted, item, path)
    station.judge(step, "SetVariablesRequest", checks, requirement, frame=request.id)
    return request, str(item.get("attributeValue"))


async def set_variables_requested(
    station: FakeStation, step: int, answer_step: int, values: Mapping[str, str]
) -> None:
    """Have the CSMS send one SetVariablesRequest that sets these values; others are a warning."""
    data = [setting(name, value) for name, value in values.items()]
    await station.ask("SetVariables", setVariableData=data)
    wanted = {
        Variable.parse(name).names[1]: exactly(name)
        | {"attributeValue": value, "attributeType": ACTUAL}
        for name, value in values.items()
    }

    def sets_all(payload: Payload) -> bool:
        items = payload["setVariableData"]
        return all(any(matches(each, item) for item in items) for each in wanted.values())

    request = await station.expect(
        step,
        "SetVariables",
        where=lambda payload: any(_named(i) in wanted for i in payload["setVariableData"]),
        since=station.asked,
        prefer_match=sets_all,
        requirement="B05.FR.01-03",
    )
    items = objects(request.payload, "setVariableData")
    # What else is set is no matter of the page; the same variable twice is (B05.FR.13).
    ours = [(n, item) for n, item in enumerate(items) if _named(item) in wanted]
    message, source, path = "SetVariablesRequest", "B05.FR.01-03", "$.setVariableData"
    for name, each in wanted.items():
        found = [(n, item) for n, item in ours if _named(item) == name]
        place, item = found[0] if found else (len(items), {})
        checks = compare(each, item, f"{path}[{place}]")
        station.judge(step, message, checks, source, frame=request.id)
    once = Check(
        path,
        f"{len(wanted)} elements for these variables",
        f"{len(ours)} elements",
        len(ours) == len(wanted),
        {"length": len(wanted)},
    )
    station.judge(step, message, [once], source, frame=request.id)
    seen = ", ".join(str(key_of(i)) for i in items if _named(i) not in wanted) or "nothing else"
    alone = Check(path, "nothing else", seen, seen == "nothing else", fact("nothing else"))
    source, warning = "Part 6, the page", Severity.WARNING
    station.judge(step, message, [alone], source, warning, frame=request.id)
    station.note_step(answer_step, "SetVariablesResponse")


def _named(item: Payload) -> str:
    """The name of the variable that an element is about, for comparison."""
    return key_of(item).names[1]
