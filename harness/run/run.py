"""A run: which cases it wants, where its results go, and how it ends."""

from __future__ import annotations

import asyncio
import json
import shutil
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, TextIO, cast

from harness import clock
from harness.evidence.collected import (
    ATTEMPTS,
    TRANSCRIPTS,
    attempts_at,
    collect,
    set_aside,
)
from harness.evidence.folders import alone_in
from harness.evidence.mask import Mask, masker
from harness.evidence.results import (
    ALL,
    CASES,
    NO_CASE,
    NOT_RUN,
    QUESTIONS,
    TESTS,
    CaseResult,
    NotRun,
    Results,
    ResultsError,
    RunInfo,
    read_results,
    run_json,
    write_case,
    write_not_run,
    write_results,
)
from harness.evidence.verdict import Verdict
from harness.live.facts import CaseEnded
from harness.live.feed import Feed
from harness.report.terminal import print_summary
from harness.report.write import write_all
from harness.run.conduct import CaseInfo
from harness.run.ended import LEFT_OUT, ended
from harness.run.gate import GateOutcome, gate
from harness.run.identity import Identity, difference, identity, told_apart
from harness.run.known import KnownError, load_known
from harness.run.marker import RUN_FILE, kept, listed, missing, selected, started
from harness.run.options import RunOptions
from harness.run.own import with_own_exchanges
from harness.run.selection import in_shard
from harness.run.terminal import Terminal
from harness.run.version import harness_version
from harness.spec.catalogue import of_profiles
from harness.spec.roles import Role
from harness.sut.model import Sut

