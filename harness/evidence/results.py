"""results.json: what a run found, as plain data, and how it is written case by case and read back.

Layout of a results folder: ``cases/<ID>.json`` while the run goes on, ``results.json`` of them all,
and the transcripts that the cases name (``evidence/collected.py`` reads it).
"""

from __future__ import annotations

import hashlib
import json
import math
import re
import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import jsonschema_rs

from harness.evidence.causes import Cause, causes
from harness.evidence.mask import Mask, mask_data
from harness.evidence.matchers import Place
from harness.evidence.transcript import plain
from harness.evidence.verdict import Severity, Stage, Validation, Verdict
from harness.spec.files import beside
from harness.spec.roles import Role

#: The selection of a run that was to execute every case of its roles.
ALL = "all"

#: That of a run of one's own tests alone.
NO_CASE = "own tests"

#: The kinds of clocks.
REAL, SIMULATED, MIXED = "real", "simulated", "mixed"
#: Of results.json. 2: the clock of run and cases, and real and CPU time beside the time on it.
#: 3: the run's own questions; the stage "own" of validations, and which line asked; page and rules.
#: 4: the cases that were to run and did not. 5: causes; fault, variant and descriptions of the run,
#: and whether warnings failed; of a validation, whether its requirement is that of the page.
#: 6: attempts of a case; shard and identity of the run. 7: tests of one's own. 8: what stopped a
#: case.
SCHEMA_VERSION = 8
RESULTS = "results.json"
CASES = "cases"
QUESTIONS = "questions"
NOT_RUN = "not_run"
TESTS = "tests"
#: The block of what is no case: tests of one's own that use the fixtures.
OWN_TESTS = "Own_tests"

_ID = re.compile(r"TC_([A-Z]+)_([0-9]+)_(CS|CSMS)")


class ResultsError(ValueError):
    """A results file cannot be used; the message names the file and what is wrong with it."""


class LaterResultsError(ResultsError):
    """Results of a later harness: nothing of them is read, not in part either."""


@dataclass(frozen=True)
class RunInfo:
    """What was run, when and with what; ``finished`` is None as long as the run has not ended.

    ``descriptions``: the names of the files; none for the embedded systems, of which there may be a
    ``fault`` or a ``variant``. ``shard``: "2/4" of the second of four parts, which together are the
    run; ``identity``: what was tested and with what, of descriptions hashes alone.
    """

    started: datetime
    finished: datetime | None
    roles: tuple[Role, ...]
    sut: str
    harness_version: str
    spec_edition: str
    selection: str = ALL
    sut_version: str = ""
    fault: str = ""
    variant: str = ""
    descriptions: tuple[str, ...] = ()
    fail_on_warnings: bool = False
    shard: str = ""
    identity: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def complete(self) -> bool:
        """Whether every case of the roles was to run, and the run came to its end."""
        return self.selection == ALL and not self.shard and self.finished is not None


@dataclass(frozen=True)
class Spent:
    """Seconds: ``duration_s`` on the clock that was waited by, ``real_s``, and of a processor."""

    duration_s: float
    real_s: float
    cpu_s: float


@dataclass(frozen=True)
class Attempt:
    """One of several times that a case was run; its fields are as of a case."""

    verdict: Verdict
    reason: str
    duration_s: float
    transcript: str = ""


@dataclass(frozen=True)
class CaseResult:
    """One finished case; ``transcript`` is relative to the results folder, empty if there is none.

    ``block`` is letter and name (``B_Provisioning``); ``clock`` is "real" or "simulated", and
    ``duration_s`` the time on it. ``page``: what became of the page's steps; ``rules``: those that
    were broken. ``stopped``: what kept it from going on, where no validation tells. ``attempts``:
    every time that it was run, in order, if it was more than once; the
    rest is of the worst of them.
    """

    id: str
    title: str
    block: str
    sut: Role
    verdict: Verdict
    reason: str
    duration_s: float
    requirements: tuple[str, ...] = ()
    validations: tuple[Validation, ...] = ()
    transcript: str = ""
    clock: str = REAL
    real_s: float = 0.0
    cpu_s: float = 0.0
    page: str = ""
    rules: tuple[str, ...] = ()
    stopped: str = ""
    attempts: tuple[Attempt, ...] = ()

    @property
    def unstable(self) -> bool:
        """Whether its verdict was not the same each time."""
        return len({attempt.verdict for attempt in self.attempts}) > 1

    @property
    def green(self) -> bool:
        """Whether a gate may let it through: of a verdict that changes, nobody knows."""
        return self.verdict.green and not self.unstable

    @property
    def heading(self) -> str:
        """Block and role: ``B_Provisioning_CSMS``."""
        return f"{self.block}_{self.sut}"


