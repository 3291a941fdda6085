"""Plays the frames of recorded cases through log, schema and rules, to see what a frame costs."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from harness.evidence.mask import masker
from harness.evidence.transcript import Entry, Kind, Transcript
from harness.ocppj.connection_end import ClosedBy, ConnectionEnd
from harness.ocppj.frames import Frame, FrameKind, Malformed, parse
from harness.ocppj.inbox import Closed, Inbox, Opened, Traffic
from harness.report.log import read_log
from harness.rules import frames as rules
from harness.rules.frames import CaseLog, Rule
from harness.rules.judging import check
from harness.spec.editions import DEFAULT
from harness.spec.roles import Role
from harness.sut.model import Sut
from harness.testbed.kits import KITS

#: Every part is timed that often, and its best time counts.
_ROUNDS = 5


@dataclass(frozen=True)
class Cost:
    """CPU microseconds per frame, over ``frames``; ``json``: decoding and encoding it once."""

    frames: int
    json: float
    log: float
    schema: float
    rules: float

    @property
    def together(self) -> float:
        """Log, schema and rules."""
        return self.log + self.schema + self.rules


def cost(transcripts: dict[Path, Sut]) -> Cost:
    """What the frames of these transcripts cost.

    Raises:
        ValueError: there is not one frame.
    """
    logs = [_case_log(inbox, sut) for inbox, sut in _inboxes(transcripts)]
    frames = [frame for log in logs for frame in log.traffic]
    if not frames:
        raise ValueError("no frames were recorded")
    texts = [json.dumps(frame.frame.as_data(), default=float) for frame in frames]
    follows_schema: tuple[Rule, ...] = (rules.payloads_follow_schema,)

    def per_frame(work: Callable[[], None]) -> float:
        return _best(work) / len(frames) * 1e6

    return Cost(
        len(frames),
        json=per_frame(lambda: _recode(texts)),
        log=per_frame(lambda: _log(frames)),
        schema=per_frame(lambda: _judge(logs, lambda _role: follows_schema)),
        rules=per_frame(lambda: _judge(logs, _other_rules)),
    )


def _best(work: Callable[[], None]) -> float:
    times: list[float] = []
    for _ in range(_ROUNDS):
        began = time.process_time()
        work()
        times.append(time.process_time() - began)
    return min(times)


def _recode(texts: list[str]) -> None:
    for text in texts:
        json.dumps(json.loads(text))


def _log(frames: list[Traffic]) -> None:
    with TemporaryDirectory() as folder:
        mask = masker(["a-password-as-long-as-most"])
        transcript = Transcript("replay", Path(folder) / "replay.jsonl", mask)
        for frame in frames:
            transcript.add(Kind.SENT if frame.sent else Kind.RECEIVED, **frame.frame.as_data())


def _judge(logs: list[CaseLog], chosen: Callable[[Role], tuple[Rule, ...]]) -> None:
    for log in logs:
        for _ in check(log, chosen(log.sut.role)):
            pass


def _other_rules(role: Role) -> tuple[Rule, ...]:
    return tuple(rule for rule in KITS[role].rules if rule is not rules.payloads_follow_schema)


# -- transcripts read back


def _case_log(inbox: Inbox, sut: Sut) -> CaseLog:
    ended = inbox.events[-1].t if inbox.events else 0.0
    return CaseLog(sut, inbox.events, inbox.arrivals, ended=ended)


def _inboxes(transcripts: dict[Path, Sut]) -> Iterator[tuple[Inbox, Sut]]:
    for path, sut in transcripts.items():
        inbox, calls = Inbox(), dict[str, Traffic]()
        wire = 0
        for entry in read_log(path).entries:
            wire = int(entry.data.get("connection", wire))
            if entry.kind is Kind.CONNECTION:
                _connection(inbox, entry, wire)
            elif entry.kind in (Kind.SENT, Kind.RECEIVED) and "type" in entry.data:
                _traffic(inbox, entry, wire, calls)
        yield inbox, sut


def _connection(inbox: Inbox, entry: Entry, wire: int) -> None:
    data = entry.data
    if data["event"] == "opened":
        inbox.add(Opened(entry.t, wire, str(data["endpoint"]), data["subprotocol"]))
    elif data["event"] == "closed":
        inbox.add(Closed(entry.t, wire, ConnectionEnd(ClosedBy(data["by"]))))


def _traffic(inbox: Inbox, entry: Entry, wire: int, calls: dict[str, Traffic]) -> None:
    frame = _frame(entry.data)
    answers = None if frame.kind is FrameKind.CALL else calls.get(frame.id)
    traffic = Traffic(frame, entry.kind is Kind.SENT, entry.t, entry.at, wire, answers)
    inbox.add(traffic)
    if frame.kind is FrameKind.CALL:
        calls[frame.id] = traffic


def _frame(data: dict[str, Any]) -> Frame:
    """The frame as it was, its numbers exact as they are when read from the wire."""
    kind = FrameKind(data["type"])
    payload = data.get("payload", data.get("details", {}))
    exact = parse(Frame(FrameKind.CALL, data["id"], "-", payload).encode(), DEFAULT)
    if isinstance(exact, Malformed):
        raise ValueError(exact.problem)
    code, description = str(data.get("code", "")), str(data.get("description", ""))
    return Frame(kind, data["id"], data["action"], exact.payload, code, description)
