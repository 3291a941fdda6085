"""What the harness is to a pytest that has nothing to do with it, and beside packages of its name.

Each run is a process of its own, in a project of somebody else.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

#: Prints the modules that a run of pytest has loaded at its end.
LOADED = """\
import sys

def test_nothing():
    pass

def pytest_sessionfinish():
    print(*sorted(sys.modules))
"""


def pytest_in(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def write(folder: Path, **files: str) -> Path:
    """Python files by name; ``__`` separates folders."""
    for name, text in files.items():
        path = folder.joinpath(*name.split("__")).with_suffix(".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with packages that are called as those of the harness, or as its folders."""
    for name in ("harness", "schemas"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("MINE = True\n")
    return write(tmp_path, harness__mine="VALUE = 1\n", conftest="")


def loaded(folder: Path, *arguments: str) -> set[str]:
    done = pytest_in(folder, "-s", "-q", *arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    assert not done.stderr
    return set(done.stdout.split())


def test_a_run_without_ocpp_loads_one_module_more(tmp_path: Path) -> None:
    write(tmp_path, test_x="def test_x(): pass\n", conftest=LOADED)
    without = loaded(tmp_path, "-p", "no:ocpp-conformance", "-p", "no:asyncio")
    more = loaded(tmp_path) - without
    ours = {name for name in more if name.split(".")[0] not in {"pytest_asyncio", "asyncio"}}
    assert "ocpp_conformance" in ours
    assert not {name for name in ours if name.split(".")[0] == "harness"}


def test_a_project_has_its_own_harness(project: Path) -> None:
    text = "from harness.mine import VALUE\nimport schemas\n\ndef test_x():\n    assert VALUE\n"
    write(project, test_x=text)
    done = pytest_in(project)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("arguments", [["--case", "TC_B_01_CS"], ["-k", "TC_B_01_CS"]])
def test_cases_run_beside_it(project: Path, arguments: list[str]) -> None:
    done = pytest_in(project, "--pyargs", "cases_cs", *arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 passed" in done.stdout


def test_own_tests_run_beside_it(project: Path) -> None:
    """Those of the fixtures, which import nothing of the harness."""
    write(
        project,
        test_x="import pytest\n\n@pytest.mark.asyncio(loop_scope='session')\n"
        "async def test_x(fake_csms):\n    assert fake_csms\n",
    )
    done = pytest_in(project)
    assert done.returncode == 0, done.stdout + done.stderr


def test_it_is_said_that_another_harness_was_first(project: Path) -> None:
    write(project, conftest="import harness\n")
    done = pytest_in(project, "--pyargs", "cases_cs", "--case", "TC_B_01_CS")
    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    (line,) = [each for each in done.stderr.splitlines() if each]
    assert f"`harness` is {project / 'harness'}" in line
    assert "rename" in line


@pytest.mark.parametrize(
    "test", ["from harness.case import case", "import harness.mine\ndef test_y(): pass"]
)
def test_it_is_said_that_only_one_harness_can_be(project: Path, test: str) -> None:
    options = ["--real-time"] if "mine" in test else []
    write(project, test_x=test)
    done = pytest_in(project, *options, "test_x.py")
    assert done.returncode != 0
    assert [line for line in done.stdout.splitlines() if "no other package can be" in line]


def test_workers_tell_the_controlling_process_of_their_cases(tmp_path: Path) -> None:
    """A case in a folder of one's own, which the command line does not name as one."""
    write(
        tmp_path,
        test_x="from harness.case import case\n\n@case('TC_B_01_CS')\n"
        "async def test_tc_b_01_cs(fake_csms):\n"
        "    await fake_csms.send(1, 'Heartbeat')\n",
    )
    done = pytest_in(tmp_path, "-n", "1")
    assert done.returncode == 1
    assert (tmp_path / "reports/latest/results.json").is_file()
    assert "OCPP conformance" in done.stdout
