"""The page of a case in its report: where a failed validation stands there."""

from __future__ import annotations

import pytest

from harness.evidence.verdict import Stage, Validation
from harness.report.page import anchor, parts


def test_the_parts_are_the_page() -> None:
    found = parts("TC_B_20_CS")
    assert "".join(part.text for part in found).startswith("# TC_B_20_CS\n")
    [step] = [part for part in found if part.anchor == "step-2"]
    assert "message: ResetResponse" in step.text
    assert len({part.anchor for part in found if part.anchor}) == sum(
        bool(part.anchor) for part in found
    )


def test_what_is_no_case_has_no_page() -> None:
    assert parts("test_of_ones_own.py::test_it") == ()


@pytest.mark.parametrize(
    ("step", "stage", "found"),
    [
        ("3", Stage.MAIN, "step-3"),
        ("3>Booted 5", Stage.MAIN, "step-3"),
        ("99", Stage.MAIN, ""),
        ("accepted>Booted 1", Stage.BEFORE, "before"),
        ("calls_are_answered", Stage.RULE, ""),
    ],
)
def test_where_a_validation_stands(step: str, stage: Stage, found: str) -> None:
    validation = Validation(step, "x", "", "", "", False, stage=stage)
    assert anchor("TC_B_20_CS", validation) == found
