"""TransactionEvents that the CSMS does not take: how often and when they are sent again (E13)."""

from __future__ import annotations

import asyncio
import itertools
from dataclasses import dataclass
from typing import Any, cast

from harness.evidence.matchers import Check, compare, fact
from harness.ocppj.frames import Payload
from harness.ocppj.inbox import Arrival, Closed
from harness.peers.answering import Reply
from harness.peers.fake_csms import FakeCSMS
from harness.peers.peer import SENT
from harness.peers.session import Session
from harness.peers.waits import MESSAGE_TIMEOUT

ATTEMPTS = "OCPPCommCtrlr.MessageAttempts[TransactionEvent]"
INTERVAL = "OCPPCommCtrlr.MessageAttemptInterval[TransactionEvent]"

#: Seconds by which a retry may come too early: the clocks of both sides are not the same.
_EARLY = 0.5
#: Seconds by which it may be late at least: a machine can be busy.
_LATE = 0.8


async def set_attempts(csms: FakeCSMS, attempts: int) -> None:
    """Have failed TransactionEvents sent so many times in all, at the configured interval."""
    interval = csms.sut.configured.message_attempt_interval
    await csms.configure({ATTEMPTS: str(attempts), INTERVAL: str(interval)})


def fail_charging(csms: FakeCSMS, *, code: str = "", takes: int = 0) -> None:
    """Do not take the event that tells of the energy: no answer, or a CALLERROR.

    ``takes``: the transmission that is taken after all (2 is the second one).
    """
    seen: list[Any] = []

    def answer(payload: Payload) -> Reply:
        taken = csms.usual_answer("TransactionEvent", payload)
        if payload["transactionInfo"].get("chargingState") != "Charging":
            return taken
        seen.append(payload["seqNo"])
        if seen[0] != payload["seqNo"] or len(seen) == takes:
            return taken
        return Reply(code=code) if code else Reply(held=asyncio.Event())

    csms.answer_by("TransactionEvent", answer)


@dataclass(frozen=True)
class Retries:
    """What the page expects of the transmissions of one event; times in seconds.

    After each the station waits ``interval`` times the number of transmissions so far, after
    ``timeout`` has passed without answer; ``slack``: by how much it may be later than that.
    """

    interval: float
    timeout: float
    slack: float

    def least(self, before: int) -> float:
        """Shortest time between a transmission and the next, ``before`` of them made so far."""
        return self.interval * before + self.timeout

    def most(self, before: int) -> float:
        """Longest such time."""
        return self.least(before) + self.slack


async def retries(csms: FakeCSMS, *, answered: bool, page_timeout: bool = False) -> Retries:
    """The times of the station as it is set up.

    ``page_timeout``: the page adds the time-out where an answer came, which E13.FR.03 does not.
    """
    await csms.variables.read(MESSAGE_TIMEOUT)
    least, most = csms.waits.message_timeouts()
    csms.least_message_timeout, csms.message_timeout = least, most
    interval = csms.sut.configured.message_attempt_interval
    # Less than an interval, so that one pause cannot be taken for another.
    late = min(csms.sut.limits.event, csms.sut.deviation, max(interval / 2, _LATE))
    if answered:
        return Retries(interval, 0, late + (most if page_timeout else 0))
    return Retries(interval, least, late + most - least)


async def claim_before_energy(
    csms: FakeCSMS, signed_step: int, suspended_step: int, session: Session
) -> None:
    """What may come before the event of the energy: signed data, and that the EVSE suspends."""
    limit = csms.sut.limits.event
    made = await csms.inbox.wait(lambda: _transmissions(csms, session) or None, limit)
    signed: Payload = {"triggerReason": "SignedDataReceived"}
    suspended: Payload = {
        "triggerReason": "ChargingStateChanged",
        "transactionInfo": {"chargingState": "SuspendedEVSE"},
    }
    for arrival in csms.inbox.unclaimed():
        if (made and arrival.mark >= made[0].mark) or not csms.belongs(arrival, session):
            continue
        for step, wanted in ((signed_step, signed), (suspended_step, suspended)):
            checks = compare(wanted, cast(Payload, arrival.payload))
            if all(check.ok for check in checks):
                csms.claim(step, arrival)
                message, source = "TransactionEventRequest", "E02.FR.17"
                csms.judge(step, message, checks, source, frame=arrival.id)


async def expect_transmissions(
    csms: FakeCSMS, step: int, session: Session, times: Retries, count: int
) -> None:
    """The event of the energy comes ``count`` times, in time, and then no more (E13.FR.02-04)."""
    for number in range(1, count + 1):
        made = await _transmitted(csms, session, times, number)
        _judge_transmission(csms, step, made, number, times)
    last = _transmissions(csms, session)[-1]
    await csms.silence(
        step,
        "TransactionEvent",
        what="another transmission of the event",
        seconds=times.most(count) + _EARLY,
        since=last.mark + 1,
        requirement="E13.FR.02, E13.FR.04",
        seqNo=last.payload["seqNo"],
        transactionInfo={"transactionId": _info(last)["transactionId"]},
    )


