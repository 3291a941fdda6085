"""The conduct of a case: from its pre-conditions to its recorded result."""

from __future__ import annotations

import asyncio
import time
import traceback
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace

from harness import clock
from harness.evidence.results import REAL, SIMULATED, CaseResult, NotRun, Spent
from harness.evidence.transcript import Kind
from harness.evidence.values import brief
from harness.evidence.verdict import CaseStopped, Decision, Stop, StopKind, decide
from harness.live.facts import CleaningUp
from harness.peers.peer import Peer
from harness.rules import frames as rules
from harness.spec.catalogue import Row


@dataclass(frozen=True)
class CaseInfo:
    """What the decorator knows: the catalogue's row, and what the scenario finds when it begins: a
    CSMS that has accepted the station, a connection at least, or nothing.

    ``irreversible``: what it does for good, a word of ``IRREVERSIBLE``, "" for nothing; where
    ``irreversible_with`` is a feature, only to a system that has it.
    """

    row: Row
    booted: bool
    connected: bool = True
    profiles: tuple[int, ...] = ()
    slow: bool = False
    irreversible: str = ""
    irreversible_with: str = ""


async def conduct(
    info: CaseInfo, peer: Peer, scenario: Callable[[], Awaitable[None]], *, restore: bool = True
) -> Decision:
    """Run a scenario from its pre-conditions to its recorded result.

    ``restore`` False leaves the system as it is: for one that nobody will use again.
    """
    conductor = peer.conductor
    watch = Stopwatch()
    peer.record.of_page = ", ".join(info.row.requirements) or f"Part 6, {info.row.id}"
    stop: Stop | None
    excluded = conductor.applicability(info.row)
    if excluded:
        stop = Stop(StopKind.NOT_APPLICABLE, excluded)
    else:
        stop = await _stopped(peer, info, scenario)
        stop = _blamed(peer, await _concluded(peer, stop))
    decision = decide(
        peer.transcript.validations, stop, fail_on_warnings=conductor.fail_on_warnings
    )
    decision = replace(decision, reason=peer.transcript.mask(decision.reason))
    peer.transcript.add(
        Kind.VERDICT,
        verdict=decision.verdict,
        reason=decision.reason,
        stop=stop.kind if stop else "",
        stopped=stop.reason if stop else "",
        what=stop.what if stop else "",
    )
    result = _result(info.row, peer, decision, watch.spent())
    result = replace(result, stopped=_what_stopped(peer, stop))
    if skipped := peer.transcript.skipped:
        decision = replace(decision, skipped=True, reason=_left_out(peer, skipped, decision))
        conductor.leave_out(_not_run(info.row, decision.reason))
    else:
        conductor.record(result)
    peer.transcript.live.tell(CleaningUp())
    if not excluded and restore and (wrong := await conductor.restore(peer)) and not skipped:
        conductor.record(replace(result, validations=(*result.validations, *wrong)))
    return decision


def _left_out(peer: Peer, skipped: str, decision: Decision) -> str:
    """Why it was left out, and what was found all the same."""
    why = peer.transcript.mask(skipped)
    return decision.reason if decision.reason.startswith(why) else f"{why}; {decision.reason}"


def _not_run(row: Row, reason: str) -> NotRun:
    return NotRun(row.id, row.title, row.block, row.role, reason)


async def _stopped(
    peer: Peer, info: CaseInfo, scenario: Callable[[], Awaitable[None]]
) -> Stop | None:
    """Run to the end or to what stops it."""
    limit = peer.sut.limits.case
    try:
        async with asyncio.timeout(limit):
            async with peer.before():
                await peer.conductor.bring_back()
                if info.connected:
                    await peer.conductor.prepare(peer, booted=info.booted, profiles=info.profiles)
            await scenario()
    except CaseStopped as stopped:
        return stopped.stop
    except TimeoutError:
        reason = f"not finished within {limit:g} s (limits.case){_doing(peer)}"
        return Stop(StopKind.UNDRIVABLE, reason, f"limits.case at {_place(peer)}")
    except Exception:
        return Stop(StopKind.HARNESS, traceback.format_exc(limit=-6))
    return None


