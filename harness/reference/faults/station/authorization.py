"""Faults in whom a station lets charge, and in what it remembers of drivers (block C)."""

from __future__ import annotations

from typing import Any

from harness.reference.faults.base import Fault, MarkTriggered, replaces
from harness.reference.rpc import Payload


@replaces("authorization.check")
async def _asks_about_known(
    station: Any, original: Any, mark_triggered: MarkTriggered, token: Any
) -> Payload:
    known = station.authorization.tokens.cached(token)
    if known is None or not station.online:
        return await original(token)
    mark_triggered()
    return await station.authorization.ask_csms(token)


@replaces("transactions.refused")
def _keeps_refused(station: Any, _original: Any, mark_triggered: MarkTriggered, _evse: Any) -> None:
    mark_triggered()
    station.availability.refresh()


@replaces("authorization.master_pass.stop")
def _stops_own_evse(
    _station: Any, original: Any, mark_triggered: MarkTriggered, evses: list[Any], token: Any
) -> None:
    running = [evse for evse in evses if evse.transaction is not None]
    if len(running) > 1:
        mark_triggered()
    original(running[:1], token)


@replaces("authorization.master_pass.stop")
def _stops_everybody(
    station: Any, original: Any, mark_triggered: MarkTriggered, evses: list[Any], token: Any
) -> None:
    every = list(station.evses.values())
    if evses != every:
        mark_triggered()
    original(every, token)


@replaces("transactions.connected")
def _flows_from_the_plug_on(
    station: Any, original: Any, mark_triggered: MarkTriggered, evse: Any
) -> None:
    original(evse)
    if evse.authorization is None:
        mark_triggered()
        station.meter.set_charging(evse, charging=True)


FAULTS = (
    Fault(
        "energy-from-the-plug-on",
        "Energy flows as soon as a cable is in, of which the station says nothing.",
        _flows_from_the_plug_on,
        requirement="C01.FR.01",
        shows=("TC_C_02_CS", "2"),
    ),
    Fault(
        "asks-about-known",
        "The CSMS is asked about a driver whom the cache knows as accepted.",
        _asks_about_known,
        "C12.FR.02",
        ("TC_C_08_CS", "1>Authorized 3"),
    ),
    Fault(
        "keeps-refused-driver",
        "A driver goes on charging whom the CSMS refuses in a TransactionEventResponse.",
        _keeps_refused,
        "C15.FR.04",
        ("TC_C_16_CS", "5"),
    ),
    Fault(
        "master-pass-stops-one",
        "A master pass stops one transaction where there is no screen to choose it.",
        _stops_own_evse,
        "C16.FR.02",
        ("TC_C_49_CS", "3"),
    ),
    Fault(
        "master-pass-stops-all",
        "A master pass stops all transactions, whichever was chosen on the screen.",
        _stops_everybody,
        "C16.FR.01",
        ("TC_C_48_CS", "3"),
        variant="screen",
    ),
)
