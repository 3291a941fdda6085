"""``python -m harness trust``: all proofs of the implemented cases, and the report of them."""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter
from pathlib import Path

from harness.mutation.campaign import RecordingFailed, addresses
from harness.mutation.cli import add_selection, selected
from harness.spread import WorkerDied
from harness.trust.collect import collect
from harness.trust.proof import KEPT, write
from harness.trust.report import markdown

_USAGE = 2


def add_parser(parser: argparse.ArgumentParser) -> None:
    """The arguments of the command."""
    parser.set_defaults(command=trust)
    add_selection(parser)
    parser.add_argument("--seed", type=int, default=1, help="of the choice of wrong values")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, metavar="N")
    parser.add_argument(
        "--keep", action="store_true", help="also keep it in the package, for the HTML report"
    )
    parser.add_argument("--out", type=Path, default=Path("reports"), metavar="DIR")


def trust(options: argparse.Namespace) -> int:
    """Run all proofs; 0 if every target is met, else 1. Writes trust.md and trust.json."""
    progress = _Progress()
    try:
        wanted = selected(options)
        proof = collect(wanted, seed=options.seed, jobs=options.jobs, tell=progress.tell)
    except LookupError as error:
        print(error, file=sys.stderr)
        return _USAGE
    except (RecordingFailed, WorkerDied, RuntimeError) as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    print("", file=sys.stderr)
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "trust.md").write_text(markdown(proof), "utf-8")
    write(proof, options.out / "trust.json")
    whole = len(wanted) == len(addresses())
    if options.keep:
        write(proof, KEPT)
    for case in proof.cases:
        for text in case.wrong:
            print(f"{case.case_id}: {text}")
    proven = sum(case.proven for case in proof.cases)
    said = "all implemented cases" if whole else "these cases"
    print(f"{proven} of {len(proof.cases)} proven ({said}); {options.out / 'trust.md'}")
    return 0 if proof.proven else 1


class _Progress:
    """One line that says how many proofs of each kind were done."""

    def __init__(self) -> None:
        self._done: Counter[str] = Counter()

    def tell(self, kind: str) -> None:
        self._done[kind] += 1
        if self._done.total() % 20 == 0:
            counts = ", ".join(f"{count} {kind}" for kind, count in self._done.items())
            print(f"\r{counts}", end="", file=sys.stderr, flush=True)
