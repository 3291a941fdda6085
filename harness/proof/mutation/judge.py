"""Whether a mutant was found, and where."""

from __future__ import annotations

from harness.proof.mutation.plan import Fate, How, Mutant, Result, Seen


def judge(mutant: Mutant, seen: Seen) -> Result:
    """Killed: FAIL where the change shows; INCONCLUSIVE only for a frame of the preparations."""
    step = seen.steps[0] if seen.steps else ""
    if mutant.how is How.CONTROL:
        fate = Fate.CONTROL if seen.verdict == "PASS" else Fate.ERROR
        return Result(mutant, fate, step, f"control run: {seen.verdict} {seen.reason}".strip())
    if seen.verdict == "ERROR":
        return Result(mutant, Fate.ERROR, step, seen.reason)
    if not seen.changed:
        return Result(mutant, Fate.ERROR, step, f"nothing changed on the wire; {seen.verdict}")
    if seen.verdict == "FAIL":
        return Result(mutant, _place(mutant, seen), step, seen.reason)
    if seen.verdict == "INCONCLUSIVE" and mutant.before:
        return Result(mutant, Fate.KILLED, step, seen.reason)
    return Result(mutant, Fate.SURVIVED, step, f"{seen.verdict} {seen.reason}".strip())


def _place(mutant: Mutant, seen: Seen) -> Fate:
    if not mutant.steps or seen.standing or set(mutant.steps) & set(seen.steps):
        return Fate.KILLED
    return Fate.MISPLACED
