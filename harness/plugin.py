"""The pytest plugin in a run that has to do with OCPP: which cases run, and how verdicts look.

``harness/entry/`` has it join, and holds the options and the fixtures that call what is here.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import AsyncGenerator, Generator, Iterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar, cast

import pytest

from harness.evidence.recorder import Recorder
from harness.evidence.results import ResultsError
from harness.evidence.verdict import CaseStopped, Verdict
from harness.live.facts import CaseEnded
from harness.operators import OperatorSettingsError
from harness.operators.base import OperatorFailed
from harness.operators.nobody import watched
from harness.operators.probe import probe
from harness.peers.conductor import Conductor
from harness.peers.fake_csms import FakeCSMS
from harness.peers.fake_station import FakeStation
from harness.peers.peer import Peer
from harness.plan.planned import in_order, plan
from harness.preflight.on_paper import cheap
from harness.preflight.stumbled import hints, stumbled
from harness.progress import Progress, ended_in, has_lines, note
from harness.report import allure
from harness.run.conduct import CaseInfo, Stopwatch
from harness.run.ended import LEFT_OUT
from harness.run.identity import told_by
from harness.run.options import RunOptions
from harness.run.own_test import Ended, ended_by, file_name, judged
from harness.run.own_test import result as own_result
from harness.run.questions import ask_all
from harness.run.run import LoopFactories, Run
from harness.run.selection import selection
from harness.run.withheld import announced, withheld
from harness.spec.catalogue import of_profiles
from harness.spec.roles import Role
from harness.sut.file import SutFileError, load
from harness.sut.model import OperatorSpec, Sut
from harness.testbed.bringup import (
    BringUpError,
    Embedding,
    csms_test_bed,
    described,
    station_test_bed,
)
from harness.testbed.csms import CsmsTestBed
from harness.testbed.kits import KITS, embedded_sut, fault_named
from harness.testbed.station import StationTestBed

_RUN = pytest.StashKey[Run]()
_PROGRESS = pytest.StashKey[Progress]()
TestBed = TypeVar("TestBed")
PeerT = TypeVar("PeerT", bound=Peer)

_ENDED = pytest.StashKey[Ended]()
#: The parameter that says which of its repetitions a case is.
_TIME = "ocpp_time"
#: The mark of a test of one's own that may run in simulated time.
SIMULATED = "simulated_time"


def begin(config: pytest.Config, started: str) -> None:
    """Read the descriptions of the systems under test; ``started``: when the run began (ISO 8601).

    Raises:
        UsageError: a description or an option cannot be.
    """
    given = cast(list[str], config.getoption("--sut"))
    try:
        suts = {sut.role: sut for sut in map(load, given)}
    except SutFileError as error:
        raise pytest.UsageError(f"--sut:\n{error}") from error
    if len(suts) < len(given):
        raise pytest.UsageError("--sut: at most one system under test for each role")
    if not given:
        suts = {role: embedded_sut(role) for role in Role}
    try:
        fault_named(Role.STATION, str(config.getoption("--fault")))
    except KeyError as error:
        raise pytest.UsageError(f"--fault: {error.args[0]}") from error
    cases = tuple(cast(list[str], config.getoption("cases")))
    profiles = tuple(cast(list[str], config.getoption("certification_profiles")))
    try:
        of_profiles(profiles)
    except KeyError as error:
        raise pytest.UsageError(f"--profile: {error.args[0]}") from error
    options = RunOptions(
        results=_folder(config),
        fail_on_warnings=bool(config.getoption("--fail-on-warnings")),
        resume=bool(config.getoption("--resume")),
        gate=str(config.getoption("--gate")),
        cases=cases,
        profiles=profiles,
        selection=selection(
            str(config.getoption("keyword")), cases, config.args, profiles, _left_out(config)
        ),
        real_time=bool(config.getoption("--real-time")),
        questions=not config.getoption("--no-questions"),
        gate_questions=bool(config.getoption("--gate-questions")),
        fault=str(config.getoption("--fault")),
        variant=str(config.getoption("--variant")),
        hands=str(config.getoption("--hands")),
        descriptions=tuple(Path(each).name for each in given),
        rerun=str(config.getoption("--rerun")),
        last_failed=_last_failed(config),
        repeat=_times(config),
        shard=_shard(str(config.getoption("--shard"))),
    )
    run = Run(suts, options, started, is_worker=hasattr(config, "workerinput"))
    problem = run.problem(workers=getattr(config.option, "numprocesses", None))
    if problem:
        raise pytest.UsageError(problem)
    config.stash[_RUN] = run
    if not run.is_worker:
        live = bool(config.getoption("--live"))
        config.stash[_PROGRESS] = Progress(run, config, live=live)
        config.pluginmanager.register(config.stash[_PROGRESS], "ocpp-progress")


def followed(config: pytest.Config, report: pytest.TestReport) -> Generator[None]:
    """Around the report of a test, which the terminal shows meanwhile; here or of a worker."""
    return config.stash[_PROGRESS].followed(report)


def pytest_asyncio_loop_factories(config: pytest.Config) -> LoopFactories:
    """All tests of a session have one kind of time, which is known when the first begins."""
    return config.stash[_RUN].loops


def _left_out(config: pytest.Config) -> Iterator[str]:
    """pytest's own options, beside -k, that leave tests out."""
    names = {"-m": "markexpr", "--deselect": "deselect", "--ignore": "ignore"}
    for option, name in {**names, "--ignore-glob": "ignore_glob"}.items():
        given = getattr(config.option, name, None)
        values = cast("list[object]", given) if isinstance(given, list) else [given]
        yield from (f"{option} {value}" for value in values if value)


