"""A copy of a results folder that may be shown to others: no tokens, no customer data."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from harness.evidence.pseudonyms import Pseudonyms
from harness.evidence.results import (
    RESULTS,
    CaseResult,
    Results,
    transcript_path,
    write_results,
)
from harness.report.write import write_all


def share(
    results: Results, folder: Path, out: Path, *, customer_data: bool = False, brief: bool = False
) -> None:
    """Write results, transcripts and reports of ``folder`` to ``out``, which is new.

    ``customer_data``: leave it as it is; ``brief``: without transcripts, and without what held.
    """
    out.mkdir(parents=True, exist_ok=True)
    shown = _of_what_went_wrong(results) if brief else results
    write_results(out, shown)
    names = None if customer_data else _learned(folder, out / RESULTS)
    if names is not None:
        data = json.loads((out / RESULTS).read_text("utf-8"))
        (out / RESULTS).write_text(json.dumps(names.hide(data), indent=1) + "\n", "utf-8")
    for path in () if brief else _transcripts(results, folder):
        target = out / path.relative_to(folder.resolve())
        target.parent.mkdir(parents=True, exist_ok=True)
        lines = path.read_text("utf-8", errors="replace").split("\n")
        target.write_text("\n".join(_line(each, names) for each in lines), "utf-8")
    write_all(out)


def _of_what_went_wrong(results: Results) -> Results:
    return replace(
        results,
        cases=tuple(map(_brief, results.cases)),
        tests=tuple(map(_brief, results.tests)),
        questions=tuple(replace(each, transcript="") for each in results.questions),
    )


def _brief(case: CaseResult) -> CaseResult:
    broken = tuple(v for v in case.validations if not v.ok)
    attempts = tuple(replace(each, transcript="") for each in case.attempts)
    return replace(case, validations=broken, transcript="", attempts=attempts)


def _learned(folder: Path, results: Path) -> Pseudonyms:
    """All that is in the folder is known before anything is hidden."""
    names = Pseudonyms()
    names.learn(json.loads(results.read_text("utf-8")))
    for path in sorted((folder / "transcripts").glob("*.jsonl")):
        for line in path.read_text("utf-8", errors="replace").split("\n"):
            if (data := _data(line)) is None:
                names.learn_text(line)
            else:
                names.learn(data)
    return names


def _transcripts(results: Results, folder: Path) -> Iterator[Path]:
    """Those that the results name."""
    for case in (*results.cases, *results.tests):
        attempts = [replace(case, transcript=each.transcript) for each in case.attempts]
        for each in attempts or [case]:
            if path := transcript_path(folder, each):
                yield path
    for question in results.questions:
        path = (folder / question.transcript).resolve() if question.transcript else None
        if path and path.is_relative_to(folder.resolve()) and path.is_file():
            yield path


def _line(line: str, names: Pseudonyms | None) -> str:
    if names is None:
        return line
    data = _data(line)
    return names.hide_text(line) if data is None else json.dumps(names.hide(data))


def _data(line: str) -> Any:
    """A line of a transcript as data, None if it is none."""
    try:
        found = json.loads(line)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None  # pyright: ignore[reportUnknownVariableType]  # JSON objects are untyped
