"""Wire mutation: mutants are derived from runs, made on the wire, and judged; none survives."""

from __future__ import annotations

import asyncio
import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from harness import clock
from harness.evidence import matchers
from harness.evidence.matchers import ABSENT, PRESENT, fact
from harness.proof import parallel as spread
from harness.proof.beside import files_beside
from harness.proof.mutation import report
from harness.proof.mutation.campaign import addresses, campaign, changed_since, touched
from harness.proof.mutation.derive import derive, unproven
from harness.proof.mutation.equivalents import (
    BESIDE,
    Equivalent,
    EquivalentsError,
    excuse,
    load,
    read,
    stale,
)
from harness.proof.mutation.fields import changes
from harness.proof.mutation.judge import judge
from harness.proof.mutation.plan import (
    RUNNING,
    Edit,
    How,
    Judged,
    Mutant,
    MutantOutcome,
    MutatedRun,
    Recording,
    Result,
    SentFrame,
    Silence,
    Unproven,
)
from harness.proof.mutation.saboteur import Instead, Listener, edited, instead_of
from harness.proof.mutation.shape import (
    MISSING,
    Counting,
    FrameId,
    family,
    parse,
    value_at,
    with_value,
)
from harness.proof.mutation.shape import show as path_text
from harness.proof.mutation.wanted import accepts
from harness.reference.rpc import CALL, ERROR, RESULT, Message
from harness.spec.roles import Role
from harness.sut.model import Limits

pytestmark = pytest.mark.simulated_time

_RESET = Message(RESULT, "id-1", "Reset", {"status": "Accepted"})
_RESET_ID = FrameId(RESULT, "Reset", '{"status": "Accepted"}', 0)
_STATUS = {
    "timestamp": "2026-03-01T10:00:00Z",
    "connectorStatus": "Available",
    "evseId": 1,
    "connectorId": 1,
}


def _frame(kind: int, action: str, payload: dict[str, Any], *judged: Judged) -> SentFrame:
    name = Counting().name(Message(kind, "x", action, payload))
    steps = tuple(each.step for each in judged)
    return SentFrame(name, payload, before=False, steps=steps, judged=judged, answer={})


def _recording(*frames: SentFrame, silences: tuple[Silence, ...] = ()) -> Recording:
    return Recording(Role.STATION, "TC_B_20_CS", "", frames, silences)


def _mutant(how: How, frame: FrameId = _RESET_ID, **more: Any) -> Mutant:
    return Mutant(Role.STATION, "TC_B_20_CS", "", frame, how, **more)


# -- which frame, and where


def test_a_frame_is_known_again_whatever_its_times_and_ids() -> None:
    first, second = Counting(), Counting()
    one = {"timestamp": "2026-01-01T00:00:00.1Z", "transactionId": "6f" * 16, "requestId": 1}
    other = {"timestamp": "2026-02-02T01:02:03Z", "transactionId": "a0" * 16, "requestId": 99}
    assert first.name(Message(CALL, "a", "X", one)) == second.name(Message(CALL, "b", "X", other))


def test_frames_that_say_the_same_are_counted() -> None:
    counting = Counting()
    names = [counting.name(Message(CALL, "a", "StatusNotification", _STATUS)) for _ in range(2)]
    assert [name.nth for name in names] == [0, 1]
    occupied = Message(CALL, "a", "StatusNotification", _STATUS | {"connectorStatus": "Occupied"})
    assert counting.name(occupied).nth == 0


@pytest.mark.parametrize("text", ["$.a.b", "$.list[3].name", "$"])
def test_paths_read_as_written(text: str) -> None:
    assert path_text(parse(text)) == text


def test_a_remark_after_a_path_is_no_part_of_it() -> None:
    assert parse("$.reportData[2].x (A.B[c])") == ("reportData", 2, "x")
    assert family(("reportData", 2, "x")) == "$.reportData[].x"


