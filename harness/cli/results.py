"""``python -m harness results``: the tables that go with the harness, of a run of all cases."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from harness.cli.command import Command
from harness.cli.terminal import say
from harness.report.published import Unpublishable, published, with_totals
from harness.run.recover import recover

_USAGE = 2
_TABLES, _TOTALS = Path("reports/results.md"), Path("README.md")


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("directory", type=Path, metavar="DIR", help="a run of the embedded systems")


def _results(options: argparse.Namespace) -> int:
    results = recover(options.directory)
    try:
        tables = published(results)
        document = with_totals(_TOTALS.read_text("utf-8"), results)
    except Unpublishable as error:
        print(error, file=sys.stderr)
        return _USAGE
    _TABLES.write_text(tables, "utf-8")
    _TOTALS.write_text(document, "utf-8")
    say(f"{_TABLES}, and the totals in {_TOTALS}")
    return 0


COMMAND = Command(
    "results", "write down the results of the embedded systems", _add_arguments, _results
)
