"""What a CSMS under test shows its operator of a station (the "tool validations" after a case)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, cast

from harness import clock
from harness.evidence.matchers import Check, fact
from harness.evidence.values import UNREADABLE
from harness.ocppj.frames import Payload
from harness.ocppj.inbox import Arrival
from harness.ocppj.payloads import objects
from harness.ocppj.variables import Variable, key_of
from harness.peers.fake_station import FakeStation


async def expect_known(station: FakeStation, name: str, requirement: str = "") -> None:
    """The CSMS shows its operator the value that the station has."""
    variable = Variable.parse(name)
    facts = {"component": variable.component, "variable": variable.name}
    if variable.instance is not None:
        facts["instance"] = variable.instance
    value = station.model.value(name)
    seen = await _look_until(station, lambda found: _text(found) == value, "variable", **facts)
    shown = "nothing" if seen is None else seen
    check = Check(name, value, shown, _text(seen) == value, fact("shown", value=value))
    station.judge("post", "what the CSMS shows", [check], requirement)


async def expect_report_known(station: FakeStation, request: Arrival) -> None:
    """All parts were taken, and the CSMS shows its operator every variable of the report."""
    await station.expect_reports_answered("post", "post", request)
    request_id = int(str(request.payload["requestId"]))
    sent = _reported({"data": station.reports.told[request_id]})
    seen = await _look_until(
        station,
        lambda found: not _differences(sent, _reported(found)),
        "report",
        request_id=request_id,
    )
    wrong = _differences(sent, _reported(seen))
    wanted = f"all {len(sent)} reported variables with their values"
    actual = f"{len(wrong)} of them not: {', '.join(wrong)}" if wrong else "all of them"
    known = fact("report shown")
    check = Check(f"report {request_id}", wanted, actual, not wrong, known)
    station.judge("post", "what the CSMS shows", [check], "B07.FR.03")


async def _look_until(
    station: FakeStation, satisfied: Callable[[Any], bool], what: str, **facts: Any
) -> Any:
    """Look until satisfied: nothing on the wire tells when a CSMS has stored."""
    deadline = clock.monotonic() + station.sut.limits.event
    while True:
        seen = await station.operator.look(what, **facts)
        if satisfied(seen) or clock.monotonic() > deadline:
            return seen
        await clock.sleep(0.1)


def _text(value: Any) -> str:
    """A value as OCPP writes it, however an operator's JSON has it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _reported(found: Any) -> dict[Variable, str]:
    """Actual values in what an operator says of a report: ``{"data": [reportData, …]}``."""
    shown = cast(Payload, found) if isinstance(found, dict) else {}
    values: dict[Variable, str] = {}
    for item in objects(shown, "data"):
        actual = [
            each
            for each in objects(item, "variableAttribute")
            if each.get("type", "Actual") == "Actual"
        ]
        with suppress(*UNREADABLE):  # from outside: what cannot be read is not shown
            named = key_of(item)
            value = actual[0].get("value") if actual else None
            # An empty one may be shown as none.
            values[named] = "no value" if value in (None, "") else _text(value)
    return values


def _differences(sent: Mapping[Variable, str], seen: Mapping[Variable, str]) -> list[str]:
    """What is not shown as it was reported, in words."""
    return sorted(
        f"{variable} = {seen.get(variable, 'not shown')} (reported: {value})"
        for variable, value in sent.items()
        if seen.get(variable) != value
    )
