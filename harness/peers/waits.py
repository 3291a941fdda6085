"""How long to wait for a station, by what it is set to: the one place where that is computed."""

from __future__ import annotations

from dataclasses import dataclass, field

from harness.ocppj.variables import Variable
from harness.sut.model import Sut

WAIT_MINIMUM = "OCPPCommCtrlr.RetryBackOffWaitMinimum"
RANDOM_RANGE = "OCPPCommCtrlr.RetryBackOffRandomRange"
REPEAT_TIMES = "OCPPCommCtrlr.RetryBackOffRepeatTimes"
BACK_OFF = (WAIT_MINIMUM, RANDOM_RANGE, REPEAT_TIMES)
MESSAGE_TIMEOUT = "OCPPCommCtrlr.MessageTimeout[Default]"


@dataclass
class Waits:
    """Times in seconds; ``known`` are values of the station's variables, as last read or set."""

    sut: Sut
    known: dict[Variable, str] = field(default_factory=dict[Variable, str])
    #: Whether the station was asked for its back-off, told or not.
    knows_back_off: bool = False

    def learn(self, variable: Variable, value: str) -> None:
        """The station has this value now."""
        self.known[variable] = value

    def number(self, name: str, default: int = 0) -> int:
        """An integer variable, or ``default`` as long as it is not known to be a number."""
        value = self.known.get(Variable.parse(name), "")
        return int(value) if value.isdecimal() else default

    def back_off(self, failed: int = 0) -> float:
        """At most before an attempt to connect, after so many failed ones (Part 4, 5.3)."""
        times = 2.0 ** min(failed, self.number(REPEAT_TIMES))
        # Each wait is twice the one before, with something random added again.
        randomly = self.number(RANDOM_RANGE) * (2 * times - 1)
        return self.number(WAIT_MINIMUM) * times + randomly

    def connection(self, failed: int = 0) -> float:
        """At most until a station whose connection was lost is back."""
        return self.sut.limits.connect + self.back_off(failed)

    def message_timeouts(self) -> tuple[float, float]:
        """At least and at most until the station gives up an answer.

        A network profile overrules the variable (OCPPCommCtrlr.MessageTimeout), and cannot be read.
        """
        configured = self.sut.configured
        profiles = configured.slot_1.message_timeout, configured.slot_2.message_timeout
        told = self.number(MESSAGE_TIMEOUT, profiles[0])
        return float(min(told, *profiles)), float(max(told, *profiles))