def test_a_change_leaves_the_original_alone() -> None:
    payload = {"a": {"b": [1, 2]}}
    assert with_value(payload, ("a", "b", 0), 9) == {"a": {"b": [9, 2]}}
    assert with_value(payload, ("a", "b", 2), 3) == {"a": {"b": [1, 2, 3]}}
    assert with_value(payload, ("a", "b"), MISSING) == {"a": {}}
    assert with_value(payload, ("c", "d"), 1) == {"a": {"b": [1, 2]}, "c": {"d": 1}}
    assert payload == {"a": {"b": [1, 2]}}
    assert value_at(payload, ("a", "x")) is MISSING


# -- deriving


def test_a_wrong_value_is_legal_and_none_of_those_that_are_right() -> None:
    judged = Judged("3", ("reason",), {"one_of": ["RemoteReset", "ScheduledReset"]})
    payload = {"reason": "RemoteReset", "chargingStation": {"model": "m", "vendorName": "v"}}
    for seed in range(20):
        found = dict(changes(_frame(CALL, "BootNotification", payload, judged), judged, str(seed)))
        assert set(found) == {How.ABSENT, How.WRONG_TYPE, How.OTHER}
        assert found[How.OTHER].value not in ("RemoteReset", "ScheduledReset")
        assert found[How.OTHER].value in ("PowerUp", "Triggered", "Unknown", "LocalReset") or (
            str(found[How.OTHER].value).isalpha()
        )


def test_what_may_be_absent_is_not_made_absent() -> None:
    judged = Judged(
        "2", ("setVariableResult", 0, "attributeType"), {"one_of": ["Actual", ABSENT.data]}
    )
    payload = {"setVariableResult": [{"attributeType": "Actual", "attributeStatus": "Accepted"}]}
    found = dict(changes(_frame(RESULT, "SetVariables", payload, judged), judged, "1"))
    assert How.ABSENT not in found
    assert found[How.OTHER].value in ("Target", "MinSet", "MaxSet")


def test_what_must_be_absent_comes_up() -> None:
    judged = Judged("1", ("evseId",), ABSENT.data)
    found = dict(changes(_frame(CALL, "Reset", {"type": "OnIdle"}, judged), judged, "1"))
    assert found[How.PRESENT].value == 1


def test_an_array_loses_and_gains_an_element() -> None:
    judged = Judged("2", ("getVariableResult",), {"length": 2})
    payload = {"getVariableResult": [{"attributeStatus": "Accepted"}] * 2}
    found = dict(changes(_frame(RESULT, "GetVariables", payload, judged), judged, "1"))
    assert found[How.ABSENT] == Edit(("getVariableResult", 1), remove=True)
    assert found[How.OTHER].path == ("getVariableResult", 2)


@pytest.mark.parametrize(
    ("matcher", "right", "wrong"),
    [
        ("Accepted", ["Accepted"], ["Rejected", MISSING]),
        (1, [1], [2, "1", True]),
        (ABSENT.data, [MISSING], ["x"]),
        (PRESENT.data, ["x", 0], [MISSING]),
        ({"one_of": ["Local", ABSENT.data]}, ["Local", MISSING], ["Remote"]),
        ({"not": ""}, ["x"], ["", MISSING]),
        ({"text": "EVSE"}, ["evse"], ["EVS", 1]),
        ({"at_most": 5}, [5], [6, "5"]),
        ({"at_least": 0}, [0], [-1, MISSING]),
        ({"members_of": ["A", "W"]}, ["A", "W, A"], ["A,B", MISSING]),
        ({"members_of": ["A", "W"], "with": ["A"]}, ["A", "W, A"], ["W", "A,B", MISSING]),
        ({"length": 1}, [[1]], [[], [1, 2], MISSING]),
        ({"length_at_least": 1}, [[1]], [[], MISSING]),
        ({"length_at_most": 1}, [[1], []], [[1, 2]]),
        ({"object": {"a": 1}}, [{"a": 1, "b": 2}], [{"a": 2}, {}, MISSING]),
        ({"array": [1, 2]}, [[1, 2]], [[1], [2, 1]]),
        ({"each": {"object": {"a": 1}}}, [[{"a": 1}]], [[{"a": 1}, {"a": 2}], []]),
        ({"contains": {"object": {"a": 1}}}, [[{"a": 2}, {"a": 1}]], [[{"a": 2}], MISSING]),
        ({"fact": "of no value"}, [], ["x", MISSING]),
    ],
)
def test_a_matcher_accepts_what_is_right(matcher: Any, right: list[Any], wrong: list[Any]) -> None:
    assert all(accepts(matcher, value) for value in right)
    assert not any(accepts(matcher, value) for value in wrong)


