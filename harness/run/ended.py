"""How a case has ended, read back from what is recorded of it."""

from __future__ import annotations

from pathlib import Path

from harness.evidence.results import ResultsError, read_case, read_not_run
from harness.evidence.verdict import Verdict
from harness.live.facts import CaseEnded
from harness.spec.catalogue import Row

#: The state of a case that was asked for and left out.
LEFT_OUT = "NOT RUN"


def ended(results: Path, row: Row) -> CaseEnded:
    """By its verdict; NOT RUN where it was left out, ERROR where nothing is recorded."""
    try:
        left_out = read_not_run(results, row.id)
        if left_out is not None:
            return CaseEnded(row.id, row.title, LEFT_OUT, left_out.reason, 0.0)
        case = read_case(results, row.id)
    except ResultsError as error:
        return CaseEnded(row.id, row.title, Verdict.ERROR.value, str(error), 0.0)
    return CaseEnded(row.id, row.title, case.verdict.value, case.reason, case.real_s)
