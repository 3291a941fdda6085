"""Systems that do everything by the letter and nothing in deed: no case about a deed passes."""

from __future__ import annotations

import pytest

from harness import clock
from harness.evidence.verdict import Verdict
from harness.proof.embedded_run import case_functions, run_cases
from harness.spec.roles import Role
from harness.testbed.kits import fault_named

#: What a CSMS says and takes is all that these are about: nothing that it has to do.
_ANSWERS_ALONE = {
    **dict.fromkeys(
        ("TC_A_01_CSMS", "TC_A_07_CSMS", "TC_B_01_CSMS"),
        "a good station is accepted: so it is by who accepts everybody",
    ),
    **dict.fromkeys(("TC_A_04_CSMS", "TC_A_06_CSMS"), "TLS, which it has"),
    **dict.fromkeys(
        (
            *(f"TC_E_{number}_CSMS" for number in ("01", "02", "03", "04", "07", "08", "09")),
            *(f"TC_E_{number}_CSMS" for number in (10, 11, 12, 14, 15, 17, 19, 20, 22, 26)),
            *(f"TC_E_{number}_CSMS" for number in (38, 39, 53)),
            *(f"TC_C_{number}_CSMS" for number in ("08", "47", "48", "49")),
            *(f"TC_J_{number}_CSMS" for number in ("01", "02", "03", "04", "07", "08", "09")),
            *("TC_G_20_CSMS", "TC_J_10_CSMS", "TC_J_11_CSMS"),
        ),
        "a good driver is accepted and events are answered: the page looks at nothing else",
    ),
    "TC_P_02_CSMS": "data of an unknown vendor is refused: nothing is done with it",
    "TC_P_03_CSMS": "messages with custom data are answered: it says nothing to be done with it",
}
_CSMS_CASES = list(case_functions(Role.CSMS))


@pytest.mark.parametrize("case_id", [each for each in _CSMS_CASES if each not in _ANSWERS_ALONE])
def test_a_deed_is_not_shown_by_words(case_id: str) -> None:
    adversary = fault_named(Role.CSMS, "in-word-alone")
    [outcome] = clock.run(run_cases(Role.CSMS, [case_id], alter=adversary), simulated=True)
    assert outcome.verdict in (Verdict.FAIL, Verdict.INCONCLUSIVE), (
        f"{case_id} is green on a CSMS that does nothing: say in _ANSWERS_ALONE why, or look for"
        " what was done"
    )


def test_who_needs_no_deed_is_a_case() -> None:
    assert set(_CSMS_CASES) >= set(_ANSWERS_ALONE)
