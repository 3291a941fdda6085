"""One run over several machines: what its shards are, what makes a merge wrong, and incomplete."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from harness.cli.main import main
from harness.evidence.results import CASES, ResultsError, read_results
from harness.proof.embedded_run import case_functions
from harness.run.marker import RUN_FILE
from harness.run.merge import MergeError, merge
from harness.run.recover import recover
from harness.spec import catalogue
from harness.tests.small_runs import answers, run, write_cases
from harness.tests.test_run_identity import SUT, info
from harness.tests.test_run_identity import run as begun

IDS = ("TC_B_01_CS", "TC_B_06_CS", "TC_B_20_CS", "TC_B_21_CS")
PARTS = 3


@pytest.mark.parametrize("parts", [1, 2, 7])
def test_shards_hold_each_case_once(tmp_path: Path, parts: int) -> None:
    ids = [row for row in catalogue.load() if row in case_functions(SUT.role)][:40]
    shards = [
        [each for each in ids if begun(tmp_path, shard=(number, parts)).wants(info(each))]
        for number in range(1, parts + 1)
    ]
    assert sorted(each for shard in shards for each in shard) == sorted(ids)
    sizes = {len(shard) for shard in shards}
    assert max(sizes) - min(sizes) <= 1


def test_another_shard_is_another_run(tmp_path: Path) -> None:
    begun(tmp_path, shard=(1, 2)).begin(IDS)
    assert "(shard)" in begun(tmp_path, shard=(2, 2), resume=True).problem(1)
    assert begun(tmp_path, shard=(1, 2), resume=True).problem(1) == ""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the results of each shard, in one of which a case fails."""
    folder = tmp_path_factory.mktemp("shards")
    write_cases(folder, *IDS)
    answers(folder, IDS[1], "wrong")
    for number in range(1, PARTS + 1):
        run(folder, "--shard", f"{number}/{PARTS}", "--results", str(number))
    return folder


@pytest.fixture
def shards(made: Path, tmp_path: Path) -> list[Path]:
    """The results of each shard, in a copy."""
    names = [str(number) for number in range(1, PARTS + 1) if (made / str(number)).is_dir()]
    return [Path(shutil.copytree(made / name, tmp_path / name)) for name in names]


Facts = dict[str, Any]


def changed(folder: Path, change: Callable[[Facts], object]) -> None:
    """Change what a run says of itself, in both files."""
    for name, whole in ((RUN_FILE, lambda data: data), ("results.json", lambda data: data)):
        path = folder / name
        data = whole(json.loads(path.read_text("utf-8")))
        change(data["run"])
        path.write_text(json.dumps(data), "utf-8")


