"""What an operator is: the hands of a station, the buttons of a CSMS, and the eyes on both.

The cases speak to ``Hands`` and ``Buttons``; a kind of operator only implements ``Operator``.
"""

from __future__ import annotations

from typing import Any, Protocol

HANDS = (
    "plug_in",
    "unplug",
    "unplug_ev",
    "present_token",
    "power_cycle",
    "drive_in",
    "drive_out",
    "ev_suspend",
    "ev_ready",
    "arrange",
)
BUTTONS = ("ask", "arrange", "look")


class Unsupported(Exception):
    """The operator cannot do this; the case is INCONCLUSIVE with this reason, never FAIL."""


class OperatorFailed(Exception):
    """The operator should have been able to do this, and it went wrong."""


class Operator(Protocol):
    """One way to move a system under test."""

    async def start(self) -> None:
        """Get ready; called once before the first action."""
        ...

    async def perform(self, action: str, **parameters: Any) -> Any:
        """Do ``action`` and return when it was done (not when the wire shows it).

        Station: ``plug_in(evse, connector)``, ``unplug(evse, connector)``,
        ``unplug_ev(evse, connector)`` (the cable stays in the station's socket),
        ``present_token(id_token, type, evse)``, ``power_cycle()``, ``drive_in(evse)``,
        ``drive_out(evse)``, ``ev_suspend(evse)``, ``ev_ready(evse)``, ``arrange(what, **facts)``:
        ``security_profile`` (profile), ``station_certificate`` (installed).
        CSMS: ``ask(message, payload)``: have it send this request to the station;
        ``arrange(what, **facts)``: bring it into a state; ``look(what, **facts)``: what it holds.

        Raises:
            Unsupported: there is no such action, or this system has no way to do it.
            OperatorFailed: it went wrong; the message says how.
        """
        ...

    async def close(self) -> None:
        """Let go of everything; called once."""
        ...
