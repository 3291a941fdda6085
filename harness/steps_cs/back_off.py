"""How long a station under test waits before it connects again (Part 4, 5.3 with erratum 4.12)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from harness.evidence.matchers import Check, fact
from harness.evidence.verdict import Severity
from harness.peers.fake_csms import FakeCSMS
from harness.peers.waits import RANDOM_RANGE, REPEAT_TIMES, WAIT_MINIMUM

#: How much two clocks that see one close may differ, in seconds.
_CLOCKS = 0.1
_SOURCE = "Part 4, 5.3"


async def set_back_off(csms: FakeCSMS, seconds: int, *, repeat_times: int | None = 0) -> None:
    """Have a station wait so long before it connects again, as far as it lets that be set.

    Nothing random is added, and the wait is doubled ``repeat_times`` times (Part 4, 5.3), or as
    often as the station is set to (None).
    """
    wanted = {WAIT_MINIMUM: str(seconds), RANDOM_RANGE: "0"}
    if repeat_times is not None:
        wanted[REPEAT_TIMES] = str(repeat_times)
    await csms.configure(wanted, if_writable=True)


async def need_doubling(csms: FakeCSMS, *, repeat_times: int) -> None:
    """Stop a case about the doubling of the back-off where the station cannot be set to it."""
    if await csms.variables.read_number(REPEAT_TIMES, repeat_times) == 0:
        reason = f"{REPEAT_TIMES} is 0 and cannot be set: nothing is doubled"
        raise csms.undrivable(reason, REPEAT_TIMES)


async def longest_back_off(csms: FakeCSMS) -> float:
    """Seconds that a station may wait before its second attempt, as its variables say."""
    told = await csms.variables.read(WAIT_MINIMUM, RANDOM_RANGE)
    return _longest(csms, told, doublings=1)


async def longest_pause(csms: FakeCSMS, *, failures: int) -> float:
    """Seconds that a station may wait after so many failed attempts, as its variables say."""
    told = await csms.variables.read(WAIT_MINIMUM, RANDOM_RANGE, REPEAT_TIMES)
    times = told.get(REPEAT_TIMES, "")
    doublings = min(failures, int(times)) if times.isdecimal() else failures
    return _longest(csms, told, doublings=doublings)


def _longest(csms: FakeCSMS, told: Mapping[str, str], *, doublings: int) -> float:
    wait = told.get(WAIT_MINIMUM, str(csms.sut.configured.retry_back_off_wait_minimum))
    return 2**doublings * float(wait) + float(told.get(RANDOM_RANGE, "0"))


@dataclass(frozen=True)
class BackOff:
    """What a station is set to, in seconds: ``minimum``, and at random up to ``spread`` more."""

    csms: FakeCSMS
    minimum: int
    spread: int

    def judge(self, step: int, waited: float, *, doubled: bool = False) -> None:
        """An attempt came no sooner than the back-off time."""
        least = 2 * self.minimum if doubled else self.minimum
        text, wanted = f"at least {least:g} s", fact("later", seconds_at_least=least)
        self._judge(step, "reconnection time", text, waited, waited >= least - _CLOCKS, wanted)

    def judge_begun_anew(self, step: int, waited: float, former: float) -> None:
        """A success lay between the two: the second wait is no longer, but by chance.

        Half the minimum, or the deviation of the labs, is left for how long connecting takes.
        """
        more, most = waited - former, self.spread + max(self.minimum / 2, self.csms.sut.deviation)
        path, wanted = "more than the time before", fact("more", seconds_at_most=most)
        self._judge(step, path, f"at most {most:g} s", more, more <= most, wanted)

    def judge_doubled(self, step: int, waited: float, former: float) -> None:
        """A failure lay between the two: the second wait is longer.

        By the minimum, of which three quarters are left for how long connecting takes; the page
        wants twice what was measured, connecting included. Where the minimum is no more than twice
        the deviation of the labs, that can be the reason: a warning.
        """
        more, least = waited - former, self.minimum / 4 - self.spread
        path, wanted = "more than the time before", fact("more", seconds_at_least=least)
        short = self.minimum <= 2 * self.csms.sut.deviation
        severity = Severity.WARNING if short else Severity.FAILURE
        self._judge(step, path, f"at least {least:g} s", more, more >= least, wanted, severity)

    def _judge(
        self,
        step: int,
        path: str,
        text: str,
        seen: float,
        ok: bool,
        wanted: dict[str, object],
        severity: Severity = Severity.FAILURE,
    ) -> None:
        check = Check(path, text, f"{seen:.2f} s", ok, wanted)
        self.csms.judge(step, "connection", [check], _SOURCE, severity)


async def back_off(csms: FakeCSMS) -> BackOff:
    """What the station is set to, as it says or, where it does not, as it is described."""
    configured = csms.sut.configured.retry_back_off_wait_minimum
    minimum = await csms.variables.read_number(WAIT_MINIMUM, configured)
    return BackOff(csms, minimum, await csms.variables.read_number(RANDOM_RANGE, 0))
