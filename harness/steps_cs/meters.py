"""What meter values have in common, whatever occasioned them (J01, J02)."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from harness.evidence.matchers import Check, fact, parse_time
from harness.ocppj.inbox import Arrival
from harness.ocppj.metered import Sample, samples
from harness.peers.fake_csms import FakeCSMS
from harness.peers.peer import SENT
from harness.peers.session import Session

#: What only the vehicle knows, which need not tell it.
OF_THE_VEHICLE = frozenset({"SoC"})


@dataclass(frozen=True)
class Told:
    """A sample, and the message that told it."""

    sample: Sample
    arrival: Arrival


def told_by(arrivals: Iterable[Arrival]) -> list[Told]:
    """The samples of these messages, those that have a time."""
    every = (Told(each, a) for a in arrivals for each in samples(a.traffic.frame.payload))
    return [each for each in every if each.sample.moment is not None]


def moment_of(told: Told) -> datetime:
    """When it was measured."""
    assert told.sample.moment is not None
    return told.sample.moment


def wanted_measurands(csms: FakeCSMS) -> frozenset[str]:
    """What the description says that every EVSE measures."""
    names = csms.sut.configured.measurands.split(",")
    return frozenset(each.strip() for each in names if each.strip())


def tolerance(csms: FakeCSMS, interval: int) -> float:
    """Seconds by which a meter may be off: it has a beat of its own."""
    return min(csms.sut.deviation, interval / 4)


def at_moments(told: Iterable[Told], apart: float) -> dict[datetime, list[Told]]:
    """Samples by the moment of the first of those that lie at most so many seconds apart."""
    found: dict[datetime, list[Told]] = {}
    for each in sorted(told, key=moment_of):
        last = next(reversed(found), None)
        if last is None or (moment_of(each) - last).total_seconds() > apart:
            last = moment_of(each)
        found.setdefault(last, []).append(each)
    return found


def measurands_check(groups: Mapping[datetime, list[Told]], wanted: frozenset[str]) -> Check:
    """Every group of samples has these measurands."""
    lacking = {
        moment.isoformat(): ", ".join(sorted(missing))
        for moment, told in groups.items()
        if (missing := wanted - {each.sample.measurand for each in told})
    }
    expected = f"{', '.join(sorted(wanted))} at each of {len(groups)} times"
    actual = "; ".join(f"no {missing} at {at}" for at, missing in lacking.items())
    actual = actual or (expected if groups else "no samples")
    matcher = fact("measurands", configured=True)
    return Check("measurands", expected, actual, not lacking and bool(groups), matcher)


def spacing_check(
    moments: Sequence[datetime], interval: int, apart: float, *, thinned: bool = False
) -> Check:
    """Each lies an interval after the one before it; ``apart``: seconds that one may be off.

    ``thinned``: or several intervals after it.
    """
    gaps = [(later - earlier).total_seconds() for earlier, later in itertools.pairwise(moments)]
    times = [max(1, round(gap / interval)) if thinned else 1 for gap in gaps]
    wrong = [g for g, n in zip(gaps, times, strict=True) if abs(g - n * interval) > 2 * apart]
    expected = f"{'a multiple of ' if thinned else ''}{interval} s between them"
    return Check("times", expected, wrong or expected, not wrong, fact("interval"))


def once_check(told: Sequence[Told], keys: Mapping[int, int]) -> Check:
    """No sample is told twice; ``keys``: by its place in ``told``, what it is a sample for."""
    seen: set[tuple[object, ...]] = set()
    twice: list[str] = []
    for at, each in enumerate(told):
        sample = each.sample
        identity = (keys[at], each.arrival.payload.get("evseId"), *sample.meter, sample.signed)
        if identity in seen:
            twice.append(f"{sample.measurand} of {moment_of(each).isoformat()}")
        seen.add(identity)
    return Check("samples", "each once", twice or "each once", not twice, fact("each once"))


def location_check(told: Iterable[Told]) -> Check:
    """Only the state of charge is measured in the vehicle (erratum 2024-09)."""
    measured = {each.sample.measurand for each in told if each.sample.meter[2] == "EV"}
    wrong = ", ".join(sorted(measured - OF_THE_VEHICLE))
    matcher = fact("locations")
    return Check("location", "EV for SoC alone", wrong or "as expected", not wrong, matcher)


@dataclass(frozen=True)
class Span:
    """A transaction from its first event to its last."""

    begin: datetime
    end: datetime
    last: Arrival

    @property
    def seconds(self) -> float:
        """How long it lasted."""
        return (self.end - self.begin).total_seconds()


def span(csms: FakeCSMS, step: int | str, session: Session) -> Span:
    """When the session's transaction began and ended; judges that it has."""
    by_type = {str(a.payload.get("eventType")): a for a in csms.events_of(session)}
    times: dict[str, datetime] = {}
    came = "sent" if "Ended" in by_type else "none with eventType Ended"
    checks = [Check("", "to be sent", came, "Ended" in by_type, SENT)]
    for kind in ("Started", "Ended"):
        told = by_type[kind].payload.get("timestamp") if kind in by_type else "no such event"
        moment = parse_time(told)
        if moment is not None:
            times[kind] = moment
        what = f"the time of the event {kind}"
        checks.append(Check(f"{kind} timestamp", what, told, moment is not None, fact("span")))
    csms.judge(step, "TransactionEventRequest", checks, "E06.FR.01-07")
    return Span(times["Started"], times["Ended"], by_type["Ended"])


def missing_check(told: Iterable[Told], wanted: frozenset[str]) -> Check:
    """These samples have all measurands among them."""
    seen = {each.sample.measurand for each in told}
    names, actual = ", ".join(sorted(wanted)), ", ".join(sorted(seen)) or "none"
    return Check("measurands", names, actual, wanted <= seen, fact("measurands", configured=True))


def of_context(told: Iterable[Told], *contexts: str) -> list[Told]:
    """Those samples that have one of these contexts."""
    return [each for each in told if each.sample.context in contexts]
