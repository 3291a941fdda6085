"""The sessions of a case at all EVSEs, and which transaction is whose."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, cast

from harness.ocppj.frames import Payload
from harness.ocppj.inbox import Arrival, Inbox
from harness.peers.session import Session
from harness.sut.model import Sut


@dataclass
class Sessions:
    """What happened at the EVSEs so far; transactions are learnt from claimed events."""

    sut: Sut
    inbox: Inbox
    _by_evse: dict[int, Session] = field(default_factory=dict[int, Session])

    def at(self, evse: int | None) -> Session:
        """The session at an EVSE (the configured one by default)."""
        configured = self.sut.configured
        number = configured.evse_id if evse is None else evse
        if number not in self._by_evse:
            connector = configured.connector_id if evse is None else self.sut.evses[number][0]
            self._by_evse[number] = Session(number, connector)
        return self._by_evse[number]

    @property
    def all(self) -> list[Session]:
        """All sessions of the case."""
        return list(self._by_evse.values())

    def belongs(self, payload: Payload, session: Session) -> bool:
        """Whether a TransactionEventRequest is about the session's transaction."""
        transaction = payload["transactionInfo"]["transactionId"]
        if session.transaction_id is not None:
            return transaction == session.transaction_id
        others = {s.transaction_id for s in self.all if s is not session} | session.earlier
        evse = payload.get("evse", {}).get("id", session.evse)
        return transaction not in others and evse == session.evse

    def claimed(self, session: Session) -> Iterator[Arrival]:
        """The claimed TransactionEvents of a session."""
        for arrival in self.inbox.arrivals:
            is_event = arrival.action == "TransactionEvent" and arrival.claimed_by
            mine = is_event and not arrival.owed_to
            if mine and self.belongs(cast(Payload, arrival.payload), session):
                yield arrival

    def remote_start_announced(self, session: Session) -> bool:
        """Whether an event has named the request that started the transaction."""
        events = (a for a in self.inbox.arrivals if a.action == "TransactionEvent" and a.claimed_by)
        infos = (cast(Payload, a.payload).get("transactionInfo", {}) for a in events)
        return any(info.get("remoteStartId") == session.remote_start_id for info in infos)

    def learn(self, session: Session) -> None:
        """Take over what the claimed events say of the transaction."""
        for arrival in self.claimed(session):
            payload: dict[str, Any] = cast(Payload, arrival.payload)
            info = payload["transactionInfo"]
            session.transaction_id = info["transactionId"]
            session.charging_state = info.get("chargingState", session.charging_state)
            if payload.get("eventType") == "Ended":
                session.ended, session.ended_at = True, arrival.mark
            session.token_told = session.token_told or "idToken" in payload
