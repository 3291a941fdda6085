"""What meter values have in common, whatever occasioned them (J01, J02)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from harness.evidence.matchers import Check, fact, parse_time
from harness.ocppj.inbox import Arrival
from harness.ocppj.metered import Sample, samples
from harness.peers.fake_csms import FakeCSMS
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
    actual = "; ".join(f"no {missing} at {at}" for at, missing in lacking.items()) or expected
    matcher = fact("measurands", configured=True)
    return Check("measurands", expected, actual, not lacking and bool(groups), matcher)


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


def events_of(csms: FakeCSMS, session: Session) -> list[Arrival]:
    """All TransactionEvents of the session's transaction, in the order of their time."""
    mine = [a for a in csms.inbox.arrivals if csms.belongs(a, session)]
    return sorted(mine, key=lambda a: int(str(a.payload["seqNo"])))


def happened(event: Arrival) -> datetime:
    """The time that an event tells."""
    moment = parse_time(event.payload.get("timestamp"))
    assert moment is not None
    return moment


def close(one: datetime, other: datetime, seconds: float) -> bool:
    """Whether two times lie at most so many seconds apart."""
    return abs(one - other) <= timedelta(seconds=seconds)
