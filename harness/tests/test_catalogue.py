import re
import time
from collections import Counter
from importlib import resources
from types import MappingProxyType
from typing import Any

import pytest

from harness.spec import catalogue
from harness.spec.roles import Role


def test_every_case_of_part_6_has_a_row() -> None:
    rows = catalogue.load()
    assert len(rows) == 672
    assert Counter(row.first for row in rows.values()) == {True: 365, False: 307}
    for case_id, row in rows.items():
        assert case_id == row.id
        assert re.fullmatch(r"TC_[A-P]_\d+_(CS|CSMS)", case_id)
        assert row.role == (Role.CSMS if case_id.endswith("_CSMS") else Role.STATION)
        assert row.block[0] == case_id[3]
        assert row.title.strip() == row.title != ""


def test_the_file_has_no_case_twice() -> None:
    text = (resources.files("harness.spec.ocpp201") / "catalogue.json").read_text(encoding="utf-8")
    ids = re.findall(r'^  "(TC_\w+)": ', text, re.MULTILINE)
    assert len(ids) == len(set(ids)) == 672


def test_a_row_says_what_part_6_and_part_5_say() -> None:
    row = catalogue.row("TC_B_12_CSMS")
    assert row.block == "B_Provisioning"
    assert row.title == "Get Base Report - ConfigurationInventory"
    assert row.certification == (
        catalogue.Certification("Core", "C", "C-17"),
        catalogue.Certification("Advanced Device Management", "M", "C-17"),
    )


def test_requirements_are_single_ids_of_part_2() -> None:
    odd = Counter(
        requirement
        for row in catalogue.load().values()
        for requirement in row.requirements
        if not re.fullmatch(r"[A-P]\d\d\.FR\.\d+", requirement)
    )
    assert odd == {
        "Chapter Referenced Components and Variables": 1,
        "Described at section 5.3.": 1,
        "B089.FR.10": 1,
    }
    assert catalogue.row("TC_C_08_CS").requirements != ()


def test_every_case_is_in_a_profile_or_says_what_it_needs() -> None:
    profiles = Counter(c.profile for r in catalogue.load().values() for c in r.certification)
    assert set(profiles) == {
        "Core",
        "Advanced Security",
        "Local Authorization List Management",
        "Smart Charging",
        "Advanced Device Management",
        "Advanced User Interface",
        "Reservation",
        "ISO 15118 Support",
    }
    assert {c.status for r in catalogue.load().values() for c in r.certification} == {"M", "C"}
    assert all(
        c.features for r in catalogue.load().values() for c in r.certification if c.status == "C"
    )


@pytest.mark.parametrize(
    ("case_id", "features"),
    [
        ("TC_A_21_CS", "AQ-3"),
        ("TC_A_20_CS", "AQ-1 and C-61"),
        ("TC_B_30_CSMS", "C-44 or NOT AQ-16"),
        ("TC_H_13_CS", "NOT R-2"),
        ("TC_C_58_CS", "LA-3"),
    ],
)
def test_errata_overrule_part_5(case_id: str, features: str) -> None:
    [entry] = catalogue.row(case_id).certification
    assert entry.status == "C"
    assert entry.features == features
    assert entry.erratum.startswith("5.")


def test_an_unknown_case_is_refused_with_a_hint() -> None:
    with pytest.raises(KeyError, match="did you mean TC_B_01_CS"):
        catalogue.row("TC_B_01_C")


def test_rows_cannot_be_changed() -> None:
    rows: Any = catalogue.load()
    assert isinstance(rows, MappingProxyType)
    with pytest.raises(TypeError):
        rows["TC_B_01_CS"] = None


def test_loading_is_quick() -> None:
    def seconds() -> float:
        catalogue.load.cache_clear()
        began = time.process_time()
        catalogue.load()
        return time.process_time() - began

    # The best of several: a busy machine may slow one of them down.
    assert min(seconds() for _ in range(3)) < 0.2
