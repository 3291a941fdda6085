"""Clock-aligned meter values: measured at points of the day, told in one message or several (J01).

They may come late, but their time is that of the point (AlignedDataInterval, J01.FR.17).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from harness import clock
from harness.evidence.matchers import Check, Contains, Every, fact, matches, near, parse_time
from harness.ocppj.inbox import Arrival
from harness.ocppj.metered import REGISTER, next_point
from harness.peers.fake_csms import FakeCSMS
from harness.peers.session import Session
from harness.steps_cs.meters import (
    OF_THE_VEHICLE,
    Told,
    location_check,
    missing_check,
    moment_of,
    of_context,
    once_check,
    span,
    told_by,
    tolerance,
    wanted_measurands,
)

IDLE_ONLY = "AlignedDataCtrlr.SendDuringIdle"
_AT_THE_END = "AlignedDataCtrlr.TxEndedMeasurands"
_CLOCK = "Sample.Clock"
#: Seconds beyond an interval that the transaction of TC_J_06_CS goes on.
_BEYOND = 5
#: What the electronics of an EVSE may need, in W: it is heated, and has lights.
_OWN_WATTS = 200
_SOURCE = "J01.FR.02, J01.FR.08, J01.FR.14, J01.FR.17"


@dataclass(frozen=True)
class ByTheClock:
    """Which values are due every so many seconds, from a mark on."""

    interval: int
    measurands: frozenset[str]
    since: int


async def measure_by_the_clock(csms: FakeCSMS) -> ByTheClock:
    """Have clock-aligned values sent, from a moment on that is no point of the clock itself."""
    interval = csms.sut.configured.aligned_data_interval
    await csms.configure({"AlignedDataCtrlr.Enabled": "true"}, if_writable=True)
    await csms.configure({"AlignedDataCtrlr.Measurands": csms.sut.configured.measurands})
    await _leave_point(csms, interval)
    mark = csms.mark()
    await csms.configure({"AlignedDataCtrlr.Interval": str(interval)})
    return ByTheClock(interval, wanted_measurands(csms), mark)


async def send_while_in_use(csms: FakeCSMS) -> None:
    """Have clock-aligned values sent during transactions as well, as far as that is a choice."""
    await csms.configure({IDLE_ONLY: "false"}, if_writable=True)


async def send_while_idle(csms: FakeCSMS) -> None:
    """Have clock-aligned values sent while there is no transaction, and then alone."""
    await csms.configure({IDLE_ONLY: "true"})
    # Whether it keeps them for the end of a transaction is another matter.
    await csms.configure({_AT_THE_END: ""}, if_writable=True)


async def _leave_point(csms: FakeCSMS, interval: int) -> None:
    """One who counts from the setting on would else be taken for one who goes by the clock."""
    margin = 2 * tolerance(csms, interval)
    left = (next_point(clock.now(), interval) - clock.now()).total_seconds()
    if left < margin or left > interval - margin:
        await clock.sleep(2 * margin)


async def expect_clock_values(
    csms: FakeCSMS,
    step: int,
    values: ByTheClock,
    *,
    points: int,
    session: Session | None = None,
    event_step: int = 0,
) -> None:
    """Values of the next ``points`` points of the clock, of every EVSE and of the main meter.

    ``session``: the transaction whose EVSE may tell its own in its events, at ``event_step``.
    """
    mark, at = csms.mark(), clock.now()
    for _ in range(points):
        at = next_point(at, values.interval)
        for evse in _places(csms):
            wanted = _wanted(evse, values)
            if session is not None and evse == session.evse:
                await _expect_in_use(csms, (step, event_step), session, wanted, at, values)
            else:
                await _expect_parts(csms, step, evse, wanted, at, values)
    await csms.inbox.wait(lambda: None, csms.sut.limits.silence)
    _judge_series(csms, step, values, since=mark)
    if session is not None:
        told = clock_values(csms, mark)
        checks = [_use_check(told, session.evse)]
        csms.judge(step, "MeterValuesRequest", checks, "J01.FR.02, J02.FR.22")


def _places(csms: FakeCSMS) -> Iterable[int]:
    return (*((0,) if csms.sut.main_meter else ()), *csms.sut.evses)


def _wanted(evse: int, values: ByTheClock) -> frozenset[str]:
    """A main meter need not measure all that an EVSE does, but energy (J01.FR.04, J01.FR.14)."""
    energy = frozenset(each for each in values.measurands if each.startswith("Energy."))
    return values.measurands if evse else energy


def _of_point(csms: FakeCSMS, at: datetime, values: ByTheClock) -> Every:
    point = near(at, tolerance(csms, values.interval))
    return Every({"timestamp": point, "sampledValue": Every({"context": _CLOCK})})


def _with_point(csms: FakeCSMS, at: datetime, values: ByTheClock) -> Contains:
    """In an event, there may be samples of another kind beside them."""
    point = near(at, tolerance(csms, values.interval))
    return Contains({"timestamp": point, "sampledValue": Contains({"context": _CLOCK})})


def _left(at: datetime, values: ByTheClock, event: float) -> float:
    """It may come late, but before the next one is due."""
    due = at + timedelta(seconds=values.interval) - clock.now()
    return max(0.0, due.total_seconds()) + event


async def _expect_parts(
    csms: FakeCSMS,
    step: int,
    evse: int,
    wanted: frozenset[str],
    at: datetime,
    values: ByTheClock,
) -> None:
    """Too many values for one message come in several (J01.FR.15)."""
    fields: dict[str, Any] = {"evseId": evse, "meterValue": _of_point(csms, at, values)}
    parts: list[Arrival] = []

    def more() -> bool | None:
        unclaimed = (a for a in csms.inbox.unclaimed(values.since) if a.action == "MeterValues")
        return any(matches(fields, a.payload) for a in unclaimed) or None

    limit = csms.sut.limits.event
    while not parts or (
        not _complete(parts, wanted) and await csms.inbox.wait(more, csms.sut.limits.silence)
    ):
        part = await csms.expect(
            step,
            "MeterValues",
            since=values.since,
            within=_left(at, values, limit),
            prefer_match=True,
            requirement=_SOURCE,
            **fields,
        )
        parts.append(part)
    _judge_parts(csms, step, parts, wanted)


async def _expect_in_use(
    csms: FakeCSMS,
    steps: tuple[int, int],
    session: Session,
    wanted: frozenset[str],
    at: datetime,
    values: ByTheClock,
) -> None:
    """Either message will do for an EVSE that is involved in a transaction (J01.FR.22)."""
    expected, limit = _with_point(csms, at, values), csms.sut.limits.event

    def told() -> Arrival | None:
        unclaimed = csms.inbox.unclaimed(values.since)
        of_point = (a for a in unclaimed if matches({"meterValue": expected}, a.payload))
        return next((a for a in of_point if _is_of(csms, a, session)), None)

    first = await csms.inbox.wait(told, _left(at, values, limit))
    if first is None or first.action == "MeterValues":
        await _expect_parts(csms, steps[0], session.evse, wanted, at, values)
        return
    parts: list[Arrival] = []
    while not parts or (
        not _complete(parts, wanted) and await csms.inbox.wait(told, csms.sut.limits.silence)
    ):
        part = await csms.expect_transaction_event(
            steps[1],
            session,
            since=values.since,
            eventType="Updated",
            triggerReason="MeterValueClock",
            meterValue=expected,
            requirement="J01.FR.22",
        )
        parts.append(part)
    _judge_parts(csms, steps[1], parts, wanted)


def _is_of(csms: FakeCSMS, arrival: Arrival, session: Session) -> bool:
    of_evse = arrival.action == "MeterValues" and arrival.payload.get("evseId") == session.evse
    return of_evse or csms.belongs(arrival, session)


def _complete(parts: Sequence[Arrival], wanted: frozenset[str]) -> bool:
    return missing_check(of_context(told_by(parts), _CLOCK), wanted).ok


def _judge_parts(
    csms: FakeCSMS, step: int, parts: Sequence[Arrival], wanted: frozenset[str]
) -> None:
    check = missing_check(of_context(told_by(parts), _CLOCK), wanted)
    message = f"{parts[0].action}Request"
    csms.judge(step, message, [check], "J01.FR.14, J01.FR.15", frame=parts[0].id)


def clock_values(csms: FakeCSMS, since: int) -> list[Told]:
    """All clock-aligned samples that have come since a mark, but those of an end."""
    lasting = (a for a in _metered(csms, since) if a.payload.get("eventType") != "Ended")
    return of_context(told_by(lasting), _CLOCK)


def _metered(csms: FakeCSMS, since: int) -> list[Arrival]:
    arrivals = (a for a in csms.inbox.arrivals if a.mark >= since and not a.owed_to)
    return [a for a in arrivals if a.action in ("MeterValues", "TransactionEvent")]


def _judge_series(csms: FakeCSMS, step: int, values: ByTheClock, *, since: int) -> None:
    """Whatever else came is of a point of the clock and of a place there is, and nothing twice."""
    told = clock_values(csms, since)
    for arrival in {each.arrival.id: each.arrival for each in told}.values():
        if not arrival.claimed_by:
            csms.claim(step, arrival)
    offsets = {at: _nearest_point(moment_of(each), values.interval) for at, each in enumerate(told)}
    off = [
        moment_of(each).isoformat()
        for at, each in enumerate(told)
        if abs((moment_of(each) - offsets[at]).total_seconds()) > tolerance(csms, values.interval)
    ]
    places = {int(str(each.arrival.payload.get("evseId", 0))) for each in told}
    strange = sorted(places - {0, *csms.sut.evses})
    every = f"every {values.interval} s since midnight"
    checks = [
        Check("times", every, off or every, not off, fact("on the clock")),
        Check("evseId", "0 or an EVSE", strange or "as expected", not strange, fact("places")),
        once_check(told, {at: int(point.timestamp()) for at, point in offsets.items()}),
        _meters_check(told, offsets),
        location_check(told),
    ]
    csms.judge(step, "MeterValuesRequest", checks, "J01.FR.02, J01.FR.14, J01.FR.22")


def _nearest_point(moment: datetime, interval: int) -> datetime:
    return next_point(moment - timedelta(seconds=interval / 2), interval)


def _meters_check(told: Sequence[Told], points: Mapping[int, datetime]) -> Check:
    """What can be measured at a place is told of it each time (J01.FR.14, erratum 2.34)."""
    meters: dict[str, dict[datetime, set[str]]] = {}
    for at, each in enumerate(told):
        if each.sample.measurand not in OF_THE_VEHICLE:
            place = str(each.arrival.payload.get("evseId", "in use"))
            found = meters.setdefault(place, {}).setdefault(points[at], set())
            found.add(" ".join(each.sample.meter).strip())
    changing: list[str] = []
    for place, by_point in meters.items():
        every = set[str]().union(*by_point.values())
        sometimes = {m for m in every if any(m not in seen for seen in by_point.values())}
        changing += [f"{meter} of EVSE {place}" for meter in sorted(sometimes)]
    expected = "the same meters each time"
    return Check("meters", expected, changing or expected, not changing, fact("meters"))


def _use_check(told: Sequence[Told], in_use: int) -> Check:
    """No EVSE that nobody uses has more energy than the one in use, but what it needs itself."""
    registers: dict[int, dict[tuple[str, ...], list[tuple[datetime, Decimal]]]] = {}
    for each in told:
        place = int(str(each.arrival.payload.get("evseId", in_use)))
        if each.sample.measurand == REGISTER and each.sample.value is not None:
            shown = registers.setdefault(place, {}).setdefault(each.sample.meter, [])
            shown.append((moment_of(each), each.sample.value))
    used = {
        place: max((max(r)[1] - min(r)[1] for r in meters.values()), default=Decimal(0))
        for place, meters in registers.items()
    }
    moments = sorted(moment_of(each) for each in told)
    hours = Decimal((moments[-1] - moments[0]).total_seconds()) / 3600 if moments else Decimal(0)
    most = used.get(in_use, Decimal(0)) + _OWN_WATTS * hours
    idle = {place: wh for place, wh in used.items() if place not in (0, in_use) and wh > most}
    expected = f"no more than {most:f} Wh at an EVSE that is not in use"
    wrong = ", ".join(f"{wh:f} Wh at EVSE {place}" for place, wh in idle.items())
    return Check("energy", expected, wrong or expected, not idle, fact("energy where it is used"))


async def outlast_point(csms: FakeCSMS, step: str, session: Session, values: ByTheClock) -> None:
    """Charge for an interval and more, until a point of the clock lies well within it."""
    seconds = values.interval + _BEYOND
    csms.record.act(step, "waits", seconds=seconds)
    await clock.sleep(seconds)
    margin = timedelta(seconds=tolerance(csms, values.interval))
    begun = [parse_time(each.payload.get("timestamp")) for each in csms.events_of(session)[:1]]
    point = next_point((begun[0] if begun and begun[0] else clock.now()) + margin, values.interval)
    left = point + 2 * margin - clock.now()
    await clock.sleep(max(0.0, left.total_seconds()))


async def judge_silence(csms: FakeCSMS, step: int, session: Session, values: ByTheClock) -> None:
    """No clock-aligned value was measured while the transaction ran (J01.FR.20)."""
    while_running = span(csms, step, session)
    kept = (await csms.variables.read(_AT_THE_END)).get(_AT_THE_END)
    margin = timedelta(seconds=tolerance(csms, values.interval))
    begin, end = while_running.begin + margin, while_running.end - margin
    # A list that could not be emptied is that of the last event (Part 2, 2.7.15).
    events = [a for a in _metered(csms, values.since) if not (kept and a is while_running.last)]
    told = of_context(told_by(events), _CLOCK)
    times = sorted({moment_of(each).isoformat() for each in told if begin < moment_of(each) < end})
    expected = f"no clock-aligned value from {begin.isoformat()} to {end.isoformat()}"
    check = Check("times", expected, times or "none", not times, fact("silence of the clock"))
    csms.judge(step, "MeterValuesRequest", [check], "J01.FR.20")
