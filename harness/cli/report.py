"""``python -m harness report``: all reports of a results folder anew."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from harness.cli.command import Command, UsageError
from harness.cli.terminal import say
from harness.evidence.results import Results, write_results
from harness.report.share import share
from harness.report.terminal import print_summary
from harness.report.write import write_all
from harness.run.recover import recover


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("directory", type=Path, metavar="DIR")
    parser.add_argument(
        "--share",
        type=Path,
        metavar="DIR",
        help="write a copy to this new folder, with names in place of tokens and customer data",
    )
    parser.add_argument(
        "--customer-data",
        action="store_true",
        help="with --share: leave tokens and customer data as they are",
    )
    parser.add_argument(
        "--brief",
        action="store_true",
        help="with --share: without transcripts, and without the validations that held",
    )


def _report(options: argparse.Namespace) -> int:
    results = recover(options.directory)
    if options.share:
        return _share(options, results)
    if options.customer_data or options.brief:
        raise UsageError("--customer-data and --brief say how to --share")
    write_results(options.directory, results)
    write_all(options.directory)
    print_summary(results, sys.stdout)
    say(f"reports: {options.directory / 'results.html'}")
    return 0


def _share(options: argparse.Namespace, results: Results) -> int:
    out: Path = options.share
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise UsageError(f"{out} is not empty: name a new folder")
    share(
        results,
        options.directory,
        out,
        customer_data=options.customer_data,
        brief=options.brief,
    )
    say(f"reports: {out / 'results.html'}")
    return 0


COMMAND = Command("report", "make all reports of a results folder anew", _add_arguments, _report)
