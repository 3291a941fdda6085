"""The image, compose and Testcontainers; what they run is tried without containers as well."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from harness.cli.examples import write
from harness.tests.test_cli import csms, running

ROOT = Path(__file__).parents[2]
PASSWORD = "0123456789abcdef"
NEEDED = ["compose.yaml", "embedded_csms.yaml", "test_in_containers.py"]


def has_docker() -> bool:
    if shutil.which("docker") is None:
        return False
    return subprocess.run(["docker", "info"], capture_output=True, check=False).returncode == 0


needs_docker = pytest.mark.skipif(
    not has_docker(), reason="no Docker here: the job `containers` of the workflow runs this"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path, NEEDED)
    return tmp_path


def chosen(folder: Path) -> str:
    """The cases that compose runs."""
    services = yaml.safe_load((folder / "compose.yaml").read_text("utf-8"))["services"]
    command: list[str] = services["tests"]["command"]
    return command[command.index("-k") + 1]


def test_both_examples_run_the_same_cases(folder: Path) -> None:
    text = (folder / "test_in_containers.py").read_text("utf-8")
    assert re.findall(r'^CASES = "(.*)"$', text, re.MULTILINE) == [chosen(folder)]


def test_what_they_run_is_green(folder: Path) -> None:
    """The CSMS alone, in a process instead of a container."""
    with running(*csms(1, folder), "--identity", "CS001", OCPP_PASSWORD=PASSWORD) as other:
        url = other.until("stations CS001 may connect to").split()[-1]
        command = ["-m", "pytest", "-q", "-p", "no:cacheprovider", "--pyargs", "cases_csms"]
        done = subprocess.run(
            [sys.executable, *command, "--sut", "embedded_csms.yaml", "-k", chosen(folder)],
            cwd=folder,
            env={**os.environ, "CSMS_URL": url, "CSMS_STATION_PASSWORD": PASSWORD},
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )
    assert done.returncode == 0, done.stdout + done.stderr
    assert int(re.findall(r"(\d+) passed", done.stdout)[-1]) >= 5


def test_the_image_gets_what_the_wheel_is_made_of() -> None:
    lines = (ROOT / ".dockerignore").read_text("utf-8").split()
    assert lines[0] == "**"
    named = [line[1:] for line in lines if line.startswith("!")]
    assert [name for name in named if not (ROOT / name).exists()] == []
    project = (ROOT / "pyproject.toml").read_text("utf-8")
    (included,) = re.findall(r'^include = (\["harness".*"reports/trust.md"\])$', project, re.M)
    for name in re.findall(r'"([^"]+)"', included):
        assert name.split("/*")[0] in named, f".dockerignore: {name}"


def test_the_image_has_a_user_without_rights() -> None:
    text = (ROOT / "Dockerfile").read_text("utf-8")
    assert re.findall(r"^USER (.*)$", text, re.MULTILINE) == ["tester"]


@needs_docker
@pytest.mark.slow
def test_compose_and_testcontainers(folder: Path) -> None:
    command = ["docker", "build", "--quiet", "--tag", "ocpp-conformance", str(ROOT)]
    built = subprocess.run(command, check=False)
    assert built.returncode == 0
    settings = {"CSMS_STATION_PASSWORD": PASSWORD, "RUN_AS": str(os.getuid())}
    command = ["docker", "compose", "run", "--rm", "tests"]
    try:
        ran = subprocess.run(command, cwd=folder, env={**os.environ, **settings}, check=False)
    finally:
        down = ["docker", "compose", "down"]
        subprocess.run(down, cwd=folder, env={**os.environ, **settings}, check=False)
    assert ran.returncode == 0
    assert (folder / "reports/latest/results.html").is_file()
    pytest.importorskip("testcontainers")
    alone = [sys.executable, "-m", "pytest", "-q", "test_in_containers.py"]
    assert subprocess.run(alone, cwd=folder, check=False).returncode == 0