def test_bounds_are_passed_by_one() -> None:
    payload = {"requestId": 3, "reportBase": "FullInventory"}
    for matcher, beyond in (({"at_least": 0}, -1), ({"at_most": 9}, 10), ({"not": 7}, 7)):
        judged = Judged("1", ("requestId",), matcher)
        found = dict(changes(_frame(CALL, "GetBaseReport", payload, judged), judged, "1"))
        assert found[How.OTHER].value == beyond


def test_what_an_object_is_wanted_to_hold_is_broken() -> None:
    token = {"object": {"idToken": {"text": "A"}, "type": "Central"}}
    judged = Judged("1", ("idToken",), {"one_of": [ABSENT.data, token]})
    payload = {"idToken": {"idToken": "A", "type": "Central"}}
    found = list(changes(_frame(CALL, "Authorize", payload, judged), judged, "1"))
    assert [how for how, _edit in found] == [How.OTHER, How.OTHER]
    assert {edit.path[-1] for _how, edit in found} == {"idToken", "type"}


def test_more_than_an_array_may_hold_is_sent() -> None:
    items = [{"component": {"name": "A"}, "variable": {"name": "B"}}]
    judged = Judged("1", ("getVariableData",), {"length_at_most": 3})
    frame = _frame(CALL, "GetVariables", {"getVariableData": items}, judged)
    assert len(dict(changes(frame, judged, "1"))[How.OTHER].value) == 4


def test_every_frame_of_a_run_is_broken_in_every_way() -> None:
    reset = _frame(RESULT, "Reset", {"status": "Accepted"}, Judged("2", ("status",), "Accepted"))
    status = _frame(CALL, "StatusNotification", _STATUS, Judged("5", (), fact("sent")))
    status = replace(status, follower=_RESET_ID)
    found = [(m.frame.action, m.how) for m in derive([_recording(reset, status)])]
    assert {how for action, how in found if action == "Reset"} >= {
        How.DROP,
        How.DELAY,
        How.ECHO,
        How.WRONG_ID,
        How.CALLERROR,
        How.ABSENT,
        How.OTHER,
    }
    assert {how for action, how in found if action == "StatusNotification"} >= {
        How.DROP,
        How.DELAY,
        How.REPEAT,
        How.SWAP,
        How.ECHO,
        How.WRONG_ID,
        How.AHEAD,
        How.BEHIND,
    }
    assert (status.id.action, How.CALLERROR) not in found


def test_the_same_seed_gives_the_same_mutants() -> None:
    boot = _frame(
        CALL,
        "BootNotification",
        {"reason": "PowerUp", "chargingStation": {"model": "m", "vendorName": "v"}},
        Judged("3", ("reason",), "PowerUp"),
    )
    assert derive([_recording(boot)], 7) == derive([_recording(boot)], 7)
    chosen = {str(m.edit) for seed in range(20) for m in derive([_recording(boot)], seed)}
    assert len(chosen) > len({str(m.edit) for m in derive([_recording(boot)], 7)})


def test_preparations_are_broken_once_for_all_cases() -> None:
    read = replace(_frame(RESULT, "GetVariables", {"getVariableResult": []}), before=True)
    one = _recording(read)
    other = replace(one, case_id="TC_B_21_CS")
    drops = [m for m in derive([one, other]) if m.how is How.DROP]
    assert len(drops) == 1