async def _transmitted(
    csms: FakeCSMS, session: Session, times: Retries, number: int
) -> list[Arrival]:
    """The transmissions, ``number`` of them where they come in time.

    A station may take a time-out for a lost connection and connect again (Part 2, 3.2).
    """

    def made() -> list[Arrival] | None:
        found = _transmissions(csms, session)
        return found if len(found) >= number else None

    limits = csms.sut.limits
    limit = times.most(number - 1) + _EARLY if number > 1 else limits.event
    found = await csms.inbox.wait(made, limit)
    if found is None and number > 1 and _closed(csms, _transmissions(csms, session)[-1].mark):
        found = await csms.inbox.wait(made, limits.connect)
    return found or _transmissions(csms, session)


def _closed(csms: FakeCSMS, since: int, until: int | None = None) -> bool:
    """Whether the connection was closed between these marks."""
    return any(isinstance(event, Closed) for event in csms.inbox.events[since:until])


def _judge_transmission(
    csms: FakeCSMS, step: int, made: list[Arrival], number: int, times: Retries
) -> None:
    name = f"transmission {number}"
    if len(made) < number:
        expected = f"{name} of the event with chargingState Charging"
        late = f", no more within {times.most(number - 1):g} s" if made else ""
        actual = f"{len(made)} transmissions{late}{csms.connection_note()}"
        message, source = "TransactionEventRequest", "E13.FR.02"
        csms.fail(step, message, "", expected, actual, source, matcher=SENT)
    expected = f"{name} of the event with chargingState Charging"
    checks = [Check("", expected, "sent", ok=True, matcher=SENT)]
    if number > 1:
        checks.append(_time(csms, made, number, times))
        first, again = (_content(csms, made, at) for at in (0, number - 1))
        content, seen = f"content of {name}", _differing(first, again)
        checks.append(Check(content, "as before", seen, first == again, fact("as before")))
    if number > 2:  # There are two pauses to compare.
        checks.extend(_growth(csms, made[number - 3 : number], name, times))
    message, source, frame = "TransactionEventRequest", "E13.FR.02, E13.FR.03", made[number - 1].id
    csms.judge(step, message, checks, source, frame=frame)
    csms.claim(step, made[number - 1])


def _time(csms: FakeCSMS, made: list[Arrival], number: int, times: Retries) -> Check:
    before, this = made[number - 2 : number]
    gap = this.traffic.t - before.traffic.t
    least, most = times.least(number - 1), times.most(number - 1)
    if _closed(csms, before.mark, this.mark):
        # What is still queued when a connection is restored is sent then (E04.FR.02).
        least, most = times.timeout, most + csms.sut.limits.connect
    expected = f"{least:g} to {most:g} s after the one before"
    held_up = csms.inbox.stalled(before.traffic.t, this.traffic.t)
    ok = least - _EARLY - held_up <= gap <= most + held_up
    wanted = fact("pause", seconds_at_least=least, seconds_at_most=most)
    return Check(f"time of transmission {number}", expected, f"{gap:.2f} s", ok, wanted)


def _growth(csms: FakeCSMS, made: list[Arrival], name: str, times: Retries) -> list[Check]:
    """Each pause is longer than the one before, by the interval (E13.FR.03)."""
    if _closed(csms, made[0].mark, made[-1].mark):
        return []
    earlier, later = (b.traffic.t - a.traffic.t for a, b in itertools.pairwise(made))
    held_up = csms.inbox.stalled(made[0].traffic.t, made[-1].traffic.t)
    least = times.interval / 2
    expected = f"at least {least:g} s longer than the one before"
    actual = f"{later:.2f} s after {earlier:.2f} s"
    ok, wanted = later - earlier + held_up >= least, fact("longer pause", seconds_at_least=least)
    return [Check(f"pause before {name}", expected, actual, ok, wanted)]


def _content(csms: FakeCSMS, made: list[Arrival], at: int) -> Payload:
    """The payload; what was in the queue while offline says so from then on (E11.FR.07)."""
    payload = cast(Payload, made[at].payload)
    if not _closed(csms, made[0].mark, made[-1].mark):
        return payload
    return {name: value for name, value in payload.items() if name != "offline"}


def _differing(first: Payload, again: Payload) -> str:
    names = sorted(n for n in first.keys() | again.keys() if first.get(n) != again.get(n))
    return f"other {', '.join(names)}" if names else "as before"


def _transmissions(csms: FakeCSMS, session: Session) -> list[Arrival]:
    """All transmissions of the first event of the session that says Charging."""
    events = csms.events_of(session)
    charging = [a for a in events if _info(a).get("chargingState") == "Charging"]
    return [a for a in events if charging and _key(a) == _key(charging[0])]


def _info(arrival: Arrival) -> Payload:
    return cast(Payload, arrival.payload)["transactionInfo"]


def _key(arrival: Arrival) -> tuple[str, int] | None:
    """What tells a TransactionEvent from all others, however often it is sent."""
    if arrival.action != "TransactionEvent":
        return None
    return _info(arrival)["transactionId"], cast(Payload, arrival.payload)["seqNo"]
