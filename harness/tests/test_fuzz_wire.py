"""A peer on a real WebSocket, told anything: it reads on, records all, blames the right side."""

from __future__ import annotations

import asyncio
import json
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from harness import clock
from harness.connection.endpoint import Endpoint, ExpectedCredentials, Service
from harness.evidence.transcript import Transcript
from harness.evidence.values import brief
from harness.evidence.verdict import Validation, Verdict, decide
from harness.ocppj import schema
from harness.ocppj.connection_attempt import NOTHING_SHOWN, Attempt
from harness.ocppj.connection_end import ConnectionEnd
from harness.ocppj.frames import (
    EXCERPT,
    Frame,
    FrameKind,
    Malformed,
    Payload,
    Wire,
    parse,
)
from harness.ocppj.inbox import Arrival, Broken, Closed, Event, Inbox, Opened, Refused, Traffic
from harness.peers.answers import csms_answer
from harness.peers.fake_station import FakeStation
from harness.peers.peer import Peer
from harness.report.log import read_log
from harness.rules.frames import CaseLog
from harness.rules.judging import check
from harness.spec.editions import DEFAULT
from harness.spec.roles import Role
from harness.sut.model import Limits, Sut
from harness.testbed.kits import KITS
from harness.tests.fuzzing import OBJECTS, TEXTS, VALUES, as_read, examples, text_of
from harness.tests.made_payloads import MESSAGES, breaks, payloads

#: Seconds in which anything on this machine has happened.
SOON = 10
STATION = Sut("S", Role.STATION, security_profile=0, limits=Limits(response=SOON, event=SOON))
LAST = "the last"

# -- a peer that listens, and a station that says what it likes


@dataclass
class Switch:
    """Passes what happens at the endpoint on to the peer of the moment."""

    peer: Peer

    def opened(self, wire: Wire) -> None:
        self.peer.opened(wire)

    def closed(self, wire: Wire, end: ConnectionEnd) -> None:
        self.peer.closed(wire, end)

    def refused(self, endpoint: str, reason: str, attempt: Attempt) -> None:
        self.peer.refused(endpoint, reason, attempt)

    async def received(self, wire: Wire, item: Frame | Malformed, t: float) -> None:
        await self.peer.received(wire, item, t)


@dataclass
class Stage:
    """One endpoint for all examples of a module, on an event loop of its own."""

    runner: asyncio.Runner
    folder: Path
    switch: Switch = field(init=False)
    endpoint: Endpoint = field(init=False)

    def __post_init__(self) -> None:
        self.new_peer()
        service = Service(ExpectedCredentials("S"))
        self.endpoint = Endpoint("1", self.switch, service, "127.0.0.1", "127.0.0.1", 0)
        self.runner.run(self.endpoint.start())

    def new_peer(self) -> Peer:
        path = self.folder / "transcript.jsonl"
        path.unlink(missing_ok=True)
        peer = Peer(STATION, Transcript("x", path), lambda a, p: csms_answer(STATION, a, p))
        self.switch = getattr(self, "switch", Switch(peer))
        self.switch.peer = peer
        return peer

    async def connect(self) -> ClientConnection:
        return await connect(
            f"{self.endpoint.url}/S", subprotocols=[Subprotocol(DEFAULT.subprotocol)], max_size=None
        )


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with asyncio.Runner(loop_factory=clock.loop_factory(simulated=True)) as runner:
        made = Stage(runner, tmp_path_factory.mktemp("wire"))
        yield made
        runner.run(made.endpoint.stop())


async def until_last(peer: Peer) -> None:
    """The message ``LAST`` has come, whatever came before it."""

    def came() -> Arrival | None:
        return next((a for a in peer.inbox.arrivals if a.traffic.frame.id == LAST), None)

    assert await peer.inbox.wait(came, SOON), "the reader is dead"


async def until_closed(peer: Peer) -> Closed:
    def ended() -> Closed | None:
        return next((e for e in peer.inbox.events if isinstance(e, Closed)), None)

    closed = await peer.inbox.wait(ended, SOON)
    assert closed, "the end was not noticed"
    return closed


