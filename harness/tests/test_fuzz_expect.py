"""Whatever comes, in any order, before or while a case waits: it takes what it must, no more.

The oracle knows nothing of ``harness.evidence.matchers``: plain values, compared with their types.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness import clock
from harness.evidence.transcript import Transcript
from harness.evidence.verdict import CaseStopped, Verdict, decide
from harness.ocppj.connection_attempt import NOTHING_SHOWN
from harness.ocppj.frames import Frame, FrameKind, Malformed, Payload, parse
from harness.ocppj.inbox import Arrival
from harness.peers.answers import csms_answer
from harness.peers.peer import Peer
from harness.spec.editions import DEFAULT
from harness.spec.roles import Role
from harness.sut.model import Limits, Sut
from harness.tests.fuzzing import OBJECTS, TEXTS, as_read, examples

#: Seconds in which anything on this machine has happened, and after which nothing will come.
SOON, BRIEFLY = 10, 0.004
STATION = Sut(
    "S", Role.STATION, limits=Limits(response=BRIEFLY, event=BRIEFLY, silence=BRIEFLY, case=SOON)
)
#: Few values, some of them alike but for their type, so that what is drawn often meets.
VALUES = st.sampled_from([0, 1, True, False, "1", "x", "", None, [], [1], {"c": 1}])
FIELDS = st.dictionaries(st.sampled_from(["a", "b", "id"]), VALUES, max_size=3)
PAYLOADS = FIELDS.map(as_read) | FIELDS.map(as_read) | OBJECTS.map(as_read)
WANTED = "Heartbeat"
ACTIONS = st.sampled_from([WANTED, WANTED, "StatusNotification", "Frobnicate"])


@dataclass(frozen=True)
class Came:
    """A CALL: before the case waits or while it does, and whether a step has claimed it."""

    action: str
    payload: Payload
    late: bool
    claimed: bool


@st.composite
def arrivals(draw: st.DrawFn) -> list[Came]:
    early = st.builds(Came, ACTIONS, PAYLOADS, st.just(False), st.booleans())
    late = st.builds(Came, ACTIONS, PAYLOADS, st.just(True), st.just(False))
    return [*draw(st.lists(early, max_size=4)), *draw(st.lists(late, max_size=4))]


@st.composite
def meetings(draw: st.DrawFn) -> tuple[list[Came], Payload]:
    """Arrivals, and fields that often are those of one of them, of a later one too."""
    came = draw(arrivals())
    if draw(st.booleans()):
        fields = draw(st.dictionaries(st.sampled_from(["a", "b", "id"]), VALUES, min_size=1))
        wrong, right = Came(WANTED, {}, False, False), Came(WANTED, as_read(fields), True, False)
        return [wrong, *came, right], fields
    meant = [each.payload for each in came if each.action == WANTED and not each.claimed]
    if not meant or draw(st.booleans()):
        return came, draw(FIELDS)
    found = draw(st.sampled_from(meant))
    return came, {name: found[name] for name in ("a", "b", "id") if name in found}


class Line:
    """A connection on which everything can be sent."""

    subprotocol, endpoint, number, opened = DEFAULT.subprotocol, "1", 1, 0.0
    attempt = NOTHING_SHOWN

    async def send(self, _frame: Frame) -> bool:
        return True


def peer_of() -> Peer:
    peer = Peer(STATION, Transcript("x"), lambda a, p: csms_answer(STATION, a, p))
    peer.opened(Line())  # type: ignore[arg-type]  # all that a peer needs of a wire
    return peer


def enter(peer: Peer, came: list[Came]) -> None:
    for each in came:
        frame = Frame(FrameKind.CALL, f"id {peer.inbox.mark}", each.action, each.payload)
        peer.inbox.traffic(frame, sent=False, wire=1)
        if each.claimed:
            peer.inbox.arrivals[-1].claimed_by = "another step"


@dataclass(frozen=True)
class Ended:
    """What came of a verb: what it gave back, whether it stopped the case, and the verdict."""

    peer: Peer
    given: Any
    stop: CaseStopped | None

    @property
    def verdict(self) -> Verdict:
        return decide(
            self.peer.transcript.validations, self.stop.stop if self.stop else None
        ).verdict

    @property
    def taken(self) -> list[int]:
        """Which arrivals the verb claimed."""
        every = self.peer.inbox.arrivals
        return [n for n, arrival in enumerate(every) if arrival.claimed_by == "1"]


@pytest.fixture(scope="module")
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner(loop_factory=clock.loop_factory(simulated=True)) as running:
        yield running


def play(runner: asyncio.Runner, came: list[Came], verb: Callable[[Peer], Awaitable[Any]]) -> Ended:
    """The late ones come at once when the verb waits, so that no busy machine makes them later."""

    async def played() -> Ended:
        peer = peer_of()
        enter(peer, [each for each in came if not each.late])
        asyncio.get_running_loop().call_soon(enter, peer, [each for each in came if each.late])
        try:
            async with asyncio.timeout(SOON):
                return Ended(peer, await verb(peer), None)
        except CaseStopped as stop:
            return Ended(peer, None, stop)

    ended = runner.run(played())
    assert ended.peer.broken == ""
    assert all(len(v.sentence()) < 2_000 for v in ended.peer.transcript.validations)
    return ended


# -- the oracle


def same(wanted: Any, seen: Any) -> bool:
    """Equal in value and kind; an object may hold more than is wanted."""
    if isinstance(wanted, dict):
        return isinstance(seen, dict) and agrees(wanted, seen)
    if isinstance(wanted, list):
        alike = isinstance(seen, list) and len(wanted) == len(seen)
        return alike and all(same(w, s) for w, s in zip(wanted, seen, strict=True))
    return isinstance(wanted, bool) is isinstance(seen, bool) and wanted == seen


def agrees(wanted: Payload, seen: Payload) -> bool:
    return all(name in seen and same(value, seen[name]) for name, value in wanted.items())


def first(numbers: list[int]) -> list[int]:
    return numbers[:1]


# -- the verbs


#: What may be with an expectation; each must have been drawn some times.
KINDS = ("none came", "the first is right", "a later one is right", "only wrong ones")


def test_an_expectation_takes_the_right_one_or_stops_the_case(runner: asyncio.Runner) -> None:
    done: Counter[str] = Counter()

    @given(meetings(), st.none() | FIELDS)
    @examples(150)
    def waits(meeting: tuple[list[Came], Payload], where: Payload | None) -> None:
        came, fields = meeting
        meant = [
            n
            for n, each in enumerate(came)
            if each.action == WANTED and not each.claimed and agrees(where or {}, each.payload)
        ]
        right = [n for n in meant if agrees(fields, came[n].payload)]
        done[_kind(meant, right)] += 1
        for prefer_match in (False, True):
            passes = bool(right) if prefer_match else first(meant) == first(right) != []

            async def verb(peer: Peer, way: bool = prefer_match) -> Arrival:
                return await peer.expect(1, WANTED, where=where, prefer_match=way, **fields)

            ended = play(runner, came, verb)
            assert ended.verdict is (Verdict.PASS if passes else Verdict.FAIL)
            assert (ended.stop is None) is passes
            if passes:
                assert ended.taken == first(right)
                assert ended.given is ended.peer.inbox.arrivals[right[0]]
            else:
                assert len(ended.taken) == bool(meant)
                assert set(ended.taken) <= set(meant)
                assert WANTED in str(ended.stop)

    waits()
    assert [kind for kind in KINDS if done[kind] < 3] == [], done


def _kind(meant: list[int], right: list[int]) -> str:
    if not meant:
        return KINDS[0]
    if not right:
        return KINDS[3]
    return KINDS[1] if right[0] == meant[0] else KINDS[2]


@given(arrivals(), st.sampled_from(["a", "id"]), VALUES)
@examples(100)
def test_a_condition_that_cannot_read_what_came_does_not_take_it(
    runner: asyncio.Runner, came: list[Came], name: str, value: Any
) -> None:
    def where(payload: Payload) -> bool:
        return payload[name] is value or payload[name]["c"] > 0

    def read(payload: Payload) -> bool:
        try:
            return where(payload)
        except (KeyError, TypeError, IndexError):
            return False

    fitting = [
        n
        for n, each in enumerate(came)
        if each.action == WANTED and not each.claimed and read(each.payload)
    ]
    ended = play(runner, came, lambda peer: peer.expect(1, WANTED, where=where))
    assert ended.taken == first(fitting)
    assert ended.verdict is (Verdict.PASS if fitting else Verdict.FAIL)


@given(meetings())
@examples(100)
def test_what_is_optional_is_judged_if_it_came(
    runner: asyncio.Runner, meeting: tuple[list[Came], Payload]
) -> None:
    came, fields = meeting

    there = [
        n
        for n, each in enumerate(came)
        if each.action == WANTED and not each.claimed and not each.late
    ]
    ended = play(runner, came, lambda peer: peer.optionally(1, WANTED, **fields))
    assert ended.taken == first(there)
    wrong = bool(there) and not agrees(fields, came[there[0]].payload)
    assert (ended.stop is not None) is wrong
    assert (ended.verdict is Verdict.FAIL) is wrong


@given(meetings())
@examples(100)
def test_a_silence_is_broken_by_what_is_unwanted_and_comes_in_it(
    runner: asyncio.Runner, meeting: tuple[list[Came], Payload]
) -> None:
    came, fields = meeting

    def unwanted(arrival: Arrival) -> bool:
        return arrival.action == WANTED and agrees(fields, arrival.payload)

    breaking = [
        n
        for n, each in enumerate(came)
        if each.late and each.action == WANTED and agrees(fields, each.payload)
    ]
    ended = play(runner, came, lambda peer: peer.silence(1, WANTED, unwanted=unwanted))
    assert ended.taken == first(breaking)
    assert ended.verdict is (Verdict.FAIL if breaking else Verdict.PASS)


# -- answers


@dataclass(frozen=True)
class Answer:
    """An answer to our CALL, or to one that nobody sent."""

    ours: bool
    code: str
    payload: Payload


ANSWERS = st.lists(
    st.builds(Answer, st.booleans(), st.sampled_from(["", "", "InternalError"]), PAYLOADS),
    max_size=3,
)


@given(ANSWERS, FIELDS, TEXTS)
@examples(150)
def test_the_first_answer_to_our_call_decides(
    runner: asyncio.Runner, answers: list[Answer], fields: Payload, noise: str
) -> None:
    async def verb(peer: Peer) -> Payload:
        sent = await peer.send(1, "Reset", type="OnIdle")
        line: Any = peer.wire
        strange = parse(noise, DEFAULT)
        assert isinstance(strange, Malformed)
        await peer.received(line, strange, clock.monotonic())
        for answer in answers:
            kind = FrameKind.CALLERROR if answer.code else FrameKind.CALLRESULT
            id = sent.traffic.frame.id if answer.ours else "nobody"
            frame = Frame(kind, id, "", answer.payload, answer.code)
            await peer.received(line, frame, clock.monotonic())
        return await sent.response(2, **fields)

    mine = [each for each in answers if each.ours][:1]
    passes = bool(mine) and not mine[0].code and agrees(fields, mine[0].payload)
    ended = play(runner, [], verb)
    assert (ended.stop is None) is passes
    # Without a value nothing was validated, and a case of nothing is no PASS.
    nothing = passes and not any(value not in ([], {}) for value in fields.values())
    assert ended.verdict is (Verdict.ERROR if nothing else Verdict.PASS if passes else Verdict.FAIL)
    if passes:
        assert ended.given == mine[0].payload
