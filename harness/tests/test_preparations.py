"""What a case needs before it begins, and does not find, makes it INCONCLUSIVE, whichever it is."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from harness.evidence.verdict import Verdict
from harness.proof.embedded_run import run_cases
from harness.spec.roles import Role

pytestmark = pytest.mark.simulated_time

Alter = Callable[[Any], None]


def _trusts_nobody(csms: Any) -> None:
    """It does not have the root of the station's certificate yet."""
    context = csms.access.context

    def without_root(files: Any) -> ssl.SSLContext:
        made: ssl.SSLContext = context(replace(files, client_ca=None))
        if files.client_ca is not None:
            made.verify_mode = ssl.CERT_REQUIRED
        return made

    csms.access.context = without_root


def _knows_no_station(csms: Any) -> None:
    csms.stations.clear()


def _has_another_password(csms: Any) -> None:
    csms.access.credentials.set("CS001", "another-password-of-32-characters")


def _accepts_nobody(csms: Any) -> None:
    """Somebody has to let the station in first."""
    csms.answers.boot_status = lambda *_: "Pending"


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("alter", "variant", "ids"),
    [
        (_trusts_nobody, "", ("TC_A_07", "TC_A_08", "TC_A_11", "TC_A_14")),
        (_trusts_nobody, "security-profile-3", ("TC_A_04", "TC_A_06", "TC_B_01", "TC_B_30")),
        (_knows_no_station, "", ("TC_A_01", "TC_A_04", "TC_A_06", "TC_B_01", "TC_B_30")),
        (_has_another_password, "", ("TC_A_04", "TC_A_06", "TC_A_10", "TC_B_02", "TC_E_01")),
        (_accepts_nobody, "", ("TC_A_06", "TC_A_09", "TC_B_06", "TC_E_01")),
    ],
)
async def test_an_unprepared_csms_fails_nothing(
    alter: Alter, variant: str, ids: tuple[str, ...]
) -> None:
    for case_id in ids:
        [outcome] = await run_cases(Role.CSMS, [f"{case_id}_CSMS"], alter=alter, variant=variant)
        assert outcome.verdict is Verdict.INCONCLUSIVE, f"{case_id}: {outcome.result.reason}"


@pytest.mark.asyncio
async def test_a_password_that_is_refused_is_the_subject_of_a_case() -> None:
    [outcome] = await run_cases(Role.CSMS, ["TC_A_01_CSMS"], alter=_has_another_password)
    assert outcome.verdict is Verdict.FAIL
    assert outcome.failed[0].step == "2"


def _empties_no_list(station: Any) -> None:
    wrong = station.variables.wrong

    def refused(variable: Any, value: str) -> str:
        return wrong(variable, value) if value else "a list of nothing"

    station.variables.wrong = refused


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("case_id", "expected"), [("TC_J_06_CS", Verdict.PASS), ("TC_J_10_CS", Verdict.INCONCLUSIVE)]
)
async def test_what_no_page_prepares_stops_no_case(case_id: str, expected: Verdict) -> None:
    """TC_J_10_CS asks for an empty list, TC_J_06_CS does not."""
    kept = "keeps-aligned-values"
    [outcome] = await run_cases(Role.STATION, [case_id], variant=kept, alter=_empties_no_list)
    assert outcome.verdict is expected, outcome.result.reason
