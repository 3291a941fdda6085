"""Logs of a conforming station: it boots, charges, goes offline and tells of it later, as drawn.

A log is a list of lines, plain data, so that one of them can be spoiled (``spoiling``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from hypothesis import strategies as st

from harness.ocppj.connection_end import ClosedBy, ConnectionEnd
from harness.ocppj.frames import Frame, FrameKind, Payload
from harness.ocppj.inbox import Broken, Closed, Inbox, Opened, Traffic
from harness.rules.frames import CaseLog
from harness.spec.editions import DEFAULT
from harness.spec.roles import Role
from harness.sut.model import Limits, Sut
from harness.tests.made_reports import reported

STATION = Sut("S", Role.STATION, evses={1: (1,), 2: (1,)}, limits=Limits(response=10))
REGISTER = "Energy.Active.Import.Register"
TOKEN = {"idToken": "AABBCCDD", "type": "ISO14443"}


_METERING = ("MeterValuePeriodic", "MeterValueClock")


@dataclass(frozen=True)
class Line:
    """A frame, or an event of a connection, ``t`` seconds after the beginning.

    ``number`` names a CALL, ``answers`` the CALL that a frame is the answer to.
    """

    t: float
    frame: Frame | None = None
    sent: bool = False
    wire: int = 1
    number: int = 0
    answers: int | None = None
    claimed: bool = True
    event: Opened | Closed | Broken | None = None

    @property
    def is_call(self) -> bool:
        return self.frame is not None and self.frame.kind is FrameKind.CALL

    @property
    def kind(self) -> FrameKind | None:
        return self.frame.kind if self.frame else None

    @property
    def payload(self) -> Payload:
        return self.frame.payload if self.frame else {}

    @property
    def action(self) -> str:
        return self.frame.action if self.frame else ""

    def with_frame(self, **changes: Any) -> Line:
        assert self.frame is not None
        return replace(self, frame=replace(self.frame, **changes))


#: The register is sampled at both ends, and so seldom that no sample is due in between.
SETTINGS = {
    "SampledDataCtrlr.TxStartedMeasurands": REGISTER,
    "SampledDataCtrlr.TxEndedMeasurands": REGISTER,
    "SampledDataCtrlr.TxUpdatedMeasurands": REGISTER,
    "SampledDataCtrlr.TxUpdatedInterval": "3600",
    "OCPPCommCtrlr.RetryBackOffWaitMinimum": "0",
    "OCPPCommCtrlr.RetryBackOffRandomRange": "120",
}


@dataclass(frozen=True)
class Session:
    """The lines of a case, the moment it began, what cases before it had, and what is sampled."""

    began: datetime
    lines: tuple[Line, ...]
    started_earlier: frozenset[str] = frozenset()
    settings: Mapping[str, str] = field(default_factory=lambda: SETTINGS)

    def log(self) -> CaseLog:
        """The log as the rules read it."""
        inbox = Inbox()
        calls: dict[int, Traffic] = {}
        for line in self.lines:
            if line.frame is None:
                assert line.event is not None
                inbox.add(line.event)
                continue
            at = self.began + timedelta(seconds=line.t)
            asked = calls.get(line.answers) if line.answers is not None else None
            traffic = Traffic(line.frame, line.sent, line.t, at, line.wire, asked)
            inbox.add(traffic)
            if line.is_call:
                calls[line.number] = traffic
                if not line.sent:
                    inbox.arrivals[-1].claimed_by = "1" if line.claimed else ""
        return CaseLog(
            STATION,
            inbox.events,
            inbox.arrivals,
            started_earlier=self.started_earlier,
            settings=self.settings,
            ended=self.lines[-1].t + 20,
        )


@dataclass
class _Transaction:
    """One at an EVSE: its events still to come, and what was already told."""

    id: str
    evse: int
    steps: Iterator[None]
    seq_no: int = 0
    placed: bool = False
    unnamed: bool = False
    state: str = "Idle"


@dataclass
class _Station:
    """Acts that a conforming station may do, each written into the lines."""

    draw: st.DrawFn
    began: datetime
    lines: list[Line] = field(default_factory=list[Line])
    t: float = 0.0
    wire: int = 0
    online: bool = False
    calls: int = 0
    queue: list[Payload] = field(default_factory=list[Payload])
    running: dict[int, _Transaction] = field(default_factory=dict[int, _Transaction])
    clock_error: float = 0.0
    zone: timezone = UTC

    # -- time and choice

    def yes(self) -> bool:
        return self.draw(st.booleans())

    def one(self, *choices: Any) -> Any:
        return self.draw(st.sampled_from(choices))

    def wait(self, least: float = 0.1, most: float = 6.0) -> None:
        self.t += self.draw(st.integers(int(least * 10), int(most * 10))) / 10

    def now(self) -> str:
        """The time by the station's own clock, which is not ours, in the zone where it stands."""
        moment = self.began + timedelta(seconds=self.t + self.clock_error)
        return moment.astimezone(self.zone).isoformat(timespec="milliseconds")

    # -- connection

    def connect(self) -> None:
        self.wait()
        self.wire += 1
        self.online = True
        event = Opened(self.t, self.wire, "1", DEFAULT.subprotocol)
        self.lines.append(Line(self.t, wire=self.wire, event=event))

    def hang_up(self, end: ConnectionEnd) -> None:
        self.wait()
        self.online = False
        self.lines.append(Line(self.t, wire=self.wire, event=Closed(self.t, self.wire, end)))

    # -- messages

    def _add(self, frame: Frame, **more: Any) -> Line:
        self.t += 0.02
        self.lines.append(Line(self.t, frame, wire=self.wire, **more))
        return self.lines[-1]

    def told(
        self,
        action: str,
        payload: Payload,
        answer: Payload | None = None,
        *,
        claimed: bool = True,
        id: str = "",
    ) -> str:
        """A CALL of the station and our answer; returns its id."""
        self.calls += 1
        frame = Frame(FrameKind.CALL, id or f"their {self.calls}", action, payload)
        call = self._add(frame, number=self.calls, claimed=claimed)
        result = Frame(FrameKind.CALLRESULT, frame.id, action, answer or {})
        self._add(result, sent=True, answers=call.number)
        return frame.id

    def asked(self, action: str, payload: Payload, answer: Payload) -> None:
        """A CALL of ours and the station's answer."""
        self.wait(0.1, 2)
        self.calls += 1
        frame = Frame(FrameKind.CALL, f"our {self.calls}", action, payload)
        call = self._add(frame, number=self.calls, sent=True)
        self.t += 0.3
        self._add(Frame(FrameKind.CALLRESULT, frame.id, action, answer), answers=call.number)

    # -- boot

    def boot(self, reason: str) -> None:
        self.connect()
        station = {"model": "M", "vendorName": "V", "firmwareVersion": "1"}
        for _ in range(self.draw(st.integers(0, 2))):
            interval = self.draw(st.integers(0, 9))
            status = self.one("Pending", "Rejected")
            answer = {"currentTime": self.now(), "interval": interval, "status": status}
            boot = {"reason": reason, "chargingStation": station}
            self.told("BootNotification", boot, answer)
            if status == "Rejected" and self.yes():
                self.hang_up(ConnectionEnd(ClosedBy.SYSTEM, 1000))
                self.connect()
            self.wait(interval, interval + 3)
        answer = {"currentTime": self.now(), "interval": 300, "status": "Accepted"}
        self.told("BootNotification", {"reason": reason, "chargingStation": station}, answer)
        for evse in STATION.evses:
            self.connector(evse, "Available", claimed=True)

    # -- what goes on beside transactions

    def connector(self, evse: int, status: str, *, claimed: bool = False) -> None:
        if not self.online:
            return
        place = {"evseId": evse, "connectorId": 1}
        payload = {"timestamp": self.now(), "connectorStatus": status, **place}
        self.told("StatusNotification", payload, claimed=claimed)

    def heartbeat(self) -> None:
        self.told("Heartbeat", {}, {"currentTime": self.now()}, claimed=False)

    def clock_values(self) -> None:
        value = {"timestamp": self.now(), "sampledValue": [{"value": 1, "context": "Sample.Clock"}]}
        self.told("MeterValues", {"evseId": 1, "meterValue": [value]}, claimed=False)

    def security_event(self) -> None:
        payload = {"type": "SettingSystemTime", "timestamp": self.now()}
        self.told("SecurityEventNotification", payload, claimed=False)

    def variables(self) -> None:
        """GetVariables or SetVariables of a few, answered in any order."""
        names = self.draw(st.lists(st.sampled_from("ABC"), min_size=1, max_size=3, unique=True))
        items = [{"component": {"name": "C"}, "variable": {"name": name}} for name in names]
        results = self.draw(st.permutations(items))
        done: Payload = {"attributeStatus": "Accepted", "attributeType": "Actual"}
        if self.yes():
            done["attributeValue"] = "1"
            answer = {"getVariableResult": [item | done for item in results]}
            self.asked("GetVariables", {"getVariableData": items}, answer)
        else:
            wanted = [item | {"attributeValue": "1"} for item in items]
            answer = {"setVariableResult": [item | done for item in results]}
            self.asked("SetVariables", {"setVariableData": wanted}, answer)

    def report(self) -> None:
        number = self.draw(st.integers(1, 99))
        payload = {"requestId": number, "reportBase": "FullInventory"}
        self.asked("GetBaseReport", payload, {"status": "Accepted"})
        parts = self.draw(st.integers(1, 3))
        for part in range(parts):
            told = {"requestId": number, "generatedAt": self.now(), "seqNo": part}
            held = {} if part else {"reportData": reported(self.now())}
            self.told("NotifyReport", told | {"tbc": part < parts - 1} | held)

    def logs(self) -> None:
        number = self.draw(st.integers(1, 99))
        wanted = {"logType": "SecurityLog", "requestId": number}
        where = {"log": {"remoteLocation": "http://127.0.0.1/x"}}
        self.asked("GetLog", wanted | where, {"status": "Accepted"})
        for status in ("Uploading", "Uploaded"):
            self.told(
                "LogStatusNotification", {"status": status, "requestId": number}, claimed=False
            )

    def composite(self) -> None:
        starts = sorted(self.draw(st.sets(st.integers(0, 99), min_size=2, max_size=3)))
        schedule = {
            "chargingSchedulePeriod": [{"startPeriod": s, "limit": 6} for s in starts],
            **{"evseId": 1, "duration": 100, "scheduleStart": self.now()},
            "chargingRateUnit": "A",
        }
        payload = {"duration": 100, "evseId": 1}
        self.asked("GetCompositeSchedule", payload, {"status": "Accepted", "schedule": schedule})

    def refuse(self) -> None:
        """What the station does not know, it says so."""
        self.wait(0.1, 2)
        self.calls += 1
        call = Frame(FrameKind.CALL, f"our {self.calls}", "DataTransfer", {"vendorId": "V"})
        line = self._add(call, number=self.calls, sent=True)
        error = Frame(FrameKind.CALLERROR, call.id, call.action, code="NotSupported")
        self._add(error, answers=line.number)

    def promise(self) -> None:
        self.one(self.trigger, self.reset, self.reset, self.local_list)()

    def local_list(self) -> None:
        version = self.draw(st.integers(1, 9))
        payload = {"versionNumber": version, "updateType": "Full"}
        self.asked("SendLocalList", payload, {"status": "Accepted"})
        self.asked("GetLocalListVersion", {}, {"versionNumber": version})

    def trigger(self) -> None:
        message = "FirmwareStatusNotification"
        self.asked("TriggerMessage", {"requestedMessage": message}, {"status": "Accepted"})
        self.told(message, {"status": "Idle"}, claimed=False)

    def reset(self) -> None:
        """When all that runs has ended, the station is told to reset, and does."""
        for tx in self.running.values():
            for _ in tx.steps:
                self.wait()
        self.running.clear()
        self.asked("Reset", {"type": "OnIdle"}, {"status": "Accepted"})
        self.hang_up(ConnectionEnd(ClosedBy.SYSTEM, 1000))
        self.boot("RemoteReset")

    def lose_power(self) -> None:
        """The old connection has no end; the station boots with its transactions."""
        self.wait(3, 9)
        self.boot("PowerUp")

    # -- transactions

    def event(self, tx: _Transaction, kind: str, trigger: str, **fields: Any) -> None:
        """The next event of a transaction, now or when the station is online again."""
        info: Payload = {"transactionId": tx.id, **fields.pop("info", {})}
        payload: Payload = {
            "eventType": kind,
            "timestamp": self.now(),
            "triggerReason": trigger,
            "seqNo": tx.seq_no,
            "transactionInfo": info,
            **({"idToken": TOKEN} if tx.unnamed else {}),
            **fields,
        }
        tx.unnamed = False
        if trigger == "ChargingStateChanged" or self.yes():
            info["chargingState"] = tx.state
        if tx.state != "Idle" and (not tx.placed or self.yes()):
            payload["evse"] = {"id": tx.evse, "connectorId": 1}
            tx.placed = True
        context = {"Started": "Transaction.Begin", "Ended": "Transaction.End"}
        if kind in context or trigger in _METERING or self.yes():
            contexts = [context.get(kind, "Sample.Periodic"), *(["Sample.Clock"] * self.yes())]
            if trigger == "MeterValueClock":
                contexts = ["Sample.Clock"]
            samples = [{"value": 1, "context": each} for each in contexts]
            payload["meterValue"] = [{"timestamp": self.now(), "sampledValue": samples}]
        tx.seq_no += 1
        if not self.online:
            self.queue.append(payload | {"offline": True})
        elif self.draw(st.integers(0, 9)) == 9:
            self._cut_off(payload)
        else:
            self.tell(payload)

    def tell(self, payload: Payload, id: str = "") -> None:
        answer = {"idTokenInfo": {"status": "Accepted"}} if "idToken" in payload else {}
        self.told("TransactionEvent", payload, answer, id=id)

    def _cut_off(self, payload: Payload) -> None:
        """The connection ends before our answer: the event is told again, under any id."""
        self.calls += 1
        id = f"their {self.calls}"
        frame = Frame(FrameKind.CALL, id, "TransactionEvent", payload)
        self._add(frame, number=self.calls)
        self.hang_up(ConnectionEnd(ClosedBy.NOBODY))
        self.connect()
        self.tell(payload, id if self.yes() else "")

    def be_offline(self) -> None:
        self.hang_up(ConnectionEnd(ClosedBy.HARNESS, 1000))
        for _ in range(self.draw(st.integers(0, 4))):
            self.wait(2, 12)
            self.go_on()
        self.wait(0, 20)
        self.connect()
        for payload in self.queue:
            self.tell(payload)
        self.queue.clear()

    def go_on(self) -> None:
        """A transaction begins, or one that runs comes to its next event."""
        evse = self.draw(st.sampled_from(sorted(STATION.evses)))
        if evse not in self.running:
            id = f"tx {evse} {len(self.lines)} {len(self.queue)}"
            tx = _Transaction(id, evse, iter(()))
            tx.steps = self._driver(tx)
            self.running[evse] = tx
        if next(self.running[evse].steps, self) is self:
            del self.running[evse]

    def go_on_for_a_while(self) -> None:
        for _ in range(self.draw(st.integers(1, 5))):
            self.wait()
            self.go_on()

    def _driver(self, tx: _Transaction) -> Iterator[None]:
        """One visit of a driver, event by event: it begins and ends at any TxStart/StopPoint."""
        arrivals = ["plug", self.one("authorize", "remote" if self.online else "authorize")]
        arrivals = [*(["park"] * self.yes()), *self.draw(st.permutations(arrivals)), "charge"]
        started_by = self.draw(st.integers(0, len(arrivals) - 1))
        for number, act in enumerate(arrivals):
            if act == "plug":
                tx.state = "EVConnected"
            if act == "charge":
                tx.state = "Charging"
            if number >= started_by:
                yield from self._arrive(tx, act, "Started" if number == started_by else "Updated")
            elif act in ("authorize", "remote"):
                tx.unnamed = True
        for _ in range(self.draw(st.integers(0, 3))):
            self._in_between(tx)
            yield
        yield from self._leave(tx)

    def _arrive(self, tx: _Transaction, act: str, kind: str) -> Iterator[None]:
        more: Payload = {}
        if act == "remote" and not self.online:
            act = "authorize"  # nobody can ask for it now
        if act == "remote":
            number = self.draw(st.integers(1, 99))
            payload = {"remoteStartId": number, "idToken": TOKEN, "evseId": tx.evse}
            self.asked("RequestStartTransaction", payload, {"status": "Accepted"})
            more = {"idToken": TOKEN, "info": {"remoteStartId": number}}
        if act == "authorize":
            more = {"idToken": TOKEN}
        triggers = {
            **{"park": "EVDetected", "plug": "CablePluggedIn", "authorize": "Authorized"},
            **{"remote": "RemoteStart", "charge": "ChargingStateChanged"},
        }
        self.event(tx, kind, triggers[act], **more)
        yield

    def _in_between(self, tx: _Transaction) -> None:
        trigger = self.one("MeterValuePeriodic", "ChargingStateChanged", "MeterValueClock")
        if trigger == "ChargingStateChanged":
            tx.state = "SuspendedEV" if tx.state == "Charging" else "Charging"
        self.event(tx, "Updated", trigger)

    def _leave(self, tx: _Transaction) -> Iterator[None]:
        ways = ["local", "unplug", "deauthorize"] + ["remote", "reset"] * self.online
        way = self.one(*ways)
        trigger, reason = {
            "local": ("StopAuthorized", "Local"),
            "unplug": ("EVCommunicationLost", "EVDisconnected"),
            "deauthorize": ("Deauthorized", "DeAuthorized"),
            "remote": ("RemoteStop", "Remote"),
            "reset": ("ResetCommand", "ImmediateReset"),
        }[way]
        more = {"idToken": TOKEN} if way == "local" else {}
        if way == "remote":
            self.asked("RequestStopTransaction", {"transactionId": tx.id}, {"status": "Accepted"})
        if way == "reset":
            self.asked("Reset", {"type": "Immediate", "evseId": tx.evse}, {"status": "Accepted"})
        late = way in ("local", "remote", "deauthorize") and self.yes()
        tx.state = "EVConnected"
        if late:
            self.event(tx, "Updated", trigger, **more)
            yield
            trigger, more = "EVCommunicationLost", {}
        if way == "unplug" or late:
            tx.state = "Idle"
        self.event(tx, "Ended", trigger, info={"stoppedReason": reason}, **more)
        yield


def _of(station: _Station) -> list[Any]:
    return [
        *(station.heartbeat, station.clock_values, station.security_event, station.variables),
        *(station.report, station.logs, station.composite, station.be_offline),
        *(station.refuse, station.lose_power, station.promise, station.promise),
        *[station.go_on_for_a_while] * 10,
    ]


@st.composite
def sessions(draw: st.DrawFn) -> Session:
    """What a conforming station may do in a case."""
    station = _Station(draw, datetime.now(UTC) - timedelta(minutes=20))
    station.clock_error = draw(st.integers(-3, 3))
    station.zone = timezone(timedelta(minutes=draw(st.sampled_from([0, 60, -480, 345]))))
    station.boot("PowerUp")
    for number in draw(st.lists(st.integers(0, 21), min_size=5, max_size=25)):
        station.wait()
        _of(station)[number]()
    return Session(station.began, tuple(station.lines))
