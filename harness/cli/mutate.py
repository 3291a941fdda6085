"""``python -m harness mutate``: breaks what the embedded systems send, one thing at a time."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from harness.cli.command import Command
from harness.cli.selection import NONE_TOUCHED, add_selection, selected
from harness.proof.mutation import report
from harness.proof.mutation.campaign import campaign
from harness.proof.mutation.equivalents import EquivalentsError, load
from harness.proof.mutation.plan import How, MutantOutcome, Result
from harness.proof.parallel import WorkerDied

_USAGE = 2


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    add_selection(parser)
    parser.add_argument("--how", choices=[how.value for how in How], action="append", default=[])
    parser.add_argument("--seed", type=int, default=1, help="of the choice of wrong values")
    parser.add_argument("--sample", type=int, default=0, metavar="N", help="only N mutants")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, metavar="N")
    parser.add_argument("--results", type=Path, default=Path("reports/mutation"), metavar="DIR")


def _mutate(options: argparse.Namespace) -> int:
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


_MARKS = {
    MutantOutcome.KILLED: ".",
    MutantOutcome.CONTROL: "c",
    MutantOutcome.SURVIVED: "s",
    MutantOutcome.MISPLACED: "m",
    MutantOutcome.ERROR: "E",
}


def _tell(result: Result) -> None:
    print(_MARKS.get(result.fate, "?"), end="", file=sys.stderr, flush=True)


COMMAND = Command(
    "mutate", "show that every validation can fail (wire mutation)", _add_arguments, _mutate
)
