"""The results that go with the harness: those of the embedded systems, case by case."""

from __future__ import annotations

from harness.evidence.results import Results
from harness.report.markdown import block, totals
from harness.report.tally import groups

#: Around the totals in a document that shows them.
BEGIN, END = "<!-- totals: make results -->", "<!-- end of totals -->"


class Unpublishable(ValueError):
    """These results, or this document, will not do; the message says why."""


def published(results: Results) -> str:
    """A table for each block and role, with nothing in it that another run would change.

    Raises:
        Unpublishable: these are not all results.
    """
    if not results.run.complete or results.not_run or results.problems:
        raise Unpublishable("these are not the results of all cases")
    blocks = [line for group in groups(results) for line in block(group.heading, group.cases)]
    head = [f"# Results of the embedded systems: {results.run.spec_edition}", ""]
    return "\n".join([*head, *blocks, *totals(results)])


def with_totals(document: str, results: Results) -> str:
    """The document with these totals in place of those that it has.

    Raises:
        Unpublishable: it has no place for them.
    """
    before, begin, rest = document.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise Unpublishable(f"there is no {BEGIN} and {END}")
    table = "\n".join(totals(results)[2:])
    return f"{before}{begin}\n\n{table}\n{end}{after}"
