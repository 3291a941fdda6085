"""Which cells a run of the tests proves: what a change touches, and a part drawn by a seed."""

from __future__ import annotations

import math
import subprocess
from pathlib import Path

import pytest

from harness.proof.trust import again, choice
from harness.proof.trust.again import fault_cell, is_wrong_at, main, variant_cell
from harness.proof.trust.choice import CELLS, DEFAULT_CELLS, Touched, budget, draw, touched_by
from harness.proof.trust.faults import Trial
from harness.spec.roles import Role
from harness.testbed.kits import KITS

_CELLS = range(1000)


def _none(_cell: int) -> bool:
    return False


# -- drawing


def test_the_same_seed_draws_the_same_cells_and_another_one_others() -> None:
    one, same, other = (draw(_CELLS, _none, 100, seed) for seed in ("a", "a", "b"))
    assert one == same
    assert set(one.drawn) != set(other.drawn)
    assert len(one.cells) == len(set(one.cells)) == 100
    assert list(one.drawn) == sorted(one.drawn)


def test_every_cell_is_drawn_by_some_seed() -> None:
    drawn = {cell for seed in range(60) for cell in draw(range(100), _none, 10, str(seed)).drawn}
    assert drawn == set(range(100))


def test_what_is_touched_is_run_whole_and_counts_for_the_budget() -> None:
    found = draw(_CELLS, lambda cell: cell < 60, 100, "a")
    assert found.touched == tuple(range(60))
    assert len(found.drawn) == 40
    assert not set(found.touched) & set(found.drawn)
    assert str(found) == "100 of 1000 cells (60 touched by the change)"


def test_a_part_of_the_rest_is_drawn_however_much_is_touched() -> None:
    found = draw(_CELLS, lambda cell: cell < 200, 100, "a")
    assert (len(found.touched), len(found.drawn)) == (200, 25)


def test_a_change_that_touches_nearly_all_is_drawn_from_too() -> None:
    found = draw(_CELLS, lambda cell: cell < 900, 100, "a")
    assert (len(found.touched), len(found.drawn)) == (300, 25)
    assert all(cell < 900 for cell in found.touched)


def test_all_can_be_wanted() -> None:
    found = draw(_CELLS, lambda cell: cell < 10, budget({CELLS: "all"}), "a")
    assert sorted(found.cells) == list(_CELLS)
    assert budget({}) == DEFAULT_CELLS < math.inf
    assert budget({CELLS: "7"}) == 7
    with pytest.raises(ValueError, match="many"):
        budget({CELLS: "many"})


# -- what a change touches


@pytest.mark.parametrize("suffix", [".py", ".yaml", ".lock.yaml", ".equivalents.yaml"])
def test_a_file_of_a_case_touches_that_case(suffix: str) -> None:
    name = f"cases_csms/b_provisioning/test_tc_b_21_csms{suffix}"
    assert touched_by([name]) == Touched(cases=frozenset({"TC_B_21_CSMS"}))


def test_a_module_of_faults_touches_its_faults_alone() -> None:
    found = touched_by(["harness/reference/faults/station/resets.py"])
    assert (Role.STATION, "reset-not-performed") in found.faults
    assert found.faults < {(Role.STATION, name) for name in KITS[Role.STATION].faults}
    assert (Role.STATION, "clock-ahead") not in found.faults
    assert not found.cases | found.variants


def test_a_module_of_variants_touches_its_variants_alone() -> None:
    found = touched_by(["harness/reference/variants/hardware.py"])
    assert (Role.STATION, "one-evse") in found.variants
    assert found.variants < {(Role.STATION, name) for name in KITS[Role.STATION].variants}
    assert not found.cases | found.faults


def test_every_fault_and_variant_is_in_a_file() -> None:
    paths = choice.ROOT.glob("harness/reference/*/**/*.py")
    found = touched_by(str(path.relative_to(choice.ROOT)) for path in paths)
    assert found.faults == {(role, name) for role, kit in KITS.items() for name in kit.faults}
    assert found.variants == {(role, name) for role, kit in KITS.items() for name in kit.variants}


@pytest.mark.parametrize("name", ["README.md", "harness/rules/frames.py", "cases_cs/__init__.py"])
def test_what_all_share_touches_no_cell_in_particular(name: str) -> None:
    assert touched_by([name]) == Touched()


# -- compared with what


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    (tmp_path / "harness/proof/trust").mkdir(parents=True)
    for folder in ("harness", "harness/proof", "harness/proof/trust"):
        (tmp_path / folder / "__init__.py").touch()
    module = tmp_path / "harness/proof/trust/again.py"
    git(tmp_path, "init", "-q", "-b", "main")
    for code in ("0", "1", "2", "'x' in sys.argv"):
        module.write_text(f"import sys\nsys.exit({code})\n", "utf-8")
        git(tmp_path, "add", ".")
        git(tmp_path, "commit", "-qm", "x")
    return tmp_path


def git(folder: Path, *arguments: str) -> str:
    who = ("-c", "user.name=x", "-c", "user.email=x@example.org")
    command = ["git", "-C", folder, *who, *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def test_a_branch_is_compared_with_where_it_began(repository: Path) -> None:
    began = git(repository, "rev-parse", "HEAD")
    git(repository, "checkout", "-qb", "work")
    git(repository, "commit", "-qm", "x", "--allow-empty")
    git(repository, "commit", "-qm", "y", "--allow-empty")
    assert choice.base(repository) == began
    assert choice.base(repository, "work") == git(repository, "rev-parse", "HEAD~1")


def test_the_main_branch_is_compared_with_the_commit_before(repository: Path) -> None:
    assert choice.base(repository) == git(repository, "rev-parse", "HEAD~1")


def test_without_history_there_is_nothing_to_compare_with(tmp_path: Path, repository: Path) -> None:
    shallow = tmp_path / "shallow"
    git(tmp_path, "clone", "-q", "--depth", "1", f"file://{repository}", str(shallow))
    assert choice.base(shallow) == ""
    assert choice.base(tmp_path / "harness/nothing") == ""
    assert choice.base(repository, "no-such-branch") == ""


def test_a_cell_is_wrong_at_a_commit_only_if_its_run_says_so(repository: Path) -> None:
    commits = ("HEAD~3", "HEAD~2", "HEAD~1")
    assert [is_wrong_at(each, (), repository) for each in commits] == [False, True, False]
    assert [is_wrong_at("HEAD", each, repository) for each in (("x",), ("y",))] == [True, False]
    assert not is_wrong_at("no-such-commit", (), repository)


def test_a_cell_is_run_again_from_its_arguments(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[object] = []

    async def tried(trial: Trial) -> object:
        seen.append(trial)
        return type("Tried", (), {"wrong": "" if trial.step == "3" else "not at step"})

    async def filled(row: object) -> tuple[object, ...]:
        seen.append(row)
        return ()

    monkeypatch.setattr(again, "attempt", tried)
    monkeypatch.setattr(again, "cells", filled)
    trial = Trial(Role.STATION, "clock-ahead", "TC_B_20_CS", "3")
    assert main(fault_cell(trial)) == 0
    assert main(fault_cell(Trial(Role.STATION, "clock-ahead", "TC_B_20_CS", "4"))) == 1
    assert main(variant_cell(Role.CSMS, "ids-as-numbers", "TC_B_01_CSMS")) == 0
    assert seen[0] == trial
    assert seen[2] == again.Row(Role.CSMS, "ids-as-numbers", ("TC_B_01_CSMS",))
