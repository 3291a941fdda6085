"""``python -m harness new``: what a case begins with, and what is red until it is written."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from harness.cli.main import main
from harness.run.gate import ExitCode
from harness.run.implemented import implemented
from harness.spec import catalogue
from harness.sut.pics import applicability
from harness.testbed.kits import embedded_sut

ROOT = Path(__file__).parents[2]
#: A case that nobody has written yet, of what an embedded system says that it has.
UNWRITTEN = next(
    row.id
    for row in reversed(catalogue.load().values())
    if row.id not in implemented() and not applicability(row, embedded_sut(row.role))
)
#: One of a block of which nobody has written any.
OF_A_NEW_BLOCK = next(i for i in reversed(catalogue.load()) if i not in implemented())


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """The project without cases."""
    (tmp_path / ".github").mkdir()
    (tmp_path / ".github" / "CONTRIBUTING.md").touch()
    for package in ("cases_cs", "cases_csms"):
        (tmp_path / package).mkdir()
    return tmp_path


def _new(case_id: str, root: Path) -> int:
    return main(["new", case_id, "--root", str(root)])


def _files(root: Path) -> set[str]:
    return {p.relative_to(root).as_posix() for p in root.glob("cases_*/**/*") if p.is_file()}


def test_a_new_block_gets_its_package(checkout: Path) -> None:
    assert _new("TC_G_03_CS", checkout) == 0
    folder = "cases_cs/g_availability"
    names = ("__init__.py", "test_tc_g_03_cs.py", "test_tc_g_03_cs.yaml")
    assert _files(checkout) == {f"{folder}/{name}" for name in names}


def test_a_package_that_is_there_is_left_alone(
    checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    package = checkout / "cases_csms" / "g_availability" / "__init__.py"
    package.parent.mkdir()
    package.write_text("# kept\n")
    assert _new("TC_G_03_CSMS", checkout) == 0
    assert package.read_text() == "# kept\n"
    assert str(package) not in capsys.readouterr().out


def test_the_module_is_one_of_its_role(checkout: Path) -> None:
    _new("TC_G_03_CSMS", checkout)
    text = (checkout / "cases_csms/g_availability/test_tc_g_03_csms.py").read_text()
    assert '@case("TC_G_03_CSMS")\nasync def test_tc_g_03_csms(fake_station: FakeStation)' in text


def test_the_page_says_only_what_the_catalogue_knows(checkout: Path) -> None:
    counted = next(row for row in catalogue.load().values() if row.errata)
    _new(counted.id, checkout)
    [page] = checkout.rglob("*.yaml")
    text = page.read_text()
    assert f"# The catalogue counts {counted.errata}:" in text
    assert counted.title not in text
    assert re.findall(r"^\w+: .*$", text, re.MULTILINE) == [
        f"{key}: []" for key in ("errata", "prerequisites", "before", "steps", "post")
    ]


def test_what_is_to_be_done_is_said(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _new("TC_E_03_CS", checkout)
    said = capsys.readouterr().out
    for part in (
        "cases_cs/e_transactions/test_tc_e_03_cs.yaml",
        "cases_cs/e_transactions/test_tc_e_03_cs.py",
        "harness/reference/faults/station/start.py",
        "python -m harness lock --case TC_E_03_CS",
        "python -m harness trust --case TC_E_03_CS",
        ".github/CONTRIBUTING.md",
    ):
        assert part in said


def test_a_block_without_faults_gets_a_file_of_its_own(
    checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _new(OF_A_NEW_BLOCK, checkout)
    system = "csms" if OF_A_NEW_BLOCK.endswith("CSMS") else "station"
    block = catalogue.row(OF_A_NEW_BLOCK).folder[2:]
    assert f"harness/reference/faults/{system}/{block}.py" in capsys.readouterr().out


@pytest.mark.parametrize("there", ["test_tc_g_03_cs.py", "test_tc_g_03_cs.yaml"])
def test_what_is_there_is_refused(
    there: str, checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = checkout / "cases_cs" / "g_availability"
    folder.mkdir()
    (folder / there).write_text("mine")
    assert _new("TC_G_03_CS", checkout) == ExitCode.USAGE
    assert str(folder / there) in capsys.readouterr().err
    assert _files(checkout) == {f"cases_cs/g_availability/{there}"}
    assert (folder / there).read_text() == "mine"


def test_an_unknown_case_is_refused_with_the_nearest(
    checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _new("TC_G_3_CS", checkout) == ExitCode.USAGE
    assert "TC_G_03_CS" in capsys.readouterr().err
    assert _files(checkout) == set()


def test_a_folder_that_is_no_checkout_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _new("TC_G_03_CS", tmp_path) == ExitCode.USAGE
    assert "--root" in capsys.readouterr().err
    assert not [*tmp_path.iterdir()]


@pytest.mark.slow
def test_of_a_new_case_exactly_what_is_missing_is_red(tmp_path: Path) -> None:
    """The sentence, the scenario and the fault; its form is right from the beginning."""
    for name in ("harness", "cases_cs", "cases_csms", "schemas", ".github"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    assert _new(UNWRITTEN, tmp_path) == 0
    tests = (f"harness/tests/test_{name}.py" for name in ("case_modules", "pages", "locks"))
    of_all = "fault_that_turns or found_as_a_case or beside_a_module or lock_is_as"
    chosen = f"{UNWRITTEN} or {of_all}"
    done = subprocess.run(
        [*(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"), *tests, "-k", chosen],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    role = UNWRITTEN.rsplit("_", 1)[1]
    assert set(re.findall(r"^FAILED \S+::(\S+)", done.stdout, re.MULTILINE)) == {
        f"test_the_docstring_begins_with_the_id_and_is_a_sentence[{UNWRITTEN}]",
        f"test_a_page_agrees_with_its_record[{UNWRITTEN}]",
        f"test_every_case_has_a_fault_that_turns_it_red[{role}]",
    }, done.stdout
    for said in ("a sentence of your own", "has no steps yet", f"turns {UNWRITTEN} red"):
        assert said in done.stdout
