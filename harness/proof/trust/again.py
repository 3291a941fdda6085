"""``python -m harness.proof.trust.again``: one cell once more, here or at another commit.

The exit code is 0 where the cell is as it must be, 1 where it is not.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Sequence
from functools import cache
from io import BytesIO
from pathlib import Path

from harness import clock
from harness.proof.mutation.campaign import ROOT
from harness.proof.parallel import START
from harness.proof.trust.faults import Trial, attempt
from harness.proof.trust.matrix import Row, cells
from harness.spec.roles import Role

_MODULE = "harness.proof.trust.again"
_WRONG = 1


def fault_cell(trial: Trial) -> tuple[str, ...]:
    """The arguments that stand for a trial."""
    return (trial.role.value, trial.case_id, "--fault", trial.fault, "--step", trial.step)


def variant_cell(role: Role, variant: str, case_id: str) -> tuple[str, ...]:
    """The arguments that stand for a case under a variant."""
    return (role.value, case_id, "--variant", variant)


def is_wrong_at(commit: str, arguments: Sequence[str], root: Path = ROOT) -> bool:
    """Whether a cell is wrong at that commit, too; False where that cannot be found out."""
    tree = _exported(root, commit)
    if tree is None:
        return False
    command = [sys.executable, "-m", _MODULE, *arguments]
    environment = {**os.environ, "PYTHONPATH": tree.name}
    done = subprocess.run(command, cwd=tree.name, env=environment, capture_output=True, check=False)
    return done.returncode == _WRONG


@cache
def _exported(root: Path, commit: str) -> tempfile.TemporaryDirectory[str] | None:
    """The files of a commit; they are removed when the process ends."""
    command = ["git", "-C", str(root), "archive", "--format=tar", commit]
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode:
        return None
    folder = tempfile.TemporaryDirectory()
    with tarfile.open(fileobj=BytesIO(done.stdout)) as archive:
        archive.extractall(folder.name, filter="data")
    return folder


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the cell that the arguments stand for."""
    parser = argparse.ArgumentParser(prog=f"python -m {_MODULE}", description=__doc__)
    parser.add_argument("role", type=Role)
    parser.add_argument("case_id")
    parser.add_argument("--fault", default="")
    parser.add_argument("--step", default="")
    parser.add_argument("--variant", default="")
    options = parser.parse_args(arguments)
    if options.fault:
        trial = Trial(options.role, options.fault, options.case_id, options.step)
        tried = clock.run(attempt(trial), simulated=True, start=START)
        print(tried.wrong)
        return _WRONG if tried.wrong else 0
    row = Row(options.role, options.variant, (options.case_id,))
    found = clock.run(cells(row), simulated=True, start=START)
    print(*(cell.wrong for cell in found), sep="\n")
    return _WRONG if any(cell.wrong for cell in found) else 0


if __name__ == "__main__":
    sys.exit(main())
