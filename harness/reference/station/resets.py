"""Resets of the station and of single EVSEs (B11, B12)."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Protocol

from harness.reference.rpc import Answer, Payload
from harness.reference.station.availability import Availability
from harness.reference.station.context import StationContext
from harness.reference.station.outbox import Outbox
from harness.reference.station.reservations import Reservations
from harness.reference.station.state import Evse
from harness.reference.station.transactions import Transactions


class RestartableStation(StationContext, Protocol):
    """A station that can reboot."""

    async def reboot(self, reason: str) -> None:
        """Go down and come up again; ``reason`` is the next BootReasonEnumType."""
        ...


class Resets:
    """Carries out resets at once, or when what they wait for is over."""

    def __init__(
        self,
        station: RestartableStation,
        outbox: Outbox,
        reservations: Reservations,
        availability: Availability,
        transactions: Transactions,
    ) -> None:
        self.station = station
        self.outbox = outbox
        self.reservations = reservations
        self.availability = availability
        self.transactions = transactions
        self.waiting_station = ""
        self.waiting_evses: set[int] = set()

    def forget(self) -> None:
        """Nothing waits any more: the station booted."""
        self.waiting_station = ""
        self.waiting_evses.clear()

    async def reset(self, request: Payload) -> Answer:
        """ResetRequest."""
        immediate = request["type"] == "Immediate"
        evse_id = request.get("evseId")
        if evse_id is None:
            return self.reset_station(immediate)
        evse = self.station.evses.get(evse_id)
        if evse is None or not self.station.config.supports_evse_reset:
            return Answer({"status": "Rejected"})  # B11.FR.09, B12.FR.09
        return self.reset_evse(evse, immediate)

    def reset_station(self, immediate: bool) -> Answer:
        """Answer to a reset of the whole station."""
        if not immediate and not self.is_idle(self.all_evses()):
            return Answer({"status": "Scheduled"}, lambda: self.schedule("ScheduledReset"))
        return Answer({"status": "Accepted"}, lambda: self.schedule_now("RemoteReset"))

    def reset_evse(self, evse: Evse, immediate: bool) -> Answer:
        """Answer to a reset of one EVSE."""
        if not immediate and not self.is_idle([evse]):
            return Answer({"status": "Scheduled"}, lambda: self.schedule_evse(evse))
        return Answer({"status": "Accepted"}, lambda: self.begin_evse_reset(evse))

    def all_evses(self) -> list[Evse]:
        """Every EVSE of the station."""
        return list(self.station.evses.values())

    def is_idle(self, evses: list[Evse]) -> bool:
        """Whether nothing goes on there that a reset would disturb (B11, remark on OnIdle)."""
        return not any(
            evse.transaction is not None
            or evse.authorization is not None
            or self.reservations.of(evse.id) is not None
            for evse in evses
        )

    # Waiting

    async def schedule(self, reason: str) -> None:
        """Reset the station when it is idle."""
        self.reboot_when_idle(reason)

    def reboot_when_idle(self, reason: str) -> None:
        """Remember a reboot with that boot reason, and do it at once where nothing is going on."""
        self.waiting_station = reason
        if self.station.config.unavailable_while_reset_waits:
            free = {evse.id for evse in self.all_evses() if self.is_idle([evse])}
            self.availability.hold(free)
        self.check()

    async def schedule_now(self, reason: str) -> None:
        """Reset the station at once."""
        self.station.spawn(self.reset_now(reason))

    async def schedule_evse(self, evse: Evse) -> None:
        """Reset an EVSE when it is idle."""
        self.waiting_evses.add(evse.id)
        self.check()

    async def begin_evse_reset(self, evse: Evse) -> None:
        """Reset an EVSE at once."""
        self.reset_evse_now(evse)

    def check(self) -> None:
        """Carry out what waited for the end of something."""
        if self.waiting_station and self.is_idle(self.all_evses()):
            reason, self.waiting_station = self.waiting_station, ""
            self.station.spawn(self.reset_now(reason))
        for evse_id in list(self.waiting_evses):
            evse = self.station.evses[evse_id]
            if self.is_idle([evse]):
                self.waiting_evses.discard(evse_id)
                self.reset_evse_now(evse)

    # Doing

    async def reset_now(self, reason: str) -> None:
        """End what is going on, deliver what was to be said about it, and reboot (B12.FR.04)."""
        self.end_transactions()
        patience = self.station.model.number("OCPPCommCtrlr.MessageTimeout[Default]", 30)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(patience):
                await self.outbox.delivered()
        await self.station.reboot(reason)

    def end_transactions(self) -> None:
        """End all transactions because of a reset."""
        for evse in self.all_evses():
            self.transactions.reset(evse)

    def reset_evse_now(self, evse: Evse) -> None:
        """Reset one EVSE; its persistent states survive (B11.FR.05, B12.FR.06, B12.FR.08)."""
        self.transactions.reset(evse)
        if self.station.config.report_evse_reset:
            self.availability.hold({evse.id})
            self.station.later(self.station.config.reset_time, self.availability.release)
