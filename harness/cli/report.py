"""``python -m harness report``: all reports of a results folder anew."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from harness.cli.command import Command
from harness.cli.terminal import say
from harness.evidence.results import write_results
from harness.report.terminal import print_summary
from harness.report.write import write_all
from harness.run.recover import recover


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("directory", type=Path, metavar="DIR")


def _report(options: argparse.Namespace) -> int:
    results = recover(options.directory)
    write_results(options.directory, results)
    write_all(options.directory)
    print_summary(results, sys.stdout)
    say(f"reports: {options.directory / 'results.html'}")
    return 0


COMMAND = Command("report", "make all reports of a results folder anew", _add_arguments, _report)
