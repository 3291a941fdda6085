"""Faults of losing the connection and coming back: TC_B_51, 52 and 57."""

from __future__ import annotations

import asyncio
import itertools
from typing import Any

from harness.reference.faults.base import (
    Alter,
    Fault,
    MarkTriggered,
    method,
    replaces,
)
from harness.reference.faults.station.words import nothing
from harness.reference.rpc import Payload


@replaces("availability.resume")
def _reports_changed_alone(
    station: Any, _original: Any, mark_triggered: MarkTriggered, _since: float
) -> None:
    mark_triggered()
    station.availability.announce_changed()


@replaces("availability.resume")
def _reports_all(
    station: Any, _original: Any, mark_triggered: MarkTriggered, _since: float
) -> None:
    mark_triggered()
    station.availability.announce()


@replaces("availability.resume")
def _reports_state_of_before(
    station: Any, _original: Any, mark_triggered: MarkTriggered, _since: float
) -> None:
    mark_triggered()
    for evse_id, connector in sorted(station.availability.changed_offline):
        station.availability.send(evse_id, connector, "Available")


@replaces("outbox.keep")
def _loses_queue(
    station: Any,
    original: Any,
    mark_triggered: MarkTriggered,
    action: str,
    payload: Payload,
    then: Any = None,
) -> None:
    if station.online or action != "TransactionEvent":
        original(action, payload, then)
    else:
        mark_triggered()


@replaces("link.back_off")
def _never_waits(
    _station: Any, original: Any, mark_triggered: MarkTriggered, doublings: int
) -> float:
    if original(doublings) > 0:
        mark_triggered()
    return 0.0


@replaces("link.back_off")
def _waits_half(
    _station: Any, original: Any, mark_triggered: MarkTriggered, doublings: int
) -> float:
    mark_triggered()
    return original(doublings) / 2


@replaces("link.back_off")
def _never_doubles(
    _station: Any, original: Any, mark_triggered: MarkTriggered, doublings: int
) -> float:
    if doublings:
        mark_triggered()
    return original(0)


@replaces("link.back_off")
def _always_waits_longer(
    _station: Any, original: Any, mark_triggered: MarkTriggered, _doublings: int
) -> float:
    mark_triggered()
    return original(1)


def _goes_on_doubling(station: Any, original: Any, mark_triggered: MarkTriggered) -> Any:
    losses = itertools.count()

    async def establish(after_loss: bool) -> Any:
        if not after_loss:
            return await original(after_loss)
        back_off, earlier = station.link.back_off, next(losses)

        def longer(doublings: int) -> float:
            if earlier:
                mark_triggered()
            return back_off(doublings + earlier)

        station.link.back_off = longer
        try:
            return await original(after_loss)
        finally:
            station.link.back_off = back_off

    return establish


def _first_wait_only(station: Any, original: Any, mark_triggered: MarkTriggered) -> Any:
    losses = 0

    async def establish(after_loss: bool) -> Any:
        nonlocal losses
        losses += after_loss
        if losses > 1:
            mark_triggered()
            station.link.immediately = True
        return await original(after_loss)

    return establish


@replaces("link.establish")
async def _never_comes_back(
    _station: Any, original: Any, mark_triggered: MarkTriggered, after_loss: bool
) -> Any:
    if after_loss:
        mark_triggered()
        await asyncio.Event().wait()
    return await original(after_loss)


def _tries_once() -> Alter:
    """After a loss it makes one attempt and no further one."""

    async def attempt(station: Any, original: Any, mark_triggered: MarkTriggered, slot: int) -> Any:
        connection = await original(slot)
        if connection is None and station.memory.last_slot is not None:
            mark_triggered()
            await asyncio.Event().wait()
        return connection

    return replaces("link.attempt")(attempt)


FAULTS = (
    Fault(
        "long-offline-changes-alone",
        "After a long time offline only the connectors that changed are reported.",
        _reports_changed_alone,
        requirement="B04.FR.01",
        shows=("TC_B_51_CS", "4"),
    ),
    Fault(
        "short-offline-everything",
        "After a short time offline every connector is reported.",
        _reports_all,
        requirement="B04.FR.02",
        shows=("TC_B_52_CS", "4"),
    ),
    Fault(
        "offline-changes-not-reported",
        "What changed while offline is not reported.",
        nothing("availability.resume"),
        requirement="B04.FR.02",
        shows=("TC_B_52_CS", "4"),
    ),
    Fault(
        "offline-changes-reported-as-before",
        "Connectors that changed while offline are reported as they were before.",
        _reports_state_of_before,
        requirement="B04.FR.02",
        shows=("TC_B_52_CS", "4"),
    ),
    Fault(
        "offline-events-lost",
        "Transaction events of an offline period are never sent.",
        _loses_queue,
        requirement="E04.FR.02",
        shows=("TC_B_51_CS", "queue"),
    ),
    Fault(
        "reconnects-at-once",
        "Reconnects without waiting.",
        _never_waits,
        requirement="Part 4, 5.3",
        shows=("TC_B_57_CS", "2"),
    ),
    Fault(
        "reconnects-too-early",
        "Waits half as long as it should before it reconnects.",
        _waits_half,
        requirement="Part 4, 5.3",
        shows=("TC_B_57_CS", "2"),
    ),
    Fault(
        "waits-at-first-loss-alone",
        "Reconnects without waiting when the connection is lost a second time.",
        method("link.establish", _first_wait_only),
        requirement="Part 4, 5.3",
        shows=("TC_B_57_CS", "5"),
    ),
    Fault(
        "back-off-not-doubled",
        "Waits the same time before each attempt to reconnect.",
        _never_doubles,
        requirement="Part 4, 5.3",
        shows=("TC_B_57_CS", "7"),
    ),
    Fault(
        "back-off-stands",
        "Waits twice the time before each attempt, the first one too, and never longer.",
        _always_waits_longer,
        requirement="Part 4, 5.3",
        shows=("TC_B_57_CS", "7"),
    ),
    Fault(
        "back-off-not-begun-anew",
        "Goes on doubling the time that it waits, although it has been connected in between.",
        method("link.establish", _goes_on_doubling),
        requirement="Part 4, 5.3",
        shows=("TC_B_57_CS", "5"),
    ),
    Fault(
        "never-reconnects",
        "Stays offline after a loss of the connection.",
        _never_comes_back,
        requirement="Part 4, 5.3",
        shows=("TC_B_57_CS", "2"),
    ),
    Fault(
        "reconnects-once-alone",
        "Stays offline after one attempt that was turned away.",
        _tries_once(),
        requirement="Part 4, 5.3",
        shows=("TC_B_57_CS", "7"),
    ),
)
