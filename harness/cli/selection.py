"""Which cases a proof is about: arguments that several commands take."""

from __future__ import annotations

import argparse

from harness.cli.profiles import add_profile, cases_of
from harness.proof.mutation.campaign import Address, addresses, changed_since, touched
from harness.spec.roles import Role

#: What is said where ``--changed`` leaves nothing to do.
NONE_TOUCHED = "no case is touched"


def add_selection(parser: argparse.ArgumentParser) -> None:
    """The arguments that choose cases."""
    parser.add_argument(
        "--case", action="append", default=[], metavar="ID", help="exact, or a pattern: TC_B_*_CS"
    )
    add_profile(parser)
    parser.add_argument("--role", choices=[role.value for role in Role], default="")
    parser.add_argument(
        "--changed", default="", metavar="REV", help="only cases touched since this revision"
    )


def selected(options: argparse.Namespace) -> list[Address]:
    """The cases that ``add_selection``'s arguments choose.

    Raises:
        LookupError: there is no such case, or git does not know the revision.
    """
    roles = [Role(options.role)] if options.role else list(Role)
    wanted = cases_of(options)
    known = [each for each in addresses(roles, options.case) if each[1] in wanted]
    return touched(known, changed_since(options.changed)) if options.changed else known
