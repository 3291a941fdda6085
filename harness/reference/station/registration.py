"""Registration at the CSMS: BootNotification, heartbeats and the clock (B01 to B03, G02)."""

from __future__ import annotations

import asyncio
import contextlib
from datetime import datetime
from typing import Protocol

from harness import clock
from harness.reference.rpc import CallError, Disconnected, Payload
from harness.reference.station.connection import Link
from harness.reference.station.context import StationContext


class RegisteringStation(StationContext, Protocol):
    """A station with a clock to set: ``last_call`` is when it last sent a CALL (monotonic)."""

    clock_offset: float
    last_call: float

    async def accepted(self) -> None:
        """The CSMS accepted the station."""
        ...


class Registration:
    """What the CSMS last answered to a BootNotification, and the retries until it accepts."""

    def __init__(self, station: RegisteringStation, heartbeat: Heartbeat, link: Link) -> None:
        self.station = station
        self.heartbeat = heartbeat
        self.link = link
        self.status = ""
        self.reason = "PowerUp"
        self._not_before = 0.0
        self._trigger = asyncio.Event()

    def begin(self, reason: str) -> None:
        """Forget everything: the station boots."""
        self.status = ""
        self.reason = reason
        self._not_before = 0.0
        self._trigger.clear()

    async def run(self) -> None:
        """Send BootNotifications until one is Accepted; ends early when the connection does."""
        while self.status != "Accepted":
            reason = await self._due()
            try:
                answer = await self.station.call("BootNotification", self.boot_request(reason))
            except Disconnected:
                return
            except (CallError, TimeoutError):
                self._not_before = clock.monotonic() + self.station.config.own_boot_interval
                continue
            await self.answered(answer)
        await self.station.accepted()

    def boot_request(self, reason: str) -> Payload:
        """BootNotificationRequest (B01.FR.01, B01.FR.09)."""
        config = self.station.config
        return {
            "reason": reason,
            "chargingStation": {
                "model": config.model,
                "vendorName": config.vendor,
                "serialNumber": config.serial_number,
                "firmwareVersion": config.firmware,
            },
        }

    async def answered(self, answer: Payload) -> None:
        """Act on a BootNotificationResponse."""
        self.status = answer["status"]
        self.heartbeat.synchronize(answer["currentTime"])
        interval = int(answer["interval"])
        if self.status == "Accepted":
            if interval > 0:
                self.heartbeat.set_interval(interval)
            return
        wait = self.retry_interval(interval)
        self._not_before = clock.monotonic() + wait
        if self.status == "Rejected" and self.station.config.close_while_rejected:
            self.link.hold(wait)
            await self.link.close()

    def retry_interval(self, interval: int) -> float:
        """Seconds until the next BootNotification (B02.FR.07, B02.FR.08)."""
        return float(interval) if interval > 0 else self.station.config.own_boot_interval

    def trigger(self) -> None:
        """The CSMS asked for a BootNotification now."""
        self._trigger.set()

    async def _due(self) -> str:
        """Wait until the next BootNotification is due, and tell its reason."""
        wait = self._not_before - clock.monotonic()
        if wait <= 0:
            return self.reason
        try:
            async with asyncio.timeout(wait):
                await self._trigger.wait()
        except TimeoutError:
            return self.reason
        self._trigger.clear()
        return "Triggered"


class Heartbeat:
    """HeartbeatRequest after an interval without other messages (G02.FR.02, G02.FR.05)."""

    def __init__(self, station: RegisteringStation) -> None:
        self.station = station
        self.interval = station.model.number("OCPPCommCtrlr.HeartbeatInterval", 60)
        self._changed = asyncio.Event()

    def set_interval(self, seconds: int) -> None:
        """Use another interval from now on (B01.FR.04)."""
        self.interval = seconds
        self.station.model.write("OCPPCommCtrlr.HeartbeatInterval", str(seconds))
        self._changed.set()

    async def run(self) -> None:
        """Beat while online; ends by being cancelled."""
        while True:
            self._changed.clear()
            wait = self.station.last_call + self.interval - clock.monotonic()
            if wait > 0:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(wait):
                        await self._changed.wait()
                continue
            await self.beat()

    async def beat(self) -> None:
        """Send one heartbeat."""
        try:
            answer = await self.station.call("Heartbeat", {})
        except (CallError, TimeoutError, Disconnected):
            self.station.last_call = clock.monotonic()
            return
        self.synchronize(answer["currentTime"])

    def synchronize(self, current_time: str) -> None:
        """Take over the time of the CSMS where that is the time source (B01.FR.06)."""
        sources = self.station.model.members("ClockCtrlr.TimeSource", "Heartbeat")
        if sources[:1] != ["Heartbeat"]:
            return
        theirs = datetime.fromisoformat(current_time.upper())
        if theirs.tzinfo is not None:
            self.station.clock_offset = (theirs - clock.now()).total_seconds()
