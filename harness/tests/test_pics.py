import dataclasses
import itertools

import pytest

from harness.spec import catalogue
from harness.spec.editions import DEFAULT
from harness.spec.roles import Role
from harness.sut.conditions import All, AnyOf, Feature, MoreThan, Not, PerRole, Profile, Subtype
from harness.sut.model import Sut
from harness.sut.pics import Declared, applicability, declared, parse

KNOWN, PROFILES = DEFAULT.features.known, DEFAULT.features.profiles
STATION = Sut("station", Role.STATION)
CSMS = Sut("csms", Role.CSMS)
MODE_1_2 = "Mode 1/2-only Charging Station"


def has(*features: str, role: Role = Role.STATION, **more: object) -> Declared:
    return dataclasses.replace(Declared(role, frozenset(features)), **more)  # type: ignore[arg-type]


def station(*features: str, **more: object) -> Sut:
    return dataclasses.replace(STATION, features=frozenset(features), **more)  # type: ignore[arg-type]


def texts() -> list[str]:
    rows = catalogue.load().values()
    return sorted({c.features for r in rows for c in r.certification} | {r.needs for r in rows})


def leaves(condition: object) -> list[object]:
    if isinstance(condition, Not):
        return leaves(condition.part)
    if isinstance(condition, All | AnyOf):
        return [leaf for part in condition.parts for leaf in leaves(part)]
    if isinstance(condition, PerRole):
        return [leaf for _, part in condition.parts for leaf in leaves(part)]
    return [condition]


@pytest.mark.parametrize("text", texts())
def test_every_condition_of_the_catalogue_parses_to_known_names(text: str) -> None:
    groups = {"UI-1", "UI-2", "SC-2"}
    for leaf in leaves(parse(text)):
        if isinstance(leaf, Feature):
            assert leaf.id in KNOWN[Role.STATION] | KNOWN[Role.CSMS] | groups
        elif isinstance(leaf, Profile):
            assert leaf.name in PROFILES
        elif isinstance(leaf, MoreThan):
            assert leaf == MoreThan("HFS-8", 1)
        else:
            assert leaf == Subtype(MODE_1_2)


@pytest.mark.parametrize("role", Role)
def test_conditions_of_a_role_use_features_this_role_can_declare(role: Role) -> None:
    for row in catalogue.load().values():
        if row.role is not role:
            continue
        for entry in row.certification:
            condition = parse(entry.features if entry.status == "C" else "")
            if isinstance(condition, PerRole):
                condition = dict(condition.parts)[role]
            ids = {leaf.id for leaf in leaves(condition) if isinstance(leaf, Feature)}
            assert ids <= KNOWN[role], row.id


@pytest.mark.parametrize(
    ("text", "variables", "formula"),
    [
        ("C-13", "C-13", lambda a: a),
        ("Not C-56", "C-56", lambda a: not a),
        ("AS-2 and C-47", "AS-2 C-47", lambda a, b: a and b),
        ("C-30 or C-31 or C-32 or C35", "C-30 C-31 C-32 C-35", lambda *x: any(x)),
        ("C-30 - C-32", "C-30 C-31 C-32", lambda *x: any(x)),
        ("(C-36-(or) C-39)", "C-36 C-37 C-38 C-39", lambda *x: any(x)),
        (
            "C-40 and NOT AQ-8 AND (C-09.2 OR C-09.6)",
            "C-40.1 AQ-8 C-09.2 C-09.6",
            lambda a, b, c, d: a and not b and (c or d),
        ),
        ("NOT (SC-2.1 and SC-2.2)", "SC-2.1 SC-2.2", lambda a, b: not (a and b)),
        (
            "( UI-1.1and UI-1.2) or ( UI-1.2 and UI-1.3) or ( UI-1.3and UI-1.1)",
            "UI-1.1 UI-1.2 UI-1.3",
            lambda a, b, c: a + b + c >= 2,
        ),
        ("UI-1 and UI-2", "UI-1.3 UI-2.4", lambda a, b: a and b),
        (
            "C-10.2 and C-06.2 and AQ-9 and NOT (NOT C-52 AND (10.1 OR C-10.3 OR 10.4))",
            "C-10.2 C-06.2 AQ-9 C-52 C-10.1 C-10.3 C-10.4",
            lambda a, b, c, d, e, f, g: a and b and c and (d or not (e or f or g)),
        ),
        (
            "(C-10.1 AND (NOT (NOT C-52 AND (C-10.3 or C-10.4)))) AND NOT (NOT C.06.1 AND NOT C-52"
            " AND C-10.2)",
            "C-10.1 C-52 C-10.3 C-10.4 C-06.1 C-10.2",
            lambda a, b, c, d, e, f: a and (b or not (c or d)) and (e or b or not f),
        ),
        ("C-13 or C-14 and C-49", "C-13 C-14 C-49", lambda a, b, c: a or (b and c)),
    ],
)
def test_truth_tables(text: str, variables: str, formula: object) -> None:
    condition = parse(text)
    ids = variables.split()
    for values in itertools.product((False, True), repeat=len(ids)):
        declares = has(*(i for i, value in zip(ids, values, strict=True) if value))
        expected = bool(formula(*values))  # type: ignore[operator]
        assert condition.holds(declares) is expected, declares
        assert (condition.why(declares) == "") is expected, declares


