"""Which clock a run has: simulated where both ends of everything are in its process."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from harness.reference.variants.intervals import SHORT
from harness.run.options import RunOptions
from harness.run.run import Run
from harness.spec.roles import Role
from harness.sut.model import Sut
from harness.testbed.kits import embedded_sut
from harness.tests import plugin_runs

CASE = plugin_runs.ROOT / "cases_cs/b_provisioning/test_tc_b_20_cs.py"
EMBEDDED = plugin_runs.ROOT / "harness/suts/embedded_station.yaml"
OWN = """\
import pytest
from harness import clock

@pytest.mark.asyncio(loop_scope="session")
{mark}
async def test_mine(fake_csms):
    assert clock.is_simulated() is {simulated}
"""
MARK = "@pytest.mark.simulated_time"


@pytest.mark.parametrize(
    ("arguments", "own", "expected"),
    [
        ((), "", "simulated"),
        (("--real-time",), "", "real"),
        ((), OWN.format(mark="", simulated=False), "real"),
        ((), OWN.format(mark=MARK, simulated=True), "simulated"),
        (("--real-time",), OWN.format(mark=MARK, simulated=False), "real"),
    ],
    ids=["cases", "real time asked for", "own test", "own test with mark", "both"],
)
def test_a_run_has_one_clock(
    tmp_path: Path, arguments: tuple[str, ...], own: str, expected: str
) -> None:
    paths = [str(CASE), "--variant", SHORT]
    if own:
        (tmp_path / "test_mine.py").write_text(own, "utf-8")
        paths.append(str(tmp_path / "test_mine.py"))
    outcome = plugin_runs.run(tmp_path, EMBEDDED, *paths, *arguments)
    assert outcome.code == 0, outcome.output
    assert outcome.cases["TC_B_20_CS"]["clock"] == expected
    assert outcome.results["run"]["clock"] == expected
    assert f"clock: {expected}" in outcome.output


def run_of(*suts: Sut, real_time: bool = False) -> Run:
    options = RunOptions(Path("results"), real_time=real_time)
    return Run({sut.role: sut for sut in suts}, options, "", is_worker=False)


def test_one_system_outside_this_process_makes_the_run_real() -> None:
    station, csms = embedded_sut(Role.STATION), embedded_sut(Role.CSMS)
    assert run_of(station, csms).may_be_simulated
    assert not run_of(station, csms, real_time=True).may_be_simulated
    other = replace(csms, operator=replace(csms.operator, kind="python"))
    assert not run_of(station, other).may_be_simulated
    assert not run_of(other).may_be_simulated
