"""A results folder that fills: what is in it so far, and results that are kept when a case is run
again.

``cases/<ID>.json`` is the last attempt at a case, ``attempts/<ID>/<number>.json`` the ones before.
"""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from harness.evidence.results import (
    CASES,
    NOT_RUN,
    QUESTIONS,
    TESTS,
    Attempt,
    CaseResult,
    Results,
    ResultsError,
    RunInfo,
    case_order,
    read_case,
    read_case_file,
    read_not_run_file,
    read_question_file,
    read_test_file,
    transcript_path,
    write_attempt,
)
from harness.evidence.verdict import Verdict

ATTEMPTS, TRANSCRIPTS = "attempts", "transcripts"

#: From the best to the worst: a breach that was seen once is one.
_BY_WEIGHT = (
    Verdict.PASS,
    Verdict.NOT_APPLICABLE,
    Verdict.INCONCLUSIVE,
    Verdict.ERROR,
    Verdict.FAIL,
)


def collect(directory: Path, run: RunInfo) -> Results:
    """Every case written so far, in catalogue order; torn or foreign files become ``problems``."""
    problems: list[str] = []
    attempts: dict[str, list[CaseResult]] = {}
    for path in _in_order(directory):
        try:
            case = _case(path)
        except ResultsError as error:
            problems.append(str(error).replace(f"{directory}{os.sep}", ""))
        else:
            attempts.setdefault(case.id, []).append(case)
    cases = [merged(each) for each in attempts.values()]
    questions = map(read_question_file, sorted((directory / QUESTIONS).glob("*.json")))
    left_out = map(read_not_run_file, sorted((directory / NOT_RUN).glob("*.json")))
    not_run = [each for each in left_out if each.id not in attempts]
    return Results(
        run,
        tuple(sorted(cases, key=lambda case: case_order(case.id))),
        tuple(problems),
        tuple(questions),
        tuple(sorted(not_run, key=lambda each: case_order(each.id))),
        tuple(map(read_test_file, sorted((directory / TESTS).glob("*.json")))),
    )


def _in_order(directory: Path) -> Iterator[Path]:
    """The files of all attempts, earlier ones of a case before later ones."""
    yield from sorted((directory / ATTEMPTS).glob("*/*.json"), key=_number)
    yield from sorted((directory / CASES).glob("*.json"))


def _number(path: Path) -> tuple[str, int, str]:
    return (path.parent.name, int(path.stem) if path.stem.isdigit() else 0, path.stem)


def _case(path: Path) -> CaseResult:
    case = read_case_file(path)
    wanted = path.stem if path.parent.name == CASES else path.parent.name
    if case.id != wanted:
        raise ResultsError(f"{path}: holds the result of {case.id}")
    return case


def merged(attempts: Sequence[CaseResult]) -> CaseResult:
    """One result of all attempts at a case: the last of the worst, with what became of the others.

    Of a single attempt it is that.
    """
    if len(attempts) == 1:
        return attempts[0]
    worst = max(reversed(attempts), key=lambda each: _BY_WEIGHT.index(each.verdict))
    told = tuple(Attempt(e.verdict, e.reason, e.duration_s, e.transcript) for e in attempts)
    whole = replace(worst, attempts=told)
    if not whole.unstable:
        return whole
    return replace(whole, reason=f"{_changing(told)}: {worst.reason}".removesuffix(": "))


def _changing(attempts: Sequence[Attempt]) -> str:
    counts = Counter(each.verdict for each in attempts)
    parts = [f"{verdict} {count} of {len(attempts)} times" for verdict, count in counts.items()]
    return f"unstable: {', '.join(parts)}"


def attempts_at(directory: Path, case_id: str) -> int:
    """How often a case has been run, as far as that was written."""
    last = (directory / CASES / f"{case_id}.json").is_file()
    return len(_earlier(directory, case_id)) + last


def set_aside(directory: Path, case_id: str) -> None:
    """Keep the last result of a case, if there is one, before the case is run again.

    Whatever is interrupted here, nothing is lost: the same attempt may be there twice.
    """
    path = directory / CASES / f"{case_id}.json"
    if not path.is_file():
        return
    number = len(_earlier(directory, case_id)) + 1
    folder = directory / ATTEMPTS / case_id
    folder.mkdir(parents=True, exist_ok=True)
    try:
        case = read_case(directory, case_id)
    except ResultsError:
        path.replace(folder / f"{number}.json")
        return
    log = transcript_path(directory, case)
    if log is not None:
        kept = log.with_name(f"{case_id}.{number}.jsonl")
        shutil.copyfile(log, kept)
        case = replace(case, transcript=kept.relative_to(directory.resolve()).as_posix())
    write_attempt(folder / f"{number}.json", case)
    path.unlink()


def _earlier(directory: Path, case_id: str) -> list[Path]:
    return list((directory / ATTEMPTS / case_id).glob("*.json"))
