"""Whether a mutant was found, and where."""

from __future__ import annotations

from harness.proof.mutation.plan import How, Mutant, MutantOutcome, MutatedRun, Result


def judge(mutant: Mutant, seen: MutatedRun) -> Result:
    """Killed: FAIL where the change shows; INCONCLUSIVE only for a frame of the preparations."""
    step = seen.steps[0] if seen.steps else ""
    if mutant.how is How.CONTROL:
        fate = MutantOutcome.CONTROL if seen.verdict == "PASS" else MutantOutcome.ERROR
        return Result(mutant, fate, step, f"control run: {seen.verdict} {seen.reason}".strip())
    if seen.verdict == "ERROR":
        return Result(mutant, MutantOutcome.ERROR, step, seen.reason)
    if not seen.changed:
        return Result(
            mutant, MutantOutcome.ERROR, step, f"nothing changed on the wire; {seen.verdict}"
        )
    if seen.verdict == "FAIL":
        return Result(mutant, _place(mutant, seen), step, seen.reason)
    if seen.verdict == "INCONCLUSIVE" and mutant.before:
        return Result(mutant, MutantOutcome.KILLED, step, seen.reason)
    return Result(mutant, MutantOutcome.SURVIVED, step, f"{seen.verdict} {seen.reason}".strip())


def _place(mutant: Mutant, seen: MutatedRun) -> MutantOutcome:
    if not mutant.steps or seen.standing or set(mutant.steps) & set(seen.steps):
        return MutantOutcome.KILLED
    return MutantOutcome.MISPLACED
