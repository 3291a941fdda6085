"""Which cases apply to a variant follows from its features; the rest is listed and needed."""

from __future__ import annotations

import pytest

from harness.proof.embedded_run import case_functions
from harness.proof.trust.applicability import AT_RUN_TIME, excluded, excluded_by_features
from harness.spec.roles import Role
from harness.testbed.kits import KITS


@pytest.mark.parametrize(
    ("role", "variant", "cases"),
    [
        (
            Role.STATION,
            "",
            {
                "B_15",
                "B_28",
                "B_29",
                "C_05",
                "C_47",
                "C_48",
                "E_27",
                "E_38",
                "E_54",
                "L_11",
                "L_14",
                "L_15",
                "L_16",
                "M_07",
            },
        ),
        (
            Role.STATION,
            "no-evse-reset",
            {
                "B_15",
                "B_25",
                "B_26",
                "B_27",
                "C_05",
                "C_47",
                "C_48",
                "E_27",
                "E_38",
                "E_54",
                "L_11",
                "L_14",
                "L_15",
                "L_16",
                "M_07",
            },
        ),
        (
            Role.STATION,
            "dc",
            {
                "B_15",
                "B_28",
                "B_29",
                "C_05",
                "C_47",
                "C_48",
                "E_27",
                "E_38",
                "L_11",
                "L_14",
                "L_15",
                "L_16",
                "M_07",
            },
        ),
        (Role.CSMS, "", set[str]()),
        (Role.CSMS, "security-profile-3", {"A_19"}),
    ],
)
def test_features_and_run_time_exclude_cases(role: Role, variant: str, cases: set[str]) -> None:
    found = excluded(role, variant)
    assert {each.removeprefix("TC_").rpartition("_")[0] for each in found} == cases


def test_what_is_decided_at_run_time_names_cases_that_no_feature_excludes() -> None:
    for (role, variant), cases in AT_RUN_TIME.items():
        where = f"AT_RUN_TIME in harness/proof/trust/applicability.py, {variant}"
        assert variant in KITS[role].variants, f"{where}: no such variant"
        needless = cases - (set(case_functions(role)) - excluded_by_features(role, variant))
        assert not needless, f"{where}: no cases, or its features exclude them anyway: {needless}"