def test_a_silence_is_broken_by_what_must_not_come() -> None:
    reset = _frame(RESULT, "Reset", {"status": "Accepted"}, Judged("2", ("status",), "Accepted"))
    silence = Silence("2", "NotifyReport", {"object": {}}, reset.id)
    found = [m for m in derive([_recording(reset, silences=(silence,))]) if m.how is How.SPEAK]
    assert [m.extra[0] for m in found if m.extra] == ["NotifyReport"]
    assert found[0].steps == ("2",)


_OF_IT = {"object": {"transactionId": "4711"}}
_CHARGING = {"object": {"chargingState": "Charging"}}


@pytest.mark.parametrize(
    ("message", "fields", "action", "says"),
    [
        ("RequestStopTransaction", {}, "RequestStopTransaction", {}),
        (
            "TransactionEvent",
            {"eventType": "Ended", "transactionInfo": _OF_IT},
            "TransactionEvent",
            {"eventType": "Ended", "transactionInfo": {"transactionId": RUNNING}},
        ),
        (
            "TransactionEvent",
            {"transactionInfo": _CHARGING},
            "TransactionEvent",
            {"transactionInfo": {"transactionId": "x", "chargingState": "Charging"}},
        ),
        ("StatusNotification", {"evseId": {"not": 1}}, "StatusNotification", {"evseId": 2}),
        ("", {}, "StatusNotification", {}),
    ],
)
def test_what_must_not_come_is_sent(
    message: str, fields: dict[str, Any], action: str, says: dict[str, Any]
) -> None:
    reset = _frame(RESULT, "Reset", {"status": "Accepted"})
    silence = Silence("2", message, {"object": fields}, reset.id)
    recording = _recording(reset, silences=(silence,))
    [spoken] = [m for m in derive([recording]) if m.how is How.SPEAK]
    assert spoken.extra is not None
    assert spoken.extra[0] == action
    assert says.items() <= spoken.extra[1].items()


def test_a_validation_that_no_mutant_breaks_is_named() -> None:
    judged = Judged("2", ("status",), "Accepted")
    payload = {"status": "Accepted"}
    plain = _recording(_frame(RESULT, "Reset", payload, judged))
    assert unproven([plain]) == []
    whole = Judged("2", ("getVariableResult",), fact("in good order"))
    several = {"getVariableResult": [{"attributeStatus": "Accepted"}] * 2}
    odd = _recording(_frame(RESULT, "GetVariables", several, whole))
    assert [str(each) for each in unproven([odd])] == [
        "TC_B_20_CS step 2: GetVariablesResponse $.getVariableResult: {'fact': 'in good order'}"
    ]
    lost = replace(plain, unplaced=("step 9: ResetResponse $.x: y",))
    assert unproven([lost]) == [Unproven("TC_B_20_CS", "step 9: ResetResponse $.x: y")]


def test_nothing_else_is_broken_by_something_else() -> None:
    item = {"component": {"name": "OCPPCommCtrlr"}, "variable": {"name": "OfflineThreshold"}}
    judged = Judged("1", ("getVariableData",), fact("nothing else"))
    frame = _frame(CALL, "GetVariables", {"getVariableData": [item]}, judged)
    more = dict(changes(frame, judged, "1"))[How.OTHER]
    assert more.path == ("getVariableData", 1)
    assert more.value["variable"] != item["variable"]


# -- applying

_LIMITS = Limits(response=1, event=2, boot=3)
BEGAN = datetime(2026, 3, 1, 10, tzinfo=UTC)


def test_what_is_dropped_is_not_sent_and_its_sender_goes_on() -> None:
    call = Message(CALL, "id-2", "StatusNotification", dict(_STATUS))
    assert instead_of(_RESET, _mutant(How.DROP), _LIMITS, "", BEGAN) == Instead()
    assert instead_of(call, _mutant(How.DROP), _LIMITS, "", BEGAN) == Instead(pretended=True)


