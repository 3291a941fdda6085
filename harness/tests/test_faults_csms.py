"""Every fault of the embedded CSMS is found: by the cases it breaks, at the step it breaks."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from harness.embedded_run import Outcome, case_functions, run_cases
from harness.reference.faults import CSMS
from harness.reference.faults.base import Fault
from harness.sut import Limits, Role
from harness.verdict import Stage, Validation, Verdict, breaches

#: Long enough for the embedded CSMS on a busy machine; most faults cost one of these waits.
_LIMITS = Limits(response=0.8, event=0.6, boot=3, connect=4, silence=0.3, operator=5, case=30)


@dataclass
class _Teeth:
    """Counts how often a fault really changed something."""

    bites: int = 0

    def bite(self) -> None:
        self.bites += 1


def _decisive(outcome: Outcome) -> Validation | None:
    """The failed validation that the verdict rests on."""
    failed = breaches(outcome.result.validations)
    late = [v for v in failed if v.stage is not Stage.BEFORE]
    return next(iter(late or failed), None)


@pytest.mark.parametrize("fault", CSMS.values(), ids=CSMS)
@pytest.mark.asyncio
async def test_a_fault_is_found_where_it_is(fault: Fault) -> None:
    assert fault.red, "a fault that no case finds"
    teeth = _Teeth()
    outcomes = await run_cases(
        Role.CSMS,
        [*fault.leaves, *fault.red],
        personality=fault.personality,
        alter=lambda csms: fault.alter(csms, teeth.bite),
        limits=_LIMITS,
    )
    assert teeth.bites, "the fault changed nothing"
    by_id = {outcome.result.id: outcome for outcome in outcomes}
    for case_id, step in fault.red.items():
        _is_red_at(by_id[case_id], fault.verdict, step)
    for case_id in fault.leaves:
        outcome = by_id[case_id]
        assert outcome.verdict is Verdict.PASS, f"{case_id}: {outcome.result.reason}"


def _is_red_at(outcome: Outcome, verdict: str, step: str) -> None:
    """The verdict rests on this step, and its reason says what was wanted and what came."""
    result = outcome.result
    said = f"{result.id}: {outcome.verdict} {result.reason}"
    assert outcome.verdict == verdict, said
    found = _decisive(outcome)
    assert found is not None, said
    assert found.step == step or found.step.startswith(f"{step}>"), said
    assert found.message, said
    assert found.expected, said
    for part in (found.step, found.message, found.path, "expected", ", got ", found.requirement):
        assert part in result.reason, said
    assert found.expected != str(found.actual), said


@pytest.mark.parametrize("case_id", case_functions(Role.CSMS))
def test_every_case_has_a_fault_that_turns_it_red(case_id: str) -> None:
    named = [fault.name for fault in CSMS.values() if case_id in fault.red]
    assert named, f"no fault of the embedded CSMS turns {case_id} red"


@pytest.mark.parametrize("fault", CSMS.values(), ids=CSMS)
def test_a_fault_names_known_cases(fault: Fault) -> None:
    assert {*fault.red, *fault.leaves} <= set(case_functions(Role.CSMS))
    assert not set(fault.red) & set(fault.leaves)
