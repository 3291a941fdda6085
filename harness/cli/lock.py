"""``python -m harness lock``: runs faults against cases and rewrites their lock files."""

from __future__ import annotations

import argparse
import os
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence

from harness.cli.command import Command
from harness.cli.selection import NONE_TOUCHED, add_selection, selected
from harness.proof.parallel import WorkerDied
from harness.proof.trust.faults import Trial, Tried
from harness.proof.trust.locks import Lock, LockError, load, write
from harness.proof.trust.relock import Change, Kind, changes, renewed, run, wanted_trials
from harness.testbed.kits import KITS

_USAGE = 2
_HELP = """\
Without --fault, those run whose purpose is the case or that its lock names; a new case wants
--fault '*'. A red that would be lost is named, and nothing is written until each has a reason."""


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = _HELP
    add_selection(parser)
    parser.add_argument(
        "--fault", action="append", default=[], metavar="NAME", help="exact, or a pattern"
    )
    parser.add_argument(
        "--accept",
        action="append",
        default=[],
        metavar="FAULT=REASON",
        help="why cases need not turn red by this fault any more",
    )
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, metavar="N")


def _lock(options: argparse.Namespace) -> int:
    """Rewrite the locks of the chosen cases: 0; 1 if one may not be written, 2 for usage."""
    try:
        reasons = _reasons(options.accept)
        wanted = selected(options)
        if not wanted:
            print(NONE_TOUCHED)
            return 0
        locks = {case_id: load(case_id) for _role, case_id in wanted}
        trials = wanted_trials(wanted, locks, options.fault)
        tried = list(run(trials, options.jobs))
    except (LookupError, ValueError, LockError) as error:
        print(error, file=sys.stderr)
        return _USAGE
    except WorkerDied as error:
        print(error, file=sys.stderr)
        return 1
    return _rewrite(locks, tried, reasons)


def _reasons(accepted: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for text in accepted:
        fault, _, reason = text.partition("=")
        if not (fault.strip() and reason.strip()):
            raise ValueError(f"--accept {text!r}: wanted FAULT=REASON")
        found[fault.strip()] = reason.strip()
    return found


def _rewrite(locks: Mapping[str, Lock], tried: Sequence[Tried], reasons: Mapping[str, str]) -> int:
    own = [each for each in tried if _is_purpose(each.trial)]
    steps: dict[str, dict[str, str]] = defaultdict(dict)
    for each in tried:
        if each not in own:
            steps[each.trial.case_id][each.trial.fault] = each.step
    changed = {case_id: changes(case_id, locks[case_id], found) for case_id, found in steps.items()}
    for change in (each for found in changed.values() for each in found):
        print(change)
    if not _may_write(own, changed, tried, reasons):
        print("nothing is written", file=sys.stderr)
        return 1
    for case_id, found in changed.items():
        if found:
            write(case_id, renewed(locks[case_id], found, reasons))
    print(f"{len(tried)} runs; {sum(map(bool, changed.values()))} locks written")
    return 0


def _may_write(
    own: Sequence[Tried],
    changed: Mapping[str, Sequence[Change]],
    tried: Sequence[Tried],
    reasons: Mapping[str, str],
) -> bool:
    said = {(e.trial.case_id, e.trial.fault): e.wrong for e in tried}
    missed = [f"{e.trial.fault} does not show in its case: {e.wrong}" for e in own if e.wrong]
    unexplained = [
        f"{change}: {said[change.case_id, change.fault]}\n"
        f"  to accept that: --accept '{change.fault}=REASON'"
        for found in changed.values()
        for change in found
        if change.kind is Kind.LOST and change.fault not in reasons
    ]
    for text in (*missed, *unexplained):
        print(text, file=sys.stderr)
    return not (missed or unexplained)


def _is_purpose(trial: Trial) -> bool:
    fault = KITS[trial.role].faults.get(trial.fault)
    return fault is not None and fault.shows[0] == trial.case_id


COMMAND = Command("lock", "run faults and rewrite which cases they turn red", _add_arguments, _lock)
