"""The plan: a run asks its operator for exactly what was planned."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from harness.evidence.verdict import Verdict
from harness.operators.base import Unsupported
from harness.operators.nobody import NoOperator, watched
from harness.plan.planned import PERSON, Planned, plan, total
from harness.plan.rehearsal import rehearse
from harness.plan.told import data, lines
from harness.spec.roles import Role
from harness.sut.model import OperatorSpec, Sut
from harness.testbed.bringup import described
from harness.testbed.kits import KITS, embedded_sut
from harness.tests.operator_tools import SUT
from harness.tests.plugin_runs import run

SUTS = Path(__file__).parents[1] / "suts"
STATION = ("TC_A_01_CS", "TC_B_20_CS", "TC_B_21_CS", "TC_C_02_CS", "TC_E_03_CS", "TC_E_10_CS")
CSMS = ("TC_B_01_CSMS", "TC_B_20_CSMS", "TC_B_30_CSMS", "TC_C_39_CSMS")


def by_a_person(sut: Sut) -> Sut:
    """The same system, as a description of one that is not embedded has it."""
    return replace(sut, operator=OperatorSpec("prompt"))


def asked_in_a_run(folder: Path, case_id: str) -> list[str]:
    """What a case asked for, by its transcript."""
    path = folder / "results" / "transcripts" / f"{case_id}.jsonl"
    asked: list[str] = []
    for line in path.read_text("utf-8").splitlines():
        entry = json.loads(line)
        told = entry.get("data", entry)
        if entry["kind"] == "operator" and told["outcome"] == "begun":
            detail = told["parameters"].get("message" if told["action"] == "ask" else "what")
            asked.append(f"{told['action']}.{detail}" if detail else told["action"])
    return asked


@pytest.mark.parametrize(
    ("description", "cases", "ids"),
    [("embedded_station", "cases_cs", STATION), ("embedded_csms", "cases_csms", CSMS)],
)
def test_a_run_asks_for_what_was_planned(
    tmp_path: Path, description: str, cases: str, ids: Sequence[str]
) -> None:
    sut = SUTS / f"{description}.yaml"
    role = Role.STATION if cases == "cases_cs" else Role.CSMS
    planned = {each.id: each for each in plan(embedded_sut(role), ids)}
    chosen = [part for each in ids for part in ("--case", each)]
    outcome = run(tmp_path, sut, *chosen, "--pyargs", cases, limit=300)
    assert outcome.code == 0, outcome.output
    for each in ids:
        in_case = asked_in_a_run(tmp_path, each)
        # What puts things back comes after the case, and is planned too.
        assert list(planned[each].asked[: len(in_case)]) == in_case, each
    assert any(each.hands for each in planned.values())


SHAPED = {
    "tx-authorized": ("Authorized", "Authorized"),
    "tx-ev-connected": ("EVConnected", "EVConnected"),
    "remote-only": ("", ""),
    "start-button": ("", ""),
    "fixed-cable": ("", ""),
    "three-evses": ("", ""),
    "no-cache-no-list": ("", ""),
}


@pytest.mark.parametrize("variant", SHAPED)
def test_a_description_alone_gives_the_shape(variant: str) -> None:
    """What is rehearsed for a system that is not there is what the system itself asks for."""
    plain, known = embedded_sut(Role.STATION), KITS[Role.STATION].variants[variant]
    start, stop = SHAPED[variant]
    sut = described(plain, known)
    points = {"tx_start_point": start, "tx_stop_point": stop} if start else {}
    sut = replace(sut, configured=replace(sut.configured, **points))
    ids = [each.id for each in plan(sut, STATION, variant=variant) if each.runs]
    wanted = rehearse(plain, ids, variant=variant)
    assert [(r.id, r.asked) for r in rehearse(by_a_person(sut), ids)] == [
        (r.id, r.asked) for r in wanted
    ]
    assert any(r.asked for r in wanted)
    assert {r.verdict for r in wanted} == {Verdict.PASS}


def test_a_person_is_given_time() -> None:
    sut = embedded_sut(Role.STATION)
    [alone], [by_hand] = plan(sut, ["TC_B_21_CS"]), plan(by_a_person(sut), ["TC_B_21_CS"])
    assert by_hand.seconds == pytest.approx(  # pyright: ignore[reportUnknownMemberType]  # pytest leaves it partly untyped
        alone.seconds + PERSON * len(alone.asked), abs=1
    )
    assert {"present_token", "plug_in", "unplug"} <= set(alone.hands)


def test_what_can_do_without_is_told_apart() -> None:
    found = {each.id: each for each in plan(embedded_sut(Role.STATION), STATION)}
    assert found["TC_B_20_CS"].alone
    assert not found["TC_B_20_CS"].asked
    assert not found["TC_B_21_CS"].alone
    # It asks for the power to be switched, and reboots the station by Reset if nobody does.
    assert found["TC_A_01_CS"].asked
    # It is of another security profile, and does not apply where nobody can arrange that.
    others = plan(embedded_sut(Role.STATION), ["TC_A_11_CS", "TC_A_14_CS", "TC_A_22_CS"])
    assert [each.id for each in others if not each.alone] == ["TC_A_11_CS", "TC_A_14_CS"]
    assert "arrange.security_profile" in others[0].asked
    assert "arrange.security_profile" not in others[1].asked  # it is as the first one left it
    assert found["TC_A_01_CS"].alone


def sample() -> list[Planned]:
    sut = replace(embedded_sut(Role.STATION), irreversible=frozenset({"firmware"}))
    return plan(replace(sut, evses={1: (1,)}), ("TC_A_19_CS", "TC_A_01_CS", "TC_B_21_CS"))


def test_says_why_a_case_is_not_run_and_adds_up() -> None:
    cases = sample()
    whole = total(cases)
    assert (whole.cases, whole.apply, whole.withheld, whole.alone) == (3, 3, 1, 1)
    assert whole.needs["plug_in"] == 1
    assert whole.seconds == sum(each.seconds for each in cases if each.runs)
    text = "\n".join(lines(cases))
    assert "TC_A_19_CS     NOT RUN: it raises" in text
    assert "A_Security: 2 of 2 cases apply, 1 NOT RUN; 1 run without an operator" in text
    assert "plug_in: needed by 1 case(s)" in text
    told = {each["id"]: each for each in data(cases)}
    assert not told["TC_A_19_CS"]["runs"]
    assert told["TC_B_21_CS"]["hands"]
    assert not told["TC_B_21_CS"]["without_operator"]


@pytest.mark.parametrize(
    ("cases", "ids"), [("cases_cs", STATION), ("cases_csms", CSMS)], ids=["CS", "CSMS"]
)
def test_without_hands_nobody_is_asked(tmp_path: Path, cases: str, ids: Sequence[str]) -> None:
    name = "embedded_station" if cases == "cases_cs" else "embedded_csms"
    chosen = [part for each in ids for part in ("--case", each)]
    outcome = run(
        tmp_path, SUTS / f"{name}.yaml", "--hands", "none", *chosen, "--pyargs", cases, limit=300
    )
    role = Role.STATION if cases == "cases_cs" else Role.CSMS
    alone = {each.id for each in plan(embedded_sut(role), ids) if each.alone}
    assert set(outcome.cases) == alone
    assert {each["verdict"] for each in outcome.cases.values()} == {"PASS"}
    left_out = {each["id"]: each["reason"] for each in outcome.results["not_run"]}
    assert set(left_out) == set(ids) - alone
    assert all("needs an operator (--hands none)" in reason for reason in left_out.values())
    assert outcome.code == 1
    folder = tmp_path / "results" / "transcripts"
    done = '"outcome": "done"'
    assert not [p.name for p in folder.glob("*.jsonl") if done in p.read_text("utf-8")]


@pytest.mark.asyncio
async def test_nobody_does_anything() -> None:
    nobody = NoOperator(SUT, {})
    await nobody.start()
    with pytest.raises(Unsupported, match="nobody to plug_in"):
        await nobody.perform("plug_in", evse=1, connector=1)
    await nobody.close()
    seen = watched(nobody, lambda name: name == "arrange.token")
    with pytest.raises(Unsupported, match=r"arrange\.token"):
        await seen.perform("arrange", what="token")
    assert seen.asked == ["arrange.token"]
    assert not hasattr(seen, "renew")


def test_the_rest_can_be_run_later(tmp_path: Path) -> None:
    chosen = ["--case", "TC_B_20_CS", "--case", "TC_B_21_CS", "--pyargs", "cases_cs"]
    sut = SUTS / "embedded_station.yaml"
    first = run(tmp_path, sut, "--hands", "none", *chosen, limit=300)
    assert [each["id"] for each in first.results["not_run"]] == ["TC_B_21_CS"]
    later = run(tmp_path, sut, "--resume", *chosen, limit=300)
    assert later.code == 0, later.output
    assert set(later.cases) == {"TC_B_20_CS", "TC_B_21_CS"}
    assert not later.results["not_run"]
