"""The general pre-conditions of Part 6, 2.1: what stands in their way, and putting it right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from harness.evidence.verdict import CaseStopped
from harness.ocppj.frames import Payload
from harness.ocppj.variables import Variable
from harness.peers.conductor import PRECONDITIONS
from harness.peers.connectors import Connector, title
from harness.peers.fake_csms import FakeCSMS
from harness.peers.sent import result_of
from harness.sut.model import Sut

_AVAILABLE, _OCCUPIED = "Available", "Occupied"
#: What a station can say (ConnectorStatusEnumType).
_STATES = (_AVAILABLE, _OCCUPIED, "Reserved", "Unavailable", "Faulted")


@dataclass
class Preconditions:
    """Looks at a station through the peer of the case that is about to begin.

    ``known``: the state that each connector was last told to be in.
    """

    sut: Sut
    peer: FakeCSMS
    known: Mapping[Connector, str]
    _read: dict[Connector, str] = field(default_factory=dict[Connector, str])
    #: In words: what was asked of the operator in vain.
    _in_vain: list[str] = field(default_factory=list[str])

    @property
    def in_the_way(self) -> list[Connector]:
        """Connectors of which it is known that no driver can come to them."""
        return [each for each in self.sut.connectors if self._is_in_the_way(each)]

    async def bring_about(self) -> None:
        """No cable is in, and no transaction runs.

        Raises:
            CaseStopped: BEFORE; something stands in the way, and nobody could put it right.
        """
        for connector in self.sut.connectors:
            if not self._state(connector):
                await self._look(connector)
        for connector in self.in_the_way:
            await self._reveal_transaction(connector)
        for transaction in self.peer.owed.running:
            await self._ask("RequestStopTransaction", transactionId=transaction)
        for connector in self.in_the_way:
            await self._free(connector)
        await self._expect_idle()
        for connector in self.in_the_way:
            state = f"{self._state(connector)}: put it right and run the case again"
            self._obstruct(title(connector), _AVAILABLE, "; ".join([state, *self._in_vain]))

    def _is_in_the_way(self, connector: Connector) -> bool:
        """A cable is, wherever it is; other states only where a driver is to come."""
        configured, state = self.sut.configured, self._state(connector)
        here = connector == (configured.evse_id, configured.connector_id)
        return state == _OCCUPIED or (here and state not in ("", _AVAILABLE))

    def _state(self, connector: Connector) -> str:
        """What it was last said to be in, "" if nobody said."""
        told = self.peer.latest_reports().get(connector)
        known = self.known.get(connector, "") or self._read.get(connector, "")
        return told.status if told else known

    async def _look(self, connector: Connector) -> None:
        """Read the state of a connector; not every station lets that be read."""
        name = str(Variable("Connector", "AvailabilityState", None, *connector))
        told = await self.peer.variables.read(name)
        if name in told:
            self._read[connector] = told[name] if told[name] in _STATES else ""

    async def _reveal_transaction(self, connector: Connector) -> None:
        """A transaction of before the run is known to nobody but the station (F06.FR.07)."""
        if self.peer.owed.running:
            return
        evse = {"id": connector[0]}
        wanted = {"requestedMessage": "TransactionEvent", "evse": evse}
        answer = await self._ask("TriggerMessage", **wanted)
        if answer.get("status") == "Accepted":
            running = self.peer.owed
            await self.peer.inbox.wait(lambda: running.running or None, self.sut.limits.event)

    async def _free(self, connector: Connector) -> None:
        """Have the cable taken out, or the connector put into operation."""
        evse, number = connector
        if self._state(connector) == _OCCUPIED:
            try:
                await self.peer.hands.unplug(evse, number)
            except CaseStopped as reason:
                self._in_vain.append(f"nobody takes the cable out ({reason})")
        else:
            # Whatever of it was put out of operation: the station, the EVSE or the connector.
            for place in ({}, {"id": evse}, {"id": evse, "connectorId": number}):
                named = {"evse": place} if place else {}
                await self._ask("ChangeAvailability", operationalStatus="Operative", **named)

        def free() -> bool | None:
            return not self._is_in_the_way(connector) or None

        if connector in self._read and await self.peer.inbox.wait(free, self.sut.limits.silence):
            return
        if connector in self._read:
            await self._look(connector)  # One that is not told of may be read.
        await self.peer.inbox.wait(free, self.sut.limits.event)

    async def _expect_idle(self) -> None:
        """The transactions have ended, or the station says that they do not go on."""
        owed = self.peer.owed
        await self.peer.inbox.wait(lambda: not owed.running or None, self.sut.limits.event)
        for transaction in owed.running:
            answer = await self._ask("GetTransactionStatus", transactionId=transaction)
            if answer.get("ongoingIndicator") is True:
                self._obstruct(f"transaction {transaction}", "ended", "still going on")
            owed.transactions[transaction].ended = True

    async def _ask(self, action: str, **payload: Any) -> Payload:
        """The answer to a request of ours; {} if it is refused, which is no matter of the case."""
        return result_of(await self.peer.consult(action, **payload))

    def _obstruct(self, path: str, expected: str, actual: str) -> None:
        self.peer.fail(PRECONDITIONS, "station", path, expected, actual, matcher=expected)
