"""Systems that do everything by the letter and nothing in deed: no case about a deed passes."""

from __future__ import annotations

import pytest

from harness import clock
from harness.evidence.verdict import Verdict
from harness.proof.embedded_run import case_functions, run_cases
from harness.proof.pages.load import page
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

#: What a station says, refuses or has of itself is all that these are about.
_WORDS_ALONE = {
    **dict.fromkeys(
        ("TC_A_01_CS", "TC_A_05_CS", "TC_B_01_CS", "TC_B_03_CS", "TC_B_30_CS"),
        "a connection and a boot, which it makes",
    ),
    **dict.fromkeys(
        (
            *("TC_A_10_CS", "TC_A_20_CS", "TC_A_21_CS", "TC_A_22_CS"),
            *(f"TC_B_{number}_CS" for number in (15, 28, 29, 32, 33, 34, 35, 36, 37, 39, 43)),
            *("TC_F_10_CS", "TC_F_26_CS", "TC_F_27_CS", "TC_L_05_CS", "TC_L_18_CS"),
            *("TC_M_07_CS", "TC_M_19_CS", "TC_M_22_CS", "TC_P_01_CS"),
        ),
        "what is refused or found nowhere is not done",
    ),
    **dict.fromkeys(
        (
            *("TC_B_06_CS", "TC_B_07_CS", "TC_B_08_CS", "TC_B_12_CS", "TC_B_13_CS", "TC_B_14_CS"),
            *(f"TC_B_{number}_CS" for number in (16, 17, 18, 53, 54, 55, 56)),
            *(f"TC_E_{number}_CS" for number in (28, 30, 32, 34)),
            *("TC_G_01_CS", "TC_G_02_CS"),
        ),
        "a question is answered, a state is told",
    ),
    **dict.fromkeys(
        (
            *("TC_E_03_CS", "TC_E_04_CS", "TC_E_06_CS", "TC_E_09_CS", "TC_E_10_CS"),
            *("TC_E_15_CS", "TC_E_24_CS", "TC_E_38_CS", "TC_E_39_CS"),
        ),
        "no request is in it: it charges, which it does",
    ),
    **dict.fromkeys(
        ("TC_B_25_CS", "TC_B_26_CS", "TC_B_27_CS"),
        "the reset of an EVSE shows in its transaction alone (B11.FR.08)",
    ),
    "TC_F_07_CS": "there is no cable that an open lock would set free",
    **dict.fromkeys(
        ("TC_G_09_CS", "TC_G_12_CS", "TC_G_15_CS"), "it is as it was: nothing has to be done"
    ),
    **dict.fromkeys(
        ("TC_G_07_CS", "TC_G_16_CS"),
        "F01.FR.23 speaks of an EVSE: no requirement refuses a start for its only connector",
    ),
}
_STATION_CASES = list(case_functions(Role.STATION))


@pytest.mark.parametrize("case_id", [each for each in _CSMS_CASES if each not in _ANSWERS_ALONE])
def test_a_deed_is_not_shown_by_words(case_id: str) -> None:
    adversary = fault_named(Role.CSMS, "in-word-alone")
    [outcome] = clock.run(run_cases(Role.CSMS, [case_id], alter=adversary), simulated=True)
    assert outcome.verdict in (Verdict.FAIL, Verdict.INCONCLUSIVE), (
        f"{case_id} is green on a CSMS that does nothing: say in _ANSWERS_ALONE why, or look for"
        " what was done"
    )


@pytest.mark.parametrize("case_id", [each for each in _STATION_CASES if each not in _WORDS_ALONE])
def test_a_station_has_to_do_what_it_says(case_id: str) -> None:
    adversary, variant = fault_named(Role.STATION, "everything-in-words"), page(case_id).variant
    run = run_cases(Role.STATION, [case_id], variant=variant, alter=adversary)
    [outcome] = clock.run(run, simulated=True)
    assert outcome.verdict in (Verdict.FAIL, Verdict.INCONCLUSIVE), (
        f"{case_id} is green on a station that does nothing: say in _WORDS_ALONE why, or look for"
        " what was done"
    )


def test_who_needs_no_deed_is_a_case() -> None:
    assert set(_CSMS_CASES) >= set(_ANSWERS_ALONE)
    assert set(_STATION_CASES) >= set(_WORDS_ALONE)
