"""A case: the decorator that turns a page's scenario into a judged, recorded test."""

from __future__ import annotations

import asyncio
import functools
import time
import traceback
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, replace
from typing import Any, Protocol

import pytest

from harness import rules
from harness.catalogue import Row, row
from harness.peer import Peer
from harness.results import CaseResult
from harness.transcript import Kind
from harness.verdict import CaseStopped, Decision, Stop, StopKind, Verdict, decide

Scenario = Callable[..., Awaitable[None]]

#: The fixtures that hand a case its peer.
PEERS = ("fake_csms", "fake_station")


class Conductor(Protocol):
    """What surrounds a case: its preparations, its standing rules, the record of its result."""

    @property
    def strict(self) -> bool:
        """Whether warnings count as failures."""
        ...

    def applicability(self, row: Row) -> str:
        """Why the case does not apply to this system, or ""."""
        ...

    async def prepare(self, peer: Any, *, booted: bool, profiles: Collection[int]) -> None:
        """Bring about the general pre-conditions; raises CaseStopped(BEFORE) if that fails.

        ``profiles``: the security profiles in which the case can run, none for any of them.
        """
        ...

    async def conclude(self, peer: Any) -> None:
        """Look once more whether the system is alive, and apply the standing rules."""
        ...

    async def restore(self, peer: Any) -> None:
        """Put back what the case changed; never raises."""
        ...

    def record(self, result: CaseResult) -> None:
        """Keep the result, at once and for good."""
        ...


@dataclass(frozen=True)
class CaseInfo:
    """What the decorator knows: the catalogue's row, and what the scenario finds when it begins: a
    CSMS that has accepted the station, a connection at least, or nothing.
    """

    row: Row
    booted: bool
    connected: bool = True
    profiles: tuple[int, ...] = ()
    slow: bool = False


def case(
    case_id: str,
    *,
    booted: bool = True,
    connected: bool = True,
    profiles: tuple[int, ...] = (),
    slow: bool = False,
) -> Callable[[Scenario], Scenario]:
    """Declare the test function of a case of Part 6.

    ``booted`` False: the scenario itself contains the first BootNotification; ``connected`` False:
    the first connection too (CSMS cases). ``profiles``: the security profiles of its prerequisites
    (station cases; a CSMS case says so by ``admission.use``). ``slow``: it waits for intervals,
    and is begun first where cases run side by side.

    Raises:
        KeyError: the catalogue has no such case.
    """
    info = CaseInfo(row(case_id), booted, connected, profiles, slow)

    def decorate(scenario: Scenario) -> Scenario:
        @pytest.mark.asyncio(loop_scope="session")
        @functools.wraps(scenario)
        async def run(**fixtures: Any) -> None:
            peer: Peer = next(fixtures[name] for name in PEERS if name in fixtures)
            decision = await conduct(info, peer, lambda: scenario(**fixtures))
            conclude(decision)

        run.case_info = info  # type: ignore[attr-defined]  # read by the plugin
        return run

    return decorate


class Inconclusive(pytest.fail.Exception):
    """A case that could not be judged: red, but no finding about the system under test."""


class HarnessError(Exception):
    """The harness itself broke."""


def conclude(decision: Decision) -> None:
    """Turn a decision into pytest's outcome."""
    match decision.verdict:
        case Verdict.PASS:
            return
        case Verdict.NOT_APPLICABLE:
            pytest.skip(f"NOT APPLICABLE: {decision.reason}")
        case Verdict.FAIL:
            pytest.fail(decision.reason, pytrace=False)
        case Verdict.INCONCLUSIVE:
            raise Inconclusive(f"INCONCLUSIVE: {decision.reason}", pytrace=False)
        case Verdict.ERROR:
            raise HarnessError(decision.reason)


async def conduct(
    info: CaseInfo, peer: Peer, scenario: Callable[[], Awaitable[None]], *, restore: bool = True
) -> Decision:
    """Run a scenario from its pre-conditions to its recorded result.

    ``restore`` False leaves the system as it is: for one that nobody will use again.
    """
    conductor = peer.conductor
    began = time.monotonic()
    stop: Stop | None
    excluded = conductor.applicability(info.row)
    if excluded:
        stop = Stop(StopKind.NOT_APPLICABLE, excluded)
    else:
        stop = await _stopped(peer, info, scenario)
        stop = _blamed(peer, await _concluded(peer, stop))
    decision = decide(peer.transcript.validations, stop, strict=conductor.strict)
    decision = replace(decision, reason=peer.transcript.mask(decision.reason))
    conductor.record(_result(info.row, peer, decision, time.monotonic() - began))
    if not excluded and restore:
        await conductor.restore(peer)
    return decision


async def _stopped(
    peer: Peer, info: CaseInfo, scenario: Callable[[], Awaitable[None]]
) -> Stop | None:
    """Run to the end or to what stops it."""
    limit = peer.sut.limits.case
    try:
        async with asyncio.timeout(limit):
            if info.connected:
                async with peer.before():
                    await peer.conductor.prepare(peer, booted=info.booted, profiles=info.profiles)
            await scenario()
    except CaseStopped as stopped:
        return stopped.stop
    except TimeoutError:
        return Stop(StopKind.UNDRIVABLE, f"not finished within {limit:g} s (limits.case)")
    except Exception:
        return Stop(StopKind.HARNESS, traceback.format_exc(limit=-6))
    return None


async def _concluded(peer: Peer, stop: Stop | None) -> Stop | None:
    peer.stopped = stop is not None
    limit = peer.sut.limits.case
    try:
        async with asyncio.timeout(limit):
            await peer.conductor.conclude(peer)
    except CaseStopped as stopped:
        return stop or stopped.stop
    except TimeoutError:
        return stop or Stop(StopKind.UNDRIVABLE, f"no end within {limit:g} s (limits.case)")
    except Exception:
        return Stop(StopKind.HARNESS, traceback.format_exc(limit=-6))
    return stop


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
    return Stop(StopKind.VALIDATION, found[0].sentence())


def _result(row: Row, peer: Peer, decision: Decision, duration: float) -> CaseResult:
    path = peer.transcript.path
    return CaseResult(
        id=row.id,
        title=row.title,
        block=row.block,
        sut=row.role,
        verdict=decision.verdict,
        reason=decision.reason,
        duration_s=round(duration, 3),
        requirements=tuple(row.requirements),
        validations=tuple(peer.transcript.validations),
        transcript=f"transcripts/{path.name}" if path and path.exists() else "",
    )