def test_the_shards_are_one_run(
    shards: list[Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert len(shards) > 1
    for shard in shards:
        assert not read_results(shard).run.complete
    out = tmp_path / "out"
    assert main(["merge", *map(str, shards), "--out", str(out)]) == 0
    whole = read_results(out)
    assert [case.id for case in whole.cases] == list(IDS)
    assert whole.run.finished is not None
    assert whole.run.shard == ""
    assert (whole.problems, whole.not_run) == ((), ())
    for case in whole.cases:
        assert (out / case.transcript).is_file()
        assert case.id in (out / "results.html").read_text("utf-8")
    capsys.readouterr()
    assert main(["gate", str(out)]) == 1
    judged = capsys.readouterr().out
    assert f"red: {IDS[1]} FAIL" in judged
    assert judged.count("red: ") == 1
    assert recover(out) == whole


def test_a_merge_writes_over_nothing(shards: list[Path], tmp_path: Path) -> None:
    with pytest.raises(MergeError, match="is not empty"):
        merge(shards, shards[0])
    file = tmp_path / "file"
    file.write_text("mine", "utf-8")
    with pytest.raises(MergeError, match="is not empty"):
        merge(shards, file)


def test_without_a_shard_it_is_never_green(
    shards: list[Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    left = [shard for shard in shards if IDS[1] not in {c.id for c in read_results(shard).cases}]
    assert all(case.green for shard in left for case in read_results(shard).cases)
    out = tmp_path / "out"
    assert main(["merge", *map(str, left), "--out", str(out)]) == 1
    assert "is missing" in capsys.readouterr().out
    assert main(["gate", str(out)]) == 1
    assert "is missing" in capsys.readouterr().out


def test_a_shard_that_was_cut_off_is_never_green(
    shards: list[Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cut = next(s for s in shards if IDS[0] in {case.id for case in read_results(s).cases})
    (cut / "results.json").unlink()
    (cut / CASES / f"{IDS[0]}.json").unlink()
    found = merge(shards, tmp_path / "out")
    assert found.run.finished is None
    assert any(f"no result of {IDS[0]}" in problem for problem in found.problems)
    assert main(["gate", str(tmp_path / "out")]) == 1
    assert IDS[0] in capsys.readouterr().out


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda r: r["identity"].update({"version of the harness": "9"}), "version of the harness"),
        (lambda r: r["identity"].update({"fault": "x"}), "(fault|: fault)"),
        (
            lambda r: r["identity"].update({"description of a CSMS": "none"}),
            "description of a CSMS",
        ),
        (
            lambda r: r["identity"].update({"features in the description of the CS": "0"}),
            "features in the description of the CS",
        ),
        (lambda r: r.update(selection="-k TC_B"), "selection"),
        (lambda r: r.update(fail_on_warnings=True), "--fail-on-warnings"),
        (lambda r: r.update(shard=f"1/{PARTS + 1}"), "divided alike"),
        (lambda r: r.update(shard=""), "divided alike"),
        (lambda r: r.update(identity={}), "does not say what was tested"),
    ],
)
def test_parts_of_different_runs_are_refused(
    shards: list[Path], tmp_path: Path, change: Callable[[Facts], object], said: str
) -> None:
    changed(shards[-1], change)
    with pytest.raises(MergeError, match=said):
        merge(shards, tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("what", ["listen", "url", "identity", "operator", "serial_number"])
def test_each_shard_may_have_a_system_of_its_own(
    shards: list[Path], tmp_path: Path, what: str
) -> None:
    fact = f"{what} in the description of the CS"
    changed(shards[-1], lambda run: run["identity"].update({fact: "0"}))
    assert merge(shards, tmp_path / "out").run.finished is not None


def test_systems_that_say_that_they_are_others_are_refused(
    shards: list[Path], tmp_path: Path
) -> None:
    for shard, told in zip(shards, ("V M 1.2", "V M 1.3"), strict=False):
        path = shard / RUN_FILE
        facts = json.loads(path.read_text("utf-8"))
        path.write_text(json.dumps({**facts, "told": [told]}), "utf-8")
    with pytest.raises(MergeError, match=r"the system says that it is V M 1\.3; it was V M 1\.2"):
        merge(shards, tmp_path / "out")


def test_a_shard_that_is_given_twice_is_refused(shards: list[Path], tmp_path: Path) -> None:
    with pytest.raises(MergeError, match=f"shard ./{PARTS} is given twice"):
        merge([*shards, shards[0]], tmp_path / "out")


def test_a_case_that_two_parts_have_is_refused(shards: list[Path], tmp_path: Path) -> None:
    for shard in shards:
        changed(shard, lambda run: run.update(shard=""))
    one, *_ = shards
    again = Path(shutil.copytree(one, tmp_path / "again"))
    with pytest.raises(MergeError, match="has a result in"):
        merge([one, again], tmp_path / "out")
    assert merge(shards, tmp_path / "out").run.finished is not None, "parts without a number"


def test_a_folder_without_results_is_named(shards: list[Path], tmp_path: Path) -> None:
    with pytest.raises(ResultsError, match="no results are there"):
        merge([*shards, tmp_path / "nowhere"], tmp_path / "out")
    shutil.rmtree(shards[0] / CASES)
    with pytest.raises(MergeError, match="give the whole folder"):
        merge(shards, tmp_path / "out")


def test_questions_are_asked_by_the_first_shard_alone(tmp_path: Path) -> None:
    asks = [begun(tmp_path, shard=(n, 2)).asks_questions("") for n in (1, 2)]
    assert asks == [True, False]
    assert replace(read_run(tmp_path), shard="1/2").complete is False


def read_run(folder: Path) -> Any:
    """The run that a folder would be of."""
    return begun(folder)._info("2026-01-01T00:00:00+00:00", None)
