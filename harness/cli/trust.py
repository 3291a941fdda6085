"""``python -m harness trust``: all proofs of the implemented cases, and the report of them."""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter
from pathlib import Path

from harness.cli.command import Command
from harness.cli.selection import NONE_TOUCHED, add_selection, selected
from harness.evidence.proof import FILE, write
from harness.proof.mutation.campaign import addresses
from harness.proof.mutation.equivalents import EquivalentsError
from harness.proof.pages.load import PageError
from harness.proof.parallel import WorkerDied
from harness.proof.trust.collect import collect
from harness.proof.trust.locks import LockError
from harness.proof.trust.report import markdown
from harness.spec.files import beside

_USAGE = 2
#: Where the report of all cases is, and that of some, which must not take its place.
_WHOLE, _PART = Path("reports"), Path("reports/trust")


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    add_selection(parser)
    parser.add_argument("--seed", type=int, default=1, help="of the choice of wrong values")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, metavar="N")
    parser.add_argument(
        "--table",
        action="store_true",
        help="prove nothing: print what was found when this version was made",
    )
    parser.add_argument(
        "--out", type=Path, metavar="DIR", help=f"default: {_WHOLE}, or {_PART} for some cases"
    )


def _trust(options: argparse.Namespace) -> int:
    """Run all proofs, or show the table of earlier ones; 0 if every target is met, else 1.

    Writes trust.md and trust.json.
    """
    if options.table:
        print(beside("reports/trust.md").read_text("utf-8"), end="")
        return 0
    progress = _Progress()
    try:
        wanted = selected(options)
        if not wanted:
            print(NONE_TOUCHED)
            return 0
        proof = collect(wanted, seed=options.seed, jobs=options.jobs, tell=progress.tell)
    except (LookupError, EquivalentsError, LockError, PageError) as error:
        print(error, file=sys.stderr)
        return _USAGE
    except WorkerDied as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    print("", file=sys.stderr)
    whole = len(wanted) == len(addresses())
    out: Path = options.out or (_WHOLE if whole else _PART)
    out.mkdir(parents=True, exist_ok=True)
    (out / "trust.md").write_text(markdown(proof), "utf-8")
    write(proof, out / FILE)
    for case in proof.cases:
        for text in case.wrong:
            print(f"{case.case_id}: {text}")
    for text in proof.wrong:
        print(text)
    proven = sum(case.proven for case in proof.cases)
    said = "all implemented cases" if whole else "these cases"
    print(f"{proven} of {len(proof.cases)} proven ({said}); {out / 'trust.md'}")
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


COMMAND = Command("trust", "all proofs that verdicts can be trusted", _add_arguments, _trust)
