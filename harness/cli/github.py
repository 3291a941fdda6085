"""``python -m harness github``: what a job of GitHub shows of a results folder."""

from __future__ import annotations

import argparse
import os
from datetime import UTC, datetime
from pathlib import Path

from harness.cli.command import Command
from harness.report.github import summary, workflow_commands
from harness.run.gate import gate
from harness.run.known import load_known
from harness.run.recover import recover


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("directory", type=Path, metavar="DIR")
    parser.add_argument("--known", type=Path, metavar="FILE", help="known failures (known.yaml)")
    parser.add_argument("--link", default="", metavar="URL", help="of the reports, for the summary")
    parser.add_argument(
        "--summary",
        type=Path,
        default=os.environ.get("GITHUB_STEP_SUMMARY", os.devnull),
        metavar="FILE",
        help="what the summary is added to (default: GITHUB_STEP_SUMMARY)",
    )


def _github(options: argparse.Namespace) -> int:
    """Print annotations and add the summary; 0, as the gate decides elsewhere."""
    known = load_known(options.known) if options.known else ()
    results = recover(options.directory)
    outcome = gate(results, known, datetime.now(UTC).date())
    for line in workflow_commands(results, outcome.red):
        print(line)
    with Path(options.summary).open("a", encoding="utf-8") as file:
        file.write(summary(results, outcome.lines, link=options.link))
    return 0


COMMAND = Command(
    "github", "annotations and job summary of a results folder", _add_arguments, _github
)
