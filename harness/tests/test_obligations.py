"""Every obligation of a page is validated, and nothing is validated that no obligation explains."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, NoReturn

import pytest

from harness.embedded_run import Outcome, case_functions, embedded_sut, run_cases
from harness.operators.base import Unsupported
from harness.reference.personalities import CSMS, STATION, Personality
from harness.reference.station import Station
from harness.rulebook import RULEBOOK
from harness.sut import Limits, Role
from harness.tests.obligations import Obligation, Page, load, missing, unknown
from harness.verdict import Stage, Validation, Verdict

TABLE = load()
#: ``B01.FR.01``, ``E01.FR.01-06``, or a place in a part.
REQUIREMENT = re.compile(r"[A-P]\d\d\.FR\.\d\d\d?(-\d\d)?|Part [1-6], .+|2\.6 TxCtrlr")
#: What may stand above a page, or ask for more than it.
SOURCE = re.compile(r"\.FR\.\d\d|Part \d|erratum|pre-conditions|EnumType")


def _no_power_switch(station: Station) -> None:
    """Nobody can switch the station's power: the harness resets it instead."""

    async def power_cycle() -> NoReturn:
        raise Unsupported("no way to switch the power")

    station.power_cycle = power_cycle


def _write_only_enabled(station: Station) -> None:
    """One component's Enabled can be set, but not read."""
    variable = station.model.named("ReservationCtrlr.Enabled")
    actual = variable.attribute("Actual") if variable else None
    if actual is None:
        raise AssertionError("the embedded station has no ReservationCtrlr.Enabled")
    actual.mutability = "WriteOnly"


#: Variants that are needed here alone.
OWN: Mapping[str, Personality] = {
    "notify-event-tx-parking-bay": Personality(
        "both at once",
        {**STATION["notify-event"].config, **STATION["tx-parking-bay"].config},
    ),
    "no-power-switch": Personality(
        "a reset in place of a power cycle (state Booted)", alter=_no_power_switch
    ),
    "write-only-enabled": Personality(
        "WriteOnly variables are reported without value (B08.FR.03)", alter=_write_only_enabled
    ),
}
VARIANTS = {Role.STATION: {**STATION, **OWN}, Role.CSMS: CSMS}


def _patient(role: Role) -> Limits:
    return replace(embedded_sut(role).limits, response=10, event=10, boot=15, connect=15)


async def _run(page: Page) -> Mapping[str, Outcome]:
    """What came of the page's case in each variant that it needs."""

    async def run(variant: str) -> Outcome:
        known: Any = VARIANTS[page.role][variant] if variant else ""
        limits = _patient(page.role)
        [outcome] = await run_cases(page.role, [page.id], personality=known, limits=limits)
        return outcome

    variants = sorted(page.personalities)
    return dict(zip(variants, await asyncio.gather(*map(run, variants)), strict=True))


def _lines(found: Sequence[object]) -> str:
    """What was found, each once however often an array repeats it."""
    return "\n".join(dict.fromkeys(re.sub(r"\[\d+\]", "[*]", str(each)) for each in found))


each_page = pytest.mark.parametrize("page", TABLE.pages.values(), ids=lambda page: page.id)


def test_every_implemented_case_is_in_the_table() -> None:
    assert set(TABLE.pages) == {id for role in Role for id in case_functions(role)}


@pytest.mark.parametrize("role", list(Role))
def test_every_standing_rule_is_in_the_table(role: Role) -> None:
    assert TABLE.rules[role] == {rule.__name__ for rule in RULEBOOK[role]}


@each_page
@pytest.mark.asyncio
async def test_the_page_and_what_is_recorded_agree(page: Page) -> None:
    outcomes = await _run(page)
    known = [*page.obligations, *TABLE.preconditions[page.role]]
    lacking: list[Obligation] = []
    stray: list[str] = []
    for variant, outcome in outcomes.items():
        assert outcome.verdict is Verdict.PASS, f"{variant}: {outcome.result.reason}"
        validations = outcome.result.validations
        assert {v.step for v in validations if v.stage is Stage.RULE} >= TABLE.rules[page.role]
        owed = [o for o in page.obligations if o.personality == variant]
        lacking += missing(owed, validations)
        stray += [v.sentence() for v in unknown(known, validations)]
        _requirements_are_named_as_in_the_parts(validations)
    assert not lacking, f"no validation of {page.id} is about\n{_lines(lacking)}"
    assert not stray, f"no obligation of {page.id} explains\n{_lines(stray)}"


def _requirements_are_named_as_in_the_parts(validations: Sequence[Validation]) -> None:
    for validation in validations:
        for source in re.split(r"[,;] (?=[A-P]\d\d\.FR|Part)", validation.requirement):
            assert source == "" or REQUIREMENT.fullmatch(source), validation


@each_page
def test_what_overrules_a_page_and_what_goes_beyond_it_has_a_source(page: Page) -> None:
    for one in page.obligations:
        for source in (one.beyond, one.overruled):
            assert not source or SOURCE.search(source), one
        assert not one.by or one.by in TABLE.rules[page.role]


# The matching itself

SAID = Validation("2", "ResetResponse", "$.status", "Accepted", "Accepted", ok=True)
OWED = Obligation("2", "ResetResponse", "$.status", "is taken", "Accepted")
RULE = replace(SAID, step="clock_is_right", stage=Stage.RULE)


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
    owed = replace(OWED, by="clock_is_right")
    assert missing([owed], [SAID]) == [owed]
    assert not missing([owed], [RULE])
    assert unknown([owed], [SAID]) == [SAID]


def test_what_is_overruled_need_not_and_may_not_be_recorded() -> None:
    owed = replace(OWED, overruled="B06.FR.05")
    assert not missing([owed], [])
    assert unknown([owed], [SAID]) == [SAID]
