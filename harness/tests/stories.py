"""Logs of cases for the tests of the standing rules, told event by event."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from harness.ocppj.connection_end import ClosedBy, ConnectionEnd
from harness.ocppj.frames import Frame, FrameKind
from harness.ocppj.inbox import Closed, Inbox, Opened, Traffic
from harness.rules.frames import Breach, CaseLog, Rule
from harness.spec.editions import DEFAULT
from harness.spec.roles import Role
from harness.sut.model import Limits, Sut

NOW = datetime(2025, 3, 1, 12, 0, 0, tzinfo=UTC)


def stamp(seconds: float = 0) -> str:
    return (NOW + timedelta(seconds=seconds)).isoformat()


@dataclass
class Story:
    """A log, told event by event; every event a second after the one before."""

    role: Role
    inbox: Inbox = field(default_factory=Inbox)
    clock: float = 0.0
    changes: dict[str, Any] = field(default_factory=dict[str, Any])

    def wait(self, seconds: float) -> Story:
        self.clock += seconds
        return self

    def _frame(
        self, frame: Frame, *, sent: bool, wire: int, answers: Traffic | None = None
    ) -> Traffic:
        self.clock += 1
        at = NOW + timedelta(seconds=self.clock)
        event = Traffic(frame, sent, self.clock, at, wire, answers)
        self.inbox.add(event)
        return event

    def theirs(
        self,
        action: str,
        payload: Any = None,
        *,
        id: str = "",
        wire: int = 1,
        claimed: bool = True,
        owed_to: str = "",
    ) -> Traffic:
        """A CALL of the system under test, claimed by the case or owed to an earlier one."""
        name = id or f"their {len(self.inbox.events)}"
        frame = Frame(FrameKind.CALL, name, action, payload or {})
        call = self._frame(frame, sent=False, wire=wire)
        self.inbox.arrivals[-1].claimed_by = "1" if claimed else ""
        self.inbox.arrivals[-1].owed_to = owed_to
        return call

    def ours(self, action: str, payload: Any = None, *, wire: int = 1) -> Traffic:
        """A CALL of the harness."""
        frame = Frame(FrameKind.CALL, f"our {len(self.inbox.events)}", action, payload or {})
        return self._frame(frame, sent=True, wire=wire)

    def answer(self, call: Traffic, payload: Any = None, *, code: str = "") -> Traffic:
        """The answer to a CALL, by the other side of it."""
        kind = FrameKind.CALLERROR if code else FrameKind.CALLRESULT
        frame = Frame(kind, call.frame.id, call.frame.action, payload or {}, code)
        return self._frame(frame, sent=not call.sent, wire=call.wire, answers=call)

    def stray(self, id: str = "nobody asked") -> Traffic:
        """An answer of the system under test to nothing."""
        return self._frame(Frame(FrameKind.CALLRESULT, id), sent=False, wire=1)

    def asked(self, action: str, payload: Any = None, answer: Any = None) -> Traffic:
        """A CALL of the harness and its CALLRESULT."""
        return self.answer(self.ours(action, payload), answer)

    def told(self, action: str, payload: Any = None, answer: Any = None) -> Traffic:
        """A CALL of the system under test and its CALLRESULT."""
        call = self.theirs(action, payload)
        self.answer(call, answer)
        return call

    def opened(self, wire: int = 1, subprotocol: str | None = DEFAULT.subprotocol) -> None:
        self.clock += 1
        self.inbox.add(Opened(self.clock, wire, "1", subprotocol))

    def closed(self, wire: int = 1) -> None:
        self.clock += 1
        self.inbox.add(Closed(self.clock, wire, ConnectionEnd(ClosedBy.HARNESS, 1000)))

    def log(self) -> CaseLog:
        limits = Limits(response=10)
        sut = Sut("S", self.role, limits=limits)
        log = CaseLog(sut, self.inbox.events, self.inbox.arrivals, ended=self.clock)
        return replace(log, **self.changes)


Tale = Callable[[Story], Any]


STATUS = {
    "timestamp": stamp(),
    "connectorStatus": "Available",
    "evseId": 1,
    "connectorId": 1,
}
CS, CM = Role.STATION, Role.CSMS


def event(number: int, kind: str = "Updated", transaction: str = "t", **fields: Any) -> Any:
    """A TransactionEventRequest."""
    info = {"transactionId": transaction, **fields.pop("info", {})}
    trigger = fields.pop("trigger", "Trigger")
    base = {"eventType": kind, "timestamp": stamp(), "triggerReason": trigger, "seqNo": number}
    return {**base, "transactionInfo": info, **fields}


def events(*payloads: Any) -> Tale:
    """These TransactionEvents, each answered."""

    def tale(story: Story) -> None:
        for payload in payloads:
            story.told("TransactionEvent", payload)

    return tale


def earlier_events(*payloads: Any) -> Tale:
    """These TransactionEvents of an earlier case."""

    def tale(story: Story) -> None:
        for payload in payloads:
            story.theirs("TransactionEvent", payload, claimed=False, owed_to="TC_E_01_CS")

    return tale


def tell(*acts: Tale) -> Tale:
    """One act after the other."""

    def tale(story: Story) -> None:
        for act in acts:
            act(story)

    return tale


def changed(**changes: Any) -> Tale:
    """What surrounds the log."""
    return lambda story: story.changes.update(changes)


def found(rule: Rule, role: Role, tale: Tale) -> list[Breach]:
    story = Story(role)
    tale(story)
    return list(rule(story.log()))


def check_both(rules: Collection[str], *tables: Sequence[tuple[Any, ...]]) -> None:
    """Every rule has rows in both tables of a module: logs that break it, and near misses."""
    for name, rows in zip(("BROKEN", "HELD"), tables, strict=True):
        differ = {row[0] for row in rows} ^ set(rules)
        assert not differ, f"rules in one of harness/rules and {name} of this module: {differ}"


def row_ids(rows: list[Any]) -> list[str]:
    return [f"{row[0]}-{row[1]}" for row in rows]
