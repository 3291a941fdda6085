"""The command line: finds the command, and turns what goes wrong into an exit code."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import shtab

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
    options = _parser("python -m harness").parse_args(arguments)
    logging.basicConfig(level=logging.INFO if options.verbose else logging.ERROR)
    try:
        return options.command(options)
    except (UsageError, SutFileError, KnownError, ResultsError, OperatorSettingsError) as error:
        print(error, file=sys.stderr)
        return ExitCode.USAGE
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return ExitCode.INTERRUPTED
    except BrokenPipeError:
        # Whoever read the output has seen enough; Python must not try to write the rest.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.RED
    except (BringUpError, UntrustworthyError, NotDone, OSError) as error:
        print(error, file=sys.stderr)
        return ExitCode.RED


class _Completion(argparse.Action):
    """Prints what a shell needs to complete the installed program."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,  # noqa: ARG002  # argparse passes it
        values: object,
        option_string: str | None = None,  # noqa: ARG002  # argparse passes it
    ) -> None:
        """See ``argparse.Action``."""
        print(shtab.complete(_parser("ocpp-conformance"), str(values)))
        parser.exit()


def _parser(program: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=program, description=f"Open conformance test harness for {DEFAULT.name}"
    )
    parser.add_argument("-v", "--verbose", action="store_true", help="log what goes on inside")
    parser.add_argument(
        "--completion",
        action=_Completion,
        choices=shtab.SUPPORTED_SHELLS,
        help="print what this shell needs to complete the command ocpp-conformance",
    )
    parsers = parser.add_subparsers(required=True, metavar="COMMAND")
    for command in COMMANDS:
        each = parsers.add_parser(command.name, help=command.help)
        each.set_defaults(command=command.run)
        command.add_arguments(each)
        _complete_paths(each)
    return parser


def _complete_paths(parser: argparse.ArgumentParser) -> None:
    for action in parser._actions:
        if action.type is Path:
            action.complete = shtab.FILE  # type: ignore[attr-defined]  # read by shtab
