"""The fake peers pass the cases that they hold others to, as far as they can be driven."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness import clock
from harness.evidence.verdict import Verdict
from harness.tests.peer_systems import CORE, REPORTS, run_fake_csms, run_fake_station

_OF_STATION = {
    CORE: "B_02 B_03 B_06 B_07 B_08 B_09 B_10 B_11 B_12 B_13 B_14 B_28 B_29 B_30 B_32 B_33 B_34"
    " B_35 B_36 B_37 B_39 B_43 B_53 E_28 E_30 E_34 N_28 N_31",
    REPORTS: "B_16 B_17 B_18 B_54 B_55 B_56",
}
_STATION = [
    (f"TC_{name}_CS", profiles) for profiles, names in _OF_STATION.items() for name in names.split()
]


@pytest.mark.parametrize(("case_id", "profiles"), _STATION, ids=[each for each, _ in _STATION])
def test_the_fake_station_is_a_station(
    case_id: str, profiles: frozenset[str], tmp_path: Path
) -> None:
    result = clock.run(run_fake_station(case_id, tmp_path, profiles), simulated=True)
    assert result.verdict is Verdict.PASS, result.reason


_OF_CSMS = (
    "A_01 A_02 A_03 A_10 B_01 B_02 B_18 B_20 B_21 B_22 B_25 B_26 B_27 B_30 B_31 B_42 B_44 E_01 E_02"
    " E_03 E_04 E_07 E_08 E_09 E_10 E_11 E_12 E_14 E_15 E_16 E_17 E_19 E_20 E_21 E_22 E_26 E_29"
    " E_30 E_31 E_33 E_34 E_38 E_39 E_53 F_11 G_03"
)
_CSMS = tuple(f"TC_{name}_CSMS" for name in _OF_CSMS.split())


@pytest.mark.parametrize("case_id", _CSMS)
def test_the_fake_csms_is_a_csms(case_id: str, tmp_path: Path) -> None:
    result = clock.run(run_fake_csms(case_id, tmp_path), simulated=True)
    assert result.verdict is Verdict.PASS, result.reason
