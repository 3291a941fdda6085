"""What a CSMS under test asks about variables: GetVariables and SetVariables requests judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from harness.device_data import Variable, folded, key_of
from harness.fake_station import FakeStation
from harness.inbox import Arrival
from harness.match import ABSENT, Check, InAnyOrder, Satisfies, one_of, same_text
from harness.payloads import objects
from harness.wire import Payload

#: A requestId as Part 6 wants it.
NOT_NEGATIVE = Satisfies("an integer of at least 0", lambda v: type(v) is int and v >= 0)


def _named(name: str) -> Payload:
    variable = Variable.parse(name)
    named: Payload = {"name": same_text(variable.name)}
    named["instance"] = same_text(variable.instance) if variable.instance else ABSENT
    return {"component": {"name": same_text(variable.component)}, "variable": named}


def _variables(arrival: Arrival, field: str) -> list[Variable]:
    return [folded(key_of(item)) for item in objects(arrival.payload, field)]


async def expect_get_variables(station: FakeStation, step: int, *names: str) -> None:
    """One GetVariablesRequest for these variables; further attribute types are allowed.

    Each is asked for with attributeType Actual or without any.
    """
    request = await station.expect(
        step, "GetVariables", where=station.asks_for(names[0]), requirement="B06.FR.01-04"
    )
    items = objects(request.payload, "getVariableData")
    for name in names:
        wanted = folded(Variable.parse(name))
        types = [
            item.get("attributeType", "Actual") for item in items if folded(key_of(item)) == wanted
        ]
        check = Check(
            f"$.getVariableData ({name})",
            "with attributeType Actual or absent",
            types or "not asked",
            "Actual" in types,
        )
        station.judge(step, "GetVariablesRequest", [check], "B06.FR.01-04")
    others = {str(v) for v in _variables(request, "getVariableData")} - {
        str(folded(Variable.parse(n))) for n in names
    }
    check = Check("$.getVariableData", "nothing else", sorted(others) or "nothing else", not others)
    station.judge(step, "GetVariablesRequest", [check])


async def expect_split_get_variables(
    station: FakeStation, step: int, names: Sequence[str], *, limit: int
) -> None:
    """GetVariablesRequests of at most ``limit`` elements that together ask for all of ``names``."""
    wanted = {folded(Variable.parse(name)) for name in names}
    found: list[Variable] = []
    while not wanted <= set(found):
        request = await station.expect(
            step,
            "GetVariables",
            where=lambda payload: any(
                folded(key_of(i)) in wanted for i in payload["getVariableData"]
            ),
            requirement="B06.FR.05",
        )
        asked = _variables(request, "getVariableData")
        check = Check(
            "$.getVariableData", f"at most {limit} elements", len(asked), len(asked) <= limit
        )
        station.judge(step, "GetVariablesRequest", [check], "B06.FR.05")
        found += asked
    twice = sorted(str(v) for v in wanted if found.count(v) > 1)
    check = Check("$.getVariableData", "each variable once", twice or "each once", not twice)
    station.judge(step, "GetVariablesRequest", [check], "B06.FR.05")


async def expect_set_variables(station: FakeStation, step: int, values: Mapping[str, str]) -> None:
    """One SetVariablesRequest that sets exactly these values."""
    first = folded(Variable.parse(next(iter(values))))
    wanted = [
        _named(name) | {"attributeValue": value, "attributeType": one_of("Actual", ABSENT)}
        for name, value in values.items()
    ]
    await station.expect(
        step,
        "SetVariables",
        where=lambda payload: any(folded(key_of(i)) == first for i in payload["setVariableData"]),
        setVariableData=InAnyOrder(wanted, lambda item: str(item["variable"]["name"]).lower()),
        requirement="B05.FR.01-03",
    )
