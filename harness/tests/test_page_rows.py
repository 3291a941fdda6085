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


def _resets(case_id: str) -> list[Stimulus]:
    found = [row for row in page(case_id).stimuli if row.message == "ResetRequest"]
    return [row for row in found if not row.optional]


def test_a_row_shows_in_every_run_but_those_that_it_names() -> None:
    [reset] = _resets("TC_B_20_CS")
    assert reset.shows_in("")
    assert reset.shows_in("tx-authorized")
    [reset] = _resets("TC_B_45_CS")
    assert reset.shows_in("reboot-required")
    assert not reset.shows_in("reboots-on-priority")


def test_a_row_of_a_variant_shows_in_its_run_alone() -> None:
    of_plain, of_one = Stimulus("1", variant="plain"), Stimulus("1", variant="tx-parking-bay")
    assert (of_plain.shows_in(""), of_plain.shows_in("tx-parking-bay")) == (True, False)
    assert (of_one.shows_in(""), of_one.shows_in("tx-parking-bay")) == (False, True)


def test_a_state_that_does_not_show_in_a_run_takes_its_rows_with_it() -> None:
    rows = [
        row for row in page("TC_A_19_CSMS").acts if "RenewChargingStationCertificate" in row.step
    ]
    assert rows
    assert not any(row.shows_in("security-profile-1") for row in rows)


def test_connectors_are_told_of_by_one_message_or_the_other() -> None:
    rows = [row for row in page("TC_B_20_CS").judged if row.step == "5"]
    for run, message in (("", "StatusNotificationRequest"), ("notify-event", "NotifyEventRequest")):
        assert {row.message for row in rows if row.shows_in(run)} == {message}
