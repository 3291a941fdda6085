"""Messages that the station sends by itself: fresh ones while online, kept ones until delivered."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable

from harness import clock
from harness.reference.rpc import CallError, Disconnected, Payload
from harness.reference.station.context import StationContext
from harness.reference.station.state import Outgoing

log = logging.getLogger(__name__)


class Outbox:
    """Two queues: what may be lost (``send``) and what must not (``keep``: E04, A04)."""

    def __init__(self, station: StationContext) -> None:
        self.station = station
        self.fresh: deque[Outgoing] = deque()
        self._fresh_came = asyncio.Event()
        self._kept_came = asyncio.Event()
        self._fresh_done = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()

    def send(
        self,
        action: str,
        payload: Payload,
        then: Callable[[Payload], None] | None = None,
        lost: Callable[[], None] | None = None,
    ) -> None:
        """Send soon, or never when the station is offline."""
        if self.station.model.flag("OCPPCommCtrlr.QueueAllMessages"):
            self.keep(action, payload, then)
        elif self.station.online:
            self.fresh.append(Outgoing(action, payload, then, lost))
            self._fresh_came.set()
            self._changed()
        elif lost is not None:
            lost()

    def keep(
        self, action: str, payload: Payload, then: Callable[[Payload], None] | None = None
    ) -> None:
        """Send as soon as the station is online, in order, across reboots."""
        self.station.memory.queue.append(Outgoing(action, payload, then))
        self._kept_came.set()
        self._changed()

    async def run(self) -> None:
        """Deliver while online; ends by being cancelled."""
        self._fresh_done.clear()
        await asyncio.gather(self._run_fresh(), self._run_kept())

    async def delivered(self) -> None:
        """Wait until nothing is left to send."""
        await self._idle.wait()

    def went_offline(self) -> None:
        """Mark what waits as having happened offline (E11.FR.07) and give up the rest."""
        for item in self.station.memory.queue:
            if item.action == "TransactionEvent":
                item.payload["offline"] = True
        while self.fresh:
            item = self.fresh.popleft()
            if item.lost is not None:
                item.lost()
        self._changed()

    def holds(self, transaction_id: str = "") -> bool:
        """Whether messages of a transaction (or of any) wait for delivery."""
        return any(
            item.action == "TransactionEvent"
            and transaction_id in ("", item.payload["transactionInfo"]["transactionId"])
            for item in self.station.memory.queue
        )

    def _changed(self) -> None:
        if self.station.memory.queue or self.fresh:
            self._idle.clear()
        else:
            self._idle.set()

    async def _run_fresh(self) -> None:
        while True:
            self._fresh_came.clear()
            while self.fresh:
                item = self.fresh[0]
                try:
                    self._answered(item, await self.station.call(item.action, item.payload))
                except Disconnected:
                    return
                except (CallError, TimeoutError) as error:
                    log.info("%s was not accepted: %s", item.action, error)
                if self.fresh and self.fresh[0] is item:
                    self.fresh.popleft()
                self._changed()
            self._fresh_done.set()
            await self._fresh_came.wait()

    async def _run_kept(self) -> None:
        queue = self.station.memory.queue
        # Back online, the states of the connectors go first.
        await self._fresh_done.wait()
        while True:
            self._kept_came.clear()
            while queue:
                item = queue[0]
                try:
                    wait = await self._deliver(item)
                except Disconnected:
                    return
                if wait is None:
                    queue.popleft()
                    self._changed()
                else:
                    await clock.sleep(wait)
            await self._kept_came.wait()

    async def _deliver(self, item: Outgoing) -> float | None:
        """Try once; None when done with it, else the seconds until the next try (E13)."""
        model = self.station.model
        try:
            answer = await self.station.call(item.action, item.payload)
        except (CallError, TimeoutError):
            item.attempts += 1
            if item.attempts >= model.number("OCPPCommCtrlr.MessageAttempts[TransactionEvent]"):
                return None
            interval = model.number("OCPPCommCtrlr.MessageAttemptInterval[TransactionEvent]")
            return float(interval * item.attempts)
        self._answered(item, answer)
        return None

    def _answered(self, item: Outgoing, answer: Payload) -> None:
        if item.then is not None:
            item.then(answer)