@dataclass(frozen=True)
class NotRun:
    """A case that was asked for and left out: a state, and no verdict."""

    id: str
    title: str
    block: str
    sut: Role
    reason: str


@dataclass(frozen=True)
class QuestionResult:
    """What came of a question of the run's own, which decides no case; times as of a case."""

    id: str
    title: str
    sut: Role
    verdict: Verdict
    reason: str
    requirement: str
    asked: str
    duration_s: float = 0.0
    validations: tuple[Validation, ...] = ()
    transcript: str = ""

    @property
    def warnings(self) -> tuple[Validation, ...]:
        """Legal behaviour that is known to upset other systems."""
        return tuple(v for v in self.validations if not v.ok and v.severity is Severity.WARNING)


@dataclass(frozen=True)
class Results:
    """A run and its cases in catalogue order; ``problems`` are the case files left out, and why.

    ``questions``: those of the run's own, by role; none where they were not asked.
    ``not_run``: the cases that were left out, in catalogue order. ``tests``: those of one's own,
    each as a case whose id is its name.
    """

    run: RunInfo
    cases: tuple[CaseResult, ...]
    problems: tuple[str, ...] = ()
    questions: tuple[QuestionResult, ...] = ()
    not_run: tuple[NotRun, ...] = ()
    tests: tuple[CaseResult, ...] = ()

    @property
    def clock(self) -> str:
        """The clock of the cases: "real", "simulated", or "mixed" if a run was resumed on another.

        A run without cases has the real one.
        """
        clocks = {case.clock for case in self.cases} or {REAL}
        return clocks.pop() if len(clocks) == 1 else MIXED

    @cached_property
    def causes(self) -> tuple[Cause, ...]:
        """What is wrong, told once each, with the cases that show it."""
        return causes(self.cases, fail_on_warnings=self.run.fail_on_warnings)

    @property
    def spent(self) -> Spent:
        """What all cases together took."""
        return Spent(
            sum(case.duration_s for case in self.cases),
            sum(case.real_s for case in self.cases),
            sum(case.cpu_s for case in self.cases),
        )


def unmasked(text: str) -> str:
    """The mask of a run that has no secrets."""
    return text


def case_order(case_id: str) -> tuple[str, str, int]:
    """Sort key that puts case ids in catalogue order: role, block, number."""
    match = _ID.fullmatch(case_id)
    if match is None:
        raise ResultsError(f"{case_id!r} is no case id")
    block, number, role = match.groups()
    return (role, block, int(number))


def write_case(directory: Path, case: CaseResult, mask: Mask = unmasked) -> Path:
    """Write ``directory/cases/<ID>.json`` in one piece and return its path.

    Raises:
        ResultsError: the case does not fit schemas/results.schema.json.
    """
    data = _case_to_json(case, mask)
    path = directory / CASES / f"{case.id}.json"
    _check(data, "case", case.id)
    _write(path, data)
    return path


def write_attempt(path: Path, case: CaseResult) -> None:
    """Write a case that was read, masked as it is, to another file.

    Raises:
        ResultsError: the case does not fit schemas/results.schema.json.
    """
    data = case_json(case)
    _check(data, "case", case.id)
    _write(path, data)


def read_case(directory: Path, case_id: str) -> CaseResult:
    """The case as ``write_case`` left it, masked.

    Raises:
        ResultsError: there is no such file, or it does not fit the schema.
    """
    return _read_case(directory / CASES / f"{case_id}.json")


def case_json(case: CaseResult) -> dict[str, Any]:
    """The case as it stands in results.json."""
    return _case_to_json(case, unmasked)


