"""Runs of a few cases of one's own against the embedded systems, each in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from harness.tests.plugin_runs import ROOT

#: A case is right if the file of its id says so, or is not there.
MODULE = """\
from pathlib import Path

from harness.case import case
from harness.evidence.matchers import compare

{cases}
"""
CASE = """
@case("{id}")
async def test_{name}(fake_csms):
    said = Path(__file__).with_name("{id}.txt")
    answer = said.read_text().split() if said.exists() else ["right"]
    if len(answer) > 1:
        said.write_text(" ".join(answer[1:]))
    fake_csms.record.judge(1, "ResetRequest", compare("right", answer[0]))
"""


def write_cases(folder: Path, *ids: str) -> None:
    """A module of these cases."""
    cases = [CASE.format(id=each, name=each.lower()) for each in ids]
    (folder / "test_small.py").write_text(MODULE.format(cases="\n".join(cases)), "utf-8")


def answers(folder: Path, case_id: str, *texts: str) -> None:
    """What the system answers in a case from now on, the last for ever."""
    (folder / f"{case_id}.txt").write_text(" ".join(texts), "utf-8")


def run(folder: Path, *arguments: str, cache: bool = False) -> subprocess.CompletedProcess[str]:
    """Run pytest there; results go to ``folder/results``, unless the arguments say otherwise."""
    plugins = ["allure_pytest", "hypothesispytest", "pytester"]
    plugins += [] if cache else ["cacheprovider"]
    return subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", f"--rootdir={folder}"),
            *(part for plugin in plugins for part in ("-p", f"no:{plugin}")),
            *("test_small.py", "--results", "results", *arguments),
        ],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def results(folder: Path, name: str = "results") -> dict[str, Any]:
    """What results.json says."""
    return json.loads((folder / name / "results.json").read_text("utf-8"))


def verdicts(folder: Path, name: str = "results") -> dict[str, str]:
    """The verdicts by case."""
    return {case["id"]: case["verdict"] for case in results(folder, name)["cases"]}
