"""idTokens that a CSMS does not know as its description says cost cases their verdict, no more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from harness.evidence.results import CaseResult
from harness.evidence.verdict import Verdict
from harness.ocppj.inbox import Traffic
from harness.operators.nobody import watched
from harness.peers.fake_station import FakeStation
from harness.peers.id_tokens import SET_IT_UP, IdTokens, Said
from harness.plan.planned import on_paper
from harness.preflight.finding import Finding, Weight, costs
from harness.preflight.stumbled import hints
from harness.preflight.token_gaps import id_tokens, token_costs
from harness.proof.embedded_run import Outcome, case_functions, run_cases
from harness.spec.roles import Role
from harness.sut.file import load
from harness.sut.model import OperatorSpec, Sut, Token
from harness.testbed.kits import embedded_sut

Alter = Callable[[Any], None]

PLAIN = embedded_sut(Role.CSMS)
DESCRIBED = frozenset({"valid", "valid2", "blocked", "expired", "group", "master_pass"})
#: Each rests on an idToken in its own way: what is said of it is judged, or a driver is needed.
SOME = ("TC_C_02", "TC_C_06", "TC_C_07", "TC_C_08", "TC_C_20", "TC_C_39", "TC_C_47")
SOME += ("TC_E_02", "TC_E_16", "TC_F_01", "TC_N_27")


def _knows_nobody(csms: Any) -> None:
    csms.answers.tokens.clear()
    csms.answers.groups.clear()


def _lets_everybody_in(csms: Any) -> None:
    csms.answers.id_token_status = lambda _id_token: "Accepted"


def _lets_nobody_in(csms: Any) -> None:
    csms.answers.id_token_status = lambda _id_token: "Unknown"


def _takes_blocked_for_valid(csms: Any) -> None:
    blocked = (PLAIN.tokens.blocked.id_token.casefold(), "ISO14443")
    [key] = [k for k in csms.answers.tokens if (k[0].casefold(), k[1]) == blocked]
    csms.answers.tokens[key] = "Accepted"


def _knows_the_unknown(csms: Any) -> None:
    [key] = [k for k, status in csms.answers.tokens.items() if status == "Blocked"]
    csms.answers.tokens[PLAIN.tokens.invalid.id_token.casefold(), key[1]] = "Accepted"
    csms.answers.tokens[PLAIN.tokens.invalid.id_token.upper(), key[1]] = "Accepted"


def _tells_no_group(csms: Any) -> None:
    told = csms.answers.id_token_info

    def without(id_token: Any) -> Any:
        return {"status": told(id_token)["status"]}

    csms.answers.id_token_info = without


def _ask_first(peer: FakeStation) -> None:
    """As with a CSMS that nobody here has set up."""
    peer.tokens.asked = peer.tokens.asked and bool(peer.tokens.said)


async def _run(
    alter: Alter,
    *ids: str,
    arranges: bool = False,
    described: frozenset[str] = frozenset(),
) -> list[Outcome]:
    return await run_cases(
        Role.CSMS,
        ids,
        alter=alter,
        sut=replace(PLAIN, described_tokens=described),
        operator=lambda each: watched(each, lambda name: not arranges and name == "arrange.token"),
        peers=_ask_first,
    )


def _verdicts(outcomes: list[Outcome]) -> dict[str, Verdict]:
    return {each.result.id.removesuffix("_CSMS"): each.verdict for each in outcomes}


@pytest.mark.simulated_time
@pytest.mark.asyncio
async def test_a_csms_that_knows_no_id_token_fails_no_case() -> None:
    outcomes = await _run(_knows_nobody, *case_functions(Role.CSMS), described=DESCRIBED)
    for each in outcomes:
        assert each.verdict in (Verdict.PASS, Verdict.INCONCLUSIVE), each.result.reason
        if each.verdict is Verdict.INCONCLUSIVE:
            assert "the CSMS says Unknown of tokens." in each.result.reason
    lost = {i for i, verdict in _verdicts(outcomes).items() if not verdict.green}
    # Even an idToken that is to be refused is followed by one that is not.
    assert set(SOME) <= lost
    assert {"TC_A_01", "TC_B_12", "TC_G_03"} <= _verdicts(outcomes).keys() - lost


@pytest.mark.simulated_time
@pytest.mark.asyncio
async def test_whom_the_operator_can_have_let_in_is_let_in() -> None:
    ids = [f"{each}_CSMS" for each in SOME]
    outcomes = await _run(_knows_nobody, *ids, arranges=True)
    assert _verdicts(outcomes) == dict.fromkeys(SOME, Verdict.PASS)


@pytest.mark.simulated_time
@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("alter", "arranges", "described", "case", "verdict"),
    [
        # Who lets a stranger in is wrong, however the CSMS was set up.
        (_lets_everybody_in, False, False, "TC_C_02", Verdict.FAIL),
        (_lets_everybody_in, False, False, "TC_C_06", Verdict.FAIL),
        (_lets_everybody_in, True, False, "TC_C_06", Verdict.FAIL),
        # What was arranged is judged.
        (_lets_nobody_in, True, False, "TC_C_08", Verdict.FAIL),
        (_lets_nobody_in, True, False, "TC_E_02", Verdict.FAIL),
        (_tells_no_group, True, False, "TC_C_39", Verdict.FAIL),
        (_lets_nobody_in, False, True, "TC_E_02", Verdict.INCONCLUSIVE),
        # So is what somebody has described, of an idToken that the CSMS knows.
        (_takes_blocked_for_valid, False, True, "TC_C_06", Verdict.FAIL),
        (_takes_blocked_for_valid, False, False, "TC_C_06", Verdict.INCONCLUSIVE),
        (_tells_no_group, False, True, "TC_C_39", Verdict.FAIL),
        (_tells_no_group, False, False, "TC_C_39", Verdict.INCONCLUSIVE),
        (_tells_no_group, False, False, "TC_C_47", Verdict.INCONCLUSIVE),
        (_knows_the_unknown, False, True, "TC_C_02", Verdict.INCONCLUSIVE),
        (_knows_the_unknown, False, True, "TC_E_02", Verdict.PASS),
    ],
)
async def test_what_is_judged_and_what_is_no_verdict(
    alter: Alter, *, arranges: bool, described: bool, case: str, verdict: Verdict
) -> None:
    names = DESCRIBED if described else frozenset[str]()
    [outcome] = await _run(alter, f"{case}_CSMS", arranges=arranges, described=names)
    assert outcome.verdict is verdict, outcome.result.reason


@pytest.mark.simulated_time
@pytest.mark.asyncio
async def test_each_is_asked_about_once_in_a_run() -> None:
    outcomes = await _run(lambda _csms: None, "TC_E_02_CSMS", "TC_E_02_CSMS")
    asked = [each.peer.inbox.events for each in outcomes]
    own = [[e for e in each if isinstance(e, Traffic) and e.sent and e.own] for each in asked]
    assert [[e.name for e in each].count("AuthorizeRequest") for each in own] == [6, 0]


@pytest.mark.parametrize(
    ("name", "said", "stranger", "described", "doubted"),
    [
        ("valid", "Accepted", "", False, None),
        ("valid", "Unknown", "", True, "to be set up"),
        ("valid", "Expired", "", True, "to be set up"),
        ("blocked", "Blocked", "", False, None),
        ("blocked", "Invalid", "", False, None),
        ("blocked", "Unknown", "", True, "to be set up"),
        ("blocked", "Expired", "", False, "to be set up"),
        ("blocked", "Expired", "", True, "judged"),
        ("expired", "Accepted", "Unknown", False, "to be set up"),
        ("expired", "Accepted", "Unknown", True, "judged"),
        ("expired", "Accepted", "Accepted", False, "judged"),
        ("invalid", "Blocked", "", True, None),
        ("invalid", "Accepted", "Invalid", True, "to be set up"),
        ("invalid", "Accepted", "Accepted", True, "judged"),
    ],
)
def test_what_an_answer_makes_of_a_described_id_token(
    name: str, said: str, stranger: str, *, described: bool, doubted: str | None
) -> None:
    names = frozenset({name}) if described else frozenset[str]()
    sut = replace(PLAIN, described_tokens=names)
    tokens = IdTokens(sut, said={name: Said(said)}, stranger=stranger)
    doubt = tokens.doubt(name)
    assert (doubt and ("judged" if doubt.judged else "to be set up")) == doubted
    tokens.settle(tokens.of(name).as_json())
    assert tokens.doubt(name) is None


def test_two_names_for_one_id_token_are_both_looked_at() -> None:
    tokens = replace(PLAIN.tokens, valid2=Token("aabbccdd", "ISO14443"))
    asked = IdTokens(replace(PLAIN, tokens=tokens))
    assert asked.named(Token("AABBCCDD", "ISO14443").as_json()) == ["valid", "valid2"]


def test_the_file_tells_which_id_tokens_it_names(tmp_path: Path) -> None:
    path = tmp_path / "sut.yaml"
    path.write_text(
        "name: X\nrole: CSMS\nurl: ws://h:1\nsecurity_profile: 0\noperator: {kind: none}\n"
        "features: [C-50.1]\ntokens:\n  valid: {id_token: A1B2C3D4, type: ISO14443}\n",
        "utf-8",
    )
    assert load(path).described_tokens == {"valid"}


# -- in the preflight, and at the end of a run


def test_a_run_says_once_where_to_mend_it(tmp_path: Path) -> None:
    path = tmp_path / "sut.yaml"
    path.write_text("name: X\nrole: CSMS\ntokens:\n  valid: {}\n", "utf-8")
    sut = _by_nobody(file=str(path))
    doubt = IdTokens(sut, said={"valid": Said("Unknown")}).doubt("valid")
    assert doubt is not None
    lost = CaseResult(
        *("TC_E_02_CSMS", "T", "E", Role.CSMS, Verdict.INCONCLUSIVE),
        f"{doubt.text}: {SET_IT_UP}; a rule was broken all the same",
        1.0,
    )
    [told] = hints(sut, [lost, lost])
    assert told == f"{path}:4: {doubt.text}: {SET_IT_UP}"


def _by_nobody(**changes: Any) -> Sut:
    return replace(PLAIN, operator=OperatorSpec("none"), **changes)


def test_the_preflight_names_what_is_to_be_set_up() -> None:
    sut = _by_nobody(described_tokens=DESCRIBED)
    said = {"valid": Said("Unknown"), "blocked": Said("Accepted"), "expired": Said("Expired")}
    found = {each.path: each for each in id_tokens(sut, IdTokens(sut, said=said))}
    assert found.keys() == {"tokens.valid", "tokens.blocked"}
    assert "arrange.token" in found["tokens.valid"].text
    assert "are to FAIL" in found["tokens.blocked"].text
    assert {each.weight for each in found.values()} == {Weight.COSTS}


def test_what_cases_have_arranged_is_no_gap() -> None:
    sut = replace(PLAIN, operator=OperatorSpec("prompt"))
    said = {"valid": Said("Accepted"), "blocked": Said("Unknown"), "invalid": Said("Unknown")}
    [found] = id_tokens(sut, IdTokens(sut, said=said))
    assert found.weight is Weight.WELL


@pytest.mark.parametrize(
    ("key", "lost", "kept"),
    [
        ("tokens.valid", {"TC_C_02", "TC_C_06", "TC_E_02", "TC_F_01"}, {"TC_A_01"}),
        ("tokens.blocked", {"TC_C_06"}, {"TC_C_07", "TC_E_02"}),
        ("tokens.group", {"TC_C_39"}, {"TC_C_47", "TC_E_02"}),
        ("tokens.master_group", {"TC_C_47"}, {"TC_C_39"}),
        ("tokens.invalid", {"TC_C_02", "TC_C_20", "TC_E_16"}, {"TC_C_06"}),
    ],
)
def test_what_a_gap_costs(key: str, lost: set[str], kept: set[str]) -> None:
    ids = [f"{each}_CSMS" for each in sorted(lost | kept)]
    sut = _by_nobody()
    found: list[Finding] = list(token_costs(sut, on_paper(sut, ids), [costs("", key)]))
    assert [each.path for each in found] == [key]
    assert f"{key}: {len(lost)} case(s) cannot pass" in found[0].text
    assert all(f"{each}_CSMS" in found[0].text for each in lost)
