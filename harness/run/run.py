"""A run: which cases it wants, where its results go, and how it ends."""

from __future__ import annotations

import asyncio
import json
import shlex
import shutil
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Protocol, TextIO, cast

from harness import clock
from harness.evidence.folders import alone_in
from harness.evidence.mask import Mask, masker
from harness.evidence.results import (
    ALL,
    CASES,
    NOT_RUN,
    QUESTIONS,
    CaseResult,
    NotRun,
    Results,
    ResultsError,
    RunInfo,
    collect,
    read_case,
    run_json,
    write_case,
    write_not_run,
    write_results,
)
from harness.evidence.verdict import Verdict
from harness.live.facts import CaseEnded
from harness.live.feed import Feed
from harness.questions.own import own_exchanges
from harness.report.terminal import print_summary
from harness.report.write import write_all
from harness.run.conduct import CaseInfo
from harness.run.gate import GateOutcome, gate
from harness.run.identity import Identity, difference, identity, told_apart
from harness.run.known import KnownError, load_known
from harness.spec.catalogue import of_profiles
from harness.spec.roles import Role
from harness.sut.model import Sut

#: In the results folder while it fills: when the run began, and the run as in results.json.
RUN_FILE = "run.json"
#: The state of a case that was asked for and left out.
LEFT_OUT = "NOT RUN"
#: Makers of event loops by name.
LoopFactories = Mapping[str, Callable[[], asyncio.AbstractEventLoop]]
#: Seconds between two rewrites of results.json while cases still run; and, as a long run's results
#: take long to write, that many times what the last one took.
_REFRESH, _RARELY = 2.0, 20


@dataclass(frozen=True)
class RunOptions:
    """What was asked for on the command line; ``selection`` in words, "all" for everything.

    ``real_time``: also where time could be simulated. ``questions``: whether a complete run ends
    with questions of its own; ``gate_questions``: whether the gate wants them answered well.
    ``fault`` and ``variant``: of the embedded system. ``descriptions``: the names of the files that
    describe the systems. ``profiles``: certification profiles whose cases run. ``hands`` "none":
    the operator is asked for nothing, and cases that cannot do without are NOT RUN.
    """

    results: Path
    fail_on_warnings: bool = False
    resume: bool = False
    gate: str = ""
    cases: tuple[str, ...] = ()
    profiles: tuple[str, ...] = ()
    selection: str = ALL
    real_time: bool = False
    questions: bool = True
    gate_questions: bool = False
    fault: str = ""
    variant: str = ""
    hands: str = "all"
    descriptions: tuple[str, ...] = ()


def harness_version() -> str:
    """Version of the installed harness."""
    try:
        return version("ocpp-conformance")
    except PackageNotFoundError:
        return "unknown"


class Terminal(Protocol):
    """Where a run tells how it ended."""

    def section(self, title: str) -> None:
        """Begin with a headline."""
        ...

    def write_line(self, line: str) -> None:
        """Write a line."""
        ...


