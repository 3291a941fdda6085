"""Meter values that a station keeps for the last event of a transaction (J01, J02, E06)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from harness import clock
from harness.evidence.matchers import Check, fact
from harness.evidence.verdict import Severity
from harness.ocppj.metered import next_point
from harness.peers.fake_csms import FakeCSMS
from harness.peers.session import Session
from harness.steps_cs.meters import (
    Span,
    Told,
    at_moments,
    location_check,
    measurands_check,
    missing_check,
    moment_of,
    of_context,
    once_check,
    spacing_check,
    span,
    told_by,
    tolerance,
    wanted_measurands,
)

_MESSAGE = "TransactionEventRequest"
_CLOCK, _PERIODIC, _END = "Sample.Clock", "Sample.Periodic", "Transaction.End"
_SAMPLED = (_PERIODIC, "Transaction.Begin", _END)
#: Values of one event for which there is room in every station. Of more, one that is low on memory
#: may leave out some of those in between (E06.FR.12-13).
_ROOM = 5
#: Intervals in which a third value is surely measured, and no fourth.
_INTERVALS = 3.5


async def keep_clock_values(csms: FakeCSMS) -> int:
    """Have clock-aligned values kept for the end of a transaction; the interval in seconds."""
    interval = csms.sut.configured.aligned_data_tx_ended_interval
    await csms.configure({"AlignedDataCtrlr.Enabled": "true"}, if_writable=True)
    await _keep(csms, "AlignedDataCtrlr", interval)
    return interval


async def keep_samples(csms: FakeCSMS) -> int:
    """Have samples kept for the end of a transaction; the interval in seconds."""
    interval = csms.sut.configured.sampled_data_tx_ended_interval
    await csms.configure({"SampledDataCtrlr.Enabled": "true"}, if_writable=True)
    await _keep(csms, "SampledDataCtrlr", interval)
    return interval


async def _keep(csms: FakeCSMS, controller: str, interval: int) -> None:
    measurands = csms.sut.configured.measurands
    await csms.configure({f"{controller}.TxEndedMeasurands": measurands})
    await csms.configure({f"{controller}.TxEndedInterval": str(interval)})


async def charge(csms: FakeCSMS, step: int | str, session: Session, interval: int) -> None:
    """Charge as long as is configured, and so long that three values are measured."""
    seconds = max(csms.sut.configured.transaction_duration, _INTERVALS * interval)
    csms.record.act(step, "waits", seconds=seconds)
    await clock.sleep(seconds)
    session.charged = seconds


def judge_clock_values(
    csms: FakeCSMS, step: int, session: Session, interval: int, *, alone: bool
) -> list[Told]:
    """The last event has every point of the clock; ``alone``: and no other values.

    Returns the clock-aligned samples.
    """
    transaction = span(csms, step, session)
    every = told_by([transaction.last])
    told = of_context(every, _CLOCK)
    margin = timedelta(seconds=tolerance(csms, interval))
    points = _points(transaction, interval, margin)
    fits, complete = len(points) < _ROOM, _points_check(told, points, margin)
    checks = [*_kept_checks(csms, told, interval, fits=fits), _grid_check(told, interval, margin)]
    if fits:
        checks.append(complete)
    if alone:
        checks.append(_contexts_check(every, (_CLOCK,)))
    csms.judge(
        step,
        _MESSAGE,
        checks,
        "Part 2, AlignedDataTxEndedInterval and AlignedDataTxEndedMeasurands",
        frame=transaction.last.id,
    )
    if not fits:
        _judge_thinned(csms, step, told, transaction, complete)
    return told


def judge_samples(
    csms: FakeCSMS, step: int, session: Session, interval: int, *, alone: bool
) -> list[Told]:
    """The last event has samples at their interval and values of the end; ``alone``: no others.

    Returns the samples, those of the end among them.
    """
    transaction = span(csms, step, session)
    every = told_by([transaction.last])
    told = of_context(every, *_SAMPLED)
    periodic = of_context(told, _PERIODIC)
    # Those of the begin and of the end are beside them.
    times = int(transaction.seconds // interval)
    fits, complete = times + 2 <= _ROOM, _count_check(csms, periodic, interval, times - 1)
    checks = _kept_checks(csms, periodic, interval, fits=fits)
    if fits:
        checks.append(complete)
    checks += _end_checks(csms, of_context(told, _END), transaction)
    if alone:
        checks.append(_contexts_check(every, _SAMPLED))
    csms.judge(
        step,
        _MESSAGE,
        checks,
        "E06.FR.11, Part 2, SampledDataTxEndedInterval and SampledDataTxEndedMeasurands",
        frame=transaction.last.id,
    )
    if not fits:
        _judge_thinned(csms, step, periodic, transaction, complete)
    return told


def _judge_thinned(
    csms: FakeCSMS, step: int, told: Sequence[Told], transaction: Span, complete: Check
) -> None:
    """Some may be left out, and something is told of both halves all the same."""
    source = "E06.FR.12-13"
    middle = transaction.begin + (transaction.end - transaction.begin) / 2
    of_both = len({moment_of(each) < middle for each in told}) > 1
    text, actual = "of both halves of the transaction", "both" if of_both else "one alone"
    halves = Check("values", text, actual, of_both, fact("of both halves"))
    csms.judge(step, _MESSAGE, [halves], source, frame=transaction.last.id)
    csms.judge(step, _MESSAGE, [complete], source, Severity.WARNING, frame=transaction.last.id)


def _kept_checks(csms: FakeCSMS, told: Sequence[Told], interval: int, *, fits: bool) -> list[Check]:
    apart = tolerance(csms, interval)
    moments = at_moments(told, apart)
    place = {id(each): at for at, group in enumerate(moments.values()) for each in group}
    return [
        Check("meterValue", "values of two times", len(moments), len(moments) > 1, fact("kept")),
        measurands_check(moments, wanted_measurands(csms)),
        spacing_check(list(moments), interval, apart, thinned=not fits),
        once_check(told, {at: place[id(each)] for at, each in enumerate(told)}),
        location_check(told),
    ]


def _grid_check(told: Sequence[Told], interval: int, margin: timedelta) -> Check:
    half = timedelta(seconds=interval / 2)
    moments = sorted({moment_of(each) for each in told})
    off = [m.isoformat() for m in moments if abs(next_point(m - half, interval) - m) > margin]
    every = f"every {interval} s since midnight"
    return Check("times", every, off or every, not off, fact("on the clock"))


def _points(transaction: Span, interval: int, margin: timedelta) -> list[datetime]:
    """Those well within the transaction but the last, whose interval it does not outlast."""
    points: list[datetime] = []
    point = next_point(transaction.begin + margin, interval)
    while point < transaction.end - margin:
        points.append(point)
        point = next_point(point, interval)
    return points[:-1]


def _points_check(told: Sequence[Told], points: Sequence[datetime], margin: timedelta) -> Check:
    lacking = [
        point.isoformat()
        for point in points
        if not any(abs(moment_of(each) - point) <= margin for each in told)
    ]
    expected = f"values of {len(points)} points of the clock or more"
    return Check("points", expected, lacking or expected, not lacking, fact("points"))


def _count_check(csms: FakeCSMS, periodic: Sequence[Told], interval: int, due: int) -> Check:
    """The first may come an interval late, where sampling begins with the energy."""
    came = len(at_moments(periodic, tolerance(csms, interval)))
    expected = f"samples of {due} times or more"
    return Check("samples of a time", expected, came, came >= due, fact("count"))


def _end_checks(csms: FakeCSMS, told: Sequence[Told], transaction: Span) -> list[Check]:
    """The values of the end are of the end."""
    missing = missing_check(told, wanted_measurands(csms))
    margin = timedelta(seconds=csms.sut.deviation)
    off = [
        moment_of(each).isoformat()
        for each in told
        if abs(moment_of(each) - transaction.end) > margin
    ]
    expected = f"{transaction.end.isoformat()} ± {csms.sut.deviation:g} s"
    at_end = Check("time of the end", expected, off or expected, not off, fact("end"))
    return [
        Check(
            "measurands of the end", missing.expected, missing.actual, missing.ok, fact("of end")
        ),
        at_end,
    ]


def _contexts_check(told: Sequence[Told], contexts: Sequence[str]) -> Check:
    """Where the list of the other controller is empty, none of its values are told."""
    others = sorted({each.sample.context for each in told} - set(contexts))
    expected = f"{' or '.join(contexts)} alone"
    return Check("contexts", expected, others or expected, not others, fact("contexts"))
