"""The change on the wire: what goes out in place of one frame, and who sends it."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from harness import clock
from harness.ocppj.frames import Payload
from harness.peers.answers import now
from harness.proof.mutation.plan import RUNNING, Edit, How, Mutant
from harness.proof.mutation.shape import MISSING, Counting, value_at, with_value
from harness.proof.mutation.typed import sample
from harness.reference.csms import Csms
from harness.reference.rpc import CALL, ERROR, RESULT, CallError, Disconnected, Message, Rpc
from harness.reference.station import Station
from harness.sut.model import Limits

#: Seconds beyond a deadline, so that the clocks of both sides agree that it is over.
_PAST = 0.5


@dataclass(frozen=True)
class Instead:
    """What happens in place of a frame.

    ``at_once`` goes out now, ``late`` after ``seconds``; ``pretended``: the sender of a CALL goes
    on with its recorded answer; ``then``: a CALL of its own that follows.
    """

    at_once: tuple[Message, ...] = ()
    late: tuple[Message, ...] = ()
    seconds: float = 0.0
    pretended: bool = False
    then: tuple[str, Payload] | None = None


def instead_of(
    message: Message, mutant: Mutant, limits: Limits, used_id: str, began: datetime
) -> Instead:
    """What a mutant makes of its frame; ``used_id`` is the id of an earlier CALL, if any.

    ``began``: when the case did.
    """
    call = message.kind == CALL
    match mutant.how:
        case How.DROP | How.SWAP:
            return Instead(pretended=call)
        case How.DELAY:
            limit = limits.boot if _is_boot(message) else limits.event if call else limits.response
            return Instead(late=(message,), seconds=limit + _PAST)
        case How.ECHO:
            return Instead((message, message))
        case How.WRONG_ID:
            wrong = (used_id or "x" * 37) if call else str(uuid.uuid4())
            return Instead((replace(message, id=wrong),), pretended=call)
        case How.REPEAT:
            return Instead((message,), then=(message.action, message.payload))
        case How.SPEAK:
            return Instead((message,), then=mutant.extra)
        case How.CALLERROR:
            code = "InternalError" if message.code != "InternalError" else "GenericError"
            return Instead((replace(message, kind=ERROR, code=code, payload={}),))
        case How.CALLRESULT:
            payload = sample(f"{message.action}Response", ())
            return Instead((replace(message, kind=RESULT, code="", payload=payload),))
        case _:
            if mutant.edit is None:
                return Instead((message,))
            changed = edited(message.payload, mutant.edit, began)
            return Instead((replace(message, payload=changed),))


def _is_boot(message: Message) -> bool:
    return message.kind == CALL and message.action == "BootNotification"


def edited(payload: Payload, edit: Edit, began: datetime) -> Payload:
    """The payload with one place changed, in a case that ``began`` then."""
    if edit.remove:
        return with_value(payload, edit.path, MISSING)
    if edit.add:
        return with_value(payload, edit.path, value_at(payload, edit.path) + edit.add)
    if not edit.shift:
        return with_value(payload, edit.path, edit.value)
    moment = clock.now() if edit.shift > 0 else began
    shifted = (moment + timedelta(seconds=edit.shift)).isoformat().replace("+00:00", "Z")
    return with_value(payload, edit.path, shifted)


def rpc_of(system: Station | Csms | None) -> Rpc | None:
    """The open connection of an embedded system."""
    if isinstance(system, Station):
        return system.link.rpc
    if isinstance(system, Csms):
        return next((s.rpc for s in system.stations.values() if s.rpc is not None), None)
    return None


@dataclass
class Listener:
    """Writes down what an embedded system sends from ``armed`` on."""

    messages: list[Message] = field(default_factory=list[Message])
    armed: bool = False

    async def settle(self, seconds: float) -> None:
        """There is nothing to wait for."""

    def join(self, system: Station | Csms) -> None:
        """Listen to this system."""
        system.filters.append(self)

    def __call__(self, message: Message) -> Sequence[Message]:
        """The frame as it is."""
        if self.armed:
            self.messages.append(message)
        return [message]


@dataclass
class Saboteur:
    """Makes the one change of a mutant, once, in what an embedded system sends while ``armed``."""

    mutant: Mutant
    limits: Limits
    changed: bool = False
    _began: datetime | None = None
    _counting: Counting = field(default_factory=Counting)
    _system: Station | Csms | None = None
    _held: Message | None = None
    _boots_late: bool = False
    _used_id: str = ""
    _transaction: str = ""
    _tasks: set[asyncio.Task[None]] = field(default_factory=set[asyncio.Task[None]])
    _calls: set[asyncio.Task[None]] = field(default_factory=set[asyncio.Task[None]])

    @property
    def armed(self) -> bool:
        """Whether the case is going on; settable."""
        return self._began is not None

    @armed.setter
    def armed(self, going_on: bool) -> None:
        self._began = clock.now() if going_on else None

    def join(self, system: Station | Csms) -> None:
        """Work on this system."""
        self._system = system
        system.filters.append(self)

    async def settle(self, seconds: float) -> None:
        """Wait so long at most until what is sent besides has gone out."""
        if self._calls:
            await asyncio.wait(self._calls, timeout=seconds)

    def stop(self) -> None:
        """Nothing more is changed or sent."""
        self.armed = False
        for task in self._tasks:
            task.cancel()

    def __call__(self, message: Message) -> Sequence[Message]:
        """What goes out in place of the frame."""
        if self._began is None:
            return [message]
        if message.kind == CALL and message.action == "TransactionEvent":
            self._transaction = message.payload["transactionInfo"]["transactionId"]
        outgoing = self._outgoing(message, self._began)
        if message.kind == CALL:
            self._used_id = message.id
        return outgoing

    def _outgoing(self, message: Message, began: datetime) -> Sequence[Message]:
        if self._boots_late and _is_boot(message):
            return []  # The station gave up waiting and asks again: its boot is as late as it was.
        name = self._counting.name(message)
        if self._held is not None and name == self.mutant.follower:
            held, self._held = self._held, None
            self._calls.add(self._spawn(self._call(held.action, held.payload)))
            return [message]
        if self.changed or name != self.mutant.frame or self.mutant.how is How.CONTROL:
            return [message]
        instead = instead_of(message, self.mutant, self.limits, self._used_id, began)
        self.changed = instead != Instead((message,))
        self._carry_out(message, instead)
        return instead.at_once

    def _carry_out(self, message: Message, instead: Instead) -> None:
        rpc = rpc_of(self._system)
        if self.mutant.how is How.SWAP:
            self._held = message
        if rpc is not None and instead.pretended and self.mutant.answer is not None:
            rpc.pretend(message.id, _fresh(self.mutant.answer))
        if rpc is not None and instead.late:
            self._boots_late = _is_boot(message)
            self._spawn(self._send_late(rpc, instead))
        if instead.then is not None:
            action, payload = instead.then
            self._calls.add(self._spawn(self._call(action, self._placed(payload))))

    async def _send_late(self, rpc: Rpc, instead: Instead) -> None:
        await clock.sleep(instead.seconds)
        self._boots_late = False
        for message in instead.late:
            await rpc.transmit(message.encode())

    def _placed(self, payload: Payload) -> Payload:
        info = payload.get("transactionInfo", {})
        if info.get("transactionId") != RUNNING:
            return payload
        return {**payload, "transactionInfo": {**info, "transactionId": self._transaction}}

    async def _call(self, action: str, payload: Payload) -> None:
        rpc = rpc_of(self._system)
        if rpc is not None:
            with suppress(CallError, Disconnected, TimeoutError):
                await rpc.call(action, payload)

    def _spawn(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


def _fresh(answer: Payload) -> Payload:
    """A recorded answer, with the time of now."""
    return {**answer, "currentTime": now()} if "currentTime" in answer else answer
