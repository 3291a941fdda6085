"""What a fault is, and the words in which most of them are written.

A fault says when it is triggered: whenever it really changed what goes over the wire or what is
done. A fault that was not triggered proved nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass, replace
from functools import partial
from types import MappingProxyType
from typing import Any

from harness.reference.rpc import CALL, ERROR, RESULT, Filter, Message, Payload

MarkTriggered = Callable[[], None]
#: Changes a running system; calls ``mark_triggered`` each time that made a difference.
Alter = Callable[[Any, MarkTriggered], None]
#: Edits a payload in place; it is given a copy.
Change = Callable[[Payload], None]
When = Callable[[Payload], bool]


@dataclass(frozen=True)
class Fault:
    """A named deviation of an embedded system.

    ``requirement`` is what it breaks, as a citation. ``shows`` are a case and a step at which it
    must show there: the step of the first failed validation or what that begins with ("2",
    "3>Booted 5", "Before>EnergyTransferStarted"), or the name of a standing rule. Where else it
    shows is in the lock files of the other cases. ``variant`` is the system that it is a fault of.
    ``verdict`` is INCONCLUSIVE only where the fault keeps a case from its preparations.
    """

    name: str
    what: str
    alter: Alter
    requirement: str
    shows: tuple[str, str]
    variant: str = ""
    verdict: str = "FAIL"


def by_name(faults: Iterable[Fault]) -> Mapping[str, Fault]:
    """Faults by their names.

    Raises:
        ValueError: a name is used twice.
    """
    found: dict[str, Fault] = {}
    for fault in faults:
        if fault.name in found:
            raise ValueError(f"two faults are called {fault.name}")
        found[fault.name] = fault
    return MappingProxyType(found)


def always(_payload: Payload) -> bool:
    """The condition of a fault that shows every time."""
    return True


def request(action: str, change: Change, *, when: When = always) -> Alter:
    """The payload of this CALL is changed."""
    return _changed(CALL, action, change, when)


def response(action: str, change: Change, *, when: When = always) -> Alter:
    """The payload of the CALLRESULT to this CALL is changed."""
    return _changed(RESULT, action, change, when)


def error(action: str, code: str, *, when: When = always) -> Alter:
    """This CALL is answered by a CALLERROR."""
    return frame(RESULT, action, lambda m: [replace(m, kind=ERROR, code=code, payload={})], when)


def drop(action: str, kind: int = RESULT, *, when: When = always) -> Alter:
    """The frame is not sent; the sender of a CALL waits for its answer in vain."""
    return frame(kind, action, lambda _message: [], when)


def frame(
    kind: int,
    action: str,
    sent: Callable[[Message], list[Message | str | bytes]],
    when: When = always,
) -> Alter:
    """In place of this frame, something else is sent; ``action`` "" stands for every action."""

    def alter(system: Any, mark_triggered: MarkTriggered) -> None:
        def look(message: Message) -> list[Message | str | bytes]:
            fits = message.kind == kind and action in ("", message.action)
            if not fits or not when(message.payload):
                return [message]
            outgoing = sent(message)
            if outgoing != [message]:
                mark_triggered()
            return outgoing

        filters: list[Filter] = system.filters
        filters.append(look)

    return alter


def method(
    path: str, build: Callable[[Any, Callable[..., Any], MarkTriggered], Callable[..., Any]]
) -> Alter:
    """Replace a method, given by its dotted path from the system ("resets.reset_now").

    ``build(system, original, mark_triggered)`` makes the new one.
    """

    def alter(system: Any, mark_triggered: MarkTriggered) -> None:
        *parts, name = path.split(".")
        owner: Any = system
        for part in parts:
            owner = getattr(owner, part)
        setattr(owner, name, build(system, getattr(owner, name), mark_triggered))

    return alter


def replaces(path: str) -> Callable[[Callable[..., Any]], Alter]:
    """Decorator: ``(system, original, mark_triggered, *arguments)`` in place of a method."""

    def decorate(act: Callable[..., Any]) -> Alter:
        return method(
            path,
            lambda system, original, mark_triggered: partial(act, system, original, mark_triggered),
        )

    return decorate


def all_of(*alters: Alter) -> Alter:
    """Several changes that together are one fault."""

    def alter(system: Any, mark_triggered: MarkTriggered) -> None:
        for each in alters:
            each(system, mark_triggered)

    return alter


def put(**fields: Any) -> Change:
    """These fields get these values."""
    return lambda payload: payload.update(deepcopy(fields))


def without(*names: str) -> Change:
    """These fields are missing."""

    def change(payload: Payload) -> None:
        for name in names:
            payload.pop(name, None)

    return change


def inside(name: str, change: Change) -> Change:
    """The change is made in the object of that name, or in each object of the list of that name."""

    def inner(payload: Payload) -> None:
        part: Any = payload.get(name, [])
        parts: list[Payload] = [part] if isinstance(part, dict) else part
        for each in parts:
            change(each)

    return inner


def _changed(kind: int, action: str, change: Change, when: When) -> Alter:
    def sent(message: Message) -> list[Message | str | bytes]:
        payload = deepcopy(message.payload)
        change(payload)
        return [message if payload == message.payload else replace(message, payload=payload)]

    return frame(kind, action, sent, when)
