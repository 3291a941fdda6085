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


FAULTS = (
    Fault(
        "asks-about-known",
        "The CSMS is asked about a driver whom the cache knows as accepted.",
        _asks_about_known,
        "C12.FR.02",
        ("TC_C_08_CS", "1>Authorized 1"),
    ),
    Fault(
        "keeps-refused-driver",
        "A driver goes on charging whom the CSMS refuses in a TransactionEventResponse.",
        _keeps_refused,
        "C15.FR.04",
        ("TC_C_16_CS", "5"),
    ),
)