def test_profiles_subtypes_and_numbers() -> None:
    iso = has(profiles=frozenset({"ISO 15118 Support"}))
    assert parse("C-35 or ISO 15118 support").holds(iso)
    assert parse("HFS-4 or ISO15118 support").holds(iso)
    assert not parse("ISO 15118 support").holds(has())
    subtype = parse(f'NOT Product Subtype "{MODE_1_2}"')
    assert subtype.holds(has())
    assert not subtype.holds(has(product_subtype=MODE_1_2))
    assert parse("HFS-8 > 1").holds(has(numbers={"HFS-8": 2}))
    assert not parse("HFS-8 > 1").holds(has(numbers={"HFS-8": 1}))
    assert not parse("HFS-8 > 1").holds(has())


def test_conditions_per_role() -> None:
    condition = parse("For CSMS: R-1, For CS: R-2")
    assert condition.holds(has("R-2"))
    assert not condition.holds(has("R-1"))
    assert condition.holds(has("R-1", role=Role.CSMS))
    assert not condition.holds(has("R-2", role=Role.CSMS))
    long = parse("CSMS: C-16 Charging Station: NOT (NOT (C-30 - C-35) AND NOT C-06.2)")
    assert long.holds(has("C-16", role=Role.CSMS))
    assert not long.holds(has("C-30", role=Role.CSMS))
    assert long.holds(has("C-33"))
    assert not long.holds(has("C-16"))
    assert parse("CSMS: C-44").holds(has())


@pytest.mark.parametrize(
    "text",
    [
        "C-13 and",
        "(C-13",
        "C-13)",
        "C-13 C-14",
        "banana",
        "C-13 or banana",
        "C-32 - C-30",
        "NOT",
        "C-13 -",
        "C-30 - AQ-3",
        "(C-10.1 AND C-52) AND NOT C-10.2) AND AQ-9",
        "C-13 CSMS: C-14",
    ],
)
def test_what_is_no_condition_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="condition"):
        parse(text)


def test_reasons_are_sentences_for_people() -> None:
    assert parse("C-13").why(has()) == "needs C-13, which is not declared"
    assert parse("NOT C-13").why(has("C-13")) == "applies only without C-13, which is declared"
    assert parse("C-49 and (C-30 or C-31)").why(has("C-49")) == (
        "needs (C-30 or C-31), of which none is declared"
    )
    assert parse("HFS-8 > 1").why(has(numbers={"HFS-8": 1})) == "needs HFS-8 > 1, and HFS-8 is 1"


def test_hfs_8_is_the_number_of_evses_unless_given() -> None:
    multiple = catalogue.row("TC_B_41_CS")
    assert applicability(multiple, STATION) == "needs HFS-8 > 1, and HFS-8 is 1"
    assert applicability(multiple, station(evses={1: (1,), 2: (1,)})) == ""
    assert declared(station(evses={1: (1,), 2: (1,)})).numbers == {"HFS-8": 2}
    assert applicability(multiple, station(numbers={"HFS-8": 2})) == ""


