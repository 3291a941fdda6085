"""The verbs of a fake peer: what they take and leave, and what they say when nothing comes."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from typing import Any

import pytest

from harness import clock
from harness.evidence.matchers import ABSENT, Check, one_of
from harness.evidence.transcript import Transcript
from harness.evidence.verdict import CaseStopped, Severity, Stage, StopKind
from harness.ocppj.connection_attempt import NOTHING_SHOWN
from harness.ocppj.connection_end import ClosedBy, ConnectionEnd
from harness.ocppj.frames import Frame, FrameKind, Malformed
from harness.ocppj.inbox import Traffic
from harness.peers.answering import Reply
from harness.peers.peer import Peer
from harness.spec.editions import DEFAULT
from harness.spec.roles import Role
from harness.sut.model import Limits, Sut

pytestmark = pytest.mark.simulated_time

LIMITS = Limits(response=0.15, event=0.15, silence=0.1)


class Line:
    """A connection that keeps what is sent on it."""

    subprotocol = DEFAULT.subprotocol
    endpoint = "1"
    attempt = NOTHING_SHOWN

    def __init__(self, number: int = 1) -> None:
        self.number = number
        self.opened = clock.monotonic()
        self.alive = True
        self.sent: list[Frame] = []

    async def send(self, frame: Frame) -> bool:
        self.sent.append(frame)
        return self.alive


class Played(Peer):
    """A peer whose other side is played by the test."""

    line: Line

    async def call(self, action: str, /, **payload: Any) -> Frame:
        """Let the other side send a CALL; returns the answer it got."""
        frame = Frame(FrameKind.CALL, f"id {len(self.inbox.events)}", action, payload)
        await self.received(self.line, frame, clock.monotonic())  # type: ignore[arg-type]
        return self.line.sent[-1]

    async def reply(self, kind: FrameKind, call: Frame, **fields: Any) -> None:
        """Let the other side answer ``call``."""
        await self.received(self.line, Frame(kind, call.id, **fields), clock.monotonic())  # type: ignore[arg-type]

    def soon(self, act: Callable[[], Any]) -> None:
        """Do ``act`` while the case already waits."""
        asyncio.get_running_loop().call_later(0.03, lambda: asyncio.ensure_future(act()))

    def drop(self, by: ClosedBy = ClosedBy.SYSTEM) -> None:
        self.line.alive = False
        self.closed(self.line, ConnectionEnd(by, 1000))  # type: ignore[arg-type]

    @property
    def failed(self) -> list[tuple[str, str, str, Any]]:
        return [
            (v.step, v.message, v.path, v.actual) for v in self.transcript.validations if not v.ok
        ]


def played(defaults: Callable[[str, dict[str, Any]], Reply] | None = None) -> Played:
    sut = Sut("S", Role.STATION, limits=LIMITS)
    peer = Played(sut, Transcript("x"), defaults or (lambda _action, _payload: Reply({})))
    peer.line = Line()
    peer.opened(peer.line)  # type: ignore[arg-type]
    return peer


# -- expect


@pytest.mark.asyncio
async def test_expect_takes_what_came_before_and_what_comes_later() -> None:
    peer = played()
    await peer.call("Heartbeat")
    assert (await peer.expect(1, "Heartbeat")).action == "Heartbeat"
    peer.soon(lambda: peer.call("Heartbeat"))
    began = clock.monotonic()
    await peer.expect(2, "Heartbeat")
    assert clock.monotonic() - began < LIMITS.event
    assert [a.claimed_by for a in peer.inbox.arrivals] == ["1", "2"]
    assert all(v.ok for v in peer.transcript.validations)


@pytest.mark.asyncio
async def test_a_call_is_claimed_once() -> None:
    peer = played()
    await peer.call("Heartbeat")
    await peer.expect(1, "Heartbeat")
    with pytest.raises(CaseStopped, match=r"none within 0\.15 s"):
        await peer.expect(2, "Heartbeat")


@pytest.mark.asyncio
async def test_the_first_of_two_is_judged_even_if_the_second_would_fit() -> None:
    peer = played()
    await peer.call("StatusNotification", connectorStatus="Faulted")
    await peer.call("StatusNotification", connectorStatus="Available")
    with pytest.raises(CaseStopped) as caught:
        await peer.expect(1, "StatusNotification", connectorStatus="Available")
    assert caught.value.stop.kind is StopKind.VALIDATION
    assert peer.failed == [("1", "StatusNotificationRequest", "$.connectorStatus", "Faulted")]


@pytest.mark.asyncio
async def test_prefer_match_passes_over_what_may_come_in_between() -> None:
    peer = played()
    await peer.call("StatusNotification", connectorStatus="Faulted")
    peer.soon(lambda: peer.call("StatusNotification", connectorStatus="Available"))
    arrival = await peer.expect(
        1, "StatusNotification", prefer_match=True, connectorStatus="Available"
    )
    assert arrival.payload == {"connectorStatus": "Available"}
    assert [a.claimed_by for a in peer.inbox.arrivals] == ["", "1"]


@pytest.mark.asyncio
async def test_prefer_match_judges_the_nearest_if_none_fits() -> None:
    peer = played()
    await peer.call("StatusNotification", connectorStatus="Faulted", evseId=9)
    await peer.call("StatusNotification", connectorStatus="Faulted", evseId=1)
    with pytest.raises(CaseStopped):
        await peer.expect(
            1, "StatusNotification", prefer_match=True, connectorStatus="Available", evseId=1
        )
    assert peer.failed == [("1", "StatusNotificationRequest", "$.connectorStatus", "Faulted")]


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "where", [{"evseId": 2}, lambda payload: payload["evse"]["id"] == 2 or payload["evseId"] == 2]
)
async def test_where_chooses_and_does_not_judge(where: Any) -> None:
    peer = played()
    await peer.call("StatusNotification", evseId=1)
    await peer.call("StatusNotification", evse={"id": 2}, evseId=2)
    arrival = await peer.expect(1, "StatusNotification", where=where)
    assert arrival.mark == peer.inbox.arrivals[1].mark
    assert all(v.path == "" for v in peer.transcript.validations)


@pytest.mark.asyncio
async def test_since_leaves_out_what_came_earlier() -> None:
    peer = played()
    await peer.call("Heartbeat")
    mark = peer.inbox.mark
    with pytest.raises(CaseStopped, match="HeartbeatRequest: expected to be sent, got none"):
        await peer.expect(1, "Heartbeat", since=mark)
    await peer.call("Heartbeat")
    assert (await peer.expect(2, "Heartbeat", since=mark)).mark >= mark


@pytest.mark.asyncio
async def test_a_time_out_says_what_came_instead_and_why_it_was_not_taken() -> None:
    peer = played()
    await peer.call("Heartbeat")
    await peer.call("StatusNotification", evseId=1)
    with pytest.raises(CaseStopped) as caught:
        await peer.expect(5, "StatusNotification", where={"evseId": 2}, requirement="G01.FR.01")
    reason = caught.value.stop.reason
    assert reason == (
        "step 5: StatusNotificationRequest: expected to be sent, got none within 0.15 s; instead: "
        "HeartbeatRequest, StatusNotificationRequest with $.evseId 1 [G01.FR.01]"
    )


@pytest.mark.asyncio
async def test_a_time_out_counts_what_came_and_tells_messages_of_an_action_apart() -> None:
    peer = played()
    for action, fields in (
        ("Heartbeat", {}),
        ("TransactionEvent", {"eventType": "Ended", "triggerReason": "StopAuthorized"}),
        ("Heartbeat", {}),
        ("StatusNotification", {"evseId": 1, "connectorStatus": ["Occupied"]}),
    ):
        await peer.call(action, **fields)
    told = (
        "2 x HeartbeatRequest, TransactionEventRequest (Ended StopAuthorized), "
        'StatusNotificationRequest (1 ["Occupied"])'
    )
    with pytest.raises(CaseStopped, match=re.escape(told)):
        await peer.expect(1, "Authorize")


@pytest.mark.asyncio
async def test_a_time_out_says_that_the_connection_is_gone() -> None:
    peer = played()
    peer.drop(ClosedBy.NOBODY)
    with pytest.raises(CaseStopped, match=r"no connection \(lost without a closing handshake\)"):
        await peer.expect(1, "Heartbeat")
    peer.refused("1", "wrong password")
    with pytest.raises(CaseStopped, match=r"no connection \(last attempt: wrong password\)"):
        await peer.expect(2, "Heartbeat")


@pytest.mark.asyncio
async def test_within_is_the_deadline_of_one_wait() -> None:
    peer = played()
    began = clock.monotonic()
    with pytest.raises(CaseStopped, match=r"none within 0\.05 s"):
        await peer.expect(1, "Heartbeat", within=0.05)
    assert clock.monotonic() - began < 0.14


@pytest.mark.asyncio
async def test_a_huge_payload_does_not_fill_the_reason() -> None:
    peer = played()
    await peer.call("DataTransfer", vendorId="V", data="x" * 1_000_000)
    with pytest.raises(CaseStopped) as caught:
        await peer.expect(1, "DataTransfer", data="y")
    assert len(caught.value.stop.reason) < 1_000
    assert len(str(peer.transcript.validations[-1].actual)) < 3_000


# -- optionally, silence


@pytest.mark.asyncio
async def test_what_is_optional_may_be_missing_but_not_wrong() -> None:
    peer = played()
    assert await peer.optionally(1, "Heartbeat") is None
    assert peer.transcript.validations == []
    await peer.call("StatusNotification", evseId=1)
    assert await peer.optionally(2, "StatusNotification", where={"evseId": 2}) is None
    arrival = await peer.optionally(3, "StatusNotification", evseId=1)
    assert arrival is not None
    assert arrival.claimed_by == "3"
    await peer.call("StatusNotification", evseId=1)
    with pytest.raises(CaseStopped):
        await peer.optionally(4, "StatusNotification", evseId=2)


@pytest.mark.asyncio
async def test_silence_lasts_its_time_and_lets_other_messages_pass() -> None:
    peer = played()
    await peer.call("Heartbeat")
    peer.soon(lambda: peer.call("StatusNotification"))
    began = clock.monotonic()
    await peer.silence(1, "Heartbeat")
    assert 0.1 <= clock.monotonic() - began < 0.5
    [held] = peer.transcript.validations
    assert (held.ok, held.expected, held.actual) == (
        True,
        "no HeartbeatRequest for 0.1 s",
        "silence",
    )


@pytest.mark.asyncio
async def test_silence_is_broken_by_the_first_unwanted_message() -> None:
    peer = played()
    peer.soon(lambda: peer.call("Heartbeat"))
    began = clock.monotonic()
    with pytest.raises(CaseStopped, match="expected no HeartbeatRequest for 5 s, got Heart"):
        await peer.silence(1, "Heartbeat", seconds=5)
    assert clock.monotonic() - began < 1
    assert peer.inbox.arrivals[0].claimed_by == "1"


@pytest.mark.asyncio
async def test_silence_can_look_back() -> None:
    peer = played()
    await peer.call("Heartbeat")
    with pytest.raises(CaseStopped):
        await peer.silence(1, "Heartbeat", since=0)


# -- send and its answers


async def _sent(peer: Played, action: str = "Reset", **payload: Any) -> tuple[Any, Frame]:
    sent = await peer.send(1, action, **payload)
    return sent, peer.line.sent[-1]


@pytest.mark.asyncio
async def test_an_answer_is_waited_for_and_judged() -> None:
    peer = played()
    sent, frame = await _sent(peer, type="OnIdle", evseId=ABSENT)
    assert frame.payload == {"type": "OnIdle"}
    peer.soon(lambda: peer.reply(FrameKind.CALLRESULT, frame, payload={"status": "Accepted"}))
    answer = await sent.response(2, status=one_of("Accepted", "Scheduled"))
    assert answer == {"status": "Accepted"}
    with pytest.raises(CaseStopped, match=r"ResetResponse \$\.status: expected Rejected"):
        await sent.response(2, status="Rejected")


@pytest.mark.asyncio
async def test_no_answer_stops_the_case_in_time() -> None:
    peer = played()
    sent, _ = await _sent(peer)
    began = clock.monotonic()
    with pytest.raises(CaseStopped, match=r"ResetResponse: expected an answer, got none within"):
        await sent.response(2)
    assert clock.monotonic() - began < 0.5


@pytest.mark.asyncio
async def test_no_answer_because_the_connection_went_is_told() -> None:
    peer = played()
    sent, _ = await _sent(peer)
    peer.drop()
    with pytest.raises(CaseStopped, match="the connection was closed by the system under test"):
        await sent.response(2)
    with pytest.raises(CaseStopped, match="expected an open connection, got none"):
        await peer.send(3, "Reset")


@pytest.mark.asyncio
async def test_a_connection_that_breaks_while_sending_stops_the_case() -> None:
    peer = played()
    peer.line.alive = False
    with pytest.raises(CaseStopped, match="closed while sending"):
        await peer.send(1, "Reset")


@pytest.mark.asyncio
async def test_an_answer_to_another_call_is_no_answer() -> None:
    peer = played()
    sent, frame = await _sent(peer)
    other = Frame(FrameKind.CALL, "another id")
    await peer.reply(FrameKind.CALLRESULT, other, payload={"status": "Accepted"})
    with pytest.raises(CaseStopped):
        await sent.response(2)
    await peer.reply(FrameKind.CALLRESULT, frame, payload={"status": "Accepted"})
    assert await sent.response(2) == {"status": "Accepted"}


@pytest.mark.asyncio
async def test_errors_and_results_are_told_apart() -> None:
    peer = played()
    sent, frame = await _sent(peer)
    await peer.reply(FrameKind.CALLERROR, frame, code="NotSupported", description="no")
    with pytest.raises(CaseStopped, match="expected a CALLRESULT, got CALLERROR NotSupported no"):
        await sent.response(2)
    await sent.error(2, "NotImplemented", "NotSupported")
    with pytest.raises(CaseStopped, match="expected GenericError, got NotSupported"):
        await sent.error(2, "GenericError")
    sent, frame = await _sent(peer)
    await peer.reply(FrameKind.CALLRESULT, frame, payload={"status": "Accepted"})
    with pytest.raises(CaseStopped, match="expected NotSupported, got a CALLRESULT"):
        await sent.error(2, "NotSupported")


@pytest.mark.asyncio
async def test_a_late_answer_belongs_to_the_call_of_the_case_before() -> None:
    first, second = played(), played()
    _, frame = await _sent(first)
    second.inherit(first)
    await second.reply(FrameKind.CALLRESULT, frame, payload={"status": "Accepted"})
    await second.reply(FrameKind.CALLRESULT, frame, payload={"status": "Accepted"})
    answers = [e for e in second.inbox.events if isinstance(e, Traffic)]
    assert [answer.answers is not None for answer in answers] == [True, False]
    assert answers[0].name == "ResetResponse"


# -- what the peer answers


@pytest.mark.asyncio
async def test_answers_are_prepared_overridden_and_forgotten() -> None:
    peer = played(lambda _action, _payload: Reply({"status": "Accepted", "interval": 5}))
    assert (await peer.call("BootNotification")).payload == {"status": "Accepted", "interval": 5}
    peer.answer("BootNotification", status="Pending", interval=ABSENT)
    assert (await peer.call("BootNotification")).payload == {"status": "Pending"}
    assert (await peer.call("Heartbeat")).payload == {"status": "Accepted", "interval": 5}
    peer.answer("BootNotification", code="InternalError")
    assert (await peer.call("BootNotification")).code == "InternalError"
    peer.answer_by_default("BootNotification")
    assert (await peer.call("BootNotification")).payload["status"] == "Accepted"


@pytest.mark.asyncio
async def test_an_unknown_action_is_not_implemented() -> None:
    answer = await played().call("Frobnicate")
    assert (answer.kind, answer.code) == (FrameKind.CALLERROR, "NotImplemented")


def _reading(_action: str, payload: dict[str, Any]) -> Reply:
    return Reply({"name": payload["idToken"]["idToken"]})


@pytest.mark.asyncio
async def test_a_payload_that_cannot_be_read_is_a_format_violation() -> None:
    peer = played(_reading)
    assert (await peer.call("Authorize", idToken=5)).code == "FormatViolation"
    assert (await peer.call("Authorize")).code == "FormatViolation"
    assert peer.broken == ""


@pytest.mark.asyncio
async def test_a_mistake_of_ours_is_not_blamed_on_the_system() -> None:
    peer = played(_reading)
    assert (await peer.call("Heartbeat")).code == "InternalError"
    assert "KeyError" in peer.broken


@pytest.mark.asyncio
async def test_what_runs_beside_the_case_is_not_swallowed() -> None:
    async def breaks() -> None:
        raise RuntimeError("harness bug")

    peer = played(lambda _action, _payload: Reply({}, then=breaks))
    await peer.call("Heartbeat")
    await clock.sleep(0)
    await clock.sleep(0)
    assert "harness bug" in peer.broken


@pytest.mark.asyncio
async def test_finish_ends_what_runs_beside_the_case() -> None:
    peer = played()
    forever = asyncio.Event()
    peer.spawn(forever.wait())
    await asyncio.wait_for(peer.finish(), 1)
    assert peer.broken == ""


@pytest.mark.asyncio
async def test_broken_messages_are_recorded_and_answer_nothing() -> None:
    peer = played()
    await peer.received(peer.line, Malformed("no JSON", "hello"), 0.0)  # type: ignore[arg-type]
    assert peer.line.sent == []
    assert peer.transcript.entries[-1].data == {"raw": "hello", "problem": "no JSON"}


# -- stages and labels


@pytest.mark.asyncio
async def test_what_fails_before_is_told_apart() -> None:
    peer = played()
    with pytest.raises(CaseStopped) as caught:
        async with peer.before(), peer.within("Before", "Booted"):
            await peer.expect(3, "Heartbeat")
    assert caught.value.stop.kind is StopKind.BEFORE
    [failed] = peer.transcript.validations
    assert (failed.stage, failed.step) == (Stage.BEFORE, "Before>Booted 3")
    assert (peer.record.stage, peer.label(4)) == (Stage.MAIN, "4")


@pytest.mark.asyncio
async def test_a_warning_is_recorded_and_stops_nothing() -> None:
    peer = played()
    arrival = await peer.call("Heartbeat")
    peer.judge(
        1, "M", [Check("$", "a", arrival.id, ok=False, matcher="a")], severity=Severity.WARNING
    )
    assert [v.severity for v in peer.transcript.validations] == [Severity.WARNING]