def _last_failed(config: pytest.Config) -> bool:
    """Whether pytest itself leaves out what did not fail the last time (--lf, --sw)."""
    names = ("lf", "stepwise")
    return any(getattr(config.option, name, False) for name in names)


def _times(config: pytest.Config) -> int:
    times = cast(int, config.getoption("--repeat"))
    if times < 1:
        raise pytest.UsageError("--repeat: a number of times, 1 or more")
    return times


def _shard(text: str) -> tuple[int, int]:
    """``1/4`` as numbers; all in one where nothing is said."""
    if not text:
        return (1, 1)
    match = re.fullmatch(r"([1-9]\d*)/([1-9]\d*)", text)
    number, parts = (int(match[1]), int(match[2])) if match else (0, 0)
    if not 1 <= number <= parts:
        raise pytest.UsageError(f"--shard: write 1/4 for the first of four parts, not {text!r}")
    return (number, parts)


def _folder(config: pytest.Config) -> Path:
    given = str(config.getoption("--results"))
    here = config.invocation_params.dir
    return here / (given or Path("reports", "latest"))


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Import no module of another case where cases are named: the start takes half as long."""
    cases = config.stash[_RUN].options.cases
    stem, packages = collection_path.stem, {kit.cases for kit in KITS.values()}
    if not cases or not stem.startswith("test_tc_") or not packages & {*collection_path.parts}:
        return None
    asked_for = any(
        collection_path.name in Path(each.partition("::")[0]).parts for each in config.args
    )
    return None if asked_for or stem.removeprefix("test_").upper() in cases else True


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the cases that were not asked for: other ids, other roles, already done."""
    run = config.stash[_RUN]
    found = {info.row.id for item in items if (info := _info(item))}
    unknown = [case for case in run.options.cases if case not in found]
    if unknown:
        raise pytest.UsageError(f"--case: no such case here: {', '.join(unknown)}")
    chosen = [item for item in items if run.wants(_info(item), _time(item))]
    left_out = [item for item in items if not run.wants(_info(item), _time(item))]
    run.simulated = run.may_be_simulated and all(map(_may_be_simulated, chosen))
    if left_out:
        config.hook.pytest_deselected(items=left_out)
    workers = int(getattr(config, "workerinput", {}).get("workercount", 1))
    items[:] = sorted(chosen, key=_irreversible) if workers == 1 else dealt(chosen, workers)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Keep apart the cases that must not run: they stay NOT RUN, which is no verdict."""
    run, chosen = session.config.stash[_RUN], session.items
    if session.config.option.collectonly or session.testsfailed:
        return
    run.left = {info.row.id for item in chosen if (info := _info(item))}
    if run.left or any(map(_uses_fixtures, chosen)):
        run.begin(run.left)
    infos = [info for item in chosen if (info := _info(item))]
    needy = _needy(run, infos) if run.options.hands == "none" else {}
    for item in chosen:
        info = _info(item)
        reason = ""
        if info:
            reason = withheld(info, run.suts[info.row.role]) or needy.get(info.row.id, "")
        if info and reason:
            run.leave_out(info, reason)
            item.add_marker(pytest.mark.skip(reason=f"{LEFT_OUT}: {reason}"))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A case is run as often as was asked for."""
    times = cast(int, metafunc.config.getoption("--repeat"))
    if times > 1 and getattr(metafunc.function, "case_info", None):
        metafunc.fixturenames.append(_TIME)
        metafunc.parametrize(_TIME, range(1, times + 1), ids=lambda n: f"time{n}")


