"""``python -m harness gate``: judges a results folder."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path

from harness.cli.command import Command
from harness.cli.terminal import say
from harness.run.gate import gate, load_known
from harness.run.recover import recover


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("directory", type=Path, metavar="DIR")
    parser.add_argument("--known", type=Path, metavar="FILE", help="known failures (known.yaml)")


def _gate(options: argparse.Namespace) -> int:
    known = load_known(options.known) if options.known else ()
    outcome = gate(recover(options.directory), known, datetime.now(UTC).date())
    for line in outcome.lines:
        say(line)
    return outcome.exit_code


COMMAND = Command("gate", "judge a results folder; the exit code says it", _add_arguments, _gate)
