"""A case: the decorator that turns a page's scenario into a judged, recorded test."""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from harness.evidence.verdict import Decision, Verdict
from harness.peers.peer import Peer
from harness.run.conduct import CaseInfo, conduct
from harness.spec.catalogue import row
from harness.sut.model import IRREVERSIBLE

Scenario = Callable[..., Awaitable[None]]


def case(
    case_id: str,
    *,
    booted: bool = True,
    connected: bool = True,
    profiles: tuple[int, ...] = (),
    slow: bool = False,
    irreversible: str = "",
    irreversible_with: str = "",
) -> Callable[[Scenario], Scenario]:
    """Declare the test function of a case of Part 6.

    ``booted`` False: the scenario itself contains the first BootNotification; ``connected`` False:
    the first connection too (CSMS cases). ``profiles``: the security profiles of its prerequisites
    (station cases; a CSMS case says so by ``select_security_profile``). ``slow``: it waits for
    intervals, and is begun first where cases run side by side. ``irreversible``: what it does for
    good, a word of ``harness.sut.model.IRREVERSIBLE``, so that it comes last and only where the
    description allows it; ``irreversible_with``: the feature without which it can be undone.

    Raises:
        KeyError: the catalogue has no such case.
        ValueError: nothing irreversible is called so.
    """
    if irreversible and irreversible not in IRREVERSIBLE:
        raise ValueError(f"irreversible is one of {', '.join(IRREVERSIBLE)}")
    info = CaseInfo(
        row(case_id), booted, connected, profiles, slow, irreversible, irreversible_with
    )

    def decorate(scenario: Scenario) -> Scenario:
        @pytest.mark.asyncio(loop_scope="session")
        @functools.wraps(scenario)
        async def run(**fixtures: Any) -> None:
            peer = next(each for each in fixtures.values() if isinstance(each, Peer))
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
    if decision.skipped:
        pytest.skip(f"NOT RUN: {decision.reason}")
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