def _time(item: pytest.Item) -> int:
    """Which of the repetitions of a case it is."""
    parameters = getattr(getattr(item, "callspec", None), "params", {})
    return int(parameters.get(_TIME, 1))


def _needy(run: Run, infos: list[CaseInfo]) -> dict[str, str]:
    """What the cases are that need an operator, and what for."""
    found: dict[str, str] = {}
    for role, sut in run.suts.items():
        ids, variant = [i.row.id for i in infos if i.row.role is role], run.options.variant
        embedded = sut.operator.kind == "embedded"
        changes = Embedding(variant).changes(KITS[role].variants) if embedded else None
        known = described(sut, changes) if changes else sut
        for each in plan(known, ids, variant=variant) if ids else ():
            if each.runs and not each.alone:
                what = ", ".join(each.kinds) or "what is arranged for an earlier case"
                found[each.id] = f"needs an operator (--hands none): {what}"
    return found


def pytest_report_collectionfinish(config: pytest.Config, items: list[pytest.Item]) -> list[str]:
    """What stands in the way of a run, and what it will do for good to a system of one's own."""
    run = config.stash[_RUN]
    infos = [info for item in items if (info := _info(item)) and info.row.id not in run.not_run]
    certs, lines = Path(str(config.getoption("--certs"))), list[str]()
    for sut in run.suts.values():
        own = [info for info in infos if info.row.role is sut.role]
        if own and sut.operator.kind != "embedded":
            lines += [*cheap(sut, certs), *announced(own, sut)]
    return lines


def _may_be_simulated(item: pytest.Item) -> bool:
    """A case, a test that says so, or one without an event loop."""
    waits = isinstance(item, pytest.Function) and inspect.iscoroutinefunction(item.obj)
    return not waits or _info(item) is not None or item.get_closest_marker(SIMULATED) is not None


def dealt(items: list[pytest.Item], workers: int) -> list[pytest.Item]:
    """A share for each worker, slow cases first, so that nobody waits for one at the end."""

    def is_quick(item: pytest.Item) -> bool:
        info = _info(item)
        return info is None or not info.slow

    slow_first = sorted(items, key=is_quick)
    return [item for worker in range(workers) for item in slow_first[worker::workers]]


def _irreversible(item: pytest.Item) -> int:
    """What changes nothing for good comes first, and what is hardest to live with last."""
    info = _info(item)
    return in_order(info) if info else 0


def _info(item: pytest.Item) -> CaseInfo | None:
    return getattr(getattr(item, "function", None), "case_info", None)


@dataclass
class _TestBeds:
    """The test beds of a session, brought up when a case first needs one."""

    run: Run
    certs: Path
    embedding: dict[Role, Embedding]
    stack: AsyncExitStack
    station: StationTestBed | None = None
    csms: CsmsTestBed | None = None

    def _sut(self, role: Role) -> Sut:
        if role not in self.run.suts:
            pytest.skip(f"no system under test with role {role} was given (--sut)")
        sut = self.run.suts[role]
        if self.run.options.hands == "none" and sut.operator.kind != "embedded":
            return replace(sut, operator=OperatorSpec("none"))
        return sut

    def recorder(self, sut: Sut) -> Recorder:
        options = self.run.options
        live = self.run.live
        return Recorder(options.results, sut.secrets, options.fail_on_warnings, live)

    async def for_station(self) -> StationTestBed:
        if self.station is None:
            sut = self._sut(Role.STATION)
            context = station_test_bed(sut, self.recorder, self.certs, self.embedding[Role.STATION])
            self.station = await self._up(context, sut)
            await _probed(self.station)
            self._keep_from(self.station)
        return self.station

    async def for_csms(self) -> CsmsTestBed:
        if self.csms is None:
            sut = self._sut(Role.CSMS)
            context = csms_test_bed(sut, self.recorder, self.certs, self.embedding[Role.CSMS])
            self.csms = await self._up(context, sut)
            await _probed(self.csms)
            self._keep_from(self.csms)
        return self.csms

    def _keep_from(self, test_bed: StationTestBed | CsmsTestBed) -> None:
        """Nobody is asked for anything, if so it is wished."""
        if self.run.options.hands == "none":
            test_bed.operator = watched(test_bed.operator, lambda _name: True)

    async def ask_questions(self) -> None:
        """The run's own questions, to the systems that its cases were run against."""
        if self.station is not None and self.station.sut.questions:
            await ask_all(self.station, KITS[Role.STATION].questions)
        if self.csms is not None and self.csms.sut.questions:
            await ask_all(self.csms, KITS[Role.CSMS].questions)

    async def _up(self, context: AbstractAsyncContextManager[TestBed], sut: Sut) -> TestBed:
        """The test bed, or the end of the run: without it no case can be judged."""
        try:
            return await self.stack.enter_async_context(context)
        except (BringUpError, OperatorSettingsError, OperatorFailed, OSError) as error:
            said = stumbled(sut, error)
            pytest.exit(f"nothing was run: {said}", returncode=pytest.ExitCode.USAGE_ERROR)