def test_what_is_delayed_comes_after_its_deadline() -> None:
    boot = Message(CALL, "id-3", "BootNotification", {})
    assert instead_of(_RESET, _mutant(How.DELAY), _LIMITS, "", BEGAN).seconds > _LIMITS.response
    late = instead_of(boot, _mutant(How.DELAY), _LIMITS, "", BEGAN)
    assert late.seconds > _LIMITS.boot
    assert late.late == (boot,)
    assert not late.at_once


def test_ids_codes_and_kinds_are_changed() -> None:
    call = Message(CALL, "id-2", "StatusNotification", dict(_STATUS))
    refusal = Message(ERROR, "id-4", "GetBaseReport", {}, "SecurityError")
    assert instead_of(call, _mutant(How.WRONG_ID), _LIMITS, "id-1", BEGAN).at_once[0].id == "id-1"
    assert instead_of(_RESET, _mutant(How.WRONG_ID), _LIMITS, "", BEGAN).at_once[0].id != "id-1"
    assert instead_of(_RESET, _mutant(How.ECHO), _LIMITS, "", BEGAN).at_once == (_RESET, _RESET)
    error = instead_of(_RESET, _mutant(How.CALLERROR), _LIMITS, "", BEGAN).at_once[0]
    assert (error.kind, error.code) == (ERROR, "InternalError")
    other = instead_of(refusal, _mutant(How.CALLERROR), _LIMITS, "", BEGAN).at_once[0]
    assert other.code not in ("", "SecurityError")
    result = instead_of(refusal, _mutant(How.CALLRESULT), _LIMITS, "", BEGAN).at_once[0]
    assert (result.kind, "status" in result.payload) == (RESULT, True)


@pytest.mark.parametrize("shift", [30, -30])
def test_times_are_put_into_the_future_or_before_the_case(shift: float) -> None:
    sent = edited(dict(_STATUS), Edit(("timestamp",), shift=shift), BEGAN)["timestamp"]
    moment = clock.now() if shift > 0 else BEGAN
    assert abs((datetime.fromisoformat(sent) - moment).total_seconds() - shift) < 5


# -- judging


def test_a_mutant_is_killed_where_it_shows() -> None:
    mutant = _mutant(How.OTHER, steps=("2",), edit=Edit(("status",), "Rejected"))
    assert judge(mutant, MutatedRun("FAIL", "", ("2",))).fate is MutantOutcome.KILLED
    assert judge(mutant, MutatedRun("FAIL", "", ("7",))).fate is MutantOutcome.MISPLACED
    assert judge(mutant, MutatedRun("FAIL", "", ("7",), standing=True)).fate is MutantOutcome.KILLED
    assert judge(mutant, MutatedRun("PASS", "")).fate is MutantOutcome.SURVIVED
    assert judge(mutant, MutatedRun("INCONCLUSIVE", "", ("Before",))).fate is MutantOutcome.SURVIVED
    assert judge(mutant, MutatedRun("ERROR", "")).fate is MutantOutcome.ERROR


def test_a_mutant_of_the_preparations_may_end_inconclusive() -> None:
    mutant = _mutant(How.DROP, before=True)
    assert judge(mutant, MutatedRun("INCONCLUSIVE", "", ("Before",))).fate is MutantOutcome.KILLED


def test_a_mutant_that_changed_nothing_is_an_error_of_ours() -> None:
    assert (
        judge(_mutant(How.DROP), MutatedRun("FAIL", "", ("2",), changed=False)).fate
        is MutantOutcome.ERROR
    )


def test_a_control_run_must_pass() -> None:
    control = _mutant(How.CONTROL)
    assert judge(control, MutatedRun("PASS", "", changed=False)).fate is MutantOutcome.CONTROL
    assert judge(control, MutatedRun("FAIL", "", changed=False)).fate is MutantOutcome.ERROR


