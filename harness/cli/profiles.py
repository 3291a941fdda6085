"""Cases by certification profile: an argument that several commands take."""

from __future__ import annotations

import argparse

from harness.cli.command import UsageError
from harness.spec import catalogue


def add_profile(parser: argparse.ArgumentParser) -> None:
    """The argument that chooses certification profiles."""
    parser.add_argument(
        "--profile",
        action="append",
        default=[],
        metavar="NAME",
        help="only cases of this certification profile of Part 5; repeatable",
    )


def cases_of(options: argparse.Namespace) -> frozenset[str]:
    """The ids of the cases of the profiles that ``add_profile``'s argument chooses; by default all.

    Raises:
        UsageError: there is no such profile; the message lists those there are.
    """
    if not options.profile:
        return frozenset(catalogue.load())
    try:
        return catalogue.of_profiles(options.profile)
    except KeyError as error:
        raise UsageError(f"--profile: {error.args[0]}") from error
