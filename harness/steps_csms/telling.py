"""What a station tells of itself: its connectors in both ways, and whatever it was asked for."""

from __future__ import annotations

from typing import Any

from harness.evidence.matchers import Check
from harness.ocppj.frames import Payload
from harness.peers.fake_station import FakeStation
from harness.peers.sent import TAKEN


async def tell(
    station: FakeStation, step: int | str, answer_step: int | str, action: str, /, **payload: Any
) -> None:
    """Send a message, which the CSMS takes: that there is an answer is what the page looks at."""
    sent = await station.send(step, action, **payload)
    await sent.response(answer_step)
    taken = Check("$", "a CALLRESULT", "a CALLRESULT", ok=True, matcher=TAKEN)
    station.judge(answer_step, f"{action}Response", [taken], "Part 4, 4.2.2", frame=sent.id)


async def tell_connector(
    station: FakeStation,
    step: int | str,
    answer_step: int | str,
    status: str,
    connector: tuple[int, int] | None = None,
) -> None:
    """Report a connector in both ways that a station may choose: a CSMS has to take either."""
    chosen = station.tells_by_event
    for station.tells_by_event in (False, True):
        await station.report_connector(step, answer_step, status, connector)
    station.tells_by_event = chosen


async def tell_connectors(
    station: FakeStation,
    step: int | str,
    answer_step: int | str,
    status: str,
    evse: int | None = None,
) -> None:
    """Report the connectors of an EVSE, or all, in both ways."""
    for connector in station.sut.places_of(evse, None):
        await tell_connector(station, step, answer_step, status, connector)


async def tell_event(
    station: FakeStation,
    step: int | str,
    answer_step: int | str,
    component: Payload,
    variable: str,
    value: str,
) -> None:
    """Report a change of a variable (NotifyEvent with trigger Delta)."""
    event = station.event(component, variable, value)
    await tell(station, step, answer_step, "NotifyEvent", **event)


async def expect_still_served(station: FakeStation) -> None:
    """Whatever the station has refused, its connection stays open, and it is answered on it."""
    await station.settle()
    await station.heartbeat("post", "post", requirement="G02.FR.04")
