"""A CALL of the harness on its way: waiting for its answer, and judging it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

from harness import clock
from harness.evidence.matchers import Check, compare, fact
from harness.evidence.record import Record
from harness.ocppj.frames import FrameKind, Payload
from harness.ocppj.inbox import Inbox, Traffic
from harness.peers import notes

#: Matcher: the answer is a CALLRESULT.
TAKEN = fact("CALLRESULT")


@dataclass(eq=False)
class Sent:
    """A CALL of ours: wait for its answer, ``limit`` seconds at most, and judge it."""

    record: Record
    inbox: Inbox
    limit: float
    traffic: Traffic
    _answer: asyncio.Future[Traffic]

    @property
    def id(self) -> str:
        """The message id, which is also that of the answer."""
        return self.traffic.frame.id

    @property
    def mark(self) -> int:
        """The mark from which on messages came after the answer, or are still to come."""
        if not self._answer.done():
            return self.inbox.mark
        answer = self._answer.result()
        return next(at for at, event in enumerate(self.inbox.events) if event is answer) + 1

    async def response(
        self,
        step: int | str,
        /,
        *,
        requirement: str = "",
        **fields: Any,
    ) -> Payload:
        """Wait for the CALLRESULT and judge its fields; returns its payload.

        Stops the case if there is no answer, a CALLERROR, or a field that does not match.
        """
        answer = await self._wait(step, requirement)
        message = f"{self.traffic.frame.action}Response"
        frame = answer.frame
        if frame.kind is FrameKind.CALLERROR:
            actual = f"CALLERROR {frame.code} {frame.description}".strip()
            source = requirement or "Part 4, 4.2.2"
            self.record.fail(
                step, message, "$", "a CALLRESULT", actual, source, matcher=TAKEN, frame=frame.id
            )
        checks = compare(fields, frame.payload)
        self.record.judge(step, message, checks, requirement, frame=frame.id)
        return frame.payload

    async def error(self, step: int | str, /, *codes: str, requirement: str = "") -> None:
        """Wait for a CALLERROR with one of ``codes``; a CALLRESULT stops the case."""
        answer = await self._wait(step, requirement)
        message = f"{self.traffic.frame.action} CALLERROR"
        frame = answer.frame
        actual = (
            frame.code if frame.kind is FrameKind.CALLERROR else f"a CALLRESULT {frame.payload}"
        )
        wanted = {"one_of": list(codes)}
        check = Check("errorCode", " or ".join(codes), actual, frame.code in codes, wanted)
        self.record.judge(step, message, [check], requirement, frame=frame.id)

    async def refused(self, step: int | str, /, *codes: str, requirement: str = "") -> bool:
        """Whether the answer is a CALLERROR, where OCPP leaves the choice; judges its code."""
        answer = await self._wait(step, requirement)
        if answer.frame.kind is FrameKind.CALLRESULT:
            return False
        await self.error(step, *codes, requirement=requirement)
        return True

    async def settled(self) -> Traffic | None:
        """The answer as it came, or None if none came in time or can come; judges nothing."""
        remaining = self.traffic.t + self.limit - clock.monotonic()
        answered = self._answer.done
        what = f"{self.traffic.frame.action}Response"
        await self.inbox.wait(
            lambda: answered() or self._is_cut_off() or None, max(0.0, remaining), what
        )
        return self._answer.result() if answered() else None

    async def is_accepted(self) -> bool:
        """Whether the answer says so (also AcceptedCanceled), right or wrong; judges nothing."""
        return str(result_of(await self.settled()).get("status")).startswith("Accepted")

    def _is_cut_off(self) -> bool:
        """Whether the connection has ended on which alone it could be answered."""
        return notes.has_ended(self.inbox, self.traffic.wire)

    async def _wait(self, step: int | str, requirement: str = "") -> Traffic:
        self.record.at(step)
        answer = await self.settled()
        if answer is None:
            self.record.fail(
                step,
                f"{self.traffic.frame.action}Response",
                "",
                "an answer",
                f"none{'' if self._is_cut_off() else f' within {self.limit:g} s'}"
                f"{notes.strays(self.inbox, self.traffic)}"
                f"{notes.end_of(self.inbox, self.traffic.wire)}",
                requirement or "Part 4, 4.1.1",
                matcher=fact("answered"),
            )
        return answer


def result_of(answer: Traffic | None) -> Payload:
    """The payload of a CALLRESULT; {} where something else came, or nothing."""
    taken = answer is not None and answer.frame.kind is FrameKind.CALLRESULT
    return answer.frame.payload if answer is not None and taken else {}
