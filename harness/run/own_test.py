"""What a test of one's own that uses the fixtures leaves: a result and a transcript as a case's."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace

from harness import clock
from harness.evidence.results import OWN_TESTS, REAL, SIMULATED, CaseResult, Spent
from harness.evidence.verdict import CaseStopped, Stage, StopKind, Verdict, breaches
from harness.peers.peer import Peer
from harness.spec.roles import Role

#: Characters of a test's name in the name of a file.
_LONGEST = 120
_VERDICTS = {
    StopKind.VALIDATION: Verdict.FAIL,
    StopKind.BEFORE: Verdict.INCONCLUSIVE,
    StopKind.UNDRIVABLE: Verdict.INCONCLUSIVE,
    StopKind.NOT_APPLICABLE: Verdict.NOT_APPLICABLE,
    StopKind.HARNESS: Verdict.ERROR,
}


@dataclass(frozen=True)
class Ended:
    """How a test has ended."""

    verdict: Verdict
    reason: str = ""


def ended_by(problem: BaseException | None) -> Ended:
    """What an exception makes of a test; none: it has passed."""
    if problem is None:
        return Ended(Verdict.PASS)
    if isinstance(problem, CaseStopped):
        return Ended(_VERDICTS[problem.stop.kind], problem.stop.reason)
    if isinstance(problem, AssertionError):
        return Ended(Verdict.FAIL, str(problem) or "an assertion of the test does not hold")
    return Ended(Verdict.ERROR, f"{type(problem).__name__}: {problem}")


def file_name(name: str, role: Role) -> str:
    """The name of a test as that of a file; no two tests have the same."""
    safe = re.sub(r"[^\w.-]+", "_", name).strip("._")[-_LONGEST:]
    return f"{safe}-{hashlib.sha256(name.encode()).hexdigest()[:8]}-{role}"


def judged(ended: Ended, peer: Peer, *, fail_on_warnings: bool) -> Ended:
    """With what the standing rules found, and what the test itself did not look at."""
    broken = breaches(peer.transcript.validations, fail_on_warnings=fail_on_warnings)
    if not ended.verdict.green or not broken:
        return ended
    return Ended(Verdict.FAIL, "; ".join(v.sentence() for v in broken))


def result(name: str, title: str, role: Role, peer: Peer, ended: Ended, spent: Spent) -> CaseResult:
    """As that of a case; its id is the name of the test."""
    log = peer.transcript
    broken = breaches(log.validations)
    rules = dict.fromkeys(v.step for v in broken if v.stage is Stage.RULE)
    whole = CaseResult(
        id=name,
        title=title,
        block=OWN_TESTS,
        sut=role,
        verdict=ended.verdict,
        reason=log.mask(ended.reason),
        duration_s=spent.duration_s,
        validations=tuple(log.validations),
        transcript=f"transcripts/{log.path.name}" if log.path and log.path.exists() else "",
        clock=SIMULATED if clock.is_simulated() else REAL,
        rules=tuple(rules),
    )
    return replace(whole, real_s=spent.real_s, cpu_s=spent.cpu_s)
