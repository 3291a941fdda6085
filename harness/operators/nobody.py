"""Nobody at the system: an operator that can do nothing, and one that is kept from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from harness.operators.base import Operator, Unsupported
from harness.sut.model import Sut


class NoOperator:
    """Kind "none": cases that can do without an operator go on, all others are INCONCLUSIVE."""

    def __init__(self, _sut: Sut, _settings: Mapping[str, Any]) -> None: ...

    async def start(self) -> None:
        """See ``Operator.start``."""

    async def perform(self, action: str, **_parameters: Any) -> Any:
        """See ``Operator.perform``."""
        raise Unsupported(f"there is nobody to {action}")

    async def close(self) -> None:
        """See ``Operator.close``."""


class Watched:
    """Another operator, which is asked for nothing that is ``refused``.

    ``asked``: the name of everything that was asked for, refused or not.
    """

    def __init__(self, operator: Operator, refused: Callable[[str], bool]) -> None:
        self.operator = operator
        self.refused = refused
        self.asked: list[str] = []

    async def start(self) -> None:
        """See ``Operator.start``."""
        await self.operator.start()

    async def perform(self, action: str, **parameters: Any) -> Any:
        """See ``Operator.perform``."""
        name = name_of(action, parameters)
        self.asked.append(name)
        if self.refused(name):
            raise Unsupported(f"there is nobody to {name}")
        return await self.operator.perform(action, **parameters)

    async def close(self) -> None:
        """See ``Operator.close``."""
        await self.operator.close()


class WatchedRenewable(Watched):
    """One whose system can be replaced by a new one, as an embedded station can."""

    async def renew(self) -> None:
        """See ``EmbeddedStation.renew``."""
        await getattr(self.operator, "renew")()  # noqa: B009  # no part of Operator


def watched(operator: Operator, refused: Callable[[str], bool]) -> Watched:
    """The operator under watch, as able as it is."""
    kind = WatchedRenewable if hasattr(operator, "renew") else Watched
    return kind(operator, refused)


def name_of(action: str, parameters: Mapping[str, Any]) -> str:
    """What a template for it is called: ``plug_in``, ``arrange.token``, ``ask.Reset``."""
    detail = parameters.get("message" if action == "ask" else "what", "")
    return f"{action}.{detail}" if detail else action
