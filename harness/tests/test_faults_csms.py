"""Every fault of the embedded CSMS is found: by the cases it breaks, at the step it breaks."""

from __future__ import annotations

import asyncio

import pytest

from harness.proof.embedded_run import case_functions
from harness.proof.trust.faults import attempt, trials
from harness.reference.faults import CSMS, Fault
from harness.spec.roles import Role


@pytest.mark.parametrize("fault", CSMS.values(), ids=CSMS)
@pytest.mark.asyncio
async def test_a_fault_is_found_where_it_is(fault: Fault) -> None:
    assert fault.red, "a fault that no case finds"
    tried = await asyncio.gather(*map(attempt, trials(fault, Role.CSMS)))
    assert [each.wrong for each in tried if each.wrong] == []


@pytest.mark.parametrize("case_id", case_functions(Role.CSMS))
def test_every_case_has_a_fault_that_turns_it_red(case_id: str) -> None:
    named = [fault.name for fault in CSMS.values() if case_id in fault.red]
    assert named, f"no fault of the embedded CSMS turns {case_id} red"


@pytest.mark.parametrize("fault", CSMS.values(), ids=CSMS)
def test_a_fault_names_known_cases(fault: Fault) -> None:
    assert {*fault.red, *fault.leaves} <= set(case_functions(Role.CSMS))
    assert not set(fault.red) & set(fault.leaves)