async def _probed(test_bed: StationTestBed | CsmsTestBed) -> None:
    try:
        await probe(test_bed.operator, test_bed.sut.limits.operator)
    except Exception as error:
        said = stumbled(test_bed.sut, error)
        pytest.exit(
            f"the operator cannot be trusted: {said}", returncode=pytest.ExitCode.USAGE_ERROR
        )


async def test_beds(
    config: pytest.Config, tmp_path_factory: pytest.TempPathFactory
) -> AsyncGenerator[_TestBeds]:
    """The test beds of this session."""
    run = config.stash[_RUN]
    name = run.options.variant
    embedding = {role: Embedding(name, fault_named(role, run.options.fault)) for role in Role}
    real = any(sut.operator.kind != "embedded" for sut in run.suts.values())
    certs = Path(str(config.getoption("--certs"))) if real else tmp_path_factory.mktemp("certs")
    async with AsyncExitStack() as stack:
        beds = _TestBeds(run, certs, embedding, stack)
        yield beds
        worker = getattr(config, "workerinput", {}).get("workerid", "")
        if run.asks_questions(worker):
            await beds.ask_questions()


def _name(request: pytest.FixtureRequest, role: Role) -> str:
    info = _info(request.node)
    return info.row.id if info else file_name(request.node.nodeid, role)


def _uses_fixtures(item: pytest.Item) -> bool:
    names = {kit.peer for kit in KITS.values()}
    return bool(names & set(getattr(item, "fixturenames", ())))


async def fake_csms(
    request: pytest.FixtureRequest, test_beds: _TestBeds
) -> AsyncGenerator[FakeCSMS]:
    """A fake CSMS, connected with the charging station under test when a test begins."""
    test_bed = await test_beds.for_station()
    peer = test_bed.peer(_name(request, Role.STATION))
    async for each in _around(request, test_bed, peer):
        yield each


async def fake_station(
    request: pytest.FixtureRequest, test_beds: _TestBeds
) -> AsyncGenerator[FakeStation]:
    """A fake station, accepted by the CSMS under test when a test begins."""
    test_bed = await test_beds.for_csms()
    peer = test_bed.peer(_name(request, Role.CSMS))
    async for each in _around(request, test_bed, peer):
        yield each


async def _around(
    request: pytest.FixtureRequest, test_bed: Conductor[PeerT], peer: PeerT
) -> AsyncGenerator[PeerT]:
    """A case conducts itself; a person's own test gets its pre-conditions and rules here."""
    info = _info(request.node)
    if info is not None:
        yield peer
        if problem := request.config.stash[_RUN].told(info, told_by(peer)):
            pytest.exit(problem, returncode=pytest.ExitCode.USAGE_ERROR)
        return
    async for each in _around_own(request, test_bed, peer):
        yield each


async def _around_own(
    request: pytest.FixtureRequest, test_bed: Conductor[PeerT], peer: PeerT
) -> AsyncGenerator[PeerT]:
    """A test of one's own, from its pre-conditions to what it leaves."""
    item, watch = request.node, Stopwatch()
    strict = test_bed.fail_on_warnings
    title = (inspect.getdoc(item.obj) or item.name).partition("\n")[0]

    def keep(ended: Ended) -> None:
        role = peer.sut.role
        test_bed.record(own_result(item.nodeid, title, role, peer, ended, watch.spent()))

    try:
        await test_bed.prepare(peer, booted=True, profiles=())
    except CaseStopped as stopped:
        keep(Ended(Verdict.INCONCLUSIVE, str(stopped)))
        pytest.fail(f"INCONCLUSIVE: {stopped}", pytrace=False)
    yield peer
    ended = told = item.stash.get(_ENDED, Ended(Verdict.ERROR, "the test did not come to its end"))
    try:
        await test_bed.conclude(peer)
    except CaseStopped as stopped:
        ended = ended_by(stopped) if told.verdict.green else told
    ended = judged(ended, peer, fail_on_warnings=strict)
    keep(ended)
    await test_bed.restore(peer)
    if told.verdict.green and not ended.verdict.green:
        pytest.fail(ended.reason, pytrace=False)


