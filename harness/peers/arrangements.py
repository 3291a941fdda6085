"""States that a system under test is brought into by other means than OCPP, and back from."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from harness.evidence.verdict import CaseStopped, StopKind
from harness.live.feed import Feed
from harness.operators.base import Operator, OperatorFailed, Unsupported
from harness.operators.hands import Buttons, Hands
from harness.sut.model import Sut


@dataclass
class Arrangements:
    """What has to be arranged again, from case to case, for the system to be as it usually is.

    ``usual``: by the fact, how the system is where nothing was arranged. ``due``: what was arranged
    otherwise, or may have been, with the facts that are to be arranged in its place.
    """

    usual: Mapping[str, Mapping[str, Any]]
    due: dict[str, tuple[str, Mapping[str, Any]]] = field(
        default_factory=dict[str, tuple[str, Mapping[str, Any]]]
    )

    async def arrange(self, operator: Hands | Buttons, what: str, **facts: Any) -> None:
        """Bring the system into a state; raises CaseStopped (UNDRIVABLE) if that cannot be done."""
        try:
            await operator.arrange(what, **facts)
        except CaseStopped as stopped:
            if not isinstance(stopped.__cause__, Unsupported):
                self.entered(what, {})  # in doubt
            raise
        self.entered(what, facts)

    async def arrange_if_possible(self, operator: Hands | Buttons, what: str, **facts: Any) -> bool:
        """The same where the case can go on without; whether the operator has a way to do it."""
        try:
            await operator.attempt("arrange", what=what, **facts)
        except Unsupported:
            return False
        except BaseException:
            self.entered(what, {})
            raise
        self.entered(what, facts)
        return True

    def entered(self, what: str, facts: Mapping[str, Any]) -> None:
        """The system is so, or may be: it was asked to, or went there by itself."""
        if what not in self.usual:
            return
        self.due.pop(what, None)
        if facts != self.usual[what]:
            self.due[what] = (what, self.usual[what])

    def afterwards(self, what: str, facts: Mapping[str, Any]) -> None:
        """These facts are to be arranged when the case is over."""
        self.due[f"{what} {sorted(facts.items())}"] = (what, facts)

    async def bring_back(self, operator: Operator, limit: float, live: Feed | None = None) -> None:
        """Arrange what is due; ``limit`` in seconds for each. What fails stays due.

        ``live`` is told of it.

        Raises:
            CaseStopped: UNDRIVABLE, with what could not be brought back and why.
        """
        for key, (what, facts) in list(self.due.items()):
            try:
                asking = (live or Feed()).asking(f"arrange.{what}", limit)
                async with asyncio.timeout(limit):
                    with asking:
                        await operator.perform("arrange", what=what, **facts)
            except Unsupported:
                pass  # then it cannot have been arranged either
            except (OperatorFailed, TimeoutError) as error:
                state = ", ".join(f"{name} {value}" for name, value in facts.items())
                why = str(error) or f"not done within {limit:g} s"
                reason = f"{what} could not be brought back to {state}: {why}"
                raise CaseStopped(
                    StopKind.UNDRIVABLE, reason, f"operator arrange.{what}"
                ) from error
            del self.due[key]


def of_csms(sut: Sut) -> Arrangements:
    """What can be arranged at a CSMS: it accepts the station, in the described profile."""
    profile = {"profile": sut.security_profile}
    return Arrangements({"security_profile": profile, "boot_status": {"status": "Accepted"}})


def of_station() -> Arrangements:
    """What can be arranged at a station and is brought back: it has its certificate."""
    return Arrangements({"station_certificate": {"installed": True}})
