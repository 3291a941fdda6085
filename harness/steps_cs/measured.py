"""The energy that a station tells of a transaction: registers in its events (J02)."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from harness.evidence.matchers import parse_time
from harness.ocppj.frames import Payload
from harness.ocppj.inbox import Arrival
from harness.ocppj.metered import REGISTER, in_base_unit, measurand_of
from harness.ocppj.payloads import inner, objects
from harness.peers.fake_csms import FakeCSMS
from harness.peers.session import Session


@dataclass(frozen=True)
class Reading:
    """What the register of an EVSE showed, in Wh; ``mark``: the place of its event in the inbox."""

    moment: datetime
    wh: float
    mark: int


def readings(
    csms: FakeCSMS, session: Session, since: int = 0, *, offline: bool = False
) -> list[Reading]:
    """Those that came since a mark, in the order of measurement; ``offline``: kept ones as well."""
    events = csms.events_of(session, since)
    counted = (a for a in events if offline or a.payload.get("offline") is not True)
    every = sorted((r for a in counted for r in _told(a)), key=lambda each: each.moment)
    return [r for i, r in enumerate(every) if i == 0 or r.moment > every[i - 1].moment]


def energy(shown: Sequence[Reading]) -> float:
    """From the first of them to the last, in Wh."""
    return shown[-1].wh - shown[0].wh if shown else 0.0


def power(shown: Sequence[Reading]) -> float:
    """The highest between two of them that follow each other, in W."""
    return max((_between(*each) for each in itertools.pairwise(shown)), default=0.0)


def _between(earlier: Reading, later: Reading) -> float:
    return (later.wh - earlier.wh) / (later.moment - earlier.moment).total_seconds() * 3600


def _told(arrival: Arrival) -> Iterator[Reading]:
    """Those of its begin are older than their event."""
    for value in objects(cast(Payload, arrival.payload), "meterValue"):
        moment = parse_time(value.get("timestamp"))
        wh = _register(list(objects(value, "sampledValue")))
        if moment is not None and wh is not None:
            yield Reading(moment, wh, arrival.mark)


def _register(sampled: list[Payload]) -> float | None:
    """The register of the EVSE as a whole, at its outlet if that is told; else of all phases."""
    found = [each for each in sampled if _is_register(each)]
    for place in ("Outlet", *(str(each.get("location")) for each in found)):
        there = [each for each in found if each.get("location", "Outlet") == place]
        whole = [each for each in there if "phase" not in each][:1] or there
        told = [in_base_unit(each.get("value"), inner(each, "unitOfMeasure")) for each in whole]
        if told and None not in told:
            return float(sum(value for value in told if value is not None))
    return None


def _is_register(sampled: Payload) -> bool:
    return sampled.get("context") != "Transaction.Begin" and measurand_of(sampled) == REGISTER