# -- equivalents

_ALLOWED = Equivalent(("TC_B_*",), "ResetResponse", ("drop",), "why", "B11.FR.01")


def test_only_survivors_are_excused() -> None:
    survivor = Result(_mutant(How.DROP), MutantOutcome.SURVIVED, "", "PASS")
    error = Result(_mutant(How.DROP), MutantOutcome.ERROR, "", "broken")
    other = Result(_mutant(How.DELAY), MutantOutcome.SURVIVED, "", "PASS")
    fates = [each.fate for each in excuse([survivor, error, other], [_ALLOWED])]
    assert fates == [MutantOutcome.EQUIVALENT, MutantOutcome.ERROR, MutantOutcome.SURVIVED]


def test_an_entry_that_no_survivor_needs_is_stale() -> None:
    killed = Result(_mutant(How.DROP), MutantOutcome.KILLED, "2", "")
    survivor = Result(_mutant(How.DROP), MutantOutcome.EQUIVALENT, "", "")
    assert stale([killed], [_ALLOWED]) == [_ALLOWED]
    assert stale([survivor], [_ALLOWED]) == []


def test_an_entry_about_a_copy_of_a_survivor_is_not_stale() -> None:
    mutant = _mutant(How.DROP, claimed=False)
    copy = replace(mutant, case_id="TC_B_22_CS")
    entry = replace(_ALLOWED, cases=(copy.case_id,))
    survivor = Result(mutant, MutantOutcome.SURVIVED, "", "PASS")
    killed = Result(mutant, MutantOutcome.KILLED, "2", "")
    assert stale([survivor], [entry], [mutant, copy]) == []
    assert stale([killed], [entry], [mutant, copy]) == [entry]


def test_entries_have_reasons(tmp_path: Path) -> None:
    assert all(entry.why and entry.requirement for entry in load())
    file = tmp_path / "equivalents.yaml"
    file.write_text("- {cases: '*', message: X, mutation: drop}\n", "utf-8")
    with pytest.raises(EquivalentsError, match=r"yaml, entry 1: no why, requirement"):
        read(file)


def test_entries_beside_a_case_are_about_it_alone(tmp_path: Path) -> None:
    file = tmp_path / "test_tc_b_20_cs.equivalents.yaml"
    entry = "message: ResetResponse, mutation: drop, why: x, requirement: B11.FR.01"
    file.write_text(f"- {{{entry}}}\n", "utf-8")
    [found] = read(file, "TC_B_20_CS")
    assert found.fits(_mutant(How.DROP))
    assert not found.fits(replace(_mutant(How.DROP), case_id="TC_B_21_CS"))
    file.write_text(f"- {{cases: '*', {entry}}}\n", "utf-8")
    with pytest.raises(EquivalentsError, match="unknown cases"):
        read(file, "TC_B_20_CS")


def test_entries_of_the_shared_file_are_about_many_cases() -> None:
    ids = {case_id for _role, case_id in addresses()}
    beside = {case_id for case_id, _path in files_beside(BESIDE)}
    shared = [entry for entry in load() if not set(entry.cases) & ids]
    assert shared
    assert all(set("*[") & set(pattern) for entry in shared for pattern in entry.cases)
    assert {case_id for entry in load() for case_id in entry.cases} & ids == beside


# -- choosing cases


CASE = "cases_cs/b_provisioning/test_tc_b_21_cs.py"


def test_a_changed_case_is_chosen_alone() -> None:
    known = addresses()
    assert touched(known, [CASE, "README.md"]) == [(Role.STATION, "TC_B_21_CS")]
    assert touched(known, [CASE.replace("b_21", "z_99"), "README.md"]) == []


@pytest.mark.parametrize("suffix", [".yaml", ".lock.yaml", ".equivalents.yaml"])
def test_a_changed_file_beside_a_case_chooses_it_alone(suffix: str) -> None:
    assert touched(addresses(), [CASE.replace(".py", suffix)]) == [(Role.STATION, "TC_B_21_CS")]


