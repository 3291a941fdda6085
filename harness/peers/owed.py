"""What a station under test owes, and since which case: the one thing of peers that outlives them.

A message of an earlier case is told apart when it arrives, so that nobody takes it for this one's.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from harness import clock
from harness.evidence.matchers import parse_time
from harness.evidence.transcript import Kind, Transcript
from harness.ocppj.frames import Frame, FrameKind, Payload
from harness.ocppj.inbox import Closed, Event, Traffic
from harness.ocppj.payloads import inner

#: Where a transaction began that is heard of too late to know in which case.
EARLIER = "some time before"
#: What follows a request that was accepted, with its requestId: in parts, or as it goes on.
_IN_PARTS = {
    "GetBaseReport": "NotifyReport",
    "GetReport": "NotifyReport",
    "GetMonitoringReport": "NotifyMonitoringReport",
    "GetChargingProfiles": "ReportChargingProfiles",
    "GetDisplayMessages": "NotifyDisplayMessages",
    "CustomerInformation": "NotifyCustomerInformation",
}
_AS_IT_GOES_ON = {
    "GetLog": "LogStatusNotification",
    "UpdateFirmware": "FirmwareStatusNotification",
}
#: requestedMessage of a TriggerMessage that is not the action.
_TRIGGERED = {
    "SignChargingStationCertificate": "SignCertificate",
    "SignV2GCertificate": "SignCertificate",
    "SignCombinedCertificate": "SignCertificate",
}
#: seqNo and timestamp: what tells one Started event from another.
_Start = tuple[object, object]
#: The action of what follows a request, and its requestId.
_Report = tuple[str, object]


@dataclass(frozen=True, eq=False)
class Case:
    """A stretch of the run: a case, or what is between two; each has its own, whatever its name."""

    name: str
    began: datetime = field(default_factory=clock.now)


@dataclass
class Transaction:
    """One that the station has announced: in which case, by which Started events."""

    case: Case
    starts: set[_Start] = field(default_factory=set[_Start])
    ended: bool = False


@dataclass(frozen=True)
class Trigger:
    """A message that the station has promised to send, and in which case."""

    action: str
    case: Case


@dataclass
class Owed:
    """What a station has begun and promised in the run so far.

    ``deviation``: by how many seconds its clock may be wrong. ``case``: the one that runs.
    """

    deviation: float
    case: Case = field(default_factory=lambda: Case("before the first case"))
    transactions: dict[str, Transaction] = field(default_factory=dict[str, Transaction])
    #: Transactions whose Started event had come before the case began.
    started_earlier: frozenset[str] = frozenset()
    #: Whether the connection was interrupted since the case began: only then can it keep events.
    interrupted: bool = False
    triggers: list[Trigger] = field(default_factory=list[Trigger])
    #: Drivers who were let in and of whom no transaction has told: the idToken, and when (monotonic
    #: seconds).
    let_in: dict[str, float] = field(default_factory=dict[str, float])
    #: Last status of an update of the run, "" where there was none.
    firmware_status: str = ""
    #: Drivers who stopped a transaction, by their idToken, and in which case: a station may ask
    #: about them afterwards (C09.FR.04).
    stopped_by: dict[str, Case] = field(default_factory=dict[str, Case])
    _reports: dict[_Report, Case] = field(default_factory=dict[_Report, Case])
    _reports_due: set[_Report] = field(default_factory=set[_Report])
    _overdue: set[Trigger] = field(default_factory=set[Trigger])
    _asked_in: dict[str, Case] = field(default_factory=dict[str, Case])

    def begin(self, name: str) -> None:
        """What is new from now on belongs to this case, and nothing of before."""
        self.case, self.interrupted = Case(name), False
        self.started_earlier = frozenset(t for t, each in self.transactions.items() if each.starts)

    @property
    def running(self) -> set[str]:
        """Transactions that were announced, but not their end."""
        return {name for name, each in self.transactions.items() if not each.ended}

    @property
    def messages(self) -> list[str]:
        """In words: reports and triggered messages that were promised and have not come."""
        reports = [f"{action} with requestId {number}" for action, number in self._reports_due]
        return reports + [each.action for each in self.triggers if each not in self._overdue]

    def stop_waiting(self) -> None:
        """Nobody waits for these messages any longer; whose they are stays known."""
        self._reports_due.clear()
        self._overdue.update(self.triggers)

    def forgive(self) -> None:
        """Nobody waits any longer for what was promised, nor for the end of what runs."""
        self.triggers.clear()
        self.let_in.clear()
        self._reports_due.clear()
        for each in self.transactions.values():
            each.ended = True

    def note(self, event: Event) -> str:
        """Remember what an event means; the earlier case that a CALL belongs to, or ""."""
        self.interrupted = self.interrupted or isinstance(event, Closed)
        if not isinstance(event, Traffic):
            return ""
        if event.frame.kind is not FrameKind.CALL:
            if event.answers is not None:
                self._answered(event.answers.frame, event)
            return ""
        if event.sent:
            self._asked(event.frame)
            return ""
        case = self._case_of(event.frame)
        return "" if case is self.case else case.name

    # -- what was asked for

    def _asked(self, call: Frame) -> None:
        self._asked_in[call.id] = self.case
        if call.action == "RequestStartTransaction":
            self.identifies(_token(call.payload))
        follower = {**_IN_PARTS, **_AS_IT_GOES_ON}.get(call.action)
        if follower is not None:
            self._reports[follower, call.payload.get("requestId")] = self.case

    def _answered(self, call: Frame, answer: Traffic) -> None:
        payload = answer.frame.payload
        if call.action == "Authorize" and answer.sent:
            self._let_in(call, inner(payload, "idTokenInfo").get("status"), answer.t)
        if answer.sent:
            return
        case = self._asked_in.pop(call.id, self.case)
        if call.action == "RequestStartTransaction":
            self._let_in(call, payload.get("status"), answer.t)
        if payload.get("status") != "Accepted":
            return
        if call.action in _IN_PARTS:
            self._reports_due.add((_IN_PARTS[call.action], call.payload.get("requestId")))
        if call.action == "TriggerMessage":
            wanted = str(call.payload.get("requestedMessage"))
            self.triggers.append(Trigger(_TRIGGERED.get(wanted, wanted), case))

    def _let_in(self, call: Frame, status: object, t: float) -> None:
        if status == "Accepted":
            self.let_in[_token(call.payload)] = t

    # -- whose a message is

    def _case_of(self, call: Frame) -> Case:
        if call.action == "TransactionEvent":
            if call.payload.get("triggerReason") == "Trigger":  # F06.FR.07
                self._case_of_triggered(call)
            return self._case_of_event(call.payload)
        if call.action == "Authorize":
            return self._case_of_question(_token(call.payload))
        report = (call.action, _plain(call.payload.get("requestId")))
        if call.action == "FirmwareStatusNotification" and report in self._reports:
            self.firmware_status = str(call.payload.get("status"))
        if report in self._reports and not self._is_triggered(call.action):
            if call.payload.get("tbc") is not True:
                self._reports_due.discard(report)
            return self._reports[report]
        return self._case_of_triggered(call)

    def _is_triggered(self, action: str) -> bool:
        """Whether a station is to repeat how something of before came to its end (L01.FR.26)."""
        repeats = action in _AS_IT_GOES_ON.values()
        return repeats and any(each.action == action for each in self.triggers)

    def _case_of_question(self, token: str) -> Case:
        """That in which he stopped a transaction, unless he has identified since."""
        return self.stopped_by.pop(token, self.case)

    def identifies(self, token: str) -> None:
        """A driver has identified in this case, or is started: questions about him are of it."""
        if self.stopped_by.get(token.upper()) is not self.case:
            self.stopped_by.pop(token.upper(), None)

    def _case_of_triggered(self, call: Frame) -> Case:
        for trigger in self.triggers:
            boots = call.action == "BootNotification"
            fits = not boots or call.payload.get("reason") == "Triggered"
            if trigger.action == call.action and fits:
                self.triggers.remove(trigger)
                return trigger.case
        return self.case

    def _case_of_event(self, event: Payload) -> Case:
        """The case in which a transaction began.

        A Started event of its own begins it anew, whatever its id (a rule judges E01.FR.08).
        """
        name = inner(event, "transactionInfo").get("transactionId")
        if not isinstance(name, str):
            return self.case
        known = self.transactions.get(name)
        start = (_plain(event.get("seqNo")), _plain(event.get("timestamp")))
        is_start = event.get("eventType") == "Started"
        if known is None:
            late = self._is_late(event, is_start=is_start)
            known = self.transactions[name] = Transaction(Case(EARLIER) if late else self.case)
        elif is_start and known.starts and start not in known.starts:
            known.case, known.ended = self.case, False
        if is_start:
            known.starts.add(start)
        token = _token(event)
        self.let_in.pop(token, None)
        if token and event.get("triggerReason") == "StopAuthorized":
            self.stopped_by[token] = known.case
        if event.get("eventType") == "Ended":
            known.ended = True
            self.let_in.clear()
        return known.case

    def _is_late(self, event: Payload, *, is_start: bool) -> bool:
        """Whether the first that is heard of a transaction happened before the case.

        A Started event says that it was kept (E04.FR.03), or its timestamp is wrong.
        """
        moment = parse_time(event.get("timestamp"))
        unsure = timedelta(seconds=self.deviation if self.interrupted else 0)
        kept = not is_start or event.get("offline") is True
        return kept and moment is not None and moment < self.case.began - unsure


def identified(transcript: Transcript) -> Iterator[str]:
    """The idTokens that were presented at the station, from the moment on at which that began."""
    for entry in transcript.entries:
        begun = entry.kind is Kind.OPERATOR and entry.data["outcome"] == "begun"
        if begun and entry.data["action"] == "present_token":
            yield str(entry.data["parameters"]["id_token"])


def _plain(value: object) -> object:
    """A value to find something by: what a schema forbids there may be an array or an object."""
    try:
        hash(value)
    except TypeError:
        return repr(value)
    return value


def _token(payload: Payload) -> str:
    """The idToken in a message, whatever its case (Part 2, IdTokenType)."""
    return str(inner(payload, "idToken").get("idToken", "")).upper()
