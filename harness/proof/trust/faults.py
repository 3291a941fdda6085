"""Named faults of the embedded systems: each is found by the cases it breaks, at the step."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from harness.evidence.verdict import Stage, Validation, Verdict, breaches
from harness.proof.embedded_run import Outcome, run_cases
from harness.proof.trust.limits import BRIEF
from harness.reference.faults import CSMS, STATION, Fault
from harness.spec.roles import Role

FAULTS: Mapping[Role, Mapping[str, Fault]] = {Role.STATION: STATION, Role.CSMS: CSMS}


@dataclass(frozen=True)
class Trial:
    """A fault and a case that it must turn red at ``step``, or leave green ("")."""

    role: Role
    fault: str
    case_id: str
    step: str


@dataclass(frozen=True)
class Tried:
    """What came of a trial; ``wrong`` is "" where all was as the fault's table says."""

    trial: Trial
    wrong: str


def trials(fault: Fault, role: Role) -> Iterator[Trial]:
    """All that the table of a fault claims."""
    for case_id, step in {**fault.red, **dict.fromkeys(fault.leaves, "")}.items():
        yield Trial(role, fault.name, case_id, step)


def all_trials(roles: Iterable[Role], ids: Iterable[str]) -> list[Trial]:
    """The trials of every fault with these cases."""
    wanted = frozenset(ids)
    found = (t for role in roles for fault in FAULTS[role].values() for t in trials(fault, role))
    return [trial for trial in found if trial.case_id in wanted]


async def attempt(trial: Trial, certs: Path | None = None) -> Tried:
    """Run the case of a trial against the embedded system with its fault."""
    fault = FAULTS[trial.role][trial.fault]
    bites: list[None] = []
    [outcome] = await run_cases(
        trial.role,
        [trial.case_id],
        variant=fault.variant,
        alter=lambda system: fault.alter(system, lambda: bites.append(None)),
        limits=BRIEF[trial.role],
        certs=certs,
    )
    said = f"{trial.case_id} {outcome.verdict}: {outcome.result.reason}"
    wrong = _wrong(trial, fault, outcome, len(bites))
    return Tried(trial, f"{wrong}: {said}" if wrong else "")


def _wrong(trial: Trial, fault: Fault, outcome: Outcome, bites: int) -> str:
    if not trial.step:
        return "" if outcome.verdict is Verdict.PASS else "not left green"
    if outcome.verdict != fault.verdict:
        return f"not {fault.verdict}"
    if not bites:
        return "the fault changed nothing"
    found = _decisive(outcome)
    if not any(_is_at(trial.step, v) for v in found):
        return f"not at step {trial.step}"
    return _unsaid(found[0], outcome.result.reason)


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