def _own_ended(call: pytest.CallInfo[None]) -> Ended:
    """How the function of a test has ended."""
    problem = call.excinfo.value if call.excinfo else None
    if isinstance(problem, pytest.skip.Exception):
        return Ended(Verdict.NOT_APPLICABLE, str(problem))
    if isinstance(problem, pytest.fail.Exception):
        return Ended(Verdict.FAIL, str(problem))
    return ended_by(problem)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Note the verdict in the report, where the controlling process finds it."""
    report = yield
    info = _info(item)
    if info is None:
        if call.when == "call" and _uses_fixtures(item):
            item.stash[_ENDED] = _own_ended(call)
        if (call.when == "call" or report.failed) and _uses_fixtures(item):
            report.user_properties.append(("verdict", "of an own test"))
        return report
    run = item.config.stash[_RUN]
    _tell_allure(item.config, info, call.when)
    if info.row.id in run.not_run:
        run.left.discard(info.row.id)
        if call.when == "setup":
            _note(report, run.ended(info))
        return report
    if call.when == "call" or report.failed:
        run.left.discard(info.row.id)
    if call.when != "call" and report.failed:
        reason = str(call.excinfo.value) if call.excinfo else "unknown"
        run.record_error(info, reason, begun=call.when != "setup")
    if call.when == "call" or report.failed:
        _note(report, run.ended(info))
    return report


def _tell_allure(config: pytest.Config, info: CaseInfo, when: str) -> None:
    run, plugins = config.stash[_RUN], config.pluginmanager
    if when == "setup":
        sut, options = run.suts[info.row.role], run.options
        told = {"system": sut.name, "variant": options.variant, "fault": options.fault}
        allure.begin(plugins, info.row, {name: text for name, text in told.items() if text})
    elif when == "teardown":
        # A case that was interrupted has no result.
        with suppress(ResultsError):
            allure.end(plugins, run.options.results, info.row.id)


def _note(report: pytest.TestReport, ended: CaseEnded) -> None:
    """How a case has ended travels with its report, from a worker too."""
    report.user_properties.append(("verdict", ended.verdict))
    note(report, ended)


def pytest_report_teststatus(
    report: pytest.CollectReport | pytest.TestReport, config: pytest.Config
) -> tuple[str, str, str] | None:
    """Show INCONCLUSIVE, ERROR and NOT APPLICABLE as what they are."""
    ended = ended_in(report)
    if ended is None:
        return None
    category, letter, word = _STATUS[ended.verdict]
    return (category, "", "") if has_lines(config) else (category, letter, word)


#: Verdict to pytest's category, letter and word.
_STATUS = {
    "PASS": ("passed", ".", "PASSED"),
    "FAIL": ("failed", "F", "FAILED"),
    "INCONCLUSIVE": ("inconclusive", "I", "INCONCLUSIVE"),
    "NOT APPLICABLE": ("not applicable", "n", "NOT APPLICABLE"),
    "ERROR": ("error", "E", "ERROR"),
    LEFT_OUT: ("not run", "N", LEFT_OUT),
}


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Merge the results, write the reports, ask the gate.

    Without one, a run is no success either that left cases out, or has red ones of before.
    """
    run = session.config.stash.get(_RUN, None)
    if run is None or run.is_worker:
        return
    nothing_left = session.exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED and run.is_over()
    if not (run.began or nothing_left):
        return
    run.finish()
    folder = session.config.getoption("allure_report_dir", None)
    if folder and run.results is not None:
        allure.describe(Path(str(folder)), run.results)
    ended = nothing_left or session.exitstatus in (0, 1)
    if run.gate_outcome is not None and ended:
        session.exitstatus = run.gate_outcome.exit_code
    elif nothing_left or session.exitstatus == 0:
        session.exitstatus = pytest.ExitCode.OK if run.green else pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """The summary table, and where the reports are."""
    run = config.stash.get(_RUN, None)
    if run is not None and not run.is_worker:
        run.summarize(terminalreporter, terminalreporter._tw._file)
        cases = run.results.cases if run.results is not None else ()
        for role, sut in run.suts.items():
            for hint in hints(sut, [each for each in cases if each.sut is role]):
                terminalreporter.write_line(hint)