# -- what may be said

ACTIONS = sorted(DEFAULT.actions)
IDS = TEXTS.map(lambda text: f"id {text}")
#: What a station says: text, bytes, or None for the right answer to a CALL of ours.
Said = str | bytes | None


def call(id: str, action: str, payload: Payload) -> str:
    return text_of([2, id, action, payload])


@st.composite
def broken_calls(draw: st.DrawFn) -> str:
    message = draw(st.sampled_from([m for m in MESSAGES if m.endswith("Request")]))
    payload = draw(payloads(message))
    spoiled = draw(st.sampled_from(list(breaks(message, payload)) or [None]))
    whole = spoiled.done_to(payload) if spoiled else {"colour": "red"}
    return call(draw(IDS), message.removesuffix("Request"), whole)


@st.composite
def right_calls(draw: st.DrawFn) -> str:
    action = draw(st.sampled_from(ACTIONS))
    return call(draw(IDS), action, draw(payloads(f"{action}Request")))


NEARLY = st.tuples(
    st.sampled_from([2, 3, 4, 2.0, 5, "2", None, True]),
    IDS | VALUES,
    st.sampled_from([*ACTIONS, "Frobnicate", ""]) | VALUES,
    OBJECTS | VALUES,
    VALUES,
).flatmap(lambda parts: st.integers(2, 5).map(lambda n: text_of(list(parts[:n]))))
HOSTILE = st.sampled_from(
    [
        *("", "[", "[]", "{}", "null", "[2]", "\ufeff[2]", "[" * 20_000, '[2,"a","Heartbeat",{]'),
        '[2,"n","Heartbeat",{"a":1e999999999}]',
        '[2,"n","StatusNotification",{"evseId":1e300,"connectorId":-1e-999999}]',
        f'[2,"n","Heartbeat",{{"a":{"9" * 4_000}}}]',
        f'[2,"n","Heartbeat",{{"a":0.{"9" * 400_000}}}]',
        f'[2,"n","Heartbeat",{{"a":{"9" * 400_000}}}]',
        '[2,"n","Heartbeat",{"a":' + "[" * 97 + "]" * 97 + "}]",
        '[2,"n","Heartbeat",{"a":"\\ud800","\\udfff":"\\u0000"}]',
        '[3,"nobody asked",{}]',
        '[4,"nobody asked","","",{}]',
        '[2,"n","Heartbeat",{"a":NaN}]',
        '[2,"n","Authorize",{"idToken":[]}]',
        '[2,"n","TransactionEvent",{"idToken":{"idToken":{},"type":[]},"seqNo":[]}]',
        '[2,"n","BootNotification",' + '{"a":' * 90 + "1" + "}" * 90 + "]",
    ]
)
SAID: st.SearchStrategy[list[Said]] = st.lists(
    st.one_of(
        *(st.text(st.characters(codec="utf-8"), max_size=30), st.binary(max_size=30)),
        *(HOSTILE, VALUES.map(text_of), NEARLY, broken_calls(), right_calls(), st.none()),
    ),
    min_size=1,
    max_size=6,
)


@dataclass(frozen=True)
class Heard:
    """What came of it: the peer, what was really sent, and what it answered."""

    peer: Peer
    sent: list[str | bytes]
    answers: list[str]


async def play(stage: Stage, said: list[Said]) -> Heard:
    peer = stage.new_peer()
    connection = await stage.connect()
    sent: list[str | bytes] = []
    answers: list[str] = []

    async def say(text: str | bytes) -> None:
        sent.append(text)
        await connection.send(text)

    for item in said:
        if item is not None:
            await say(item)
            continue
        ours = await peer.send(1, "Reset", type="OnIdle")
        while (
            frame := parse(await connection.recv(), DEFAULT)
        ) and frame.id != ours.traffic.frame.id:
            answers.append(frame.id)
        await say(text_of([3, frame.id, {"status": "Accepted"}]))
        assert await ours.response(2, status="Accepted")
    await say(call(LAST, "Heartbeat", {}))
    await until_last(peer)
    while (answered := parse(await connection.recv(), DEFAULT).id) != LAST:
        answers.append(answered)
    await connection.close()
    await until_closed(peer)
    return Heard(peer, sent, [*answers, LAST])


