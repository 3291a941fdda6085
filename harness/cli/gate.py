"""``python -m harness gate``: judges a results folder."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path

from harness.cli.command import Command
from harness.cli.terminal import say
from harness.run.gate import gate
from harness.run.known import load_known
from harness.run.recover import recover


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("directory", type=Path, metavar="DIR")
    parser.add_argument(
        "--questions", action="store_true", help="want the run's own questions answered well too"
    )
    parser.add_argument("--known", type=Path, metavar="FILE", help="known failures (known.yaml)")


def _gate(options: argparse.Namespace) -> int:
    known = load_known(options.known) if options.known else ()
    today = datetime.now(UTC).date()
    outcome = gate(recover(options.directory), known, today, questions=options.questions)
    for line in outcome.lines:
        say(line)
    return outcome.exit_code


COMMAND = Command("gate", "judge a results folder; the exit code says it", _add_arguments, _gate)