async def _concluded(peer: Peer, stop: Stop | None) -> Stop | None:
    peer.stopped = stop is not None
    limit = peer.sut.limits.case
    try:
        async with asyncio.timeout(limit):
            await peer.settle()
            await peer.conductor.conclude(peer)
    except CaseStopped as stopped:
        return stop or stopped.stop
    except TimeoutError:
        reason = f"no end within {limit:g} s (limits.case)"
        return stop or Stop(StopKind.UNDRIVABLE, reason, "limits.case at the end")
    except Exception:
        return Stop(StopKind.HARNESS, traceback.format_exc(limit=-6))
    return stop


def _what_stopped(peer: Peer, stop: Stop | None) -> str:
    """What kept a case from going on, as data, where no failed validation tells; else ""."""
    if stop is None or stop.kind not in (StopKind.BEFORE, StopKind.UNDRIVABLE):
        return ""
    if stop.what:
        return f"stopped by {stop.what}"
    told = any(v.sentence() == stop.reason for v in peer.transcript.validations if not v.ok)
    return "" if told else f"stopped at {_place(peer)}"


def _place(peer: Peer) -> str:
    """Where a case is, by the step it came to."""
    steps = (e.data["step"] for e in reversed(peer.transcript.entries) if e.data.get("step"))
    step = next(steps, None)
    return "the preparation" if step is None else f"step {step}"


def _doing(peer: Peer) -> str:
    """In words: what was waited for when the time was over."""
    kinds = (Kind.STEP, Kind.ACT, Kind.NOTE, Kind.OPERATOR)
    last = next((e for e in reversed(peer.transcript.entries) if e.kind in kinds), None)
    if last is None:
        return ""
    data = last.data
    words = [str(data[name]) for name in ("act", "action", "text", "facts") if data.get(name)]
    step = f"step {data['step']}: " if data.get("step") else ""
    return f"; the last that was done: {step}{brief(' '.join(words), 300)}"


def _blamed(peer: Peer, stop: Stop | None) -> Stop | None:
    """Whose fault it is that the harness could not go on."""
    if stop is None and peer.broken:
        return Stop(StopKind.HARNESS, peer.broken)
    if stop is None or stop.kind is not StopKind.HARNESS:
        return stop
    unreadable = (rules.frames_are_ocpp.__name__, rules.payloads_follow_schema.__name__)
    found = [v for v in peer.transcript.validations if v.step in unreadable and not v.ok]
    if not found:
        return stop
    peer.transcript.add(Kind.NOTE, text=f"stopped by an unreadable payload: {stop.reason}")
    return Stop(StopKind.UNREADABLE, found[0].sentence())


@dataclass(frozen=True)
class Stopwatch:
    """Takes the time on the clock, in reality and of the processor."""

    began: float = field(default_factory=clock.monotonic)
    really: float = field(default_factory=time.monotonic)
    used: float = field(default_factory=time.process_time)

    def spent(self) -> Spent:
        """Since it was made."""
        return Spent(
            clock.monotonic() - self.began,
            time.monotonic() - self.really,
            time.process_time() - self.used,
        )


def _result(row: Row, peer: Peer, decision: Decision, spent: Spent) -> CaseResult:
    path = peer.transcript.path
    return CaseResult(
        id=row.id,
        title=row.title,
        block=row.block,
        sut=row.role,
        verdict=decision.verdict,
        reason=decision.reason,
        clock=SIMULATED if clock.is_simulated() else REAL,
        duration_s=round(spent.duration_s, 3),
        real_s=round(spent.real_s, 3),
        cpu_s=round(spent.cpu_s, 3),
        requirements=tuple(row.requirements),
        validations=tuple(peer.transcript.validations),
        page=decision.page,
        rules=decision.rules,
        transcript=f"transcripts/{path.name}" if path and path.exists() else "",
    )
