"""Every fault of the embedded station is found: by the cases it breaks, at the step it breaks."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from harness.embedded_run import Outcome, case_functions, run_cases
from harness.reference.faults import STATION
from harness.reference.faults.base import Fault
from harness.sut import Limits, Role
from harness.verdict import Stage, Validation, Verdict, breaches

#: Long enough for the embedded station on a busy machine; most faults cost one of these waits.
_LIMITS = Limits(response=1.0, event=1.0, boot=2.5, connect=3.0, silence=0.3, operator=5, case=30)


@dataclass
class _Teeth:
    """Counts how often a fault really changed something."""

    bites: int = 0
    systems: list[object] = field(default_factory=list[object])

    def bite(self) -> None:
        self.bites += 1


async def _outcomes(fault: Fault, ids: list[str]) -> tuple[list[Outcome], int]:
    teeth = _Teeth()
    outcomes = await run_cases(
        Role.STATION,
        ids,
        personality=fault.personality,
        alter=lambda station: fault.alter(station, teeth.bite),
        limits=_LIMITS,
    )
    return outcomes, teeth.bites


def _decisive(outcome: Outcome) -> list[Validation]:
    """The failed validations that the verdict rests on: what stopped the case, or broken rules."""
    failed = breaches(outcome.result.validations)
    return [v for v in failed if v.stage is not Stage.BEFORE] or failed


def _is_at(step: str, validation: Validation) -> bool:
    return validation.step == step or validation.step.startswith((f"{step}>", f"{step} "))


@pytest.mark.parametrize("fault", STATION.values(), ids=STATION)
@pytest.mark.asyncio
async def test_a_fault_is_found_where_it_is(fault: Fault) -> None:
    assert fault.red, "a fault that no case finds"
    outcomes, bites = await _outcomes(fault, [*fault.leaves, *fault.red])
    by_id = {outcome.result.id: outcome for outcome in outcomes}
    assert bites, "the fault changed nothing"
    for case_id, step in fault.red.items():
        outcome = by_id[case_id]
        reason = outcome.result.reason
        said = f"{case_id}: {outcome.verdict} {reason}"
        assert outcome.verdict == fault.verdict, said
        found = _decisive(outcome)
        assert any(_is_at(step, each) for each in found), f"not at step {step}: {said}"
        assert found[0].message, said
        assert found[0].message in reason, said
        assert "expected" in reason, said
        assert ", got " in reason, said
    for case_id in fault.leaves:
        outcome = by_id[case_id]
        assert outcome.verdict is Verdict.PASS, f"{case_id}: {outcome.result.reason}"


@pytest.mark.parametrize("case_id", case_functions(Role.STATION))
def test_every_case_has_a_fault_that_turns_it_red(case_id: str) -> None:
    named = [fault.name for fault in STATION.values() if case_id in fault.red]
    assert named, f"no fault of the embedded station turns {case_id} red"


@pytest.mark.parametrize("fault", STATION.values(), ids=STATION)
def test_a_fault_names_known_cases(fault: Fault) -> None:
    assert {*fault.red, *fault.leaves} <= set(case_functions(Role.STATION))
    assert not set(fault.red) & set(fault.leaves)
