"""Every obligation of a page is validated, and nothing is validated that no obligation explains."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from harness.evidence.verdict import Stage, Validation
from harness.proof.embedded_run import case_functions
from harness.proof.trust.obligations.check import check, without_source
from harness.proof.trust.obligations.table import Obligation, Page, load, missing, unknown
from harness.rules.rulebook import RULEBOOK
from harness.spec.roles import Role

TABLE = load()


each_page = pytest.mark.parametrize("page", TABLE.pages.values(), ids=lambda page: page.id)


def test_every_implemented_case_is_in_the_table() -> None:
    assert set(TABLE.pages) == {id for role in Role for id in case_functions(role)}


@pytest.mark.parametrize("role", list(Role))
def test_every_standing_rule_is_in_the_table(role: Role) -> None:
    assert TABLE.rules[role] == {rule.__name__ for rule in RULEBOOK[role]}


@each_page
@pytest.mark.asyncio
async def test_the_page_and_what_is_recorded_agree(page: Page) -> None:
    checked = await check(page, TABLE)
    assert not checked.wrong, "\n".join(checked.wrong)


@each_page
def test_what_overrules_a_page_and_what_goes_beyond_it_has_a_source(page: Page) -> None:
    assert not without_source(page.obligations)
    assert all(not one.by or one.by in TABLE.rules[page.role] for one in page.obligations)


# The matching itself

SAID = Validation("2", "ResetResponse", "$.status", "Accepted", "Accepted", ok=True)
OWED = Obligation("2", "ResetResponse", "$.status", "is taken", "Accepted")
RULE = replace(SAID, step="timestamps_are_current", stage=Stage.RULE)


def test_a_row_knows_what_it_is_about() -> None:
    assert not missing([OWED], [SAID])
    assert not unknown([OWED], [SAID])


@pytest.mark.parametrize(
    "other",
    [
        {"step": "3"},
        {"step": "2>Booted 2"},
        {"message": "SetVariablesResponse"},
        {"path": "$.statusInfo"},
        {"path": "$.status.x"},
        {"expected": "Accepted or Rejected"},
        {"stage": Stage.BEFORE},
    ],
)
def test_a_row_knows_nothing_else(other: dict[str, Any]) -> None:
    another = replace(SAID, **other)
    assert missing([OWED], [another]) == [OWED]
    assert unknown([OWED], [another]) == [another]


@pytest.mark.parametrize(
    ("field", "path", "fits"),
    [
        ("$.reportData[*].variable.name (*)", "$.reportData[12].variable.name (EVSE.Power)", True),
        ("$.reportData[*]", "$.reportData[0].variable.name", False),
        ("$.reportData (*)", "$.reportData (A.B[C])", True),
        ("$.setVariableResult[1]", "$.setVariableResult[0]", False),
        ("evse * connector * x", "evse 1 connector 2 x", True),
        ("", "$.status", False),
    ],
)
def test_a_star_in_a_field_is_an_index_or_a_name(field: str, path: str, *, fits: bool) -> None:
    owed = replace(OWED, field=field)
    assert owed.knows(replace(SAID, path=path)) is fits


def test_what_a_rule_judges_needs_the_rule_to_have_run() -> None:
    owed = replace(OWED, by="timestamps_are_current")
    assert missing([owed], [SAID]) == [owed]
    assert not missing([owed], [RULE])
    assert unknown([owed], [SAID]) == [SAID]


def test_what_is_overruled_need_not_and_may_not_be_recorded() -> None:
    owed = replace(OWED, overruled="B06.FR.05")
    assert not missing([owed], [])
    assert unknown([owed], [SAID]) == [SAID]