@pytest.mark.parametrize(
    "name",
    [
        "harness/rules/frames.py",
        "harness/states_cs/session.py",
        "harness/operators/embedded.py",
        "harness/reference/station/device_model.yaml",
        "harness/suts/embedded_csms.yaml",
        "harness/spec/ocpp201/catalogue.json",
        "harness/proof/mutation/equivalents.yaml",
        "harness/proof/pages/general.yaml",
        "cases_cs/b_provisioning/__init__.py",
        "cases_csms/shared.py",
        "schemas/sut.schema.json",
        "pyproject.toml",
    ],
)
def test_what_cases_share_concerns_all_of_them(name: str) -> None:
    assert touched(addresses(), [CASE, name]) == addresses()


@pytest.mark.parametrize(
    "name", ["harness/tests/test_gate.py", "harness/report/html.py", "harness/README.md", ".ci/run"]
)
def test_what_no_verdict_rests_on_concerns_none(name: str) -> None:
    assert touched(addresses(), [name]) == []


def test_files_that_changed_went_or_came_since_a_revision(tmp_path: Path) -> None:
    def git(*arguments: str) -> None:
        who = ("-c", "user.name=x", "-c", "user.email=x@example.org")
        subprocess.run(["git", "-C", tmp_path, *who, *arguments], check=True, capture_output=True)

    git("init", "-q")
    for name in ("stays", "changes", "goes", "is renamed"):
        (tmp_path / name).write_text(name * 20, "utf-8")
    git("add", ".")
    git("commit", "-qm", "x")
    (tmp_path / "changes").write_text("changed", "utf-8")
    (tmp_path / "goes").unlink()
    (tmp_path / "comes ä").touch()
    git("mv", "is renamed", "renamed")
    found = {"changes", "goes", "comes ä", "is renamed", "renamed"}
    assert changed_since("HEAD", tmp_path) == found
    for revision in ("nonsense", "--output=x"):
        with pytest.raises(LookupError, match="git: "):
            changed_since(revision, tmp_path)
    assert not (tmp_path / "x").exists()


def test_an_unknown_case_is_named() -> None:
    with pytest.raises(LookupError, match="TC_Z_99_CS"):
        addresses(patterns=["TC_Z_99_CS"])


def test_cases_are_chosen_by_patterns() -> None:
    found = {case_id for _role, case_id in addresses(patterns=["TC_B_0[16]_CS", "TC_B_2?_CSMS"])}
    assert {"TC_B_01_CS", "TC_B_06_CS", "TC_B_20_CSMS"} < found
    assert not found & {"TC_B_02_CS", "TC_B_01_CSMS"}


def test_a_case_that_does_not_pass_is_named_and_the_others_go_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from harness.proof.mutation import campaign as module

    async def recorded(address: tuple[Role, str], certs: Path) -> Recording:
        if address[1] == "TC_B_32_CS":
            raise module.NotPassed("FAIL why")
        return await record_one(address, certs)

    record_one = module.record_one
    monkeypatch.setattr(module, "record_one", recorded)
    done = campaign(addresses(patterns=["TC_B_3[0-2]_CS"]), seed=1, jobs=1, known=load(), sample=1)
    assert [(each.case_id, each.reason) for each in done.unrecorded] == [
        ("TC_B_32_CS", "NotPassed: FAIL why")
    ]
    assert [result.mutant.case_id for result in done.results] == ["TC_B_30_CS"]
    assert not done.green
    assert report.as_data(done)["unrecorded"] == [
        {"case_id": "TC_B_32_CS", "reason": "NotPassed: FAIL why"}
    ]


# -- the proof itself, on a sample


