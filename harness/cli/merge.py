"""``python -m harness merge``: one run of the results of several machines or jobs."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from harness.cli.command import Command, UsageError
from harness.cli.terminal import say
from harness.report.terminal import print_summary
from harness.run.gate import ExitCode
from harness.run.merge import MergeError, merge


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folders", nargs="+", type=Path, metavar="DIR", help="results folder")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="a new folder")


def _merge(options: argparse.Namespace) -> int:
    try:
        results = merge(options.folders, options.out)
    except MergeError as error:
        raise UsageError(str(error)) from error
    print_summary(results, sys.stdout)
    say(f"reports: {options.out / 'results.html'}")
    return ExitCode.GREEN if results.run.finished else ExitCode.RED


COMMAND = Command("merge", "make one run of the shards of one", _add_arguments, _merge)
