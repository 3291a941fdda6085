"""The verbs that both fake peers share: send, expect, silence, answer.

A peer belongs to one case. It answers every CALL of the system under test at once, by what the
case prepared with ``answer`` or by its defaults, so that no answer depends on when a case looks.
"""

from __future__ import annotations

import asyncio
import traceback
import uuid
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict
from functools import partial
from typing import Any, Self

from harness import clock
from harness.evidence.matchers import ABSENT, Check, as_data, compare, fact, matches, show
from harness.evidence.record import Record
from harness.evidence.transcript import Kind, Transcript
from harness.evidence.values import UNREADABLE, brief, literal
from harness.evidence.verdict import CaseStopped, Stage
from harness.ocppj import schema
from harness.ocppj.connection_attempt import NOTHING_SHOWN, Attempt
from harness.ocppj.connection_end import ConnectionEnd
from harness.ocppj.frames import Frame, FrameKind, Malformed, Payload, Wire
from harness.ocppj.inbox import Arrival, Broken, Closed, Inbox, Opened, Refused, Traffic
from harness.peers import notes
from harness.peers.answering import Answers, Defaults, Reply
from harness.peers.conductor import Conductor
from harness.peers.notes import Where
from harness.peers.sent import Sent
from harness.sut.model import Sut

#: A station that has no connection tries to have one.
_CONNECTED = "Part 4, 5.3"
#: Matchers: a message is sent; there is a connection.
SENT, OPEN = fact("sent"), fact("open")


