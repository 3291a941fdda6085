"""``python -m harness mutate``: breaks what the embedded systems send, one thing at a time."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from harness.proof.mutation import report
from harness.proof.mutation.campaign import (
    Address,
    addresses,
    campaign,
    changed_since,
    touched,
)
from harness.proof.mutation.equivalents import EquivalentsError, load
from harness.proof.mutation.plan import How, MutantOutcome, Result
from harness.proof.parallel import WorkerDied
from harness.spec.roles import Role

_USAGE = 2
#: What is said where ``--changed`` leaves nothing to do.
NONE_TOUCHED = "no case is touched"


def add_parser(parser: argparse.ArgumentParser) -> None:
    """The arguments of the command."""
    parser.set_defaults(command=mutate)
    add_selection(parser)
    parser.add_argument("--how", choices=[how.value for how in How], action="append", default=[])
    parser.add_argument("--seed", type=int, default=1, help="of the choice of wrong values")
    parser.add_argument("--sample", type=int, default=0, metavar="N", help="only N mutants")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, metavar="N")
    parser.add_argument("--results", type=Path, default=Path("reports/mutation"), metavar="DIR")


def add_selection(parser: argparse.ArgumentParser) -> None:
    """The arguments that choose cases."""
    parser.add_argument(
        "--case", action="append", default=[], metavar="ID", help="exact, or a pattern: TC_B_*_CS"
    )
    parser.add_argument("--role", choices=[role.value for role in Role], default="")
    parser.add_argument(
        "--changed", default="", metavar="REV", help="only cases touched since this revision"
    )


def mutate(options: argparse.Namespace) -> int:
    """Run a campaign; 0 if every mutant was found or is known to be allowed, else 1."""
    try:
        wanted = selected(options)
        if not wanted:
            print(NONE_TOUCHED)
            return 0
        done = campaign(
            wanted,
            seed=options.seed,
            jobs=options.jobs,
            known=load(),
            sample=options.sample,
            how=[How(how) for how in options.how],
            tell=_tell,
        )
    except (LookupError, EquivalentsError) as error:
        print(error, file=sys.stderr)
        return _USAGE
    except WorkerDied as error:
        print(error, file=sys.stderr)
        return 1
    print("", file=sys.stderr)
    report.show(done, sys.stdout)
    print(report.write(done, options.results))
    return 0 if done.green else 1


def selected(options: argparse.Namespace) -> list[Address]:
    """The cases that ``add_selection``'s arguments choose.

    Raises:
        LookupError: there is no such case, or git does not know the revision.
    """
    roles = [Role(options.role)] if options.role else list(Role)
    known = addresses(roles, options.case)
    return touched(known, changed_since(options.changed)) if options.changed else known


_MARKS = {
    MutantOutcome.KILLED: ".",
    MutantOutcome.CONTROL: "c",
    MutantOutcome.SURVIVED: "s",
    MutantOutcome.MISPLACED: "m",
    MutantOutcome.ERROR: "E",
}


def _tell(result: Result) -> None:
    print(_MARKS.get(result.fate, "?"), end="", file=sys.stderr, flush=True)
