"""What cases move a system under test with: the hands of a station, the buttons of a CSMS."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from harness.evidence.transcript import Transcript
from harness.operators.base import Operator
from harness.operators.performing import Acts, Performer, Shown, as_asked
from harness.spec.roles import Role
from harness.sut.model import Sut, Token


@dataclass(frozen=True)
class Hands:
    """Physical actions at a station under test.

    Every method returns when the act is done and raises CaseStopped (UNDRIVABLE) if it cannot be.
    """

    operator: Operator
    transcript: Transcript
    sut: Sut
    shown: Shown | None = None
    acts: Acts = as_asked
    begins: Callable[[], None] = lambda: None

    def until(self, shown: Shown) -> Hands:
        """The same hands, whose next action also counts as done once ``shown()`` returns."""
        return replace(self, shown=shown)

    @property
    def _performer(self) -> Performer:
        return _performer(self, Role.STATION)

    async def attempt(self, action: str, /, **parameters: Any) -> Any:
        """An action that the case can do without; raises Unsupported if there is no way."""
        return await self._performer.attempt(action, **parameters)

    async def plug_in(self, evse: int, connector: int) -> None:
        """Connect the vehicle to this connector."""
        await self._performer.perform("plug_in", evse=evse, connector=connector)

    async def unplug(self, evse: int, connector: int) -> None:
        """Disconnect the vehicle."""
        await self._performer.perform("unplug", evse=evse, connector=connector)

    async def unplug_ev(self, evse: int, connector: int) -> None:
        """Disconnect the cable from the vehicle; one that can be detached stays in its socket."""
        way = "unplug_ev" if "HFS-1" in self.sut.features else "unplug"
        await self._performer.perform(way, evse=evse, connector=connector)

    async def present_token(self, token: Token, evse: int) -> None:
        """Identify with ``token``, choosing this EVSE where the station asks for one."""
        await self._performer.perform(
            "present_token", id_token=token.id_token, type=token.type, evse=evse
        )

    async def select(self, evse: int) -> None:
        """Choose on the screen to stop the transaction at this EVSE, or all of them (0)."""
        await self._performer.perform("select", evse=evse)

    async def power_cycle(self) -> None:
        """Take the station's power away and give it back."""
        await self._performer.perform("power_cycle")

    async def drive_in(self, evse: int) -> None:
        """Occupy the parking bay of this EVSE."""
        await self._performer.perform("drive_in", evse=evse)

    async def drive_out(self, evse: int) -> None:
        """Leave the parking bay of this EVSE."""
        await self._performer.perform("drive_out", evse=evse)

    async def ev_suspend(self, evse: int) -> None:
        """Let the vehicle stop drawing energy."""
        await self._performer.perform("ev_suspend", evse=evse)

    async def ev_ready(self, evse: int) -> None:
        """Let the vehicle draw energy."""
        await self._performer.perform("ev_ready", evse=evse)

    async def arrange(self, what: str, /, **facts: Any) -> None:
        """Set the station up by other means than OCPP: ``arrange("security_profile", profile=3)``.

        ``arrange("station_certificate", installed=False)``: the station's own one is taken away.
        """
        await self._performer.perform("arrange", what=what, **facts)

    async def look(self, what: str, /, **facts: Any) -> Any:
        """What somebody at the station sees: ``look("lock", evse=1, connector=1)``."""
        return await self._performer.perform("look", what=what, **facts)


@dataclass(frozen=True)
class Buttons:
    """What a user of a CSMS under test can press, prepare and see.

    Every method raises CaseStopped (UNDRIVABLE) if it cannot be done.
    """

    operator: Operator
    transcript: Transcript
    sut: Sut
    shown: Shown | None = None
    acts: Acts = as_asked
    begins: Callable[[], None] = lambda: None

    def until(self, shown: Shown) -> Buttons:
        """The same buttons, whose next action also counts as done once ``shown()`` returns."""
        return replace(self, shown=shown)

    @property
    def _performer(self) -> Performer:
        return _performer(self, Role.CSMS)

    async def attempt(self, action: str, /, **parameters: Any) -> Any:
        """An action that the case can do without; raises Unsupported if there is no way."""
        return await self._performer.attempt(action, **parameters)

    async def ask(self, message: str, /, **payload: Any) -> Any:
        """Have the CSMS send this request to the station: ``ask("Reset", type="OnIdle")``."""
        return await self._performer.perform("ask", message=message, payload=payload)

    async def arrange(self, what: str, /, **facts: Any) -> None:
        """Bring the CSMS into a state: ``arrange("token", id_token=…, status="Blocked")``."""
        await self._performer.perform("arrange", what=what, **facts)

    async def look(self, what: str, /, **facts: Any) -> Any:
        """What the CSMS holds: ``look("variable", component=…, variable=…)``."""
        return await self._performer.perform("look", what=what, **facts)


def _performer(of: Hands | Buttons, role: Role) -> Performer:
    limit, pause = of.sut.limits.operator, of.sut.pace.reaction
    return Performer(of.operator, role, of.transcript, limit, pause, of.begins, of.shown, of.acts)
