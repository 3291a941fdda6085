"""The description that discovery writes of a system is the one that a person would write."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest

from harness import clock
from harness.discovery.answers import LOCAL, REMOTE, Answers
from harness.discovery.described import Description, describe
from harness.discovery.inventory import Inventory, Told, ask
from harness.discovery.written import differences, text
from harness.evidence.recorder import Recorder
from harness.evidence.verdict import Verdict
from harness.ocppj.variables import Variable
from harness.proof.embedded_run import case_functions, run_cases
from harness.proof.keys import shared_keys
from harness.proof.trust.choice import seed
from harness.reference.variants import STATION
from harness.spec.editions import DEFAULT
from harness.spec.roles import Role
from harness.sut import pics
from harness.sut.file import load
from harness.sut.model import OperatorSpec, Sut
from harness.testbed.bringup import Embedding, described, station_test_bed
from harness.testbed.kits import embedded_sut

PLAIN = embedded_sut(Role.STATION)
#: What no station tells, and a person is asked for.
BY_HEART = {
    *("C-14", "C-43", "C-47", "C-57", "C-60", "C-61", "AQ-1", "AQ-2", "AQ-3", "AQ-7", "AQ-9"),
    *("HFS-3", "HFS-4", "R-2"),
}


#: Whose vendor does not declare all that the station offers.
DECLARES_LESS = {"no-energy-transfer-start"}


def answers(sut: Sut) -> Answers:
    """As somebody answers who knows the system by its hand-written description."""
    has = pics.declared(sut).features
    return Answers(
        Role.STATION,
        sut.name,
        security_profile=sut.security_profile,
        profiles=tuple(sorted(sut.profiles)),
        local_tokens=tuple(each for each, feature in LOCAL.items() if feature in has),
        remote_tokens=tuple(each for each, feature in REMOTE.items() if feature in has),
        screen="C-07" in has,
        fixed_cable="HFS-2" in has,
        features=tuple(sorted(BY_HEART & has)),
    )


def found(folder: Path, variant: str = "") -> Inventory:
    """What the embedded station tells."""

    async def asked() -> Inventory:
        embedding = Embedding(variant, keys=shared_keys)
        async with station_test_bed(PLAIN, lambda _sut: Recorder(None), folder, embedding) as bed:
            return await ask(bed)

    return clock.run(asked(), simulated=True)


def loaded(folder: Path, description: Description) -> Sut:
    """The description, written and read."""
    path = folder / "sut.yaml"
    path.write_text(text(description), "utf-8")
    return load(path, {"OCPP_PASSWORD": "0123456789abcdef"})


def applicable(sut: Sut) -> set[str]:
    """The implemented cases that apply."""
    functions = case_functions(Role.STATION)
    return {i for i, each in functions.items() if not pics.applicability(each.info.row, sut)}


@pytest.mark.parametrize("variant", ["", *STATION])
def test_as_many_cases_apply_as_by_hand(tmp_path: Path, variant: str) -> None:
    by_hand = described(PLAIN, STATION[variant]) if variant else PLAIN
    description = describe(answers(by_hand), found(tmp_path, variant))
    sut = loaded(tmp_path, description)
    if variant in DECLARES_LESS:
        assert sut.features > by_hand.features
    else:
        assert applicable(sut) == applicable(by_hand)
    assert sut.evses == by_hand.evses
    assert len(applicable(sut)) >= 96


def _found_sut(folder: Path, variant: str) -> Sut:
    """The description that discovery writes of an embedded station, for running it."""
    by_hand = described(PLAIN, STATION[variant]) if variant else PLAIN
    sut = loaded(folder, describe(answers(by_hand), found(folder, variant)))
    # How long to wait, and who moves it, are no facts that a station tells.
    return replace(
        sut,
        operator=OperatorSpec("embedded"),
        limits=by_hand.limits,
        listen=by_hand.listen,
        parking_bay_sensor=by_hand.parking_bay_sensor,
    )


def _verdicts(ids: list[str], variant: str, sut: Sut | None = None) -> dict[str, Verdict]:
    outcomes = clock.run(run_cases(Role.STATION, ids, sut=sut, variant=variant), simulated=True)
    return {each.result.id: each.verdict for each in outcomes}


@pytest.mark.parametrize("variant", ["", "tx-authorized", "start-button", "cache-always-enabled"])
def test_the_verdicts_are_those_of_the_description_by_hand(tmp_path: Path, variant: str) -> None:
    sut = _found_sut(tmp_path, variant)
    ids = ("TC_B_12_CS", "TC_C_02_CS", "TC_E_03_CS", "TC_F_11_CS", "TC_G_03_CS", "TC_M_01_CS")
    ids += ("TC_C_12_CS", "TC_E_06_CS", "TC_E_15_CS")
    held = [each for each in ids if each in applicable(sut)]
    assert _verdicts(held, variant, sut) == dict.fromkeys(held, Verdict.PASS)


#: Other ones at each commit: the whole takes longer than a test may.
_DRAW = random.Random(seed())


@pytest.mark.parametrize("variant", _DRAW.sample(list(STATION), 6))
def test_drawn_verdicts_are_those_of_the_description_by_hand(tmp_path: Path, variant: str) -> None:
    sut = _found_sut(tmp_path, variant)
    ids = random.Random(f"{seed()} {variant}").sample(sorted(applicable(sut)), 24)
    told = _verdicts(sorted(ids), variant, sut)
    # What only a run finds not to apply is so with either.
    others = {each: verdict for each, verdict in told.items() if verdict is not Verdict.PASS}
    assert others == _verdicts(list(others), variant)


def test_every_line_says_where_it_comes_from(tmp_path: Path) -> None:
    lines = text(describe(answers(PLAIN), found(tmp_path))).splitlines()
    features = [line for line in lines if line.startswith("- ")]
    assert features
    assert all("#" in line for line in features)
    assert any("C-13" in line and "EVSE.AllowReset" in line for line in features)
    words = DEFAULT.table("feature_words")
    assert all(words[line.split()[1]] in line for line in features)
    assert any("C-14" in line and "asked" in line for line in features)
    keys = [line for line in lines if line[0].isalpha() and not line.startswith("features")]
    assert all("#" in line for line in keys)


def test_what_is_mandatory_and_not_found_is_kept_and_to_be_confirmed() -> None:
    nothing = Inventory({}, {}, {})
    description = describe(Answers(Role.STATION, "S"), nothing)
    doubts = {each.key for each in description.doubts}
    assert {"evses", "C-06.1", "C-06.2", "C-09.1", "C-10.1", "C-48.1"} <= doubts
    assert "C-36" not in doubts  # answered
    assert "CONFIRM: not found" in text(description)


def test_a_fixed_cable_is_never_unlocked() -> None:
    description = describe(Answers(Role.STATION, "S", fixed_cable=True), Inventory({}, {}, {}))
    [line] = [each for each in description.features if each.key.startswith("C-12")]
    assert (line.key, line.doubt) == ("C-12.2", False)
    assert "a fixed cable" in line.source


def test_an_existing_file_is_compared_and_stays(tmp_path: Path) -> None:
    description = describe(answers(PLAIN), found(tmp_path))
    path = tmp_path / "mine.yaml"
    written = text(description).replace("1: [1]", "1: [1, 2]").replace("- C-13 ", "- C-26 ")
    path.write_text(written, "utf-8")
    told = list(differences(description, path))
    assert len(told) == 3, told
    assert any(each.startswith("evses: the file says") for each in told)
    assert any("C-13 is not in the file" in each for each in told)
    assert any("C-26 is in the file" in each for each in told)
    assert path.read_text("utf-8") == written
    path.write_text(text(description), "utf-8")
    assert not list(differences(description, path))


@pytest.mark.parametrize(
    ("told", "can", "offers"),
    [
        (Told("true", True, ()), True, True),
        (Told("false", True, ()), True, False),
        (Told("true", False, ()), True, True),
        (Told("false", False, ("true",)), False, False),
        (Told("a, true", False, ()), False, True),
        (Told("", True, ("true",)), True, True),
    ],
)
def test_what_a_variable_can_be(told: Told, *, can: bool, offers: bool) -> None:
    assert (told.can("true"), told.offers("true")) == (can, offers)


def test_evses_that_no_inventory_tells_are_those_whose_state_is_told() -> None:
    nothing = Inventory({}, {}, {}, ((1, 1), (2, 2), (2, 1)))
    description = describe(Answers(Role.STATION, "S"), nothing)
    [evses] = [each for each in description.lines if each.key == "evses"]
    assert (evses.value, evses.doubt) == ({1: [1], 2: [1, 2]}, False)


def test_the_embedded_station_tells_the_state_of_each_connector(tmp_path: Path) -> None:
    it = found(tmp_path, "two-connectors")
    assert it.evses_reported == it.evses
    assert (1, 2) in it.evses.values()


def test_a_source_names_what_was_found(tmp_path: Path) -> None:
    it = found(tmp_path)
    without = {v: told for v, told in it.variables.items() if v.name != "TxStopPoint"}
    lines = describe(answers(PLAIN), replace(it, variables=without)).lines
    [source] = [each.source for each in lines if each.key == "configured"]
    assert "TxCtrlr.TxStartPoint" in source
    assert "TxCtrlr.TxStopPoint" not in source


def test_evses_with_their_connectors() -> None:
    told = Told("", writable=False, options=())
    places = [(1, None), (1, 2), (1, 1), (2, None), (None, None)]
    variables = {Variable("EVSE", "Available", None, *place): told for place in places}
    assert Inventory(variables, {}, {}).evses == {1: (1, 2), 2: ()}
