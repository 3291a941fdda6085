"""The summary at the end of a run: counts per block, causes, and the reason of each red case."""

from __future__ import annotations

import shutil
from io import StringIO
from typing import TextIO

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from harness.evidence.causes import Cause
from harness.evidence.results import CaseResult, QuestionResult, Results
from harness.evidence.verdict import Severity, Verdict
from harness.report.tally import (
    along_axes,
    axes,
    counted,
    facts,
    flaws,
    groups,
    not_ok,
    repeated,
    tally,
)
from harness.report.text import printable, shortened

STYLES = {
    Verdict.PASS: "green",
    Verdict.FAIL: "bold red",
    Verdict.INCONCLUSIVE: "bold yellow",
    Verdict.NOT_APPLICABLE: "dim",
    Verdict.ERROR: "bold magenta",
}
#: Width where there is no terminal to ask, in columns.
_WIDE = 160


def print_summary(results: Results, file: TextIO) -> None:
    """Write the summary to ``file``: in colour to a terminal, as plain text to anything else."""
    terminal = file.isatty()
    width = shutil.get_terminal_size().columns if terminal else _WIDE
    buffer = StringIO()
    console = Console(file=buffer, force_terminal=terminal, width=width, highlight=False)
    for cause in results.causes:
        console.print(_cause(cause), soft_wrap=True)
    console.print(_counts(results, box.SIMPLE_HEAD if terminal else box.ASCII2))
    if both := along_axes(results.cases):
        console.print(both, soft_wrap=True)
    console.print(f"clock: {dict(facts(results))['Clock of the cases']}", soft_wrap=True)
    for flaw in flaws(results):
        console.print(Text(printable(flaw), style="bold red"), soft_wrap=True)
    for case in (*results.cases, *results.tests):
        if not case.green:
            console.print(_reason(case), soft_wrap=True)
    for left_out in results.not_run:
        reason = shortened(printable(left_out.reason), 600)
        console.print(
            Text.assemble(("NOT RUN", "yellow"), " ", (left_out.id, "bold"), f" {reason}"),
            soft_wrap=True,
        )
    if cases := repeated(results):
        same = sum(not case.unstable for case in cases)
        told = (
            f"{len(cases)} cases ran more than once: the verdict of {same} was the same each time"
        )
        console.print(Text(told), soft_wrap=True)
    warnings = sum(len(not_ok(case, Severity.WARNING)) for case in results.cases)
    if warnings:
        console.print(Text(f"{warnings} warning(s), see the report", style="yellow"))
    for question in results.questions:
        if not question.verdict.green or question.warnings:
            console.print(_question(question), soft_wrap=True)
    encoding = getattr(file, "encoding", None) or "utf-8"
    file.write(buffer.getvalue().encode(encoding, "replace").decode(encoding))
    file.flush()


def _counts(results: Results, border: box.Box) -> Table:
    known = dict(facts(results))
    title = f"{known['System under test']} ({known['Version']}), {known['Specification']}"
    table = Table(title=Text(printable(title)), box=border, show_footer=True)
    table.add_column("Block", footer="Total", no_wrap=True)
    overall = tally(results.cases)
    for verdict in Verdict:
        table.add_column(verdict, footer=str(overall[verdict]), justify="right", no_wrap=True)
    for group in groups(results):
        counts = tally(group.cases)
        cells = [
            Text(str(counts[verdict]), style=STYLES[verdict] if counts[verdict] else "dim")
            for verdict in Verdict
        ]
        table.add_row(Text(printable(group.heading)), *cells)
    return table


def _cause(cause: Cause) -> Text:
    told = shortened(printable(f"{counted(cause)}; {cause.told}"), 600)
    return Text.assemble(("CAUSE", "bold red"), " ", (printable(cause.id), "bold"), f": {told}")


def _question(question: QuestionResult) -> Text:
    """Beside the cases: it decides none."""
    told = question.reason or question.warnings[0].sentence()
    reason = shortened(printable(told), 600)
    name = f"question {question.id} ({question.sut})"
    verdict = question.verdict if question.reason else "warning"
    return Text.assemble((verdict, "yellow"), " ", (name, "bold"), f" {reason}")


def _reason(case: CaseResult) -> Text:
    told = f"{case.reason} ({axes(case)})" if case.page else case.reason
    reason = shortened(printable(told), 600)
    return Text.assemble((case.verdict, STYLES[case.verdict]), " ", (case.id, "bold"), f" {reason}")
