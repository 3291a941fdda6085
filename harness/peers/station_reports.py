"""The reports that the fake station owes a CSMS: sent part by part, once they were accepted."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from harness.evidence.verdict import CaseStopped
from harness.ocppj.connection_end import ClosedBy
from harness.ocppj.frames import Wire
from harness.ocppj.inbox import Closed
from harness.peers.answering import Reply
from harness.peers.answers import now
from harness.peers.peer import Peer

#: reportData elements in one NotifyReport: few, so that every base report has several parts; more
#: where it had more parts than this otherwise.
_PART, _PARTS = 3, 8


@dataclass(frozen=True)
class _Report:
    """A report that is owed, and when all of it was taken or why it was not."""

    request_id: int
    parts: int
    taken: asyncio.Future[None]
    #: Where it was asked for; without a connection then, nobody heard that it was accepted.
    wire: Wire | None


class StationReports:
    """The reports of one case (Part 2, B07 and B08)."""

    def __init__(self, peer: Peer) -> None:
        self._peer = peer
        self._accepted: list[_Report] = []
        #: The data of each report by its request id, and of the last one of each base.
        self.told: dict[int, list[Any]] = {}
        self.of_base: dict[str, list[Any]] = {}

    def accept(self, request_id: Any, data: list[Any], base: str = "") -> Reply:
        """Accept a request for a report of ``data``, and send it when that has been said.

        Raises:
            TypeError: no NotifyReportRequest could have this id.
        """
        number = _integer(request_id)
        self.told[number] = self.of_base[base] = data
        size = max(_PART, -(-len(data) // _PARTS))
        parts = [data[i : i + size] for i in range(0, len(data), size)]
        # Owed from now on, so that nobody finds no report only because it has not begun yet.
        taken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._accepted.append(_Report(number, len(parts), taken, self._peer.wire))

        async def begin() -> None:
            try:
                await self._send(number, parts)
            except CaseStopped as stopped:
                taken.set_exception(stopped)
                taken.exception()  # seen: not every case waits for its reports
                raise
            taken.set_result(None)

        return Reply({"status": "Accepted"}, then=begin)

    async def _send(self, request_id: int, parts: list[list[Any]]) -> None:
        """Send a report in these parts (Part 2, B07.FR.04, B07.FR.10)."""
        wire = self._peer.wire
        for number, part in enumerate(parts):
            if wire is not None and self._left(wire.number):
                return
            sent = await self._peer.send(
                "NotifyReport",
                "NotifyReport",
                requestId=request_id,
                generatedAt=now(),
                seqNo=number,
                tbc=number < len(parts) - 1,
                reportData=part,
            )
            if await sent.settled() is None and self._left(sent.traffic.wire):
                return
            await sent.response("NotifyReport", requirement="B07.FR.03, B08.FR.03")

    def _left(self, wire: int) -> bool:
        """Whether we hung up on that connection: what was under way is void."""
        ends = (e for e in self._peer.inbox.events if isinstance(e, Closed) and e.wire == wire)
        return any(end.end.by is ClosedBy.HARNESS for end in ends)

    def owed(self, request_ids: Collection[object]) -> list[asyncio.Future[None]]:
        """What was sent for these requests, and what still can be.

        Requests that came while we hung up are void.
        """
        return [report.taken for report in self._owed(request_ids)]

    async def sent(self, request_ids: Collection[object] | None = None) -> None:
        """Wait until the reports that are owed (to these requests) were taken, or were not."""
        reports = self._owed(request_ids)
        if reports:
            # Each part has a time limit of its own, which ends the report; others come in between.
            parts = sum(report.parts for report in self._owed(None)) + 1
            owed = [report.taken for report in reports]
            await asyncio.wait(owed, timeout=parts * self._peer.sut.limits.response)

    def _owed(self, request_ids: Collection[object] | None) -> list[_Report]:
        wire = self._peer.wire
        return [
            report
            for report in self._accepted
            if (request_ids is None or report.request_id in request_ids)
            and (report.taken.done() or (report.wire and report.wire is wire))
        ]


def _integer(value: object) -> int:
    """An integer, however JSON writes it: 10, 10.0 or 1e1.

    Raises:
        TypeError: it is none.
    """
    if isinstance(value, (int, Decimal)) and not isinstance(value, bool) and value == int(value):
        return int(value)
    raise TypeError("requestId")
