"""What a station under test owes, and since which case: the one thing of peers that outlives them.

A message of an earlier case is told apart when it arrives, so that nobody takes it for this one's.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from harness import clock
from harness.evidence.matchers import parse_time
from harness.ocppj.frames import Frame, Payload
from harness.ocppj.payloads import inner

#: Where a transaction began that is heard of too late to know in which case.
EARLIER = "some time before"
#: seqNo and timestamp: what tells one Started event from another.
_Start = tuple[object, object]


@dataclass
class Transaction:
    """One that the station has announced: in which case, by which Started events."""

    case: str
    starts: set[_Start] = field(default_factory=set[_Start])
    ended: bool = False


@dataclass
class Owed:
    """What a station has begun and promised in the run so far.

    ``deviation``: by how many seconds its clock may be wrong. ``case``: the one that runs.
    """

    deviation: float
    case: str = "before the first case"
    began: datetime = field(default_factory=clock.now)
    transactions: dict[str, Transaction] = field(default_factory=dict[str, Transaction])
    #: Transactions whose Started event had come before the case began.
    started_earlier: frozenset[str] = frozenset()
    #: Whether the connection was interrupted since the case began: only then can it keep events.
    interrupted: bool = False
    _of_case: set[str] = field(default_factory=set[str])

    def begin(self, case: str) -> None:
        """What is new from now on belongs to this case, and nothing of before."""
        self.case, self.began = case, clock.now()
        self.interrupted = False
        self._of_case.clear()
        self.started_earlier = frozenset(t for t, each in self.transactions.items() if each.starts)

    @property
    def running(self) -> set[str]:
        """Transactions that were announced, but not their end."""
        return {name for name, each in self.transactions.items() if not each.ended}

    def case_of(self, call: Frame) -> str:
        """The earlier case that a CALL of the station belongs to, or ""; it is remembered."""
        return self._case_of_event(call.payload) if call.action == "TransactionEvent" else ""

    def _case_of_event(self, event: Payload) -> str:
        """The earlier case in which a transaction began, or "".

        A Started event of its own begins it anew, whatever its id (a rule judges E01.FR.08).
        """
        name = inner(event, "transactionInfo").get("transactionId")
        if not isinstance(name, str):
            return ""
        known = self.transactions.get(name)
        start = (event.get("seqNo"), event.get("timestamp"))
        is_start = event.get("eventType") == "Started"
        if known is None:
            known = self.transactions[name] = Transaction(self.case)
            if self._is_late(event, is_start=is_start):
                known.case = EARLIER
            else:
                self._of_case.add(name)
        elif is_start and known.starts and start not in known.starts:
            known.case, known.ended = self.case, False
            self._of_case.add(name)
        if is_start:
            known.starts.add(start)
        known.ended = known.ended or event.get("eventType") == "Ended"
        return "" if name in self._of_case else known.case

    def _is_late(self, event: Payload, *, is_start: bool) -> bool:
        """Whether the first that is heard of a transaction happened before the case.

        A Started event says that it was kept (E04.FR.03), or its timestamp is wrong.
        """
        moment = parse_time(event.get("timestamp"))
        unsure = self.deviation if self.interrupted else 0
        kept = not is_start or event.get("offline") is True
        return kept and moment is not None and moment < self.began - timedelta(seconds=unsure)
