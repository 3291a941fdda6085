"""Traffic that nobody asked for: clock-aligned meter values and idle chatter."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

from harness import clock
from harness.reference.station.availability import ReportingStation
from harness.reference.station.context import StationContext
from harness.reference.station.device_model import Component
from harness.reference.station.meter import Meter
from harness.reference.station.outbox import Outbox
from harness.reference.station.remote import Remote
from harness.reference.station.security import Security
from harness.reference.station.state import Evse
from harness.reference.station.transactions import Transactions

CHATTER_INTERVAL = 5.0
INTERVAL = "AlignedDataCtrlr.Interval"
ENDED_INTERVAL = "AlignedDataCtrlr.TxEndedInterval"


class AlignedData:
    """Clock-aligned meter values (J01)."""

    def __init__(
        self,
        station: StationContext,
        outbox: Outbox,
        remote: Remote,
        meter: Meter,
        transactions: Transactions,
    ) -> None:
        self.station = station
        self.outbox = outbox
        self.remote = remote
        self.meter = meter
        self.transactions = transactions
        self._changed = {name: asyncio.Event() for name in (INTERVAL, ENDED_INTERVAL)}

    def interval_changed(self, value: str) -> None:  # noqa: ARG002 - same shape for all effects
        """Use the new interval from now on."""
        for changed in self._changed.values():
            changed.set()

    async def run(self) -> None:
        """Measure at every multiple of either interval since midnight; ends by being cancelled."""
        await asyncio.gather(
            self._follow(INTERVAL, self.send), self._follow(ENDED_INTERVAL, self.collect)
        )

    async def _follow(self, name: str, measure: Callable[[], None]) -> None:
        last: datetime | None = None
        changed = self._changed[name]
        while True:
            changed.clear()
            interval = self.station.model.number(name)
            if interval <= 0 or not self.station.model.flag("AlignedDataCtrlr.Enabled", True):
                await changed.wait()
                continue
            now = self.station.clock()
            due = self.next_point(now, interval)
            if due == last:  # a timer may fire a moment too early
                due += timedelta(seconds=interval)
            try:
                async with asyncio.timeout((due - now).total_seconds()):
                    await changed.wait()
            except TimeoutError:
                last = due
                measure()

    def next_point(self, now: datetime, interval: int) -> datetime:
        """The first moment after ``now`` that is a multiple of ``interval`` since midnight."""
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
        passed = (now - midnight) // timedelta(seconds=interval)
        return midnight + timedelta(seconds=(passed + 1) * interval)

    def send(self) -> None:
        """Send what is due: the grid connection and every EVSE (J01.FR.14, J01.FR.22)."""
        if not self.station.model.text("AlignedDataCtrlr.Measurands"):
            return
        busy = any(e.transaction is not None for e in self.station.evses.values())
        if busy and self.station.model.flag("AlignedDataCtrlr.SendDuringIdle"):
            return  # J01.FR.20
        places: list[Evse | None] = [None, *self.station.evses.values()]
        for evse in places:
            self.send_of(evse)

    def send_of(self, evse: Evse | None) -> None:
        """Send what is due of an EVSE, or of the grid connection (None)."""
        in_events = self.station.config.aligned_in_events
        if in_events and evse is not None and evse.transaction is not None:
            values = self.meter.sample(evse, "AlignedDataCtrlr.Measurands", "Sample.Clock")
            self.transactions.update(evse, "MeterValueClock", values=values)
        else:
            self.outbox.send("MeterValues", self.remote.meter_values(evse, "Sample.Clock"))

    def collect(self) -> None:
        """Keep what the last event of each transaction is to tell (AlignedDataTxEndedInterval)."""
        for evse in self.station.evses.values():
            if evse.transaction is not None:
                name = "AlignedDataCtrlr.TxEndedMeasurands"
                values = self.meter.sample(evse, name, "Sample.Clock")
                evse.transaction.later_values.extend(values)


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
            outbox.send("MeterValues", self.remote.meter_values(None, "Other"))
        else:
            self.security.note("SettingSystemTime")
