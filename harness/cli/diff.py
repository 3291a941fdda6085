"""``python -m harness diff``: two results folders, and what became better or worse."""

from __future__ import annotations

import argparse
from pathlib import Path

from harness.cli.command import Command, UsageError
from harness.cli.reports import report_of, write
from harness.cli.terminal import say
from harness.report.comparison import Comparison, compare_runs, document, outcome
from harness.report.document import as_html, as_markdown
from harness.run.gate import ExitCode
from harness.run.recover import recover


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("before", type=Path, metavar="A", help="results folder of the earlier run")
    parser.add_argument("after", type=Path, metavar="B", help="results folder of the later run")
    parser.add_argument("--html", type=Path, metavar="FILE")
    parser.add_argument("--markdown", type=Path, metavar="FILE")
    parser.add_argument(
        "--common",
        action="store_true",
        help="compare only the cases that both have; without it, one that is gone is worse",
    )


def _diff(options: argparse.Namespace) -> int:
    before, after = recover(options.before), recover(options.after)
    comparison = compare_runs(before, after, common=options.common)
    shared = {case.id for case in before.cases} & {case.id for case in after.cases}
    if not shared:
        raise UsageError(f"{options.before} and {options.after} have no case in common")
    for line in outcome(comparison):
        say(line)
    _write(options, comparison)
    return ExitCode.GREEN if comparison.nothing_got_worse else ExitCode.RED


def _write(options: argparse.Namespace, comparison: Comparison) -> None:
    for path, form in ((options.markdown, as_markdown), (options.html, as_html)):
        if path is not None:
            reports = report_of(options.before, path), report_of(options.after, path)
            write(path, form(document(comparison, reports)))


COMMAND = Command(
    "diff",
    "compare two results folders; the exit code says whether any case got worse",
    _add_arguments,
    _diff,
)
