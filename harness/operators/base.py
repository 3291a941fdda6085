"""What an operator is: the hands of a station, the buttons of a CSMS, and the eyes on both.

The cases speak to ``Hands`` and ``Buttons``; a kind of operator only implements ``Operator``.
"""

from __future__ import annotations

from typing import Any, Protocol


class Unsupported(Exception):
    """The operator cannot do this; what that makes of the case is in its contract, never FAIL."""


class OperatorFailed(Exception):
    """The operator should have been able to do this, and it went wrong."""


class Skipped(Exception):
    """The person who acts wants the case left out: it is NOT RUN then."""


class Operator(Protocol):
    """One way to move a system under test."""

    async def start(self) -> None:
        """Get ready; called once before the first action."""
        ...

    async def perform(self, action: str, **parameters: Any) -> Any:
        """Do ``action`` and return when it was done (not when the wire shows it).

        Actions, facts (in the parameter ``what``) and other parameters are those of
        ``harness.sut.contract``; what is not there is refused.

        Raises:
            Unsupported: there is no such action, or this system has no way to do it.
            OperatorFailed: it went wrong; the message says how.
        """
        ...

    async def close(self) -> None:
        """Let go of everything; called once."""
        ...