class Run:
    """One invocation, in the controlling process and in each of its workers."""

    def __init__(
        self, suts: Mapping[Role, Sut], options: RunOptions, started: str, *, is_worker: bool
    ) -> None:
        self.suts = suts
        self.options = options
        self.started = started
        self.is_worker = is_worker
        self.began = False
        self.simulated = False
        # One object, as for pytest-asyncio another one would be another event loop.
        self.loops: LoopFactories = {"ocpp": self._new_loop}
        self.gate_outcome: GateOutcome | None = None
        self.results: Results | None = None
        self._refresh_at = 0.0
        #: Ids of the cases that this process has not come to yet.
        self.left: set[str] = set()
        #: Why the cases that are left out are, by id.
        self.not_run: dict[str, str] = {}
        self._told: set[str] = set()
        #: Who is told what goes on, in this process.
        self.live = Feed()

    def problem(self, workers: object) -> str:
        """Why this run cannot be, or ""."""
        real = [s for s in self.suts.values() if s.operator.kind != "embedded"]
        if real and isinstance(workers, int) and workers > 1:
            return (
                f"{real[0].name} is one system and can be tested by one worker only:"
                " leave out -n, or say -n 1"
            )
        if self.options.gate:
            try:
                load_known(Path(self.options.gate))
            except KnownError as error:
                return f"--gate:\n{error}"
        return self._other_run() if self.options.resume else ""

    def _other_run(self) -> str:
        """Why what is in the folder is no part of this run, or ""."""
        earlier = _kept(self.options.results / RUN_FILE).get("identity")
        if not isinstance(earlier, dict):
            return ""
        changed = difference(cast(Identity, earlier), self.identity)
        if not changed:
            return ""
        where = self.options.results
        return f"--resume: the run in {where} was another one ({changed}): leave out --resume"

    @property
    def identity(self) -> Identity:
        """What the results are of."""
        options = self.options
        return identity(self.suts, harness_version(), fault=options.fault, variant=options.variant)

    def told(self, info: CaseInfo, system: str) -> str:
        """Note what the system said of itself in a case; why that ends a resumed run, or "".

        A firmware update within a run is no other system; one before it is resumed is.
        """
        marker = self.options.results / RUN_FILE
        with alone_in(self.options.results):
            kept = _kept(marker)
            earlier = cast(list[str], kept.get("told", []))
            problem = told_apart(earlier, system) if self.options.resume else ""
            if problem and not self._told:
                (self._cases / f"{info.row.id}.json").unlink(missing_ok=True)
                return f"--resume: {problem}: leave out --resume"
            if system and system not in earlier:
                marker.write_text(json.dumps({**kept, "told": [*earlier, system]}), "utf-8")
        self._told |= {system}
        return ""

    # -- time

    @property
    def may_be_simulated(self) -> bool:
        """Whether both ends are in this process, so that it need not be the machine's."""
        kinds = {sut.operator.kind for sut in self.suts.values()}
        return kinds == {"embedded"} and not self.options.real_time

    def _new_loop(self) -> asyncio.AbstractEventLoop:
        """An event loop with the time of this run."""
        return clock.loop_factory(simulated=self.simulated)()

    # -- selection

    def wants(self, info: CaseInfo | None) -> bool:
        """Whether a test runs: own tests always, cases if asked for and not done yet."""
        if info is None:
            return not (self.options.cases or self.options.profiles)
        if self.options.cases and info.row.id not in self.options.cases:
            return False
        if self.options.profiles and info.row.id not in of_profiles(self.options.profiles):
            return False
        return info.row.role in self.suts and not self._done(info)

    def _done(self, info: CaseInfo) -> bool:
        return self.options.resume and (self._cases / f"{info.row.id}.json").is_file()

    @property
    def _cases(self) -> Path:
        return self.options.results / CASES

    # -- the results folder

    def begin(self) -> None:
        """Make the folder ready for this run, once, whichever process comes first."""
        folder = self.options.results
        folder.mkdir(parents=True, exist_ok=True)
        with alone_in(folder):
            marker = folder / RUN_FILE
            earlier = _marker(marker)
            shutil.rmtree(folder / NOT_RUN, ignore_errors=True)
            if self.options.resume and earlier:
                self.started = earlier
            elif earlier != self.started:
                for old in (CASES, QUESTIONS, "transcripts"):
                    shutil.rmtree(folder / old, ignore_errors=True)
                facts = {
                    "started": self.started,
                    "run": run_json(self._info(self.started, None)),
                    "identity": dict(self.identity),
                }
                marker.write_text(self._mask(json.dumps(facts)), encoding="utf-8")

    def leave_out(self, info: CaseInfo, reason: str) -> None:
        """Keep it that a case was asked for and is not run."""
        row, why = info.row, self._mask(reason)
        self.not_run[row.id] = why
        case = NotRun(row.id, row.title, row.block, row.role, why)
        write_not_run(self.options.results, case)

    def record_error(self, info: CaseInfo, reason: str) -> None:
        """Keep an ERROR for a case that never came to its own end."""
        row = info.row
        result = CaseResult(
            row.id, row.title, row.block, row.role, Verdict.ERROR, reason, 0.0, row.requirements
        )
        write_case(self.options.results, result, self._mask)

    def ended(self, info: CaseInfo) -> CaseEnded:
        """How a case has ended, by what is recorded: ERROR if nothing is."""
        row = info.row
        if row.id in self.not_run:
            return CaseEnded(row.id, row.title, LEFT_OUT, self.not_run[row.id], 0.0)
        try:
            case = read_case(self.options.results, row.id)
        except ResultsError as error:
            return CaseEnded(row.id, row.title, Verdict.ERROR.value, str(error), 0.0)
        return CaseEnded(row.id, row.title, case.verdict.value, case.reason, case.real_s)

    def seen(self) -> None:
        """A case has ended: bring results.json up to date every now and then."""
        self.began = True
        began = time.monotonic()
        if began >= self._refresh_at:
            write_results(self.options.results, self._collect(None), self._mask)
            took = time.monotonic() - began
            self._refresh_at = began + max(_REFRESH, _RARELY * took)

    def finish(self) -> None:
        """Write results.json and every report, and ask the gate."""
        folder = self.options.results
        self.results = self._collect(datetime.now(UTC))
        write_results(folder, self.results, self._mask)
        write_all(folder)
        if self.options.gate:
            known = load_known(Path(self.options.gate))
            self.gate_outcome = gate(
                self.results,
                known,
                datetime.now(UTC).date(),
                questions=self.options.gate_questions,
            )

    def summarize(self, terminal: Terminal, file: TextIO) -> None:
        """The end of the run on the terminal, whose output goes to ``file``."""
        if self.results is None:
            return
        terminal.section("OCPP conformance")
        print_summary(self.results, file)
        terminal.write_line(f"reports: {self.options.results / 'results.html'}")
        for line in self.gate_outcome.lines if self.gate_outcome else ():
            terminal.write_line(line)

    def _collect(self, finished: datetime | None) -> Results:
        started = _marker(self.options.results / RUN_FILE) or self.started
        results = collect(self.options.results, self._info(started, finished))
        told_of = {case.sut for case in (*results.cases, *results.not_run)} or set(self.suts)
        results = replace(results, run=self._info(started, finished, told_of))
        if finished is None:
            return results
        own = (own_exchanges(role, results.cases) for role in results.run.roles)
        told = (each for each in own if self.options.selection == ALL or not each.verdict.green)
        return replace(results, questions=(*results.questions, *told))

    def asks_questions(self, worker: str) -> bool:
        """Whether the questions are this process's to ask, now that its cases are over.

        ``worker``: its name, of several; the first one asks, what its cases left out or not.
        """
        mine = worker == "gw0" or (not worker and not self.left)
        return self.options.questions and mine and self.options.selection == ALL

    @property
    def systems(self) -> str:
        """The names of those under test."""
        return " and ".join(self.suts[role].name for role in Role if role in self.suts)

    def _info(
        self, started: str, finished: datetime | None, roles: Collection[Role] = tuple(Role)
    ) -> RunInfo:
        suts = [self.suts[role] for role in Role if role in self.suts and role in roles]
        return RunInfo(
            started=datetime.fromisoformat(started),
            finished=finished,
            roles=tuple(sut.role for sut in suts),
            sut=" and ".join(sut.name for sut in suts),
            harness_version=harness_version(),
            spec_edition=" and ".join(dict.fromkeys(sut.edition.title for sut in suts)),
            selection=self.options.selection,
            sut_version=", ".join(sut.version for sut in suts if sut.version),
            fault=self.options.fault,
            variant=self.options.variant,
            descriptions=self.options.descriptions,
            fail_on_warnings=self.options.fail_on_warnings,
        )

    @property
    def _mask(self) -> Mask:
        return masker([secret for sut in self.suts.values() for secret in sut.secrets])


def selection(
    keyword: str, cases: Sequence[str], paths: Sequence[str], profiles: Sequence[str] = ()
) -> str:
    """What was selected, in words."""
    parts = [f"-k {keyword}"] if keyword else []
    parts += [f"--case {case}" for case in cases]
    parts += [f"--profile {shlex.quote(profile)}" for profile in profiles]
    parts += [path for path in paths if "::" in path or path.endswith(".py")]
    return " ".join(parts) or ALL


def _marker(path: Path) -> str:
    return str(_kept(path).get("started", ""))


def _kept(path: Path) -> dict[str, Any]:
    """What stands in a run's own file; nothing if there is none to read."""
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return cast("dict[str, Any]", kept) if isinstance(kept, dict) else {}
