"""Whether what was kept while offline is all there, with the times at which it happened."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, cast

from harness.evidence.matchers import Check, fact, parse_time
from harness.ocppj.frames import Payload
from harness.ocppj.inbox import Arrival
from harness.ocppj.payloads import objects
from harness.peers.fake_csms import FakeCSMS
from harness.peers.session import Session

#: Seconds by which the driver's stay may seem shorter: both ends of it take a moment to be seen.
_SHORTER = 1.0


def number(arrival: Arrival) -> int:
    """Place of a TransactionEvent in its transaction (seqNo)."""
    return int(cast(Any, arrival.payload["seqNo"]))


def complete(csms: FakeCSMS, session: Session, *, started: bool = False) -> bool | None:
    """True once no event is missing among those that came; None until then (E01.FR.07).

    ``started``: with the beginning of the transaction.
    """
    events = csms.events_of(session)
    numbers = {number(a) for a in events}
    begun = not started or any(a.payload["eventType"] == "Started" for a in events)
    return (bool(numbers) and begun and len(numbers) == max(numbers) - min(numbers) + 1) or None


def judge_samples(csms: FakeCSMS, step: int, kept: list[Arrival], seconds: float) -> None:
    """Samples of an offline period of so many seconds: none is lost, each has its own time.

    One may miss at either end of it.
    """
    interval = csms.sut.configured.tx_updated_interval
    apart = interval / 2
    marked = [a for a in kept if a.payload.get("offline") is True]
    least = int(seconds // interval) - 1
    samples = _apart(_sampled(marked), apart)
    wanted = f"at least {least}, as sampled every {interval} s"
    sampled = fact("samples", at_least=least)
    path = "different $.meterValue.timestamp"
    checks = [Check(path, wanted, samples, samples >= least, sampled)]
    periodic = [a for a in marked if a.payload["triggerReason"] == "MeterValuePeriodic"]
    told = _apart(_happened(periodic), apart)
    due = min(len(periodic), _apart(_measured(periodic), apart))
    wanted = f"as many as there are samples in events ({due})"
    times = fact("times of samples", at_least=due)
    checks.append(Check("different $.timestamp", wanted, told, told >= due, times))
    source = "E02.FR.10, E11.FR.01, E11.FR.03"
    csms.judge(step, "TransactionEventRequest", checks, source, frame=_last(kept))


def judge_duration(csms: FakeCSMS, step: int, kept: list[Arrival], seconds: float) -> None:
    """The transaction ended as long after its start as the driver stayed, and not all at once."""
    if seconds <= _SHORTER:
        return
    moments = list(_happened(kept))
    lasted = (max(moments) - min(moments)).total_seconds() if moments else 0.0
    least = seconds - _SHORTER
    check = Check(
        "time from the first to the last $.timestamp",
        f"at least {least:g} s",
        f"{lasted:.2f} s",
        lasted >= least,
        fact("duration", seconds_at_least=least),
    )
    csms.judge(step, "TransactionEventRequest", [check], "E12.FR.01", frame=_last(kept))


def _last(kept: list[Arrival]) -> str:
    return kept[-1].id if kept else ""


def _happened(events: Iterable[Arrival]) -> Iterator[datetime]:
    for arrival in events:
        moment = parse_time(arrival.payload.get("timestamp"))
        if moment is not None:
            yield moment


def _sampled(events: Iterable[Arrival]) -> Iterator[datetime]:
    """When samples were taken that are not the clock's (context of sampledValue)."""
    for arrival in events:
        for value in objects(arrival.payload, "meterValue"):
            moment = parse_time(value.get("timestamp"))
            contexts = {each.get("context") for each in objects(value, "sampledValue")}
            if moment is not None and contexts != {"Sample.Clock"}:
                yield moment


def _measured(events: Iterable[Arrival]) -> Iterator[datetime]:
    for arrival in events:
        for value in cast(list[Payload], arrival.payload.get("meterValue", [])):
            moment = parse_time(value.get("timestamp"))
            if moment is not None:
                yield moment


def _apart(moments: Iterable[datetime], seconds: float) -> int:
    """How many of them are so far from the one before (a sample may be told in several events)."""
    last, count = None, 0
    for moment in sorted(moments):
        if last is None or (moment - last).total_seconds() >= seconds:
            last, count = moment, count + 1
    return count
