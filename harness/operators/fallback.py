"""An operator, and another one for what it cannot do."""

from __future__ import annotations

from typing import Any

from harness.operators.base import Operator, Unsupported


class Fallback:
    """Asks ``first``, and ``second`` for what that has no way to do."""

    def __init__(self, first: Operator, second: Operator) -> None:
        self._first = first
        self._second = second
        self._asked = first

    @property
    def waits_for_person(self) -> bool:
        """Whether the one that is at work is a person, who need not answer what the wire shows."""
        return getattr(self._asked, "waits_for_person", False)

    async def start(self) -> None:
        """Start both."""
        await self._first.start()
        await self._second.start()

    async def perform(self, action: str, **parameters: Any) -> Any:
        """See ``Operator.perform``."""
        self._asked = self._first
        try:
            return await self._first.perform(action, **parameters)
        except Unsupported as error:
            why = error
        self._asked = self._second
        try:
            return await self._second.perform(action, **parameters)
        except Unsupported as error:
            raise Unsupported(f"{why}; {error}") from error

    async def close(self) -> None:
        """Close both."""
        try:
            await self._first.close()
        finally:
            await self._second.close()
