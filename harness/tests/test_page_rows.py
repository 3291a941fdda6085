"""Rows of pages: what the entries of a file come to."""

from __future__ import annotations

from dataclasses import replace

from harness.proof.pages.load import page
from harness.proof.pages.model import Act, Judged, Stimulus
from harness.proof.pages.parameters import told_of


def test_a_call_error_is_recorded_at_the_step_of_its_request() -> None:
    [refused] = [row for row in page("TC_E_50_CS").stimuli if row.message.endswith("CALLERROR")]
    assert (refused.step, refused.repeated, refused.optional) == ("5", True, False)


def test_a_memory_state_has_rows_with_the_token_that_the_page_gives_it() -> None:
    asked = [
        row for row in page("TC_E_45_CS").judged if row.step.startswith("Before>IdTokenCached 2")
    ]
    tokens = {row.said for row in asked if row.field == "idToken.idToken"}
    assert tokens == {"<tokens.valid2.id_token>"}


def test_hands_that_a_page_names_at_a_state_are_due_in_it() -> None:
    [drive] = [row for row in page("TC_E_30_CS").acts if not row.optional and row.act == "drive_in"]
    assert drive.step == "Before>EnergyTransferStarted"


def test_hands_that_a_page_names_act_where_it_has_the_state() -> None:
    acts = [row for row in page("TC_B_41_CS").acts if row.act == "drive_in" and not row.optional]
    assert [row.facts for row in acts if row.step == "Before>EnergyTransferStarted"] == [
        {"evse": 1},
        {"evse": 2},
    ]


def test_a_state_has_what_a_page_gives_it_in_place_of_what_it_has_by_default() -> None:
    given = {"idToken": "<tokens.valid2.id_token>", "evseId": 2}
    told = told_of(
        Judged("1", field="evse 1 connector 1 status", said=["<tokens.valid.type>"]), given
    )
    assert isinstance(told, Judged)
    assert (told.field, told.said) == ("evse 2 connector 1 status", ["<tokens.valid2.type>"])
    start = Stimulus("1", fields={"evseId": "<configured.evse_id>"})
    assert told_of(start, given) == replace(start, fields={"evseId": 2})
    present = Act(
        "", by="hands", act="present_token", facts={"id_token": "<tokens.valid.id_token>"}
    )
    facts = {"id_token": "<tokens.valid2.id_token>", "type": "<tokens.valid2.type>", "evse": 2}
    assert told_of(present, given) == replace(present, facts=facts)