def rules_of(peer: Peer) -> list[Validation]:
    log = CaseLog(peer.sut, peer.inbox.events, peer.inbox.arrivals)
    return list(check(log, KITS[peer.sut.role].rules))


def came(events: list[Event]) -> list[Event]:
    return [e for e in events if isinstance(e, Broken) or (isinstance(e, Traffic) and not e.sent)]


@given(said=SAID)
@examples(100)
def test_every_message_is_recorded_and_the_next_one_read(stage: Stage, said: list[Said]) -> None:
    heard = stage.runner.run(_within(play(stage, said)))
    peer = heard.peer
    assert peer.broken == ""
    read = [parse(text, DEFAULT) for text in heard.sent]
    events = came(peer.inbox.events)
    assert len(events) == len(read)
    for item, event in zip(read, events, strict=True):
        if isinstance(item, Malformed):
            assert isinstance(event, Broken)
            assert event.problem == item
        else:
            assert isinstance(event, Traffic)
            assert (event.frame.kind, event.frame.id) == (item.kind, item.id)
            assert event.frame.payload == item.payload
    calls = [i.id for i in read if isinstance(i, Frame) and i.kind is FrameKind.CALL]
    assert heard.answers == calls
    assert_judged(peer, read)
    assert_kept(peer)


async def _within(work: Any) -> Any:
    return await asyncio.wait_for(work, 2 * SOON)


def assert_judged(peer: Peer, read: list[Frame | Malformed]) -> None:
    """What is wrong on the wire never ends in a PASS, whatever the case itself has seen."""
    validations = rules_of(peer)
    seen = [*peer.transcript.validations, Validation("1", "M", "", "", "", ok=True), *validations]
    wrong = any(isinstance(item, Malformed) or _breaks_rules(item) for item in read)
    if wrong:
        assert decide(seen).verdict is Verdict.FAIL
    held = {v.step for v in validations if v.ok}
    assert ("frames_are_ocpp" in held) is not any(isinstance(i, Malformed) for i in read)
    assert all(len(v.sentence()) < 2_000 for v in validations)


def _breaks_rules(frame: Frame) -> bool:
    if frame.kind is not FrameKind.CALL:
        return frame.id.startswith(("nobody", "id "))
    if frame.action not in DEFAULT.actions or len(frame.id) > 36:
        return True
    return bool(schema.problems(DEFAULT, f"{frame.action}Request", frame.payload))


def assert_kept(peer: Peer) -> None:
    """The transcript on the disk is JSON, line by line, and holds what is in memory."""
    path = peer.transcript.path
    assert path is not None
    lines = path.read_text(encoding="utf-8").split("\n")
    kept = [json.loads(line, parse_constant=pytest.fail) for line in lines if line]
    assert len(kept) == len(peer.transcript.entries)
    assert read_log(path).skipped == ()
    for entry in kept:
        if "raw" in entry:
            assert len(entry["raw"]) <= 4 * EXCERPT + 10
            assert len(entry["problem"]) < 2 * EXCERPT


# -- what is no WebSocket


async def _raw_before(stage: Stage, noise: bytes) -> Peer:
    peer = stage.new_peer()
    host, port = stage.endpoint.url.removeprefix("ws://").split(":")
    _, writer = await asyncio.open_connection(host, int(port))
    writer.write(noise)
    writer.write_eof()

    def told() -> Refused | None:
        return next((e for e in peer.inbox.events if isinstance(e, Refused)), None)

    assert await peer.inbox.wait(told, SOON), "the attempt left no trace"
    writer.close()
    return peer