def write_test(directory: Path, test: CaseResult, mask: Mask = unmasked) -> None:
    """Write the result of a test of one's own to ``directory/tests``, in one piece.

    Raises:
        ResultsError: it does not fit schemas/results.schema.json.
    """
    data = _case_to_json(test, mask)
    _check(data, "test", test.id)
    name = hashlib.sha256(f"{test.id} {test.sut}".encode()).hexdigest()[:16]
    _write(directory / TESTS / f"{name}.json", data)


def read_test_file(path: Path) -> CaseResult:
    """The test in a file; raises ResultsError as ``read_case_file``."""
    return _case_from_json(_checked(path, "test"))


def read_case_file(path: Path) -> CaseResult:
    """The case in a file, whatever the file is called.

    Raises:
        ResultsError: there is no such file, or it does not fit the schema.
    """
    return _case_from_json(_checked(path, "case"))


def read_question_file(path: Path) -> QuestionResult:
    """The question in a file; raises ResultsError as ``read_case_file``."""
    return _question_from_json(_checked(path, "question"))


def read_not_run_file(path: Path) -> NotRun:
    """The case that was left out in a file; raises ResultsError as ``read_case_file``."""
    return _not_run_from_json(_checked(path, "not_run"))


def write_not_run(directory: Path, case: NotRun) -> None:
    """Write ``directory/not_run/<ID>.json`` in one piece.

    Raises:
        ResultsError: it does not fit schemas/results.schema.json.
    """
    data = asdict(case)
    _check(data, "not_run", case.id)
    _write(directory / NOT_RUN / f"{case.id}.json", data)


def read_not_run(directory: Path, case_id: str) -> NotRun | None:
    """The case as ``write_not_run`` left it, None if it was not left out.

    Raises:
        ResultsError: the file does not fit the schema.
    """
    path = directory / NOT_RUN / f"{case_id}.json"
    return _not_run_from_json(_checked(path, "not_run")) if path.is_file() else None


def write_question(directory: Path, question: QuestionResult, mask: Mask = unmasked) -> None:
    """Write ``directory/questions/<role>-<id>.json`` in one piece.

    Raises:
        ResultsError: the question does not fit schemas/results.schema.json.
    """
    data = _question_to_json(question, mask)
    path = directory / QUESTIONS / f"{question.sut}-{question.id}.json"
    _check(data, "question", question.id)
    _write(path, data)


def write_results(directory: Path, results: Results, mask: Mask = unmasked) -> Path:
    """Write ``directory/results.json`` in one piece and return its path.

    Raises:
        ResultsError: the results do not fit schemas/results.schema.json.
    """
    spent = {name: round(seconds, 3) for name, seconds in asdict(results.spent).items()}
    data = {
        "schema_version": SCHEMA_VERSION,
        "run": {
            **mask_data(_run_to_json(results.run), mask),
            "clock": results.clock,
            **spent,
        },
        "cases": [_case_to_json(case, mask) for case in results.cases],
        "questions": [_question_to_json(question, mask) for question in results.questions],
        "not_run": [asdict(case) for case in results.not_run],
        "causes": [_cause_to_json(cause, mask) for cause in results.causes],
        "tests": [_case_to_json(test, mask) for test in results.tests],
        "problems": [mask(problem) for problem in results.problems],
    }
    path = directory / RESULTS
    _check(data, "", str(path))
    _write(path, data)
    return path


def read_results(directory: Path) -> Results:
    """The results that ``directory/results.json`` holds.

    Raises:
        ResultsError: there is no such file, or it does not fit the schema.
    """
    path = directory / RESULTS
    data = _load(path)
    _check_version(data, path)
    _check(data, "", str(path))
    ids = [case["id"] for case in data["cases"]]
    twice = sorted({case_id for case_id in ids if ids.count(case_id) > 1})
    if twice:
        raise ResultsError(f"{path}: more than one result for {', '.join(twice)}")
    return Results(
        _run_from_json(data["run"]),
        tuple(_case_from_json(case) for case in data["cases"]),
        tuple(data.get("problems", ())),
        tuple(_question_from_json(question) for question in data.get("questions", ())),
        tuple(_not_run_from_json(case) for case in data.get("not_run", ())),
        tuple(_case_from_json(test) for test in data.get("tests", ())),
    )


