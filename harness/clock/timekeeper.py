"""The time of one loop: simulated, or real from some moment on."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

#: Nanoseconds. Simulated time moves on to a whole millisecond, the unit of times in messages. Each
#: round of the loop takes a tick, so that what comes later has a later time, and even many rounds
#: do not reach the next millisecond: how many there are depends on the machine.
GRID = 1_000_000
_TICK = 100
#: A loop that goes round so often without a wait is perhaps polling for a deadline: ticks grow.
_MANY_ROUNDS = 8_000
_LONG_TICK = 50_000
#: Monotonic time at the start: long enough ago for any interval.
_START = 1_000_000 * 1_000_000_000


@dataclass
class Timekeeper:
    """``began``: wall time at the start. ``jumps``: how often time moved on to a timer."""

    began: datetime = field(default_factory=lambda: datetime.now(UTC))
    jumps: int = 0
    _now: int = _START
    _rounds: int = 0
    _real_since: int | None = None
    _real_start: int = field(default_factory=time.monotonic_ns)

    def __post_init__(self) -> None:
        whole = self.began.microsecond // 1000 * 1000
        self.began = self.began.replace(microsecond=whole)

    @property
    def simulated(self) -> bool:
        """Whether time is simulated now."""
        return self._real_since is None

    @simulated.setter
    def simulated(self, wanted: bool) -> None:
        if wanted:
            self._now = self._nanoseconds()
            self._real_since = None
        elif self._real_since is None:
            self._real_since = time.monotonic_ns()

    def monotonic(self) -> float:
        """Seconds since some moment."""
        return self._nanoseconds() / 1e9

    def now(self) -> datetime:
        """Wall time, in UTC."""
        return self.began + timedelta(microseconds=(self._nanoseconds() - _START) // 1000)

    def elapsed(self) -> float:
        """Seconds since the start, on this clock."""
        return (self._nanoseconds() - _START) / 1e9

    def real_elapsed(self) -> float:
        """Seconds since the start, in reality."""
        return (time.monotonic_ns() - self._real_start) / 1e9

    def tick(self) -> None:
        """A round of the loop begins."""
        self._rounds += 1
        self._now += _TICK if self._rounds < _MANY_ROUNDS else _LONG_TICK

    def pass_by(self, seconds: float) -> None:
        """So much real time was waited."""
        self._rounds = 0
        self._now += round(seconds * 1e9)

    def jump(self, seconds: float) -> None:
        """Move on by so much, to the millisecond at or after."""
        self._rounds = 0
        self.jumps += 1
        self._now = -(-(self._now + round(seconds * 1e9)) // GRID) * GRID

    def _nanoseconds(self) -> int:
        if self._real_since is None:
            return self._now
        return self._now + time.monotonic_ns() - self._real_since
