"""Pages and records agree, both ways, and a wrong stimulus is noticed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from harness import clock
from harness.evidence.matchers import MISSING
from harness.evidence.verdict import Stage, Validation
from harness.proof.embedded_run import case_functions
from harness.proof.pages.check import check
from harness.proof.pages.load import general, page, page_file, unsourced
from harness.proof.pages.match import differences
from harness.proof.pages.model import Act, General, Judged, Page, Stimulus
from harness.proof.pages.record import Done, Record, Sent
from harness.proof.pages.stimuli import Change, try_all, wrong_stimuli
from harness.proof.pages.values import Scope
from harness.proof.trust import choice
from harness.spec.roles import Role
from harness.testbed.kits import KITS

CASES = [case_id for role in Role for case_id in case_functions(role)]
#: Wrong stimuli that are tried of a case that the change at hand does not touch.
DRAWN = 2

each_case = pytest.mark.parametrize("case_id", CASES)


@each_case
def test_a_page_agrees_with_its_record(case_id: str) -> None:
    checked = clock.run(check(page(case_id)), simulated=True)
    assert not checked.wrong, "\n".join([f"{page_file(case_id).name}:", *checked.wrong])


@each_case
def test_a_wrong_stimulus_is_noticed(case_id: str) -> None:
    most = None if case_id in choice.touched().cases else DRAWN
    tried = clock.run(try_all(page(case_id), seed=choice.seed(), most=most), simulated=True)
    unnoticed = [str(each.wrong) for each in tried if not each.how]
    told = f"{page_file(case_id).name} or the module lets pass (seed {choice.seed()}):"
    assert not unnoticed, "\n".join([told, *unnoticed])


@each_case
def test_what_goes_beyond_a_page_or_against_it_has_a_source(case_id: str) -> None:
    found = unsourced(page(case_id))
    assert not found, f"{page_file(case_id).name}: give each its source: {found}"


@each_case
def test_a_rule_that_judges_in_place_of_the_case_is_a_standing_one(case_id: str) -> None:
    rules = {row.rule for row in page(case_id).judged if row.rule}
    role = Role.CSMS if case_id.endswith("CSMS") else Role.STATION
    unknown = rules - general(role).rules
    assert not unknown, f"{page_file(case_id).name}: no standing rules (harness/rules): {unknown}"


@pytest.mark.parametrize("role", list(Role))
def test_every_standing_rule_stands_in_the_general_page(role: Role) -> None:
    differ = general(role).rules ^ {rule.__name__ for rule in KITS[role].rules}
    assert not differ, (
        f"rules in one of harness/proof/pages/general.yaml and harness/rules/rulebook.py: {differ}"
    )


# -- a page against a record

KNOWN = {"connectors": [(1, 1), (1, 2), (2, 1)]}
SCOPE = Scope(
    lambda name: KNOWN.get(name, MISSING), lambda _value: False, datetime(2026, 1, 1, tzinfo=UTC)
)
JUDGED = Judged("2", message="ResetResponse", field="status", said="Accepted")
RESET = Stimulus("1", message="ResetRequest", fields={"type": "OnIdle", "evseId": "absent"})
PLUG = Act("", by="hands", act="plug_in", facts={"evse": 1})
PAGE = Page("TC_B_20_CS", "", (JUDGED,), (RESET,), (PLUG,))
GENERAL = General(frozenset({"frames_are_ocpp"}), (), {}, (), (), {"plug_in": {"connector": 1}})
RULE = Validation("frames_are_ocpp", "all", "", "", "", ok=True, stage=Stage.RULE)
SEEN = replace(RULE, step="2", message="ResetResponse", path="$.status", stage=Stage.MAIN)
VALIDATION = replace(SEEN, matcher="Accepted")
SENT = Sent("1", Stage.MAIN, "ResetRequest", {"type": "OnIdle"}, SCOPE)
DONE = Done("", Stage.MAIN, "hands", "plug_in", {"evse": 1, "connector": 1}, SCOPE)
RECORD = Record((RULE, VALIDATION), (SENT,), (DONE,), SCOPE)


def _differences(record: Record) -> list[str]:
    return list(differences(PAGE, GENERAL, record, ""))


def test_a_record_as_the_page_says_differs_in_nothing() -> None:
    assert _differences(RECORD) == []


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"judged": (RULE,)}, "nothing was judged for step 2: ResetResponse status: Accepted"),
        ({"judged": (VALIDATION,)}, "rule frames_are_ocpp was not applied"),
        ({"judged": (RULE, replace(VALIDATION, step="3"))}, "no row explains step 3"),
        ({"judged": (RULE, replace(VALIDATION, matcher="Rejected"))}, "no row explains step 2"),
        ({"judged": (RULE, VALIDATION, replace(VALIDATION, path="$.x"))}, "no row explains"),
        ({"sent": ()}, "not sent: step 1: ResetRequest"),
        ({"sent": (SENT, SENT)}, "sent 2 times: step 1: ResetRequest"),
        ({"sent": (replace(SENT, payload={"type": "Immediate"}),)}, "type is Immediate"),
        ({"sent": (replace(SENT, payload={"type": "OnIdle", "evseId": 1}),)}, "evseId is 1"),
        ({"sent": (SENT, replace(SENT, step="2"))}, "step 2: ResetRequest"),
        ({"sent": (replace(SENT, payload={"type": "OnIdle", "x": 1}),)}, "x is 1, which no row"),
        ({"done": ()}, "not done: step : hands plug_in"),
        ({"done": (replace(DONE, facts={"evse": 2, "connector": 1}),)}, "no row explains what"),
        ({"done": (replace(DONE, facts={"evse": 1}),)}, "no row explains what was done"),
        ({"done": (DONE, replace(DONE, act="unplug"))}, "hands unplug"),
    ],
)
def test_every_difference_is_told(changed: dict[str, Any], said: str) -> None:
    found = _differences(replace(RECORD, **changed))
    assert any(said in each for each in found), found


def test_a_row_without_a_variant_is_owed_in_every_run() -> None:
    lacking = Record((RULE,), (), (), SCOPE)
    found = list(differences(PAGE, GENERAL, lacking, "tx-authorized"))
    assert [each.split(":")[0] for each in found] == [
        "nothing was judged for step 2",
        "not sent",
        "not done",
    ]


# -- a row about several connectors


def _status(evse: Any, connector: Any, status: str) -> dict[str, Any]:
    return {"evseId": evse, "connectorId": connector, "connectorStatus": status}


REPORTS = (_status(1, 1, "Occupied"), _status(1, 2, "Available"), _status(2, 1, "Available"))


def _reported(*payloads: dict[str, Any]) -> list[str]:
    said = (_status("1", "1", "Occupied"), _status("*", "*", "Available"))
    message = "StatusNotificationRequest"
    rows = tuple(Stimulus("5", message=message, fields=fields) for fields in said)
    sent = tuple(Sent("5", Stage.MAIN, message, payload, SCOPE) for payload in payloads)
    page = Page("TC_B_22_CSMS", "", stimuli=rows)
    return list(differences(page, GENERAL, replace(RECORD, judged=(RULE,), sent=sent, done=()), ""))


def test_a_row_about_several_connectors_is_about_each_that_no_other_row_names() -> None:
    assert _reported(*REPORTS) == []


@pytest.mark.parametrize(
    ("payloads", "said"),
    [
        (REPORTS[:2], "not sent: step 5"),
        ((*REPORTS, REPORTS[2]), "sent 2 times"),
        ((*REPORTS, _status(1, 1, "Available")), "no row explains"),
        ((*REPORTS, _status(3, 1, "Available")), "no row explains"),
    ],
    ids=["left out", "sent twice", "named by another row", "of no connector"],
)
def test_each_connector_is_told_of_once(payloads: tuple[dict[str, Any], ...], said: str) -> None:
    found = _reported(*payloads)
    assert any(said in each for each in found), found


@pytest.mark.parametrize("sent", [2, 4])
def test_a_stimulus_is_sent_as_often_as_the_page_says(sent: int) -> None:
    page = replace(PAGE, stimuli=(replace(RESET, repeated=True, times=3),))
    found = list(differences(page, GENERAL, replace(RECORD, sent=(SENT,) * sent), ""))
    assert any(f"sent {sent} times" in each for each in found)
    assert not list(differences(page, GENERAL, replace(RECORD, sent=(SENT,) * 3), ""))


def test_a_new_value_is_not_replaced_by_another_new_one() -> None:
    row = Stimulus("1", message="GetReportRequest", fields={"requestId": "<new>"})
    sent = Sent("1", Stage.MAIN, "GetReportRequest", {"requestId": 7}, SCOPE)
    recorded = replace(RECORD, sent=(sent,), done=())
    page = replace(PAGE, stimuli=(row,))
    found = {w.change for seed in "123456789" for w in wrong_stimuli(page, "", recorded, seed)}
    assert found == {Change.LEFT_OUT, Change.TWICE}
