"""What happened on the connections of one case, in order, and who has claimed what.

Every CALL of the system under test is an ``Arrival`` that one expectation may claim, once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from harness import clock
from harness.evidence.verdict import Stage
from harness.ocppj.connection_attempt import NOTHING_SHOWN, Attempt
from harness.ocppj.connection_end import ConnectionEnd
from harness.ocppj.frames import Frame, FrameKind, Malformed

Found = TypeVar("Found")

#: Seconds of a wait in real time after which it is looked whether they took much longer: a stall.
_SLICE = 0.1


@dataclass(frozen=True)
class Traffic:
    """A frame on the wire. ``t``: monotonic seconds; ``answers``: the CALL it is the answer to.

    ``own``: it belongs to an exchange that no page asks for, but the harness.
    """

    frame: Frame
    sent: bool
    t: float
    at: datetime
    wire: int
    answers: Traffic | None = None
    own: bool = False

    @property
    def name(self) -> str:
        """The message's full name: ``ResetRequest``, ``ResetResponse``, or its kind if unknown."""
        if self.frame.kind is FrameKind.CALL:
            return f"{self.frame.action}Request"
        request = f"{self.answers.frame.action}" if self.answers else "unasked "
        return f"{request}{'Response' if self.frame.kind is FrameKind.CALLRESULT else ' CALLERROR'}"


@dataclass(frozen=True)
class Broken:
    """A message that is no OCPP-J frame; ``own``: it came in place of an answer of that kind."""

    problem: Malformed
    t: float
    wire: int
    own: bool = False


@dataclass(frozen=True)
class Opened:
    """A connection was accepted."""

    t: float
    wire: int
    endpoint: str
    subprotocol: str | None
    attempt: Attempt = NOTHING_SHOWN


@dataclass(frozen=True)
class Closed:
    """A connection ended."""

    t: float
    wire: int
    end: ConnectionEnd


@dataclass(frozen=True)
class Refused:
    """A connection attempt that did not become a connection: refused by us, or failed."""

    t: float
    endpoint: str
    reason: str
    attempt: Attempt = NOTHING_SHOWN


@dataclass(frozen=True)
class Apart:
    """Stands in the place of an event that is judged elsewhere; ``at``: when, of a frame."""

    t: float
    at: datetime | None


#: Tells that something is awaited as long as its context lasts: what, and for how many seconds.
Awaits = Callable[[str, float], AbstractContextManager[None]]


def _untold(_what: str, _seconds: float) -> AbstractContextManager[None]:
    return nullcontext()


Event = Traffic | Broken | Opened | Closed | Refused | Apart


@dataclass(eq=False)
class Arrival:
    """A CALL of the system under test. ``mark`` is its position in the inbox's events.

    ``claimed_by``: the step that claimed it; ``claimed_in``: the part of the case; ``owed_to``: the
    earlier case that it belongs to, "" if it is of this one.
    """

    traffic: Traffic
    mark: int
    claimed_by: str = ""
    claimed_in: Stage = Stage.MAIN
    owed_to: str = ""

    @property
    def id(self) -> str:
        """The message id."""
        return self.traffic.frame.id

    @property
    def action(self) -> str:
        """Name of the message without "Request"."""
        return self.traffic.frame.action

    def left(self, seconds: float) -> float:
        """What is left of so many seconds after it."""
        return max(0.0, self.traffic.t + seconds - clock.monotonic())

    @property
    def payload(self) -> dict[str, object]:
        """The request's payload."""
        return self.traffic.frame.payload


@dataclass
class Inbox:
    """The events of one case; ``wait`` is woken by each.

    ``note`` is told of each first, and says to which earlier case a CALL is owed ("": to none).
    ``awaits`` is told of each wait.
    """

    note: Callable[[Event], str] = lambda _event: ""
    events: list[Event] = field(default_factory=list[Event])
    arrivals: list[Arrival] = field(default_factory=list[Arrival])
    awaits: Awaits = _untold
    #: The earlier case in which there was a connection, if there was one.
    opened_before: str = ""
    _stalls: list[tuple[float, float]] = field(default_factory=list[tuple[float, float]])
    _waiting: set[asyncio.Future[None]] = field(default_factory=set[asyncio.Future[None]])

    def add(self, event: Event) -> None:
        """Record an event and wake whoever waits."""
        owed_to = self.note(event)
        self.events.append(event)
        if isinstance(event, Traffic) and not event.sent and event.frame.kind is FrameKind.CALL:
            self.arrivals.append(Arrival(event, len(self.events) - 1, owed_to=owed_to))
        for future in self._waiting:
            if not future.done():
                future.set_result(None)

    def traffic(
        self,
        frame: Frame,
        *,
        sent: bool,
        wire: int,
        answers: Traffic | None = None,
        t: float | None = None,
        own: bool = False,
    ) -> Traffic:
        """Record a frame that came at ``t``, or now."""
        moment = clock.monotonic() if t is None else t
        event = Traffic(frame, sent, moment, clock.now(), wire, answers, own)
        self.add(event)
        return event

    @property
    def mark(self) -> int:
        """The mark of the next event: everything from here on is later than everything so far."""
        return len(self.events)

    def unclaimed(self, since: int = 0) -> list[Arrival]:
        """Arrivals of this case that nobody has claimed, from mark ``since`` on."""
        mine = (a for a in self.arrivals if not a.owed_to and a.mark >= since)
        return [a for a in mine if not a.claimed_by]

    async def wait(
        self, pick: Callable[[], Found | None], seconds: float, what: str = ""
    ) -> Found | None:
        """The first result of ``pick`` that is not None, tried after every event.

        Real time in which this process could not run is not counted: nothing could arrive in it.
        ``what``: what is awaited, in words, for those who look on.
        """
        found = pick()
        if found is not None or seconds <= 0:
            return found
        with self.awaits(what, seconds):
            return await self._waited(pick, seconds)

    async def _waited(self, pick: Callable[[], Found | None], seconds: float) -> Found | None:
        found, remaining = None, seconds
        while found is None and remaining > 0:
            if clock.is_simulated():
                remaining -= await self._woken(remaining)
            else:
                remaining -= await self._counted_slice(remaining)
            found = pick()
        return found

    async def _woken(self, seconds: float) -> float:
        """Wait for an event, no longer than this; how long it was."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.add(future)
        began = clock.monotonic()
        try:
            await asyncio.wait([future], timeout=seconds)
        finally:
            self._waiting.discard(future)
        return clock.monotonic() - began

    async def _counted_slice(self, seconds: float) -> float:
        """Wait for an event, for a slice at most; how much of it counts."""
        took = await self._woken(min(seconds, _SLICE))
        if took > 2 * _SLICE:
            ended = clock.monotonic()
            self._note_stall(ended - took + _SLICE, ended)
        return min(took, 2 * _SLICE)

    def _note_stall(self, start: float, end: float) -> None:
        if not self._stalls or self._stalls[-1][1] < start:  # Another wait may have seen it.
            self._stalls.append((start, end))

    def stalled(self, after: float, before: float) -> float:
        """Seconds in which this process could not run, shortly before or between two moments.

        What came in a stall is dated by its end: the time between two such dates is uncertain by
        that much. Moments are monotonic.
        """
        ended = (e - s for s, e in self._stalls if after - 2 * _SLICE < e <= before)
        return sum(ended)
