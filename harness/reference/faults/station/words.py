"""Words for the faults of a station, on top of those of ``base``."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from harness.reference.faults.base import Alter, MarkTriggered, When, always
from harness.reference.rpc import Answer, Payload


def handles(action: str) -> Callable[[Callable[..., Any]], Alter]:
    """Decorator: ``(station, original, mark_triggered, request)`` answers this CALL."""

    def decorate(act: Callable[..., Any]) -> Alter:
        def alter(station: Any, mark_triggered: MarkTriggered) -> None:
            station.actions[action] = partial(act, station, station.actions[action], mark_triggered)

        return alter

    return decorate


def only_answers(action: str, answer: Payload, *, when: When = always) -> Alter:
    """This CALL is answered so, and nothing is done."""

    async def act(
        _station: Any, original: Any, mark_triggered: MarkTriggered, request: Payload
    ) -> Answer:
        if not when(request):
            return await original(request)
        mark_triggered()
        return Answer(dict(answer))

    return handles(action)(act)


def never_sends(action: str, *, when: When = always) -> Alter:
    """This CALL is not sent, and the station goes on as if it had been answered."""

    def alter(station: Any, mark_triggered: MarkTriggered) -> None:
        original = station.call

        async def call(name: str, payload: Payload) -> Payload:
            if name == action and when(payload):
                mark_triggered()
                return {}
            return await original(name, payload)

        station.call = call

    return alter


def notes_no(kind: str) -> Alter:
    """This security event is not reported."""
    return never_sends("SecurityEventNotification", when=lambda event: event["type"] == kind)


def nothing(path: str) -> Alter:
    """This method (by its path from the station) does nothing."""

    def alter(station: Any, mark_triggered: MarkTriggered) -> None:
        *parts, name = path.split(".")
        owner: Any = station
        for part in parts:
            owner = getattr(owner, part)

        def act(*_arguments: Any, **_named: Any) -> None:
            mark_triggered()

        setattr(owner, name, act)

    return alter


def restarted(station: Any) -> bool:
    """Whether this is not the first boot of the station."""
    return station.memory.last_slot is not None
