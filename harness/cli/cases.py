"""``python -m harness cases``: the test cases of Part 6."""

from __future__ import annotations

import argparse

from harness.cli.command import Command
from harness.cli.profiles import add_profile, cases_of
from harness.cli.terminal import say
from harness.run.implemented import implemented
from harness.spec import catalogue
from harness.spec.roles import Role


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--block", default="", metavar="LETTER")
    parser.add_argument("--role", choices=[role.value for role in Role], default="")
    add_profile(parser)
    parser.add_argument("--implemented", action="store_true", help="only those")


def _cases(options: argparse.Namespace) -> int:
    done = implemented()
    wanted = cases_of(options)
    rows = [
        row
        for row in catalogue.load().values()
        if row.id in wanted
        and (not options.block or row.block[0] == options.block.upper())
        and (not options.role or row.role == options.role)
    ]
    for row in rows:
        if row.id in done or not options.implemented:
            mark = "implemented" if row.id in done else "-"
            say(f"{row.id:<14} {mark:<11}  {row.title}")
    count = sum(row.id in done for row in rows)
    say(f"{count} of {len(rows)} cases implemented")
    return 0


COMMAND = Command("cases", "list the test cases of Part 6", _add_arguments, _cases)
