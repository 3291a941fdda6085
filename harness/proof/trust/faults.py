"""Named faults of the embedded systems: each is found by the cases it breaks, at the step."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from harness.evidence.verdict import Stage, Validation, Verdict, breaches
from harness.proof.embedded_run import Outcome, run_cases
from harness.proof.mutation.campaign import Address
from harness.proof.trust.locks import GREEN, Lock, load
from harness.reference.faults import Fault
from harness.spec.roles import Role
from harness.testbed.kits import KITS


@dataclass(frozen=True)
class Trial:
    """A fault and a case that it must turn red at ``step``, or leave green (GREEN)."""

    role: Role
    fault: str
    case_id: str
    step: str


@dataclass(frozen=True)
class Tried:
    """What came of a trial; ``wrong`` is "" where all was as the purpose or the lock says.

    ``step``: where the case turned red, GREEN, or "" for whatever else became of it.
    """

    trial: Trial
    wrong: str
    step: str = ""


def purposes(role: Role, case_id: str) -> list[Trial]:
    """The faults that must show in this case, whatever its lock says."""
    shows = ((fault.name, fault.shows) for fault in KITS[role].faults.values())
    return [Trial(role, name, case_id, step) for name, (case, step) in shows if case == case_id]


def locked(role: Role, case_id: str, lock: Lock) -> list[Trial]:
    """What the lock of a case claims."""
    return [Trial(role, name, case_id, step) for name, step in sorted(lock.faults.items())]


def all_trials(wanted: Iterable[Address]) -> list[Trial]:
    """The trials of these cases: their own faults and those that their locks name.

    Raises:
        LockError: a lock is not understood.
    """
    return [
        trial
        for role, case_id in wanted
        for trial in (*purposes(role, case_id), *locked(role, case_id, load(case_id)))
    ]


async def attempt(trial: Trial, certs: Path | None = None) -> Tried:
    """Run the case of a trial against the embedded system with its fault."""
    if trial.fault not in KITS[trial.role].faults:
        return Tried(trial, f"no fault {trial.fault}")
    fault = KITS[trial.role].faults[trial.fault]
    triggered: list[None] = []
    [outcome] = await run_cases(
        trial.role,
        [trial.case_id],
        variant=fault.variant,
        alter=lambda system: fault.alter(system, lambda: triggered.append(None)),
        certs=certs,
    )
    said = f"{trial.case_id} {outcome.verdict}: {outcome.result.reason}"
    wrong = _wrong(trial, fault, outcome, len(triggered))
    return Tried(
        trial, f"{wrong}: {said}" if wrong else "", _step(trial, fault, outcome, len(triggered))
    )


def _wrong(trial: Trial, fault: Fault, outcome: Outcome, triggered: int) -> str:
    if trial.step == GREEN:
        return "" if outcome.verdict is Verdict.PASS else "not left green"
    if outcome.verdict != fault.verdict:
        return f"not {fault.verdict}"
    if not triggered:
        return "the fault changed nothing"
    found = _decisive(outcome)
    if not any(_is_at(trial.step, v) for v in found):
        return f"not at step {trial.step}"
    # The reason tells one of them, the one that says most.
    unsaid = [_unsaid(each, outcome.result.reason) for each in found]
    return "" if "" in unsaid else unsaid[0]


def _step(trial: Trial, fault: Fault, outcome: Outcome, triggered: int) -> str:
    """Where the case turned red: as the trial says it, if that is still true."""
    if outcome.verdict is Verdict.PASS:
        return GREEN
    found = _decisive(outcome)
    if outcome.verdict != fault.verdict or not triggered or not found:
        return ""
    kept = trial.step and any(_is_at(trial.step, v) for v in found)
    return trial.step if kept else found[0].step


def _decisive(outcome: Outcome) -> list[Validation]:
    """The failed validations that the verdict rests on: what stopped the case, or broken rules."""
    failed = breaches(outcome.result.validations)
    return [v for v in failed if v.stage is not Stage.BEFORE] or failed


def _is_at(step: str, validation: Validation) -> bool:
    return validation.step == step or validation.step.startswith((f"{step}>", f"{step} "))


def _unsaid(validation: Validation, reason: str) -> str:
    """What the reason lacks to be understood without the transcript."""
    wanted = (validation.message, f"expected {validation.expected}"[:100], ", got ")
    return next((f"the reason does not say {part!r}" for part in wanted if part not in reason), "")
