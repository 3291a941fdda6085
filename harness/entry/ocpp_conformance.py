"""What pytest loads in every run of an environment with the harness: options, fixtures, the way in.

It lies outside the package ``harness``, and imports it only once a run has to do with OCPP: until
then a run pays nothing for it, and may have a package of that name of its own.
"""

from __future__ import annotations

import importlib
import sys
import warnings
from collections.abc import AsyncGenerator, Generator
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import pytest_asyncio

#: The packages of cases, which a run without a path takes where they are.
CASES = ("cases_cs", "cases_csms")
#: The mark of a test of one's own that may run in simulated time.
SIMULATED = "simulated_time"
#: Under this name the rest of the plugin joins a run.
JOINED = "ocpp-conformance-run"
#: What the harness is called, and a project that is tested may have too.
PACKAGE = "harness"

OPTIONS: dict[str, dict[str, Any]] = {
    "--sut": {
        "action": "append",
        "default": [],
        "metavar": "FILE",
        "help": "description of a system under test (sut.yaml), one for each role;"
        " default: the embedded systems",
    },
    "--case": {
        "action": "append",
        "default": [],
        "metavar": "ID",
        "dest": "cases",
        "help": "run exactly this case; may be repeated",
    },
    "--profile": {
        "action": "append",
        "default": [],
        "metavar": "NAME",
        "dest": "certification_profiles",
        "help": "run the cases of this certification profile of Part 5 (Core, 'Advanced Security',"
        " ...); may be repeated",
    },
    "--results": {
        "default": "",
        "metavar": "DIR",
        "help": "folder for results and reports (default: reports/latest)",
    },
    "--resume": {
        "action": "store_true",
        "help": "go on with an interrupted run: skip the cases that have a result",
    },
    "--rerun": {
        "choices": ["red"],
        "default": "",
        "help": "red: run again what has no green result there, and keep both results;"
        " a case whose verdict changes is unstable, and red",
    },
    "--repeat": {
        "type": int,
        "default": 1,
        "metavar": "N",
        "help": "run each case so often, and tell how stable its verdict is",
    },
    "--shard": {
        "default": "",
        "metavar": "I/N",
        "help": "run part I of N, against a system of its own; 'merge' makes one run of them",
    },
    "--fail-on-warnings": {
        "action": "store_true",
        "help": "legal behaviour that is known to upset other systems fails a case",
    },
    "--hands": {
        "choices": ["all", "none"],
        "default": "all",
        "help": "none: ask the operator for nothing, and leave the cases that need one NOT RUN",
    },
    "--live": {
        "action": "store_true",
        "help": "show the run on a page in a browser of this machine while it goes on",
    },
    "--no-questions": {
        "action": "store_true",
        "help": "do not end a complete run with the run's own questions, which decide no case",
    },
    "--gate-questions": {
        "action": "store_true",
        "help": "the gate wants the run's own questions answered well too",
    },
    "--gate": {
        "default": "",
        "metavar": "FILE",
        "help": "known failures (known.yaml): the exit code follows the gate",
    },
    "--variant --personality": {
        "default": "",
        "metavar": "NAME",
        "help": "conforming variant of the embedded system (--personality: its name until now)",
    },
    "--fault": {"default": "", "metavar": "NAME", "help": "named fault of the embedded system"},
    "--certs": {
        "default": "certs",
        "metavar": "DIR",
        "help": "where keys and certificates are made (default: certs)",
    },
    "--real-time": {
        "action": "store_true",
        "help": "wait as long as it takes; without it, time is simulated for cases against the"
        " embedded systems, and for them alone",
    },
}

_FIXTURES = {"fake_csms", "fake_station", "ocpp_test_beds"}
_STARTED = pytest.StashKey[str]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options of the harness; to give one is to run it."""
    group = parser.getgroup("ocpp", "OCPP conformance")
    for names, attributes in OPTIONS.items():
        group.addoption(*names.split(), **attributes)


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Join at once where the command line already tells that cases are to run."""
    # pytest-asyncio asks every project for a choice that makes no difference to the fixtures here.
    warnings.filterwarnings(
        "ignore",
        message='The configuration option "asyncio_default_fixture_loop_scope" is unset',
        category=pytest.PytestDeprecationWarning,
    )
    config.addinivalue_line(
        "markers", f"{SIMULATED}: its time may be simulated: it waits for nothing but its own loop"
    )
    worker = getattr(config, "workerinput", None)
    config.stash[_STARTED] = worker["ocpp_started"] if worker else datetime.now(UTC).isoformat()
    if worker is None:
        config.pluginmanager.register(_Follower(config), "ocpp-conformance-follower")
    _cases_by_default(config)
    if _option_given(config) or any(map(_names_cases, config.args)):
        _join(config)


