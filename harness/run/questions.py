"""The run's own questions, after its last case: none of them decides one."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Awaitable, Sequence
from typing import Any, Protocol

from harness import clock
from harness.evidence.recorder import Recorder
from harness.evidence.results import QuestionResult
from harness.evidence.verdict import CaseStopped, Stop, StopKind, decide
from harness.peers.peer import Peer
from harness.questions.question import Question
from harness.sut.model import Sut


class Asked(Protocol):
    """The test bed of a system that is asked."""

    sut: Sut
    recorder: Recorder

    def peer(self, name: str) -> Any:
        """A peer for one question."""
        ...

    async def prepare(self, peer: Any, *, booted: bool) -> None:
        """Connected and accepted."""
        ...

    async def look_alive(self, peer: Any) -> None:
        """Stops if nothing is answered any more."""
        ...

    async def restore(self, peer: Any) -> object:
        """Put back what was changed."""
        ...


async def ask_all(test_bed: Asked, questions: Sequence[Question]) -> list[QuestionResult]:
    """Ask every question; each result is recorded at once."""
    return [await ask(test_bed, question) for question in questions]


async def ask(test_bed: Asked, question: Question) -> QuestionResult:
    """Ask one question, and look whether the system is alive afterwards."""
    role = test_bed.sut.role
    peer: Peer = test_bed.peer(f"question-{question.id}-{role}")
    began = clock.monotonic()
    stop = await _stopped(peer, _asked(test_bed, peer, question))
    decision = decide(peer.transcript.validations, stop)
    path = peer.transcript.path
    result = QuestionResult(
        id=question.id,
        title=question.title,
        sut=role,
        verdict=decision.verdict,
        reason=peer.transcript.mask(decision.reason),
        requirement=question.requirement,
        asked=question.asked,
        duration_s=clock.monotonic() - began,
        validations=tuple(peer.transcript.validations),
        transcript=f"transcripts/{path.name}" if path and path.exists() else "",
    )
    test_bed.recorder.record_question(result)
    await test_bed.restore(peer)
    return result


async def _asked(test_bed: Asked, peer: Peer, question: Question) -> None:
    async with peer.before():
        await test_bed.prepare(peer, booted=True)
    await question.ask(peer)
    if peer.wire is not None:
        await test_bed.look_alive(peer)


async def _stopped(peer: Peer, work: Awaitable[None]) -> Stop | None:
    limit = peer.sut.limits.case
    try:
        async with asyncio.timeout(limit):
            await work
    except CaseStopped as stopped:
        return stopped.stop
    except TimeoutError:
        return Stop(StopKind.UNDRIVABLE, f"not finished within {limit:g} s (limits.case)")
    except Exception:
        return Stop(StopKind.HARNESS, traceback.format_exc(limit=-6))
    return Stop(StopKind.HARNESS, peer.broken) if peer.broken else None
