"""``python -m harness results``: the tables that go with the harness, of a run of all cases."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from harness.cli.command import Command
from harness.cli.terminal import say
from harness.report.published import EMBEDDED, Unpublishable, published, with_totals
from harness.run.recover import recover

_USAGE = 2
_TABLES, _TOTALS = Path("reports/results.md"), Path("README.md")


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("directory", type=Path, metavar="DIR", help="a run of all cases")
    parser.add_argument(
        "--name",
        default=EMBEDDED,
        help=f"of another system: only its totals, where {_TOTALS} has a place of that name",
    )


def _results(options: argparse.Namespace) -> int:
    results = recover(options.directory)
    try:
        tables = published(results)
        document = with_totals(_TOTALS.read_text("utf-8"), results, options.name)
    except Unpublishable as error:
        print(error, file=sys.stderr)
        return _USAGE
    if options.name == EMBEDDED:
        _TABLES.write_text(tables, "utf-8")
        say(f"{_TABLES}")
    _TOTALS.write_text(document, "utf-8")
    say(f"the totals in {_TOTALS}")
    return 0


COMMAND = Command(
    "results", "write down the results of the embedded systems", _add_arguments, _results
)