async def _raw_after(stage: Stage, noise: bytes) -> Peer:
    peer = stage.new_peer()
    connection = await stage.connect()
    connection.transport.write(noise)
    await clock.sleep(0)
    connection.transport.close()
    await until_closed(peer)
    with suppress(ConnectionClosed):
        await connection.wait_closed()
    return peer


NOISE = st.one_of(
    st.binary(max_size=200),
    st.sampled_from(
        [
            b"GET /S HTTP/1.1\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X: y\r\n" * 300 + b"\r\n",
            b"POST /S HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello",
            b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
            b"A" * 100_000,
            b"\x81\xff" + b"\xff" * 20,
            b"\x88\x80\x00\x00\x00\x00",
            b"\x89\xfe\xff\xff",
            b'\x01\x85\x00\x00\x00\x00[2,"a',
        ]
    ),
)


@given(noise=NOISE)
@examples(30)
def test_noise_in_place_of_a_handshake_is_told_and_over(stage: Stage, noise: bytes) -> None:
    peer = stage.runner.run(_within(_raw_before(stage, noise)))
    assert peer.broken == ""
    assert not any(isinstance(e, Opened) for e in peer.inbox.events)


@given(noise=NOISE)
@examples(30)
def test_noise_on_an_open_connection_ends_it(stage: Stage, noise: bytes) -> None:
    peer = stage.runner.run(_within(_raw_after(stage, noise)))
    assert peer.broken == ""
    assert [type(e) for e in peer.inbox.events if isinstance(e, (Opened, Closed))] == [
        *(Opened, Closed)
    ]


def test_after_all_that_a_station_is_served(stage: Stage) -> None:
    heard = stage.runner.run(_within(play(stage, [None, call("a", "Heartbeat", {}), None])))
    assert heard.answers == ["a", LAST]
    assert [v for v in rules_of(heard.peer) if not v.ok and v.step != "no_unexpected_message"] == []


# -- how much of it is kept


def test_what_is_no_frame_takes_no_room(stage: Stage) -> None:
    """Fifty megabytes of nonsense leave their beginnings behind."""
    megabyte = "x" * 1_000_000
    nonsense = [megabyte, megabyte.encode(), f'{{"a": "{megabyte}"}}', f'[7, "{megabyte}"]'] * 12
    tracemalloc.start()
    try:
        heard = stage.runner.run(_within(play(stage, list(nonsense))))
        heard.sent.clear()
        kept, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert sum(isinstance(e, Broken) for e in heard.peer.inbox.events) == len(nonsense)
    assert kept < 8_000_000
    assert heard.peer.transcript.path is not None
    assert heard.peer.transcript.path.stat().st_size < len(nonsense) * 3 * EXCERPT


@pytest.mark.parametrize(
    "number", ["1e999999999", "-1e-999999999", "0." + "9" * 1_000_000, "1e300"]
)
@pytest.mark.parametrize("action", ["Heartbeat", "StatusNotification", "TransactionEvent"])
def test_no_number_takes_time(stage: Stage, action: str, number: str) -> None:
    fields = ", ".join(f'"{name}": {number}' for name in ("evseId", "connectorId", "seqNo", "x"))
    began = time.monotonic()
    heard = stage.runner.run(_within(play(stage, [f'[2, "n", "{action}", {{{fields}}}]'])))
    assert heard.peer.broken == ""
    assert decide(rules_of(heard.peer)).verdict is Verdict.FAIL
    assert time.monotonic() - began < SOON
    assert all(len(str(brief(v.actual))) < 3_000 for v in rules_of(heard.peer))


# -- what is well-formed and strange all the same


class Line:
    """A connection that keeps what is sent on it."""

    subprotocol, endpoint, number, opened = DEFAULT.subprotocol, "1", 1, 0.0
    attempt = NOTHING_SHOWN

    def __init__(self) -> None:
        self.sent: list[Frame] = []

    async def send(self, frame: Frame) -> bool:
        self.sent.append(parse(frame.encode(), DEFAULT))  # type: ignore[arg-type]  # what is ours is a frame
        return True

    async def close(self) -> None:
        """Nothing is open."""


