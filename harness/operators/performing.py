"""Performs actions of an operator within a case: bounded, recorded, failures told apart."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from harness import clock
from harness.evidence.transcript import Kind, Transcript
from harness.evidence.values import brief
from harness.evidence.verdict import CaseStopped, StopKind
from harness.operators.base import Operator, OperatorFailed, Skipped, Unsupported
from harness.operators.nobody import name_of
from harness.spec.roles import Role
from harness.sut.contract import Refusal, called

#: Characters of a parameter in a reason, which is to end with what went wrong.
_SHOWN = 160
#: Waits until the wire shows that an action was done.
Shown = Callable[[], Awaitable[object]]
#: What is done in place of an action with its parameters, each time with which ones.
Acts = Callable[[str, dict[str, Any]], Sequence[dict[str, Any]]]


def as_asked(_action: str, parameters: dict[str, Any]) -> Sequence[dict[str, Any]]:
    """The action as it was asked for."""
    return [parameters]


@dataclass(frozen=True)
class Performer:
    """An operator at work in one case; ``limit`` is the time for one action in seconds.

    ``reaction``: seconds before an action; whoever just looks needs none. ``begins`` is called
    when they are over.
    ``role`` is that of the system that it moves.
    ``shown`` lets an operator that waits for a person go on as soon as the wire shows the effect.
    """

    operator: Operator
    role: Role
    transcript: Transcript
    limit: float
    reaction: float = 0
    begins: Callable[[], None] = lambda: None
    shown: Shown | None = None
    acts: Acts = as_asked

    async def perform(self, action: str, /, **parameters: Any) -> Any:
        """Do ``action`` and return what the operator answers.

        Raises:
            CaseStopped: it could not be done, so the system under test could not be driven.
            LookupError, ValueError: the contract has no such action, or other parameters for it.
        """
        called(self.role, action, parameters)
        try:
            return await self._act(action, parameters)
        except Unsupported as error:
            reason = f"the operator cannot do {_call(action, parameters)}: {error}"
            raise _undrivable(action, parameters, reason) from error

    async def attempt(self, action: str, /, **parameters: Any) -> Any:
        """Like ``perform``, for actions that the case can do without.

        Raises:
            Unsupported: the operator has no way to do it.
            CaseStopped: it went wrong or took too long.
            LookupError, ValueError: the contract has no such action, other parameters for it, or
                no case that goes on without it.
        """
        asked = called(self.role, action, parameters)
        if asked.refusal is not Refusal.GOES_ON:
            raise ValueError(f"no case goes on without {asked.name}")
        return await self._act(action, parameters)

    async def _act(self, action: str, parameters: dict[str, Any]) -> Any:
        result = None
        for each in self.acts(action, parameters):
            result = await self._attempt(action, each)
        return result

    async def _attempt(self, action: str, parameters: dict[str, Any]) -> Any:
        if action != "look":
            await clock.sleep(self.reaction)
        self.begins()
        with self.transcript.live.asking(name_of(action, parameters), self.limit):
            return await self._bounded(action, parameters)

    async def _bounded(self, action: str, parameters: dict[str, Any]) -> Any:
        self._record(action, parameters, "begun")
        deadline = asyncio.timeout(self.limit)
        try:
            async with deadline:
                result = await self._done_or_shown(action, parameters)
        except Unsupported as error:
            self._record(action, parameters, f"unsupported: {error}")
            raise
        except Skipped as skipped:
            why = f": {skipped}" if str(skipped) else ""
            reason = f"skipped by the person asked for {_call(action, parameters)}{why}"
            self._record(action, parameters, "skipped")
            self.transcript.skipped = reason
            raise _undrivable(action, parameters, reason) from skipped
        except OperatorFailed as error:
            self._record(action, parameters, f"failed: {error}")
            reason = f"the operator failed at {_call(action, parameters)}: {error}"
            raise _undrivable(action, parameters, reason) from error
        except TimeoutError as error:
            how = (
                f"not done within {self.limit:g} s"
                if deadline.expired()
                else "given up (timed out)"
            )
            self._record(action, parameters, how)
            reason = f"the operator's {_call(action, parameters)} was {how}"
            raise _undrivable(action, parameters, reason) from error
        self._record(action, parameters, "done")
        return result

    async def _done_or_shown(self, action: str, parameters: dict[str, Any]) -> Any:
        work = self.operator.perform(action, **parameters)
        if self.shown is None or not hasattr(self.operator, "waits_for_person"):
            return await work
        person = asyncio.ensure_future(work)
        wire = asyncio.ensure_future(_settled(self.shown))
        try:
            await asyncio.wait((person, wire), return_when=asyncio.FIRST_COMPLETED)
            if not person.done() and wire.result() and _waits_for_person(self.operator):
                return None
            return await person
        finally:
            await _cancelled(person, wire)

    def _record(self, action: str, parameters: dict[str, Any], outcome: str) -> None:
        where = {"step": self.transcript.section, "stage": self.transcript.stage}
        told = {"action": action, "parameters": parameters, "outcome": outcome}
        self.transcript.add(Kind.OPERATOR, **told, **where)


def _waits_for_person(operator: Operator) -> bool:
    """Whether a person is asked at this moment."""
    return getattr(operator, "waits_for_person", False)


async def _settled(shown: Shown) -> bool:
    """Whether the wire showed it; False if watching it failed, which is no answer."""
    try:
        await shown()
    except Exception:  # whatever ends the watching, the person can still say that it was done
        return False
    return True


async def _cancelled(*tasks: asyncio.Future[Any]) -> None:
    for task in tasks:
        task.cancel()
    for task in tasks:
        with suppress(asyncio.CancelledError, Exception):
            await task


def _undrivable(action: str, parameters: dict[str, Any], reason: str) -> CaseStopped:
    return CaseStopped(StopKind.UNDRIVABLE, reason, f"operator {name_of(action, parameters)}")


def _call(action: str, parameters: dict[str, Any]) -> str:
    listed = ", ".join(f"{name}={brief(value, _SHOWN)!r}" for name, value in parameters.items())
    return f"{action}({listed})"