class Peer:
    """One side of the connections of one case, played by the harness."""

    #: Set by the test bed that made the peer.
    conductor: Conductor[Self]

    def __init__(
        self, sut: Sut, transcript: Transcript, defaults: Defaults, inbox: Inbox | None = None
    ) -> None:
        self.sut = sut
        self.transcript = transcript
        self.inbox = inbox or Inbox()
        self.inbox.awaits = self.awaiting
        self.wire: Wire | None = None
        self.record = Record(transcript)
        self.judge, self.fail = self.record.judge, self.record.fail
        self.within, self.before = self.record.within, self.record.before
        self.note_step, self.label = self.record.note_step, self.record.label
        self._answers = Answers(defaults)
        self._outstanding: dict[str, tuple[Traffic, asyncio.Future[Traffic]]] = {}
        self._one_call = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()
        #: What goes out in place of a message: itself, but for proofs that send something else.
        self.outgoing: Callable[[Frame], Sequence[Frame]] = lambda frame: [frame]
        #: What went wrong in the harness itself while it handled a message, or "".
        self.broken = ""
        #: Whether the case ended before its last line.
        self.stopped = False
        #: Whether no page asks for what is sent from now on: the case is being cleaned up after.
        self.off_the_page = False
        #: Ids of the CALLs that no page asks for.
        self._own_ids: set[str] = set()

    def awaiting(
        self, what: str, seconds: float, *, aloud: bool = False
    ) -> AbstractContextManager[None]:
        """Tell those who look on that this is awaited from the system under test."""
        return self.transcript.live.awaiting(what, self.sut.name, seconds, aloud=aloud)

    def inherit(self, earlier: Peer) -> None:
        """Take over CALLs of an earlier case: an answer that comes late is no foreign one."""
        self._outstanding = dict(earlier._outstanding)
        self._own_ids = set(earlier._own_ids)
        was_open = any(isinstance(event, Opened) for event in earlier.inbox.events)
        before = earlier.transcript.case_id if was_open else earlier.inbox.opened_before
        self.inbox.opened_before = before

    # -- what the connections tell us

    def opened(self, wire: Wire) -> None:
        """A connection of the system under test is open."""
        self.wire = wire
        self.inbox.add(
            Opened(wire.opened, wire.number, wire.endpoint, wire.subprotocol, wire.attempt)
        )
        self.transcript.add(
            Kind.CONNECTION,
            event="opened",
            connection=wire.number,
            endpoint=wire.endpoint,
            subprotocol=wire.subprotocol,
            **({"tls": wire.attempt.tls} if wire.attempt.tls else {}),
        )

    def closed(self, wire: Wire, end: ConnectionEnd) -> None:
        """A connection has ended."""
        if self.wire is wire:
            self.wire = None
        self.inbox.add(Closed(clock.monotonic(), wire.number, end))
        self.transcript.add(Kind.CONNECTION, event="closed", connection=wire.number, **asdict(end))

    def refused(self, endpoint: str, reason: str, attempt: Attempt = NOTHING_SHOWN) -> None:
        """A connection attempt came to nothing."""
        self.inbox.add(Refused(clock.monotonic(), endpoint, reason, attempt))
        self.transcript.add(Kind.CONNECTION, event="refused", endpoint=endpoint, how=reason)

    async def received(self, wire: Wire, item: Frame | Malformed, t: float) -> None:
        """A message of the system under test that came at ``t`` (monotonic seconds)."""
        try:
            await self._handle(wire, item, t)
        except Exception:
            # A mistake of ours must not look like a silence of the system: the case is an ERROR.
            self.broken = self.broken or traceback.format_exc(limit=-6)

    async def _handle(self, wire: Wire, item: Frame | Malformed, t: float) -> None:
        if isinstance(item, Malformed):
            own = self._in_own_exchange(wire, item)
            self.inbox.add(Broken(item, t, wire.number, own))
            self.transcript.add(
                Kind.RECEIVED, raw=item.excerpt, problem=item.problem, **_labels(own=own)
            )
        elif item.kind is FrameKind.CALL:
            self.transcript.add(Kind.RECEIVED, **item.as_data())
            call = self.inbox.traffic(item, sent=False, wire=wire.number, t=t)
            await self._reply(wire, call, owed=bool(self.inbox.arrivals[-1].owed_to))
        else:
            self._resolve(wire, item, t)

    def _resolve(self, wire: Wire, frame: Frame, t: float) -> None:
        request, future = self._outstanding.pop(frame.id, (None, None))
        named = Frame(
            frame.kind,
            frame.id,
            request.frame.action if request else "",
            frame.payload,
            frame.code,
            frame.description,
        )
        own = request.own if request else frame.id in self._own_ids
        self.transcript.add(Kind.RECEIVED, **named.as_data(), **_labels(own=own))
        answer = self.inbox.traffic(
            named, sent=False, wire=wire.number, answers=request, t=t, own=own
        )
        if future is not None and not future.done():
            future.set_result(answer)

    def _in_own_exchange(self, wire: Wire, broken: Malformed) -> bool:
        """Whether it stands for the answer to a CALL that no page asks for."""
        if any(own in broken.excerpt for own in self._own_ids):
            return True
        since = clock.monotonic() - self.sut.limits.response
        calls = (call for call, _ in self._outstanding.values() if call.wire == wire.number)
        waiting = [call for call in calls if call.t >= since]
        is_call = broken.excerpt.replace(" ", "").startswith("[2,")
        return bool(waiting) and all(call.own for call in waiting) and not is_call

    async def _reply(self, wire: Wire, call: Traffic, *, owed: bool) -> None:
        frame = call.frame
        guarded = self.guard(frame)
        if guarded is not None:
            reply = guarded
        elif frame.action not in self.sut.edition.actions:
            reply = Reply(code="NotImplemented")
        else:
            try:
                answers = self._answers.by_itself if owed else self._answers.to
                reply = answers(frame.action, frame.payload)
            except UNREADABLE as error:
                reply = self._unread(call, error)
        if reply.held is None:
            await self._give(wire, call, reply)
        else:
            self.spawn(self._give_later(wire, call, reply, reply.held))

    async def _give_later(
        self, wire: Wire, call: Traffic, reply: Reply, held: asyncio.Event
    ) -> None:
        await held.wait()
        await self._give(wire, call, reply)

    async def _give(self, wire: Wire, call: Traffic, reply: Reply) -> None:
        frame = call.frame
        kind = FrameKind.CALLERROR if reply.code else FrameKind.CALLRESULT
        answer = Frame(kind, frame.id, frame.action, reply.payload, reply.code)
        for each in self.outgoing(answer):
            if not await wire.send(each):
                return
            self.transcript.add(Kind.SENT, **each.as_data())
            self.inbox.traffic(each, sent=True, wire=wire.number, answers=call)
            self.replied(call, each)
        if reply.then is not None:
            self.spawn(reply.then())

    def _unread(self, call: Traffic, error: Exception) -> Reply:
        """Either the payload breaks its schema, and the rules say so, or the mistake is ours."""
        if schema.problems(self.sut.edition, call.name, call.frame.payload):
            return Reply(code="FormatViolation", payload={"cause": str(error)[:200]})
        self.broken = self.broken or "".join(traceback.format_exception(error, limit=-6))
        return Reply(code="InternalError")

    def guard(self, frame: Frame) -> Reply | None:  # noqa: ARG002  # for peers with a guard
        """An answer that goes before everything that was prepared, or None."""
        return None

    def replied(self, call: Traffic, answer: Frame) -> None:
        """An answer of ours went out."""

    def spawn(self, work: Awaitable[None]) -> None:
        """Run a coroutine beside the case; it ends with the case."""
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        error = None if task.cancelled() else task.exception()
        # What stopped it is recorded as a validation; anything else is a mistake of ours.
        if error is not None and not isinstance(error, CaseStopped):
            self.broken = self.broken or "".join(traceback.format_exception(error, limit=-6))

    async def finish(self) -> None:
        """End everything that runs beside the case."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    # -- verbs

    def answer(self, action: str, /, *, code: str = "", **overrides: Any) -> None:
        """From now on, answer ``action`` with the default payload changed by ``overrides``.

        A field given as ``ABSENT`` is left out; ``code`` answers with that CALLERROR instead.
        """
        self._answers.prepare(action, code, overrides)

    def answer_by(self, action: str, handler: Callable[[Payload], Reply]) -> None:
        """From now on, answer ``action`` by asking ``handler``."""
        self._answers.by(action, handler)

    def answer_by_default(self, action: str) -> None:
        """Forget what ``answer`` prepared for ``action``."""
        self._answers.by_default(action)

    async def settle(self) -> None:
        """Let come what the last step still brings about: the rules judge it with the rest."""
        if self.wire is not None:
            await self.inbox.wait(lambda: None, self.sut.limits.settle, "what still comes")

    def mark(self) -> int:
        """The mark of the next event, for ``since``: everything later than everything so far."""
        return self.inbox.mark

    async def send(self, step: int | str, action: str, /, **payload: Any) -> Sent:
        """Send a CALL; stops the case if there is no connection to send it on."""
        return await self._sent(step, action, payload, own=False)

    async def inspect(self, step: int | str, action: str, /, **payload: Any) -> Sent:
        """As ``send``, of what no page asks for: what is not judged in it decides nothing."""
        return await self._sent(step, action, payload, own=True)

    async def _sent(self, step: int | str, action: str, payload: Payload, *, own: bool) -> Sent:
        self.note_step(step, f"{action}Request")
        if self.wire is None:
            actual = f"none{self.connection_note()}"
            self.fail(
                step, f"{action}Request", "", "an open connection", actual, _CONNECTED, matcher=OPEN
            )
        labels = {"step": self.label(step), "stage": self.record.stage}
        sent = await self._call(action, payload, labels, own=own)
        if sent is None:
            actual = f"closed while sending{self.connection_note()}"
            self.fail(
                step, f"{action}Request", "", "an open connection", actual, _CONNECTED, matcher=OPEN
            )
        return sent

    async def offer(self, action: str, /, *, own: bool = True, **payload: Any) -> Sent | None:
        """Send a CALL if there is a connection that takes it; None if there is not.

        It belongs to no step and, if it is its ``own``, no page asks the harness for it: a
        heartbeat, a question about what a case finds.
        """
        labels = {"step": "", "stage": Stage.OWN if own else self.record.stage}
        return await self._call(action, payload, labels, own=own)

    async def consult(self, action: str, /, **payload: Any) -> Traffic | None:
        """The answer to a question of the harness's own, a CALLERROR too; None if there is none."""
        sent = await self.offer(action, **payload)
        return await sent.settled() if sent else None

    async def _call(
        self, action: str, payload: Payload, labels: Mapping[str, Any], *, own: bool
    ) -> Sent | None:
        frame = Frame(
            FrameKind.CALL,
            str(uuid.uuid4()),
            action,
            {k: v for k, v in payload.items() if v is not ABSENT},
        )
        future: asyncio.Future[Traffic] = asyncio.get_running_loop().create_future()
        wire = self.wire
        if wire is None:
            return None
        own = own or self.off_the_page
        traffic = Traffic(frame, True, clock.monotonic(), clock.now(), wire.number, own=own)
        async with self._one_call:
            await self._answered(wire)
            for each in self.outgoing(frame):
                traffic = self.inbox.traffic(each, sent=True, wire=wire.number, own=own)
                self._outstanding[each.id] = (traffic, future)
                if own:
                    self._own_ids.add(each.id)
                self.transcript.add(Kind.SENT, **each.as_data(), **labels, **_labels(own=own))
                if not await wire.send(each):
                    return None
        return Sent(self.record, self.inbox, self.sut.limits.response, traffic, future)

    def announce(self, step: int | str, action: str, payload: Payload) -> tuple[str, Sent]:
        """The text of a CALL that somebody sends in a way of his own, and its answer to be."""
        frame = Frame(FrameKind.CALL, str(uuid.uuid4()), action, payload)
        number = self.wire.number if self.wire else 0
        traffic = self.inbox.traffic(frame, sent=True, wire=number)
        future: asyncio.Future[Traffic] = asyncio.get_running_loop().create_future()
        self._outstanding[frame.id] = (traffic, future)
        labels = {"step": self.label(step), "stage": self.record.stage}
        self.transcript.add(Kind.SENT, **frame.as_data(), **labels)
        sent = Sent(self.record, self.inbox, self.sut.limits.response, traffic, future)
        return frame.encode(), sent

    async def _answered(self, wire: Wire) -> None:
        """Wait while a CALL of ours is outstanding: there may be only one (Part 4, 4.1.1)."""
        for traffic, answer in list(self._outstanding.values()):
            remaining = traffic.t + self.sut.limits.response - clock.monotonic()
            if traffic.wire == wire.number and remaining > 0:
                await self.inbox.wait(partial(self._is_free, wire, answer), remaining)

    def _is_free(self, wire: Wire, answer: asyncio.Future[Traffic]) -> bool | None:
        """Whether a CALL was answered, or cannot be any more."""
        return answer.done() or notes.has_ended(self.inbox, wire.number) or None

    async def expect(
        self,
        step: int | str,
        action: str,
        /,
        *,
        where: Where | None = None,
        since: int = 0,
        within: float | None = None,
        prefer_match: bool | Where = False,
        named_by: str = "",
        requirement: str = "",
        by_field: Mapping[str, str] | None = None,
        **fields: Any,
    ) -> Arrival:
        """Wait for a CALL, claim it and judge its fields.

        The first unclaimed ``action`` from mark ``since`` on that satisfies ``where`` is taken and
        judged. With ``prefer_match`` (where other such messages may legally come in between) the
        first one that matches entirely, or that in place of the fields, is taken; if none comes,
        the nearest is judged, unless it is another one: ``named_by`` is the field that says which.
        ``by_field``: see ``Record.judge``.
        """
        preferred = fields if isinstance(prefer_match, bool) else prefer_match
        limit = self.sut.limits.event if within is None else within

        def candidates() -> list[Arrival]:
            named = (a for a in self.inbox.unclaimed(since) if a.action == action)
            return [a for a in named if notes.identified(where, a.payload)]

        def pick() -> Arrival | None:
            found = candidates()
            if prefer_match:
                found = [a for a in found if notes.identified(preferred, a.payload)]
            return found[0] if found else None

        named = {name: value for name, value in fields.items() if name == named_by}

        def nearest() -> Arrival | None:
            return self._nearest([a for a in candidates() if matches(named, a.payload)], fields)

        self.record.at(step)
        arrival = await self._waited(pick, limit, f"{action}Request") or nearest()
        if arrival is None:
            await self.excuse(action)
            actions = self.sut.edition.actions
            came = notes.came_instead(self.inbox, actions, action, where, since)
            came += self.connection_note()
            # Who asks for what has come by now has waited before.
            actual = f"none within {limit:g} s{came}" if limit else f"none{came}"
            message, which = f"{action}Request", [f" with {n} {show(v)}" for n, v in named.items()]
            wanted = f"to be sent{''.join(which)}"
            self.fail(step, message, "", wanted, actual, requirement, matcher=SENT)
        self.claim(step, arrival)
        present = Check("", "to be sent", "sent", ok=True, matcher=SENT)
        checks = [present, *compare(fields, arrival.payload)]
        message = f"{action}Request"
        self.judge(step, message, checks, requirement, frame=arrival.id, by_field=by_field)
        return arrival

    async def _waited(
        self, pick: Callable[[], Arrival | None], limit: float, what: str
    ) -> Arrival | None:
        """What ``pick`` finds in time, or before nothing can come any more."""
        await self.inbox.wait(lambda: pick() or self.is_cut_off or None, limit, what)
        return pick()

    @property
    def is_cut_off(self) -> bool:
        """Whether nothing can come any more, whatever the case waits for."""
        return False

    async def excuse(self, action: str) -> None:
        """Raises where it is not the system's fault that this CALL did not come."""

    async def optionally(
        self,
        step: int | str,
        action: str,
        /,
        *,
        where: Where | None = None,
        since: int = 0,
        **fields: Any,
    ) -> Arrival | None:
        """Claim and judge a CALL that the page makes optional, if it has already come."""
        for arrival in self.inbox.unclaimed(since):
            if arrival.action == action and notes.identified(where, arrival.payload):
                self.claim(step, arrival)
                checks = compare(fields, arrival.payload)
                self.judge(step, f"{action}Request", checks, frame=arrival.id)
                return arrival
        return None

    async def silence(
        self,
        step: int | str,
        action: str,
        /,
        *,
        what: str = "",
        unwanted: Callable[[Arrival], bool] | None = None,
        seconds: float | None = None,
        since: int | None = None,
        requirement: str = "",
        **fields: Any,
    ) -> None:
        """Watch that no ``action`` ("": no CALL at all) that holds these fields comes.

        ``what`` says in words what must not be sent. ``unwanted`` decides in place of action and
        fields where they cannot tell it all; they are an example of it then.
        """
        limit = self.sut.limits.silence if seconds is None else seconds
        start = self.inbox.mark if since is None else since
        end = clock.monotonic() + limit
        what = what or f"{action}Request"

        def named(arrival: Arrival) -> bool:
            return action in ("", arrival.action) and matches(fields, arrival.payload)

        def pick() -> Arrival | None:
            in_time = (a for a in self.inbox.unclaimed(start) if a.traffic.t <= end)
            return next((a for a in in_time if (unwanted or named)(a)), None)

        self.record.at(step)
        broken = await self.inbox.wait(pick, limit, f"silence (no {what})")
        if broken is not None:
            self.claim(step, broken)
        actual = f"{broken.action}Request {brief(literal(broken.payload))}" if broken else "silence"
        wanted = fact("silence", message=action, fields=as_data(fields), seconds=limit)
        check = Check("", f"no {what} for {limit:g} s", actual, broken is None, wanted)
        self.judge(step, what, [check], requirement)

    # -- recording

    def claim(self, step: int | str, arrival: Arrival) -> None:
        """Mark an arrival as explained by ``step``."""
        arrival.claimed_by, arrival.claimed_in = self.label(step), self.record.stage
        self.note_step(step, f"{arrival.action}Request")

    def connection_note(self) -> str:
        """In words, if there is no connection: why, and what came of the attempts since."""
        return "" if self.wire is not None else notes.no_connection(self.inbox)

    def _nearest(self, candidates: list[Arrival], fields: Payload) -> Arrival | None:
        def distance(arrival: Arrival) -> int:
            return sum(not check.ok for check in compare(fields, arrival.payload))

        return min(candidates, key=distance, default=None)


def _labels(*, own: bool) -> dict[str, bool]:
    """How the transcript tells an exchange that no page asks for."""
    return {"own": True} if own else {}
