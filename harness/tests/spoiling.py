"""Single deviations of a conforming session, each with the rule that must see it.

A deviation is done at a place that is drawn; None where the session has no such place, or where
nothing would be wrong about it.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any, TypeVar

from hypothesis import strategies as st

from harness.ocppj.frames import FrameKind, Payload
from harness.tests.made_sessions import Line, Session

Draw = st.DrawFn
Spoil = Callable[[Draw, Session], Session | None]
Item = TypeVar("Item")

#: Seconds between clocks that the labs tolerate.
TOLERATED = 4
#: Deviation and the rule that is about it, by the deviation's name.
Table = dict[str, tuple[str, Spoil]]


def table() -> tuple[Table, Callable[[str], Callable[[Spoil], Spoil]]]:
    """A table of deviations, and the decorator that enters one for its rule."""
    spoils: Table = {}

    def breaks_rule(rule: str) -> Callable[[Spoil], Spoil]:
        def note(spoil: Spoil) -> Spoil:
            spoils[spoil.__name__] = (rule, spoil)
            return spoil

        return note

    return spoils, breaks_rule


def pick(draw: Draw, items: Iterable[Item]) -> Item | None:
    found = list(items)
    return found[draw(st.integers(0, len(found) - 1))] if found else None


def calls(session: Session, *actions: str) -> list[int]:
    """Places of the station's CALLs that were answered and are told once."""
    lines = session.lines
    answered = {line.answers for line in lines if line.sent}
    ids = [line.frame.id for line in lines if line.frame and line.is_call]
    return [
        place
        for place, line in enumerate(lines)
        if line.frame
        and line.is_call
        and not line.sent
        and line.number in answered
        and ids.count(line.frame.id) == 1
        and (not actions or line.action in actions)
    ]


def transactions(session: Session) -> list[list[int]]:
    """Places of the events of each transaction, in order; not of those that came twice."""
    found: dict[str, list[int]] = {}
    twice: set[str] = set()
    for place, line in enumerate(session.lines):
        if line.is_call and line.action == "TransactionEvent":
            id = line.payload["transactionInfo"]["transactionId"]
            places = found.setdefault(id, [])
            if len(places) != line.payload["seqNo"]:
                twice.add(id)
            places.append(place)
    return [places for id, places in found.items() if id not in twice]


def event_where(draw: Draw, session: Session, fits: Callable[[Payload], bool]) -> int | None:
    every = [place for places in transactions(session) for place in places]
    return pick(draw, (p for p in every if fits(session.lines[p].payload)))


def results(session: Session, *actions: str) -> list[int]:
    """Places of the station's CALLRESULTs."""
    return [
        place
        for place, line in enumerate(session.lines)
        if line.kind is FrameKind.CALLRESULT
        and not line.sent
        and (not actions or line.action in actions)
    ]


def put(session: Session, place: int, *lines: Line, instead: int = 1) -> Session:
    every = session.lines
    return replace(session, lines=(*every[:place], *lines, *every[place + instead :]))


def changed(session: Session, place: int | None, act: Callable[[Payload], Any]) -> Session | None:
    """The payload at ``place`` changed by ``act``, which works on a copy."""
    if place is None:
        return None
    payload = copy.deepcopy(session.lines[place].payload)
    act(payload)
    return put(session, place, session.lines[place].with_frame(payload=payload))


def setting(name: str, value: Any) -> Callable[[Payload], Any]:
    return lambda payload: payload.update({name: value})


def dropping(name: str) -> Callable[[Payload], Any]:
    return lambda payload: payload.pop(name)


def setting_info(name: str, value: Any) -> Callable[[Payload], Any]:
    return lambda payload: payload["transactionInfo"].update({name: value})


def stamp(session: Session, t: float) -> str:
    return (session.began + timedelta(seconds=t)).isoformat()


def without(session: Session, place: int) -> Session:
    """A CALL and its answer were never sent."""
    number = session.lines[place].number
    kept = tuple(n for n in session.lines if number not in (n.number, n.answers))
    return replace(session, lines=kept)
