"""The run's own questions: asked after the last case, of nothing that a case depends on."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from harness.evidence.recorder import Recorder
from harness.evidence.results import QuestionResult, Results, read_results, write_results
from harness.evidence.verdict import Severity, Stage, Validation, Verdict
from harness.proof.keys import shared_keys
from harness.questions import of_csms
from harness.questions.own import own_exchanges
from harness.questions.question import Question
from harness.reference.faults import Fault
from harness.reference.faults.base import drop
from harness.reference.rpc import RESULT, Message
from harness.report.junit import junit
from harness.report.markdown import markdown
from harness.run.gate import gate
from harness.run.options import RunOptions
from harness.run.questions import ask
from harness.run.run import Run
from harness.spec.roles import Role
from harness.testbed.bringup import Embedding
from harness.testbed.kits import KITS, embedded_sut
from harness.tests.report_sample import write_sample


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Results:
    return write_sample(tmp_path_factory.mktemp("sample"))


_QUESTIONS = [(role, question) for role in Role for question in KITS[role].questions]
_FAULTS = [(role, fault) for role in Role for fault in KITS[role].question_faults.values()]


async def _asked(
    role: Role, question: Question, folder: Path, alter: Any = lambda _system: None
) -> QuestionResult:
    embedding = Embedding("", alter, shared_keys)
    recorder = lambda sut: Recorder(folder / "results", sut.secrets)  # noqa: E731  # one line
    bed = KITS[role].bring_up(embedded_sut(role), recorder, folder / "certs", embedding)
    async with bed as test_bed:
        return await ask(test_bed, question)


@pytest.mark.simulated_time
@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("role", "question"), _QUESTIONS, ids=[f"{q.id}-{role}" for role, q in _QUESTIONS]
)
async def test_the_embedded_systems_answer_well(
    role: Role, question: Question, tmp_path: Path
) -> None:
    result = await _asked(role, question, tmp_path)
    assert result.verdict.green, result.reason
    assert not result.warnings
    [written] = (tmp_path / "results" / "questions").glob("*.json")
    assert json.loads(written.read_text())["verdict"] == result.verdict


@pytest.mark.simulated_time
@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("role", "fault"), _FAULTS, ids=[f"{fault.name}-{role}" for role, fault in _FAULTS]
)
async def test_each_answer_is_judged_as_it_should_be(
    role: Role, fault: Fault, tmp_path: Path
) -> None:
    triggered: list[None] = []
    wanted, step = fault.shows
    [question] = [each for each in KITS[role].questions if each.id == wanted]
    result = await _asked(
        role, question, tmp_path, lambda s: fault.alter(s, lambda: triggered.append(None))
    )
    assert triggered, "the fault changed nothing"
    assert result.verdict == fault.verdict, result.reason
    broken = [v.step for v in result.validations if not v.ok]
    assert broken == ([] if fault.verdict == "PASS" else [step])


def test_no_question_is_one_that_cannot_be_answered_wrongly() -> None:
    warned = {"pace"}  # below
    for role in Role:
        shown = {f.shows[0] for f in KITS[role].question_faults.values() if f.verdict == "FAIL"}
        assert {question.id for question in KITS[role].questions} == shown | (
            warned if role is Role.CSMS else set()
        )


def _tires(csms: Any) -> None:
    """After some heartbeats it answers no more of them for the moment."""
    heartbeats: list[Message] = []

    def look(message: Message) -> list[Message]:
        if message.kind != RESULT or message.action != "Heartbeat":
            return [message]
        heartbeats.append(message)
        return [] if 5 < len(heartbeats) < 8 else [message]

    csms.filters.append(look)


@pytest.mark.simulated_time
@pytest.mark.asyncio
async def test_a_csms_that_cannot_keep_up_is_warned_of(tmp_path: Path) -> None:
    [pace] = [each for each in of_csms.CSMS if each.id == "pace"]
    result = await _asked(Role.CSMS, pace, tmp_path, _tires)
    assert result.verdict is Verdict.PASS
    assert [v.severity for v in result.warnings] == [Severity.WARNING]
    assert "19 answers" in str(result.warnings[0].actual)


@pytest.mark.simulated_time
@pytest.mark.asyncio
async def test_the_system_is_shown_alive_afterwards(tmp_path: Path) -> None:
    [ping] = [each for each in KITS[Role.CSMS].questions if each.id == "ping"]

    def dead(csms: Any) -> None:
        for action in ("Heartbeat", "DataTransfer"):
            drop(action)(csms, lambda: None)

    result = await _asked(Role.CSMS, ping, tmp_path, dead)
    assert result.verdict is Verdict.FAIL
    assert "alive" in result.reason


# -- what was wrong in the harness's own exchanges


def _own(step: str, path: str = "$") -> Validation:
    return Validation(
        step, "HeartbeatResponse", path, "now", "then", False, stage=Stage.OWN, requirement="X"
    )


def _with(results: Results, *validations: Validation) -> Results:
    cases = [replace(c, validations=(*c.validations, *validations)) for c in results.cases]
    return replace(results, cases=tuple(cases))


def test_what_was_wrong_is_told_once_with_its_cases(sample: Results) -> None:
    results = _with(sample, _own("current_time_is_now"), _own("payloads_follow_schema"))
    role = results.cases[0].sut
    told = own_exchanges(role, results.cases)
    count = sum(case.sut is role for case in results.cases)
    assert told.verdict is Verdict.FAIL
    assert [v.step for v in told.validations] == ["current_time_is_now", "payloads_follow_schema"]
    assert all(f"in {count} cases: " in v.note for v in told.validations)


def test_nothing_wrong_is_a_pass(sample: Results) -> None:
    told = own_exchanges(Role.STATION, sample.cases)
    assert (told.verdict, len(told.validations)) == (Verdict.PASS, 1)


# -- where they are told


def _asked_results(sample: Results, verdict: Verdict) -> Results:
    reason = "" if verdict is Verdict.PASS else "no <b>pong</b> | came"
    question = QuestionResult(
        "ping", "A ping", Role.STATION, verdict, reason, "RFC 6455", "a ping", 1.5, (_own("1"),)
    )
    return replace(sample, questions=(question,))


def test_results_hold_them(sample: Results, tmp_path: Path) -> None:
    results = _asked_results(sample, Verdict.FAIL)
    write_results(tmp_path, results)
    assert read_results(tmp_path).questions == results.questions


def test_reports_tell_them_beside_the_cases(sample: Results) -> None:
    results = _asked_results(sample, Verdict.FAIL)
    assert "## The run's own questions" in markdown(results)
    assert "&lt;b&gt;pong" in markdown(results)
    assert b'name="ping (CS)"' in junit(results)
    failures = junit(sample).count(b"<failure")
    assert junit(results).count(b"<failure") == failures, "they decide nothing"


@pytest.mark.parametrize(
    ("verdict", "asked_for", "red"),
    [
        (Verdict.FAIL, False, False),
        (Verdict.FAIL, True, True),
        (Verdict.INCONCLUSIVE, True, True),
        (Verdict.PASS, True, False),
        (Verdict.NOT_APPLICABLE, True, False),
    ],
)
def test_the_gate_asks_for_them_only_where_it_is_told_to(
    sample: Results, verdict: Verdict, asked_for: bool, red: bool
) -> None:
    outcome = gate(_asked_results(sample, verdict), (), date(2026, 1, 1), questions=asked_for)
    assert any("question ping (CS)" in line for line in outcome.red) is red


# -- when they are asked


@pytest.mark.parametrize(
    ("selection", "left", "wanted", "worker", "asked"),
    [
        ("all", set[str](), True, "", True),
        ("all", {"TC_B_01_CS"}, True, "", False),
        ("all", set[str](), False, "", False),
        ("-k TC_B", set[str](), True, "", False),
        ("all", {"TC_B_01_CS"}, True, "gw0", True),
        ("all", set[str](), True, "gw1", False),
    ],
)
def test_only_a_complete_run_asks(
    selection: str, left: set[str], wanted: bool, worker: str, asked: bool, tmp_path: Path
) -> None:
    options = RunOptions(tmp_path, selection=selection, questions=wanted)
    run = Run({}, options, "2026-01-01T00:00:00+00:00", is_worker=bool(worker))
    run.left = left
    assert run.asks_questions(worker) is asked