def run_json(run: RunInfo) -> dict[str, Any]:
    """The run as it stands in results.json."""
    return _run_to_json(run)


def run_from_json(data: Any, where: str) -> RunInfo:
    """The run that ``run_json`` made ``data`` of; ``where`` names its place in messages.

    Raises:
        ResultsError: it does not fit the schema.
    """
    _check(data, "run", where)
    return _run_from_json(data)


def transcript_path(directory: Path, case: CaseResult) -> Path | None:
    """The case's transcript, or None where it has none or names a file outside ``directory``."""
    if not case.transcript:
        return None
    path = (directory / case.transcript).resolve()
    return path if path.is_relative_to(directory.resolve()) and path.is_file() else None


def json_data(value: Any) -> Any:
    """``value`` as data that JSON can hold; NaN and the infinities, which it cannot, as text."""
    return _finite(plain(value))


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, dict):
        return {k: _finite(v) for k, v in value.items()}  # pyright: ignore[reportUnknownVariableType]  # JSON objects are untyped
    if isinstance(value, list):
        return [_finite(v) for v in value]  # pyright: ignore[reportUnknownVariableType]  # JSON arrays are untyped
    return value


def _read_case(path: Path) -> CaseResult:
    data = _load(path)
    _check(data, "case", str(path))
    if data["id"] != path.stem:
        raise ResultsError(f"{path}: holds the result of {data['id']}")
    return _case_from_json(data)


def _case_to_json(case: CaseResult, mask: Mask) -> dict[str, Any]:
    attempts = tuple(replace(each, reason=mask(each.reason)) for each in case.attempts)
    masked = replace(case, title=mask(case.title), reason=mask(case.reason), validations=())
    data = json_data(asdict(replace(masked, attempts=attempts)))
    if not attempts:
        del data["attempts"]
    if not case.stopped:
        del data["stopped"]
    for name in ("duration_s", "real_s", "cpu_s"):
        data[name] = round(getattr(case, name), 3)
    data["validations"] = [_validation_to_json(v, mask) for v in case.validations]
    return data


def _checked(path: Path, part: str) -> Any:
    data = _load(path)
    _check(data, part, str(path))
    return data


def _question_to_json(question: QuestionResult, mask: Mask) -> dict[str, Any]:
    data = json_data(asdict(replace(question, reason=mask(question.reason), validations=())))
    data["duration_s"] = round(question.duration_s, 3)
    data["validations"] = [_validation_to_json(v, mask) for v in question.validations]
    return data


def _question_from_json(data: Mapping[str, Any]) -> QuestionResult:
    return QuestionResult(
        id=data["id"],
        title=data["title"],
        sut=Role(data["sut"]),
        verdict=Verdict(data["verdict"]),
        reason=data["reason"],
        requirement=data["requirement"],
        asked=data["asked"],
        duration_s=data["duration_s"],
        validations=tuple(_validation_from_json(v) for v in data["validations"]),
        transcript=data["transcript"],
    )


def _not_run_from_json(data: Mapping[str, Any]) -> NotRun:
    return NotRun(
        data["id"], data["title"], data["block"], Role(data["sut"]), reason=data["reason"]
    )


def _validation_to_json(validation: Validation, mask: Mask) -> dict[str, Any]:
    data = json_data(asdict(validation))
    free_text = ("step", "message", "path", "expected", "actual", "note", "matcher", "places")
    if not validation.of_page:
        del data["of_page"]
    return {k: mask_data(v, mask) if k in free_text else v for k, v in data.items()}


def _cause_to_json(cause: Cause, mask: Mask) -> dict[str, Any]:
    return {
        **json_data(asdict(replace(cause, id=mask(cause.id)))),
        "what": mask(cause.what),
        "example": mask(cause.example),
    }


