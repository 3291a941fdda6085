"""What the harness asks for by itself decides no case, and what is wrong in it is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from harness import clock
from harness.evidence.verdict import Stage, Verdict
from harness.ocppj.frames import Frame, FrameKind
from harness.ocppj.inbox import Inbox
from harness.proof.embedded_run import run_cases
from harness.reference.faults.base import (
    Alter,
    all_of,
    drop,
    error,
    frame,
    inside,
    put,
    response,
    without,
)
from harness.reference.rpc import RESULT
from harness.rules import frames as rules
from harness.rules.frames import GENERAL
from harness.rules.judging import check, check_own
from harness.rules.promises import PROMISES
from harness.rules.rulebook import OF_CSMS, OF_STATION
from harness.spec.roles import Role
from harness.sut.model import Sut

pytestmark = pytest.mark.simulated_time

_NO_FRAME = '{"not ocpp'


def _unreadable(action: str) -> Alter:
    return frame(RESULT, action, lambda _message: [_NO_FRAME])


def _spoiled(alter: Alter) -> Callable[[Any], None]:
    return lambda system: alter(system, lambda: None)


#: Ways in which no question about a variable gets a good answer.
_UNTOLD = {
    "refused": error("GetVariables", "InternalError"),
    "unanswered": drop("GetVariables"),
    "unreadable": _unreadable("GetVariables"),
    "without type": response("GetVariables", inside("getVariableResult", without("attributeType"))),
    "empty": response("GetVariables", without("getVariableResult")),
}
#: No page of these asks for a variable; each has needs of its own: points, an order of profiles,
#: a back-off, an effect that is looked at.
_WITHOUT_READING = [
    *("TC_B_20_CS", "TC_B_09_CS", "TC_E_02_CS", "TC_E_03_CS", "TC_E_09_CS", "TC_E_31_CS"),
    *("TC_B_45_CS", "TC_B_46_CS", "TC_B_57_CS", "TC_E_15_CS"),
]


@pytest.mark.asyncio
@pytest.mark.parametrize("alter", _UNTOLD.values(), ids=_UNTOLD)
async def test_a_station_that_tells_no_variable_passes_what_it_does_right(alter: Alter) -> None:
    outcomes = await run_cases(Role.STATION, _WITHOUT_READING, alter=_spoiled(alter))
    assert {o.result.id: o.result.reason for o in outcomes if o.verdict is not Verdict.PASS} == {}
    for outcome in outcomes:
        told = [v for v in outcome.result.validations if v.stage is Stage.OWN]
        assert told, f"{outcome.result.id} does not tell what was wrong"
        assert not any(v.ok for v in told)


@pytest.mark.asyncio
async def test_what_is_declared_stands_for_variables_that_a_station_does_not_have() -> None:
    unknown = inside("getVariableResult", put(attributeStatus="UnknownVariable"))
    alter = response("GetVariables", unknown)
    cases = ["TC_B_43_CS", "TC_E_03_CS", "TC_E_09_CS", "TC_E_15_CS"]
    outcomes = await run_cases(Role.STATION, cases, alter=_spoiled(alter))
    assert {o.result.id: o.result.reason for o in outcomes if o.verdict is not Verdict.PASS} == {}


@pytest.mark.asyncio
@pytest.mark.parametrize("alter", _UNTOLD.values(), ids=_UNTOLD)
async def test_what_a_page_asks_for_decides_its_case(alter: Alter) -> None:
    [outcome] = await run_cases(Role.STATION, ["TC_B_32_CS"], alter=_spoiled(alter))
    assert outcome.verdict is Verdict.FAIL


@pytest.mark.asyncio
async def test_a_station_that_answers_nothing_in_the_end_fails() -> None:
    nothing = all_of(drop("GetVariables"), drop("TriggerMessage"))
    [outcome] = await run_cases(Role.STATION, ["TC_B_20_CS"], alter=_spoiled(nothing))
    assert outcome.verdict is Verdict.FAIL
    assert outcome.failed[0].step == "alive"


#: Ways in which a Heartbeat gets no good answer; no page of the two cases sends one.
_UNHEARD = {
    "refused": error("Heartbeat", "InternalError"),
    "unanswered": drop("Heartbeat"),
    "unreadable": _unreadable("Heartbeat"),
    "of yesterday": response("Heartbeat", lambda p: p.update(currentTime="2020-01-01T00:00:00Z")),
    "empty": response("Heartbeat", without("currentTime")),
}


@pytest.mark.asyncio
@pytest.mark.parametrize("alter", _UNHEARD.values(), ids=_UNHEARD)
async def test_a_csms_that_takes_no_heartbeat_passes_what_it_does_right(alter: Alter) -> None:
    cases = ["TC_B_01_CSMS", "TC_B_20_CSMS", "TC_E_09_CSMS", "TC_A_03_CSMS"]
    outcomes = await run_cases(Role.CSMS, cases, alter=_spoiled(alter))
    assert {o.result.id: o.result.reason for o in outcomes if o.verdict is not Verdict.PASS} == {}
    for outcome in outcomes:
        assert any(v.stage is Stage.OWN for v in outcome.result.validations), outcome.result.id


@pytest.mark.asyncio
async def test_a_csms_that_answers_nothing_in_the_end_fails() -> None:
    nothing = all_of(drop("Heartbeat"), drop("DataTransfer"))
    [outcome] = await run_cases(Role.CSMS, ["TC_B_01_CSMS"], alter=_spoiled(nothing))
    assert outcome.verdict is Verdict.FAIL
    assert outcome.failed[0].step == "alive"


@pytest.mark.asyncio
async def test_the_transcript_tells_whose_exchange_it_is() -> None:
    [outcome] = await run_cases(Role.STATION, ["TC_B_32_CS"])
    frames = [e.data for e in outcome.peer.transcript.entries if e.data.get("type") in (2, 3)]
    asked = [f for f in frames if f["action"] == "GetVariables" and f["type"] == 2]
    own = [f for f in asked if f.get("own")]
    assert [f["step"] for f in asked if not f.get("own")] == ["1"]
    assert own
    answered = {f["id"] for f in frames if f["type"] == 3 and f.get("own")}
    assert {f["id"] for f in own} == answered


# -- rules


def _log(inbox: Inbox, role: Role = Role.STATION) -> rules.CaseLog:
    return rules.CaseLog(Sut("x", role), inbox.events, inbox.arrivals)


def _exchange(*, own: bool, payload: dict[str, Any] | None = None, code: str = "") -> Inbox:
    inbox = Inbox()
    call = Frame(FrameKind.CALL, "1", "Heartbeat")
    request = inbox.traffic(call, sent=True, wire=1, own=own)
    kind = FrameKind.CALLERROR if code else FrameKind.CALLRESULT
    answer = Frame(kind, "1", "Heartbeat", payload or {}, code)
    inbox.traffic(answer, sent=False, wire=1, answers=request, own=own)
    return inbox


@pytest.mark.parametrize("own", [False, True])
def test_a_rule_is_broken_in_the_stage_of_the_exchange(own: bool) -> None:
    log = _log(_exchange(own=own), Role.CSMS)
    broken = [v for v in check(log, OF_CSMS) if not v.ok]
    stage = Stage.OWN if own else Stage.RULE
    assert [(v.step, v.stage) for v in broken] == [("payloads_follow_schema", stage)]


@pytest.mark.parametrize("own", [False, True])
def test_only_an_own_question_must_not_be_refused(own: bool) -> None:
    log = _log(_exchange(own=own, code="NotSupported"), Role.CSMS)
    broken = [v.step for v in check(log, OF_CSMS) if not v.ok]
    assert broken == (["own_calls_are_taken"] if own else []), "a page judges its own answers"


def test_a_second_answer_belongs_to_what_it_answers() -> None:
    inbox = _exchange(own=True, payload={"currentTime": "2025-01-01T00:00:00Z"})
    inbox.traffic(Frame(FrameKind.CALLRESULT, "1"), sent=False, wire=1, own=True)
    broken = [v for v in check(_log(inbox), OF_STATION) if not v.ok]
    assert [(v.step, v.stage) for v in broken] == [("answers_belong_to_calls", Stage.OWN)]


@pytest.mark.parametrize("tbc", [False, True])
def test_what_is_promised_to_an_own_question_is_looked_for(tbc: bool) -> None:
    inbox = Inbox()
    asked = Frame(FrameKind.CALL, "1", "GetBaseReport", {"requestId": 1, "reportBase": "X"})
    request = inbox.traffic(asked, sent=True, wire=1, t=0, own=True)
    taken = Frame(FrameKind.CALLRESULT, "1", "GetBaseReport", {"status": "Accepted"})
    inbox.traffic(taken, sent=False, wire=1, answers=request, t=1, own=True)
    part = {"requestId": 1, "generatedAt": "2025-01-01T00:00:00Z", "seqNo": 0, "tbc": tbc}
    inbox.traffic(Frame(FrameKind.CALL, "2", "NotifyReport", part), sent=False, wire=1, t=2)
    log = replace(_log(inbox), ended=1000.0)
    broken = [v for v in check_own(log, PROMISES) if not v.ok]
    assert [v.step for v in broken] == (["accepted_reports_are_sent"] if tbc else [])


@pytest.mark.parametrize("answered", [True, False])
def test_a_part_promised_to_an_own_question_waits_for_the_answer_to_the_last(
    answered: bool,
) -> None:
    inbox = Inbox()
    asked = Frame(FrameKind.CALL, "1", "GetReport", {"requestId": 1})
    inbox.traffic(asked, sent=True, wire=1, t=0, own=True)
    for number in (0, 1):
        part = {"requestId": 1, "seqNo": number}
        frame = Frame(FrameKind.CALL, f"part {number}", "NotifyReport", part)
        call = inbox.traffic(frame, sent=False, wire=1, t=2 * number + 1)
        taken = Frame(FrameKind.CALLRESULT, frame.id, "NotifyReport", {})
        if answered:
            inbox.traffic(taken, sent=True, wire=1, answers=call, t=2 * number + 2)
    broken = [v for v in check_own(replace(_log(inbox), ended=1000.0), GENERAL) if not v.ok]
    assert ("one_call_at_a_time" in {v.step for v in broken}) is not answered


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("text", "stage"),
    [(_NO_FRAME, Stage.OWN), ('[2,"x","Heartbeat"', Stage.RULE)],
    ids=["in place of the answer", "in place of a CALL"],
)
async def test_an_unreadable_message_belongs_to_what_is_open(text: str, stage: Stage) -> None:
    said = frame(RESULT, "GetVariables", lambda message: [text, message])
    [outcome] = await run_cases(Role.STATION, ["TC_B_20_CS"], alter=_spoiled(said))
    broken = {(v.step, v.stage) for v in outcome.failed}
    assert broken == {("frames_are_ocpp", stage)}


@pytest.mark.parametrize("sent", [False, True])
def test_an_own_report_is_owed_and_may_come(sent: bool) -> None:
    inbox = Inbox()
    call = Frame(FrameKind.CALL, "1", "GetBaseReport", {"requestId": 7, "reportBase": "X"})
    request = inbox.traffic(call, sent=True, wire=1, own=True)
    answer = Frame(FrameKind.CALLRESULT, "1", "GetBaseReport", {"status": "Accepted"})
    inbox.traffic(answer, sent=False, wire=1, answers=request, own=True)
    if sent:
        report = Frame(FrameKind.CALL, "2", "NotifyReport", {"requestId": 7, "tbc": False})
        inbox.traffic(report, sent=False, wire=1)
    log = replace(_log(inbox), ended=clock.monotonic() + 1000, message_timeout=30)
    told = [v.step for v in check(log, OF_STATION) if v.stage is Stage.OWN and not v.ok]
    assert ("accepted_reports_are_sent" in told) is not sent