def test_nobody_survives(tmp_path: Path) -> None:
    chosen = addresses(patterns=_SOME)
    done = campaign(chosen, seed=1, jobs=1, known=load(), sample=60)
    bad = [
        f"{r.fate} {r.mutant.case_id} {r.mutant.title()}" for r in done.results if not r.fate.good
    ]
    assert not bad
    assert not done.unproven
    assert len(done.results) == 60
    killed = sum(result.fate is MutantOutcome.KILLED for result in done.results)
    assert killed > 30
    data = report.as_data(done)
    assert data["totals"]["killed"] == killed
    assert report.write(done, tmp_path).exists()


_SOME = [
    "TC_B_01_CS",
    "TC_B_09_CS",
    "TC_B_15_CS",
    "TC_B_17_CS",
    "TC_B_22_CS",
    "TC_B_30_CS",
    "TC_B_32_CS",
    "TC_B_06_CSMS",
    "TC_B_12_CSMS",
    "TC_B_18_CSMS",
    "TC_B_22_CSMS",
    "TC_B_31_CSMS",
]


_SHOW = matchers.show
_CHECK = matchers.Check.__init__


@pytest.mark.asyncio
@pytest.mark.parametrize("address", [(Role.STATION, "TC_B_15_CS"), (Role.CSMS, "TC_B_06_CSMS")])
async def test_rewording_a_report_changes_no_proof(
    address: tuple[Role, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Other words in every text for people, and the same mutants."""
    from harness.proof.mutation.campaign import record_one

    before = derive([await record_one(address, tmp_path)])

    def reworded(
        self: Any, path: str, expected: str, actual: Any, *more: Any, **named: Any
    ) -> None:
        seen = f"WHAT CAME WAS {actual}" if isinstance(actual, str) else actual
        _CHECK(self, path, expected.upper()[::-1], seen, *more, **named)

    monkeypatch.setattr(matchers.Check, "__init__", reworded)
    monkeypatch.setattr(matchers, "show", lambda value: _SHOW(value).upper())
    after = derive([await record_one(address, tmp_path)])
    assert len(before) > 10
    assert [m.title() for m in after] == [m.title() for m in before]
    assert [m.steps for m in after] == [m.steps for m in before]


@pytest.mark.asyncio
async def test_a_blind_case_is_found_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the harness does not look at the field, the mutant survives: the proof can fail."""
    from harness.peers import sent
    from harness.proof.mutation.campaign import mutate_one, record_one

    recorded = await record_one((Role.STATION, "TC_B_25_CS"), tmp_path)
    frames = {f.id.message: f for f in recorded.frames if f.id.action == "Reset"}
    judged = frames["ResetResponse"].judged
    assert [each.matcher for each in judged] == ["Accepted"]
    mutants = [m for m in derive([recorded]) if m.frame.action == "Reset" and m.how is How.OTHER]
    assert [(await mutate_one(m, tmp_path)).fate for m in mutants] == [MutantOutcome.KILLED]
    monkeypatch.setattr(sent, "compare", lambda _expected, _actual: iter(()))
    assert [(await mutate_one(m, tmp_path)).fate for m in mutants] != [MutantOutcome.KILLED]


async def _hangs(item: str, _certs: Path) -> str:
    if item == "hangs":
        await asyncio.Event().wait()
    if item == "breaks":
        raise ValueError("broken")
    return item


def test_what_hangs_is_given_up_and_the_others_are_done(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spread, "LONGEST", 0.5)
    done = {d.item: d for d in spread.spread(_hangs, ["a", "hangs", "breaks", "b"], jobs=1)}
    assert [done[item].found for item in ("a", "hangs", "breaks", "b")] == ["a", None, None, "b"]
    assert done["hangs"].error == "not done in 0.5 s"
    assert done["breaks"].error == "ValueError: broken"


def test_a_listener_changes_nothing() -> None:
    listener = Listener()
    assert listener(_RESET) == [_RESET]
    listener.armed = True
    assert listener(_RESET) == [_RESET]
    assert listener.messages == [_RESET]