def _cases_by_default(config: pytest.Config) -> None:
    """Without a path, run the cases of this folder.

    pytest takes the value of an option of ours for a path when it looks for pyproject.toml, and may
    then miss its testpaths.
    """
    here = config.invocation_params.dir
    packages = [name for name in CASES if (here / name).is_dir()]
    if config.args_source is pytest.Config.ArgsSource.INVOCATION_DIR and packages:
        config.args = packages


def _option_given(config: pytest.Config) -> bool:
    def given(names: str, attributes: dict[str, Any]) -> bool:
        dest = attributes.get("dest") or names.split()[0].lstrip("-").replace("-", "_")
        return getattr(config.option, dest) != attributes.get("default", False)

    return any(given(names, attributes) for names, attributes in OPTIONS.items())


def _names_cases(argument: str) -> bool:
    path = argument.partition("::")[0]
    return bool(set(CASES) & {*Path(path).parts, path.partition(".")[0]})


@pytest.hookimpl(wrapper=True)
def pytest_generate_tests(metafunc: pytest.Metafunc) -> Generator[None]:
    """Join before pytest-asyncio asks for the event loop of a case, or of a test with fixtures."""
    if hasattr(metafunc.function, "case_info") or _FIXTURES & set(metafunc.fixturenames):
        _join(metafunc.config)
    return (yield)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell each pytest-xdist worker which run it belongs to."""
    node.workerinput["ocpp_started"] = node.config.stash[_STARTED]


class _Follower:
    """Follows the reports in the controlling process, where the cases may be those of workers."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> Generator[None]:
        """Join, at the first of a worker, before the terminal shows what became of the case."""
        if dict(report.user_properties).get("verdict"):
            _join(self._config)
        joined = self._config.pluginmanager.get_plugin(JOINED)
        if joined is None:
            yield
        else:
            yield from joined.followed(self._config, report)


def _join(config: pytest.Config) -> ModuleType:
    """Have the rest of the plugin take part in this run, from now on."""
    joined = config.pluginmanager.get_plugin(JOINED)
    if joined is None:
        joined = _run_plugin()
        joined.begin(config, config.stash[_STARTED])
        config.pluginmanager.register(joined, JOINED)
    return joined


def _run_plugin() -> ModuleType:
    """``harness.plugin`` of this installation, whatever else is called so further up the path."""
    root = str(_root())
    sys.path.insert(0, root)
    try:
        importlib.import_module(PACKAGE)
    finally:
        sys.path.remove(root)
    try:
        found = importlib.import_module(f"{PACKAGE}.plugin")
        if hasattr(found, "begin"):
            return found
    except ModuleNotFoundError as error:
        if error.name != f"{PACKAGE}.plugin":
            raise
    raise pytest.UsageError(
        f"`{PACKAGE}` is {_taken()} here, and no part of the conformance harness: run the cases"
        " from another folder, or rename that package"
    )


def _taken() -> str:
    """Where what was imported as ``harness`` lies, or nothing."""
    taken = sys.modules.get(PACKAGE)
    return ", ".join(getattr(taken, "__path__", [])) or str(getattr(taken, "__file__", ""))


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Tell why a module of ``harness`` is not there, if there is another of that name."""
    errors = terminalreporter.stats.get("error", [])
    lacking = f"No module named '{PACKAGE}."
    if _taken() and any(lacking in getattr(each, "longreprtext", "") for each in errors):
        terminalreporter.write_line(
            f"`{PACKAGE}` is {_taken()} in this run, and no other package can be: rename yours, or"
            " run what imports it apart from what imports the conformance harness"
        )


def _root() -> Path:
    """The folder of the package: of this file too once it is installed, else the checkout."""
    here = Path(__file__).resolve().parent
    return here if (here / PACKAGE / "plugin.py").is_file() else here.parents[1]


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def ocpp_test_beds(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncGenerator[Any]:
    """The test beds of this session."""
    async for each in _join(request.config).test_beds(request.config, tmp_path_factory):
        yield each


@pytest_asyncio.fixture(loop_scope="session")
async def fake_csms(request: pytest.FixtureRequest, ocpp_test_beds: Any) -> AsyncGenerator[Any]:
    """A fake CSMS, connected with the charging station under test when a test begins."""
    async for each in _join(request.config).fake_csms(request, ocpp_test_beds):
        yield each


@pytest_asyncio.fixture(loop_scope="session")
async def fake_station(request: pytest.FixtureRequest, ocpp_test_beds: Any) -> AsyncGenerator[Any]:
    """A fake station, accepted by the CSMS under test when a test begins."""
    async for each in _join(request.config).fake_station(request, ocpp_test_beds):
        yield each
