"""Reads a results folder as it is, whatever became of the run that filled it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from harness.evidence.collected import collect
from harness.evidence.results import (
    CASES,
    LaterResultsError,
    Results,
    ResultsError,
    RunInfo,
    read_results,
    run_from_json,
)
from harness.run.marker import RUN_FILE, kept, listed, missing
from harness.run.own import with_own_exchanges


def recover(directory: Path) -> Results:
    """The cases that were written, and the run from results.json or, if older, from run.json.

    A folder without ``cases/`` (a copy of the reports) is as its results.json says.

    Raises:
        ResultsError: nothing there says what was run.
    """
    if not (directory / CASES).is_dir():
        return read_results(directory)
    results, facts = collect(directory, _run(directory)), kept(directory)
    problems = tuple(dict.fromkeys([*results.problems, *listed(facts, "problems")]))
    if missing(listed(facts, "asked"), results):
        results = replace(results, run=replace(results.run, finished=None))
    results = replace(results, problems=problems)
    return with_own_exchanges(results) if results.run.finished else results


def _run(directory: Path) -> RunInfo:
    begun = _begun(directory / RUN_FILE)
    try:
        written = read_results(directory).run
    except LaterResultsError:
        raise
    except ResultsError as error:
        if begun is None:
            raise ResultsError(f"{error}; and no {RUN_FILE} says what was run") from error
        return begun
    # A run that was killed early may have left the results.json of the one before it.
    return written if begun is None or written.started == begun.started else begun


def _begun(path: Path) -> RunInfo | None:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        return run_from_json(data["run"], str(path))
    except (OSError, ValueError, KeyError, TypeError):
        return None