#: Makers of event loops by name.
LoopFactories = Mapping[str, Callable[[], asyncio.AbstractEventLoop]]
#: Seconds between two rewrites of results.json while cases still run; and, as a long run's results
#: take long to write, that many times what the last one took.
_REFRESH, _RARELY = 2.0, 20


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
        self._has_cases = True
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
        shared = isinstance(workers, int) and workers > 0
        if shared and any(sut.operator.asks_by("web") for sut in real):
            return "the page of an operator of kind web is shown by the run itself: leave out -n"
        if self.options.gate:
            try:
                load_known(Path(self.options.gate))
            except KnownError as error:
                return f"--gate:\n{error}"
        if self.options.repeat > 1 and isinstance(workers, int) and workers > 1:
            return "--repeat runs a case once it has ended: leave out -n, or say -n 1"
        return self._other_run() if self.options.goes_on else ""

    def _other_run(self) -> str:
        """Why what is in the folder is no part of this run, or ""."""
        option, where, facts = (
            self.options.goes_on,
            self.options.results,
            kept(self.options.results),
        )
        if option == "--rerun" and not facts:
            return f"--rerun: there is no run in {where}"
        earlier = facts.get("identity")
        if not isinstance(earlier, dict):
            return ""
        changed = difference(cast(Identity, earlier), self.identity)
        if not changed:
            return ""
        way_out = "leave out --resume"
        if option != "--resume":
            way_out = f"leave out {option}, or name another folder by --results"
        return f"{option}: the run in {where} was another one ({changed}): {way_out}"

    @property
    def identity(self) -> Identity:
        """What the results are of."""
        options = self.options
        facts = identity(self.suts, harness_version(), fault=options.fault, variant=options.variant)
        return {**facts, "shard": options.shard_name} if options.shard_name else facts

    def told(self, info: CaseInfo, system: str) -> str:
        """Note what the system said of itself in a case; why that ends a resumed run, or "".

        A firmware update within a run is no other system; one before it is resumed is.
        """
        folder = self.options.results
        with alone_in(folder):
            facts = kept(folder)
            earlier = listed(facts, "told")
            problem = told_apart(earlier, system) if self.options.goes_on else ""
            if problem and not self._told:
                (self._cases / f"{info.row.id}.json").unlink(missing_ok=True)
                return f"{self.options.goes_on}: {problem}: leave out {self.options.goes_on}"
            if system and system not in earlier:
                self._keep({**facts, "told": [*earlier, system]})
        self._told |= {system}
        return ""

    def _keep(self, facts: Mapping[str, Any]) -> None:
        """Write run.json; its texts are masked before."""
        (self.options.results / RUN_FILE).write_text(json.dumps(facts), encoding="utf-8")

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

    def wants(self, info: CaseInfo | None, time: int = 1) -> bool:
        """Whether a test runs: own tests always, cases if asked for and not done yet.

        ``time``: of the repetitions of a case, which one.
        """
        if info is None:
            own = not (self.options.cases or self.options.profiles)
            return own and self.options.shard[0] == 1
        if self.options.cases and info.row.id not in self.options.cases:
            return False
        if self.options.profiles and info.row.id not in of_profiles(self.options.profiles):
            return False
        chosen = info.row.role in self.suts and in_shard(info.row.id, self.options.shard)
        return chosen and not self._done(info, time)

    def _done(self, info: CaseInfo, time: int) -> bool:
        if self.options.rerun:
            return info.row.id in self._green
        return self.options.resume and attempts_at(self.options.results, info.row.id) >= time

    @cached_property
    def _green(self) -> frozenset[str]:
        """The cases that had a green result when this process began."""
        results = collect(self.options.results, self._info(self.started, None))
        return frozenset(case.id for case in results.cases if case.green)

    @property
    def _cases(self) -> Path:
        return self.options.results / CASES

    # -- the results folder

    def begin(self, ids: Collection[str]) -> None:
        """Make the folder ready for these cases, whichever process comes first."""
        folder = self.options.results
        folder.mkdir(parents=True, exist_ok=True)
        self._has_cases = bool(ids)
        with alone_in(folder):
            earlier = started(folder)
            if self.options.goes_on and earlier:
                self.started = earlier
                for case in ids:
                    (folder / NOT_RUN / f"{case}.json").unlink(missing_ok=True)
                self._keep({**kept(folder), **self._facts()})
            elif earlier != self.started:
                for old in (CASES, ATTEMPTS, QUESTIONS, NOT_RUN, TESTS, TRANSCRIPTS):
                    shutil.rmtree(folder / old, ignore_errors=True)
                self._keep(self._facts())
            facts = kept(folder)
            self._keep({**facts, "asked": sorted({*listed(facts, "asked"), *ids})})

    def _facts(self) -> dict[str, Any]:
        facts = {
            "started": self.started,
            "run": run_json(self._info(self.started, None)),
            "identity": dict(self.identity),
        }
        masked: dict[str, Any] = json.loads(self._mask(json.dumps(facts)))
        return masked

    def leave_out(self, info: CaseInfo, reason: str) -> None:
        """Keep it that a case was asked for and is not run."""
        row, why = info.row, self._mask(reason)
        self.not_run[row.id] = why
        case = NotRun(row.id, row.title, row.block, row.role, why)
        write_not_run(self.options.results, case)

    def record_error(self, info: CaseInfo, reason: str, *, begun: bool = True) -> None:
        """Keep an ERROR for a case that never came to its own end.

        ``begun``: what is written of it is of this attempt, and makes room for the error.
        """
        row = info.row
        if not begun:
            set_aside(self.options.results, row.id)
        result = CaseResult(
            row.id, row.title, row.block, row.role, Verdict.ERROR, reason, 0.0, row.requirements
        )
        write_case(self.options.results, result, self._mask)

    def ended(self, info: CaseInfo) -> CaseEnded:
        """How a case has ended, by what is recorded: ERROR if nothing is."""
        found = ended(self.options.results, info.row)
        if found.verdict == LEFT_OUT:
            self.not_run[info.row.id] = found.reason
        return found

    def seen(self) -> None:
        """A case has ended: bring results.json up to date every now and then."""
        self.began = True
        began = time.monotonic()
        if began >= self._refresh_at:
            write_results(self.options.results, self._collect(None), self._mask)
            took = time.monotonic() - began
            self._refresh_at = began + max(_REFRESH, _RARELY * took)

    def is_over(self) -> bool:
        """Whether nothing was left to do of a run that has results."""
        return bool(self.options.goes_on) and any(self._cases.glob("*.json"))

    def finish(self) -> None:
        """Write results.json and every report, and ask the gate."""
        folder = self.options.results
        self.results = self._collect(self._finished())
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

    def _finished(self) -> datetime:
        """Now, or when the run came to its end to which nothing was added."""
        earlier = None if self.began else self._earlier
        return (earlier.finished if earlier else None) or datetime.now(UTC)

    @property
    def green(self) -> bool:
        """Whether every case has a result, and a good one, those of before this run too."""
        results = self.results
        if results is None or results.run.finished is None or results.not_run or results.problems:
            return False
        return all(each.green for each in (*results.cases, *results.tests))

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
        """What there is; a run of which a case is missing has not come to its end."""
        folder = self.options.results
        began = started(folder) or self.started
        results = collect(folder, self._info(began, finished))
        told_of = {case.sut for case in (*results.cases, *results.not_run)} or set(self.suts)
        results = replace(results, run=self._info(began, finished, told_of))
        if results.tests and not (results.cases or results.not_run):
            results = replace(results, run=replace(results.run, selection=NO_CASE))
        if finished is None:
            return results
        if missing(listed(kept(folder), "asked"), results):
            results = replace(results, run=replace(results.run, finished=None))
        return with_own_exchanges(results)

    def asks_questions(self, worker: str) -> bool:
        """Whether the questions are this process's to ask, now that its cases are over.

        ``worker``: its name, of several; the first one asks, what its cases left out or not.
        """
        mine = worker == "gw0" or (not worker and not self.left)
        whole = self._has_cases and self.options.selection == ALL and self.options.shard[0] == 1
        return self.options.questions and mine and whole and not self.options.last_failed

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
            selection=self._selection,
            shard=self.options.shard_name,
            identity=dict(self.identity),
            sut_version=", ".join(sut.version for sut in suts if sut.version),
            fault=self.options.fault,
            variant=self.options.variant,
            descriptions=self.options.descriptions,
            fail_on_warnings=self.options.fail_on_warnings,
        )

    @cached_property
    def _earlier(self) -> RunInfo | None:
        """The run in the folder as it was when this process began, if this one goes on with it."""
        if not self.options.goes_on or not started(self.options.results):
            return None
        try:
            return read_results(self.options.results).run
        except ResultsError:
            return None

    @cached_property
    def _selection(self) -> str:
        facts, earlier = kept(self.options.results), self._earlier
        asked, whole = listed(facts, "asked"), False
        if earlier is not None:
            results = collect(self.options.results, earlier)
            whole = not missing(asked, results) if asked else earlier.finished is not None
        return selected(earlier, self.options.selection, whole=whole)

    @property
    def _mask(self) -> Mask:
        return masker([secret for sut in self.suts.values() for secret in sut.secrets])
