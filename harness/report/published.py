"""The results that go with the harness: of the embedded systems, and totals of others."""

from __future__ import annotations

from harness.evidence.results import Results
from harness.report.markdown import block, totals
from harness.report.tally import groups

#: The totals of the embedded systems, as a document that shows them names them.
EMBEDDED = "make results"
END = "<!-- end of totals -->"


def begin(name: str) -> str:
    """What stands before the totals of that name."""
    return f"<!-- totals: {name} -->"


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


def with_totals(document: str, results: Results, name: str = EMBEDDED) -> str:
    """The document with these totals in place of those that it has by that name.

    Raises:
        Unpublishable: it has no place for them.
    """
    before, beginning, rest = document.partition(begin(name))
    _, end, after = rest.partition(END)
    if not (beginning and end):
        raise Unpublishable(f"there is no {begin(name)} and {END}")
    table = "\n".join(totals(results)[2:])
    return f"{before}{beginning}\n\n{table}\n{end}{after}"