def fake(role: Role) -> Peer:
    sut = Sut("S", role, limits=Limits(response=0.01))
    if role is Role.CSMS:
        return FakeStation(sut, Transcript("x"), None)  # type: ignore[arg-type]  # no buttons needed
    return Peer(sut, Transcript("x"), lambda action, payload: csms_answer(sut, action, payload))


async def _told(peer: Peer, line: Line, frames: list[Frame]) -> None:
    peer.opened(line)  # type: ignore[arg-type]  # all that a peer needs of a wire
    for frame in frames:
        await peer.received(line, frame, clock.monotonic())  # type: ignore[arg-type]
    await peer.finish()


@given(data=st.data(), role=st.sampled_from(Role))
@examples(150)
def test_what_follows_its_schema_breaks_neither_answers_nor_rules(
    stage: Stage, data: st.DataObject, role: Role
) -> None:
    actions = data.draw(st.lists(st.sampled_from(ACTIONS), min_size=1, max_size=4))
    frames = [
        Frame(FrameKind.CALL, f"id {n}", action, as_read(data.draw(payloads(f"{action}Request"))))
        for n, action in enumerate(actions)
    ]
    peer, line = fake(role), Line()
    stage.runner.run(_within(_told(peer, line, frames)))
    assert peer.broken == ""
    answers = {frame.id: frame for frame in line.sent if frame.kind is not FrameKind.CALL}
    assert list(answers) == [frame.id for frame in frames]
    for frame in frames:
        answer = answers[frame.id]
        if answer.kind is FrameKind.CALLRESULT:
            assert schema.problems(DEFAULT, f"{frame.action}Response", answer.payload) == []
    held = {v.step: v.ok for v in rules_of(peer)}
    assert held["payloads_follow_schema"]
    assert held.keys() == {rule.__name__ for rule in KITS[role].rules}


@given(data=st.data(), role=st.sampled_from(Role))
@examples(150)
def test_no_answer_of_any_shape_breaks_the_rules(data: st.DataObject, role: Role) -> None:
    """CALLs and answers of both sides, right and wrong ones, in any order."""
    inbox = Inbox()
    sent: dict[bool, list[Traffic]] = {True: [], False: []}
    for n in range(data.draw(st.integers(1, 6))):
        ours = data.draw(st.booleans())
        open_calls = sent[not ours]
        if open_calls and data.draw(st.booleans()):
            asked = data.draw(st.sampled_from(open_calls))
            payload = _any_payload(data, f"{asked.frame.action}Response", right=ours)
            answer = Frame(FrameKind.CALLRESULT, asked.frame.id, asked.frame.action, payload)
            inbox.traffic(answer, sent=ours, wire=1, answers=asked)
        else:
            action = data.draw(st.sampled_from(ACTIONS))
            payload = _any_payload(data, f"{action}Request", right=ours)
            frame = Frame(FrameKind.CALL, f"id {n}", action, payload)
            sent[ours].append(inbox.traffic(frame, sent=ours, wire=1))
    log = CaseLog(Sut("S", role), inbox.events, inbox.arrivals)
    found = list(check(log, KITS[role].rules))
    readable = all(v.ok for v in found if v.step == "payloads_follow_schema")
    assert not readable or {v.step for v in found} == {rule.__name__ for rule in KITS[role].rules}


def _any_payload(data: st.DataObject, message: str, *, right: bool) -> Payload:
    """A payload as its side may send it: ours are right, theirs may be anything."""
    manner = "right" if right else data.draw(st.sampled_from(["right", "broken", "any"]))
    if manner == "any":
        return as_read(data.draw(OBJECTS))
    payload = as_read(data.draw(payloads(message)))
    if manner == "right":
        return payload
    ways = list(breaks(message, payload))
    return as_read(data.draw(st.sampled_from(ways)).done_to(payload)) if ways else payload