def _run_to_json(run: RunInfo) -> dict[str, Any]:
    return {
        **json_data(asdict(run)),
        "started": _moment(run.started),
        "finished": _moment(run.finished) if run.finished else None,
    }


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _run_from_json(data: Mapping[str, Any]) -> RunInfo:
    finished = data["finished"]
    return RunInfo(
        started=datetime.fromisoformat(data["started"]),
        finished=datetime.fromisoformat(finished) if finished else None,
        roles=tuple(Role(role) for role in data["roles"]),
        sut=data["sut"],
        harness_version=data["harness_version"],
        spec_edition=data["spec_edition"],
        selection=data["selection"],
        sut_version=data.get("sut_version", ""),
        fault=data.get("fault", ""),
        variant=data.get("variant", ""),
        descriptions=tuple(data.get("descriptions", ())),
        fail_on_warnings=data.get("fail_on_warnings", False),
        shard=data.get("shard", ""),
        identity=data.get("identity", {}),
    )


def _case_from_json(data: Mapping[str, Any]) -> CaseResult:
    return CaseResult(
        id=data["id"],
        title=data["title"],
        block=data["block"],
        sut=Role(data["sut"]),
        verdict=Verdict(data["verdict"]),
        reason=data["reason"],
        duration_s=data["duration_s"],
        requirements=tuple(data["requirements"]),
        validations=tuple(_validation_from_json(v) for v in data["validations"]),
        transcript=data["transcript"],
        clock=data.get("clock", REAL),
        real_s=data.get("real_s", data["duration_s"]),
        cpu_s=data.get("cpu_s", 0.0),
        page=data.get("page", ""),
        rules=tuple(data.get("rules", ())),
        stopped=data.get("stopped", ""),
        attempts=tuple(_attempt_from_json(each) for each in data.get("attempts", ())),
    )


def _attempt_from_json(data: Mapping[str, Any]) -> Attempt:
    verdict = Verdict(data["verdict"])
    return Attempt(verdict, data["reason"], data["duration_s"], data["transcript"])


def _validation_from_json(data: Mapping[str, Any]) -> Validation:
    return Validation(
        step=data["step"],
        message=data["message"],
        path=data["path"],
        expected=data["expected"],
        actual=data["actual"],
        ok=data["ok"],
        severity=Severity(data["severity"]),
        requirement=data["requirement"],
        stage=Stage(data.get("stage", Stage.MAIN)),
        note=data.get("note", ""),
        matcher=data.get("matcher"),
        frame=data.get("frame", ""),
        places=tuple(Place(**place) for place in data.get("places", ())),
        asked_at=data.get("asked_at", ""),
        of_page=data.get("of_page", False),
    )


def _load(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ResultsError(f"{path}: no results are there") from error
    except OSError as error:
        raise ResultsError(f"{path}: {error.strerror}") from error
    except ValueError as error:
        raise ResultsError(f"{path}: is no JSON, or was cut off: {error}") from error


def _check_version(data: Any, path: Path) -> None:
    version = data.get("schema_version", 1) if isinstance(data, dict) else 1  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType]  # JSON objects are untyped
    if isinstance(version, int) and version > SCHEMA_VERSION:
        raise LaterResultsError(
            f"{path}: written by a later harness (schema {version}; this one reads {SCHEMA_VERSION}"
            " and earlier)"
        )


def _write(path: Path, data: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    half_done = path.with_name(f".{path.name}.{uuid.uuid4().hex}.tmp")
    try:
        half_done.write_text(json.dumps(data, indent=1, allow_nan=False) + "\n", encoding="utf-8")
        half_done.replace(path)
    finally:
        half_done.unlink(missing_ok=True)


@cache
def _schema(part: str) -> Any:
    schema = json.loads(beside("schemas/results.schema.json").read_text(encoding="utf-8"))
    return {"$defs": schema["$defs"], "$ref": f"#/$defs/{part}"} if part else schema


@cache
def _fast(part: str) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(_schema(part), validate_formats=True)


@cache
def _validator(part: str) -> Any:
    from jsonschema import Draft202012Validator, FormatChecker

    return Draft202012Validator(_schema(part), format_checker=FormatChecker())


def _check(data: Any, part: str, where: str) -> None:
    if _fast(part).is_valid(data):
        return
    from jsonschema.exceptions import ValidationError  # the slower one tells what is wrong

    try:
        _validator(part).validate(data)
    except ValidationError as error:
        raise ResultsError(f"{where}: {error.json_path}: {error.message[:300]}") from error
