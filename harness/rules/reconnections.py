"""Standing rules for a charging station under test: how it comes back to a connection it lost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from harness.ocppj.connection_end import ClosedBy
from harness.ocppj.frames import FrameKind
from harness.ocppj.inbox import Closed, Event, Opened, Refused, Traffic
from harness.ocppj.payloads import objects
from harness.rules.frames import Breach, CaseLog, Rule

_MINIMUM = "OCPPCommCtrlr.RetryBackOffWaitMinimum"
_RANGE = "OCPPCommCtrlr.RetryBackOffRandomRange"
#: Variables that say how long a station waits.
BACK_OFF = (_MINIMUM, _RANGE)
#: Variables of which a new value makes a station connect anew.
_RENEWING = ("BasicAuthPassword", "NetworkConfigurationPriority")


def reconnections_wait_their_time(log: CaseLog) -> Iterator[Breach]:
    """After the loss of a connection, the first attempt comes after the time that is set."""
    minimum, spread = log.settings.get(_MINIMUM, ""), log.settings.get(_RANGE, "0")
    if not minimum.isdecimal() or not spread.isdecimal():
        return
    # Its clock may tick in seconds only; a modem may need as long as a connection may take.
    least = int(minimum) - min(log.sut.deviation, int(minimum) / 4)
    most = int(minimum) + int(spread) + log.sut.limits.connect
    for place, event in enumerate(log.events):
        if not isinstance(event, Closed) or not _was_lost(log.events[:place], event):
            continue
        attempt = _next_attempt(log.events[place + 1 :])
        if attempt is None or _booted(log, event, attempt):
            continue
        waited = attempt.t - event.t
        if not least <= waited <= most:
            expected = f"an attempt {minimum} to {int(minimum) + int(spread)} s after the loss"
            yield Breach("connection", "", expected, f"{waited:.1f} s after it", "Part 4, 5.3")


def _was_lost(earlier: Sequence[Event], closed: Closed) -> bool:
    """Whether nothing else on that connection gave the station a reason to connect anew."""
    if closed.end.by is not ClosedBy.HARNESS:
        return False
    frames = [e for e in earlier if isinstance(e, Traffic) and e.wire == closed.wire]
    return not any(_renews(frame) for frame in frames)


def _renews(frame: Traffic) -> bool:
    """A boot, a certificate, a password or another profile: the station has to come back anyway."""
    if not frame.sent or frame.frame.kind is not FrameKind.CALL:
        return False
    if frame.frame.action == "SetVariables":
        items = objects(frame.frame.payload, "setVariableData")
        return any(name in str(item.get("variable")) for item in items for name in _RENEWING)
    return frame.frame.action in ("Reset", "CertificateSigned", "SetNetworkProfile")


def _next_attempt(later: Sequence[Event]) -> Opened | Refused | None:
    return next((e for e in later if isinstance(e, Opened | Refused)), None)


def _booted(log: CaseLog, closed: Closed, attempt: Opened | Refused) -> bool:
    """Whether the station began anew meanwhile: as somebody did that, or as it says itself."""
    if any(act.action == "power_cycle" for act in log.acts):
        return True
    if not isinstance(attempt, Opened):
        return False
    calls = (f for f in log.of_sut if f.wire == attempt.wire and f.t >= closed.t)
    first = next((f for f in calls if f.frame.kind is FrameKind.CALL), None)
    return first is not None and first.frame.action == "BootNotification"


RECONNECTIONS: tuple[Rule, ...] = (reconnections_wait_their_time,)
