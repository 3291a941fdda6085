"""``python -m harness plan``: what a run will ask for, before it is begun."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from harness.cli.command import Command, UsageError
from harness.cli.profiles import add_profile, cases_of
from harness.cli.terminal import say
from harness.plan.planned import plan
from harness.plan.told import data, lines
from harness.proof.embedded_run import case_functions
from harness.sut.file import load


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--sut", type=Path, required=True, metavar="FILE")
    parser.add_argument(
        "--case", action="append", default=[], metavar="ID", help="only this case; repeatable"
    )
    parser.add_argument(
        "--hands",
        choices=["all", "none"],
        default="all",
        help="none: only the cases that need no operator",
    )
    add_profile(parser)
    parser.add_argument("--json", action="store_true", help="as data, a case each")


def _plan(options: argparse.Namespace) -> int:
    sut = load(options.sut)
    if unknown := set(options.case) - set(case_functions(sut.role)):
        raise UsageError(f"--case: no such case of a {sut.role}: {', '.join(sorted(unknown))}")
    wanted = cases_of(options)
    chosen = [each for each in options.case or case_functions(sut.role) if each in wanted]
    cases = plan(sut, chosen) if chosen else []
    if options.hands == "none":
        cases = [each for each in cases if each.runs and each.alone]
    if options.json:
        print(json.dumps(data(cases), indent=1))
        return 0
    for line in lines(cases):
        say(line)
    return 0


COMMAND = Command(
    "plan", "what the cases ask of the operator, and how long they take", _add_arguments, _plan
)
