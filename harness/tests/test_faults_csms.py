"""Every fault of the embedded CSMS is found: by the cases it breaks, at the step it breaks."""

from __future__ import annotations

import asyncio

import pytest

from harness.proof.embedded_run import case_functions
from harness.proof.trust.faults import all_trials, attempt
from harness.spec.roles import Role


@pytest.mark.parametrize("case_id", case_functions(Role.CSMS))
@pytest.mark.asyncio
async def test_faults_show_where_they_must(case_id: str) -> None:
    tried = await asyncio.gather(*map(attempt, all_trials([(Role.CSMS, case_id)])))
    assert [each.wrong for each in tried if each.wrong] == []