@pytest.mark.parametrize(
    ("case_id", "feature"),
    [("TC_B_15_CS", "C-56"), ("TC_B_28_CS", "C-13"), ("TC_B_29_CS", "C-13")],
)
def test_cases_for_systems_without_a_feature(case_id: str, feature: str) -> None:
    row = catalogue.row(case_id)
    everything = KNOWN[Role.STATION]
    assert applicability(row, station()) == ""
    assert applicability(row, station(*everything - {feature})) == ""
    assert feature in applicability(row, station(feature))
    assert feature in applicability(row, station(*everything))


def test_mandatory_cases_ignore_the_feature_column() -> None:
    for case_id in ("TC_B_02_CS", "TC_B_30_CS", "TC_B_12_CS", "TC_B_13_CS", "TC_J_01_CS"):
        assert applicability(catalogue.row(case_id), STATION) == ""


def test_conditional_cases_of_a_csms() -> None:
    pending = catalogue.row("TC_B_02_CSMS")
    assert applicability(pending, CSMS) == "needs C-44, which is not declared"
    assert applicability(pending, dataclasses.replace(CSMS, features=frozenset({"C-44"}))) == ""


@pytest.mark.parametrize("written", ["AQ-6", "AQ-16"])
def test_ids_renamed_by_the_errata_are_the_same_feature(written: str) -> None:
    row = catalogue.row("TC_B_30_CSMS")
    assert applicability(row, CSMS) == ""
    rejects_unknown = dataclasses.replace(CSMS, features=frozenset({written}))
    assert "AQ-16" in applicability(row, rejects_unknown)


def test_a_station_keeps_its_own_aq_6() -> None:
    assert declared(station("AQ-6")).features >= {"AQ-6"}
    assert "AQ-11" in declared(station("ISO-3")).features


def test_cases_of_other_profiles_do_not_apply() -> None:
    row = catalogue.row("TC_B_16_CS")
    reason = applicability(row, STATION)
    assert reason == (
        "belongs to the certification profile Advanced Device Management, which is not declared"
    )
    assert applicability(row, station(profiles=frozenset({"Advanced Device Management"}))) == ""


def test_a_case_applies_if_one_of_its_declared_profiles_asks_for_it() -> None:
    row = catalogue.row("TC_B_12_CSMS")
    assert applicability(row, CSMS) == "needs C-17, which is not declared"
    managed = dataclasses.replace(CSMS, profiles=frozenset({"Core", "Advanced Device Management"}))
    assert applicability(row, managed) == ""


def test_cases_outside_the_programme_follow_their_prerequisites() -> None:
    assert applicability(catalogue.row("TC_B_08_CS"), STATION) == ""
    unlock = catalogue.row("TC_F_06_CS")
    assert applicability(unlock, STATION) == "needs HFS-1, which is not declared"
    assert applicability(unlock, station("HFS-1")) == ""
    assert "HFS-1" not in applicability(unlock, station("HFS-1", product_subtype=MODE_1_2))
    assert applicability(unlock, station("HFS-1", product_subtype=MODE_1_2)) != ""


def test_security_profile_1_implies_its_feature() -> None:
    row = catalogue.row("TC_A_20_CS")
    assert applicability(row, station("AQ-1", security_profile=1)) == ""
    assert "C-61" in applicability(row, station("AQ-1", security_profile=2))


def test_a_case_for_the_other_side_does_not_apply() -> None:
    assert "CSMS" in applicability(catalogue.row("TC_B_01_CSMS"), STATION)


def test_a_full_system_leaves_out_only_what_contradicts_it() -> None:
    full = station(
        *KNOWN[Role.STATION],
        profiles=frozenset(PROFILES),
        evses={1: (1,), 2: (1,)},
    )
    left_out = {
        row.id
        for row in catalogue.load().values()
        if row.role is Role.STATION and row.block[0] == "B" and applicability(row, full)
    }
    assert left_out == {"TC_B_15_CS", "TC_B_28_CS", "TC_B_29_CS"}
