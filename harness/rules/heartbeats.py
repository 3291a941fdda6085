"""Standing rule for a charging station under test: it is heard of while nothing happens."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from harness.ocppj.connection_end import ClosedBy
from harness.ocppj.frames import FrameKind
from harness.ocppj.inbox import Broken, Closed, Event, Opened, Traffic
from harness.ocppj.payloads import inner, objects
from harness.rules.frames import Breach, CaseLog, Rule

#: The variable that says how often a station that has nothing to say sends a heartbeat.
INTERVAL = "OCPPCommCtrlr.HeartbeatInterval"
_NAME = INTERVAL.partition(".")[2]

#: From when to when, in monotonic seconds.
Silence = tuple[float, float]


def heartbeats_keep_their_interval(log: CaseLog) -> Iterator[Breach]:
    """A station that is connected and accepted is never silent for longer than its interval.

    Any message begins the interval anew (G02.FR.05). Where an answer of ours is kept from it, it
    may not send another request.
    """
    interval = _interval(log)
    if interval <= 0 or math.isfinite(log.message_timeout):
        return
    # Timers of a device are slow, and busy ones late.
    limit = interval * 1.1 + log.sut.deviation + log.sut.limits.silence
    for begin, end in silences(log.events, log.ended if log.complete else -math.inf):
        if end - begin > limit and not _without_power(log, begin, end):
            expected, actual = f"a message every {interval} s", f"none for {end - begin:.0f} s"
            yield Breach("HeartbeatRequest", "", expected, actual, "G02.FR.01, G02.FR.02")
            return


def silences(events: Sequence[Event], ended: float) -> Iterator[Silence]:
    """When a station that is connected and accepted sends nothing, not even an answer.

    What ends with a connection that we have not closed is left out: it may have been away.
    """
    since: float | None = None
    for place, event in enumerate(events):
        of_station = isinstance(event, Broken) or (isinstance(event, Traffic) and not event.sent)
        closed_by_us = isinstance(event, Closed) and event.end.by is ClosedBy.HARNESS
        if since is not None and (of_station or closed_by_us):
            yield since, event.t
        if _status(event) in ("Pending", "Rejected") or isinstance(event, Closed):
            since = None
        # A case begins on an open connection, which is then its first event.
        elif of_station or (isinstance(event, Opened) and place > 0):
            since = event.t
    if since is not None:
        yield since, ended


def _interval(log: CaseLog) -> int:
    """In seconds: that of the last boot, else as it says; where a case sets it, the longest."""
    boots = [frame.frame.payload for frame in log.traffic if _status(frame) == "Accepted"]
    told = str(boots[-1].get("interval") if boots else log.settings.get(INTERVAL, ""))
    known = [told, *_set(log)]
    return max(int(each) if each.isdecimal() else 0 for each in known)


def _set(log: CaseLog) -> Iterator[str]:
    for frame in log.traffic:
        if frame.sent and frame.frame.action == "SetVariables":
            for item in objects(frame.frame.payload, "setVariableData"):
                if inner(item, "variable").get("name") == _NAME:
                    yield str(item.get("attributeValue"))


def _status(event: Event) -> object:
    """What we have answered to a BootNotification."""
    if not isinstance(event, Traffic) or not event.sent:
        return None
    frame = event.frame
    answers = frame.kind is FrameKind.CALLRESULT and frame.action == "BootNotification"
    return frame.payload.get("status") if answers else None


def _without_power(log: CaseLog, begin: float, end: float) -> bool:
    start, stop = log.time_of(begin), log.time_of(end)
    if start is None or stop is None:
        return False
    return any(act.action == "power_cycle" and start <= act.at <= stop for act in log.acts)


HEARTBEATS: tuple[Rule, ...] = (heartbeats_keep_their_interval,)
