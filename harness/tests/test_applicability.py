"""Which cases apply to a variant follows from its features; the rest is listed and needed."""

from __future__ import annotations

import pytest

from harness.proof.embedded_run import case_functions
from harness.proof.trust import matrix
from harness.proof.trust.applicability import AT_RUN_TIME, excluded
from harness.spec.roles import Role


@pytest.mark.parametrize("role", list(Role))
def test_derived_is_what_the_table_says(role: Role) -> None:
    for variant in ("", *matrix.TABLES[role]):
        assert excluded(role, variant) == matrix.excluded(role, variant), variant


def test_what_is_decided_at_run_time_names_known_cases_and_variants() -> None:
    for (role, variant), cases in AT_RUN_TIME.items():
        assert variant in matrix.TABLES[role]
        assert cases <= set(case_functions(role))
