"""The command line: finds the command, and turns what goes wrong into an exit code."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Sequence

from harness.cli.command import UsageError
from harness.cli.commands import COMMANDS
from harness.cli.standalone import NotDone
from harness.evidence.results import ResultsError
from harness.operators import OperatorSettingsError, UntrustworthyError
from harness.run.gate import ExitCode
from harness.run.known import KnownError
from harness.spec.editions import DEFAULT
from harness.sut.file import SutFileError
from harness.testbed.bringup import BringUpError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code."""
    options = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.INFO if options.verbose else logging.ERROR)
    try:
        return options.command(options)
    except (UsageError, SutFileError, KnownError, ResultsError, OperatorSettingsError) as error:
        print(error, file=sys.stderr)
        return ExitCode.USAGE
    except BrokenPipeError:
        # Whoever read the output has seen enough; Python must not try to write the rest.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.RED
    except (BringUpError, UntrustworthyError, NotDone, OSError) as error:
        print(error, file=sys.stderr)
        return ExitCode.RED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m harness", description=f"Open conformance test harness for {DEFAULT.name}"
    )
    parser.add_argument("-v", "--verbose", action="store_true", help="log what goes on inside")
    parsers = parser.add_subparsers(required=True, metavar="COMMAND")
    for command in COMMANDS:
        each = parsers.add_parser(command.name, help=command.help)
        each.set_defaults(command=command.run)
        command.add_arguments(each)
    return parser
