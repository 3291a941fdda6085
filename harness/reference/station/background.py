"""Traffic that nobody asked for: clock-aligned meter values and idle chatter."""

from __future__ import annotations

import asyncio

from harness import clock
from harness.reference.station.availability import ReportingStation
from harness.reference.station.context import StationContext
from harness.reference.station.device_model import Component
from harness.reference.station.outbox import Outbox
from harness.reference.station.remote import Remote
from harness.reference.station.security import Security
from harness.reference.station.state import Evse

CHATTER_INTERVAL = 5.0


class AlignedData:
    """Clock-aligned meter values (J01)."""

    def __init__(self, station: StationContext, outbox: Outbox, remote: Remote) -> None:
        self.station = station
        self.outbox = outbox
        self.remote = remote
        self._changed = asyncio.Event()

    def interval_changed(self, value: str) -> None:  # noqa: ARG002 - same shape for all effects
        """Use the new interval from now on."""
        self._changed.set()

    async def run(self) -> None:
        """Send at every multiple of the interval since midnight; ends by being cancelled."""
        while True:
            self._changed.clear()
            interval = self.station.model.number("AlignedDataCtrlr.Interval")
            if interval <= 0 or not self.station.model.flag("AlignedDataCtrlr.Enabled", True):
                await self._changed.wait()
                continue
            now = self.station.clock()
            seconds = (now - now.replace(hour=0, minute=0, second=0, microsecond=0)).total_seconds()
            try:
                async with asyncio.timeout(interval - seconds % interval):
                    await self._changed.wait()
            except TimeoutError:
                self.send()

    def send(self) -> None:
        """Send what is due: the grid connection and every EVSE (J01.FR.14)."""
        if not self.station.model.text("AlignedDataCtrlr.Measurands"):
            return
        busy = any(e.transaction is not None for e in self.station.evses.values())
        if busy and self.station.model.flag("AlignedDataCtrlr.SendDuringIdle"):
            return  # J01.FR.20
        places: list[Evse | None] = [None, *self.station.evses.values()]
        for evse in places:
            request = self.remote.meter_values(evse, "Sample.Clock")
            self.outbox.send("MeterValues", request)


class Chatter:
    """What a talkative but conforming station sends while it is accepted."""

    def __init__(
        self, station: ReportingStation, outbox: Outbox, remote: Remote, security: Security
    ) -> None:
        self.station = station
        self.outbox = outbox
        self.remote = remote
        self.security = security

    async def run(self) -> None:
        """Talk; ends by being cancelled."""
        turn = 0
        while True:
            await clock.sleep(CHATTER_INTERVAL)
            self.say(turn)
            turn += 1

    def say(self, turn: int) -> None:
        """Send one of the messages that are allowed at any time."""
        outbox, station = self.outbox, self.station
        if turn % 4 == 0:
            outbox.send("Heartbeat", {})
        elif turn % 4 == 1:
            component = {"name": "EVSE", "evse": {"id": min(station.evses)}}
            power = station.model.find(Component("EVSE", evse=min(station.evses)), "Power")
            value = power.value() if power is not None else "0"
            event = station.event_request(component, "Power", value, "Periodic")
            outbox.send("NotifyEvent", event)
        elif turn % 4 == 2:
            outbox.send("MeterValues", self.remote.meter_values(None, "Sample.Clock"))
        else:
            self.security.note("SettingSystemTime")
