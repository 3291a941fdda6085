"""How a run goes, told and shown in the controlling process, whichever process the cases are in."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import pytest

from harness.live.facts import CaseBegan, CaseEnded, RunBegan, RunEnded, Served
from harness.run.run import Run
from harness.views.case_lines import Calls, write_case, write_reason
from harness.views.status_line import StatusLine, terminal_of

if TYPE_CHECKING:
    from harness.live.so_far import SoFar
    from harness.views.board import Board

#: Under which a report holds how its case has ended.
_ENDED = "ocpp_ended"


def note(report: pytest.TestReport, ended: CaseEnded) -> None:
    """Have the report say how its case has ended; it does so after its way from a worker too."""
    vars(report)[_ENDED] = asdict(ended)


def ended_in(report: pytest.TestReport | pytest.CollectReport) -> CaseEnded | None:
    """How the case has ended, if the report says so."""
    told = vars(report).get(_ENDED)
    return CaseEnded(**told) if told else None


def has_lines(config: pytest.Config) -> bool:
    """Whether each case gets a line of its own, in place of the letters and words of pytest."""
    return config.get_verbosity() == 0


class Progress:
    """Tells of the cases as pytest comes to them, and shows how it goes where pytest writes."""

    def __init__(self, run: Run, config: pytest.Config, *, live: bool) -> None:
        self._run = run
        self._config = config
        self._so_far = run.live.so_far
        self._begun = False
        self._status: StatusLine | None = None
        # The page of an operator shows the run too.
        served = any(sut.operator.asks_by("web") for sut in run.suts.values())
        self._board = _board(self._so_far) if live and not served else None

    @property
    def _reporter(self) -> Any:
        return self._config.pluginmanager.get_plugin("terminalreporter")

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: list[str]) -> None:
        """Every worker has collected the same."""
        self._begin([each for each in ids if _id_of(each)], len(ids))

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """No more cases come, and nothing is captured."""
        names = [item.nodeid for item in session.items]
        self._begin([each for each in names if _id_of(each)], len(names))

    def _begin(self, cases: list[str], tests: int) -> None:
        if not cases:
            return
        self._run.live.tell(RunBegan(self._run.systems, len(cases)))
        if not self._begun:
            self._begun = True
            self._show_on_terminal(tests == len(cases))
            self._serve()

    def _show_on_terminal(self, cases_alone: bool) -> None:
        reporter = self._reporter
        if reporter is None:
            return
        if has_lines(self._config) and cases_alone:
            # Where each case has its line, its file needs none.
            reporter.showfspath = False
        # What is told while output is captured goes to where pytest itself writes.
        file = terminal_of(reporter._tw._file)
        if file.isatty() and self._has_last_line:
            self._status = StatusLine(self._so_far, file)
            self._run.live.listen(self._status.hear)
            self._run.live.listen(Calls(self._status.say, waits=False, codes=True).hear)
            return
        start = "" if has_lines(self._config) else "\n"

        def say(text: str) -> None:
            file.write(f"{start}{text}\n")
            file.flush()

        self._run.live.listen(Calls(say, waits=True, codes=file.isatty()).hear)

    def _serve(self) -> None:
        if self._board is None:
            return
        try:
            self._board.start()
        except OSError as error:
            raise pytest.UsageError(f"--live: the page cannot be opened: {error}") from error
        self._run.live.listen(self._board.hear)
        self._run.live.tell(Served(self._board.url, afar=False))

    @property
    def _has_last_line(self) -> bool:
        """Whether nobody else writes while a test runs."""
        option = self._config.option
        captured = option.capture != "no" and not self._config.getini("log_cli")
        return captured and not option.usepdb and has_lines(self._config)

    @pytest.hookimpl(trylast=True)
    def pytest_runtest_logstart(self, nodeid: str, location: tuple[str, int | None, str]) -> None:
        """A case begins, here or in a worker."""
        case_id = _id_of(nodeid)
        if case_id:
            page = (self._config.rootpath / location[0]).with_suffix(".yaml")
            self._run.live.tell(CaseBegan(case_id, page, beside=self._is_shared_out))
        self._show()

    @property
    def _is_shared_out(self) -> bool:
        """Whether several cases run at once, so that none is the current one."""
        return bool(getattr(self._config.option, "numprocesses", None))

    def followed(self, report: pytest.TestReport) -> Generator[None]:
        """Around a report: pytest writes meanwhile, and after it the line of the case."""
        self._hide()
        yield
        ended = ended_in(report)
        if ended is not None:
            self._run.seen()
            self._run.live.tell(ended)
            if self._reporter and has_lines(self._config):
                write_case(self._reporter, self._so_far, ended)
            elif self._reporter and self._config.get_verbosity() > 0:
                write_reason(self._reporter, ended)
        elif dict(report.user_properties).get("verdict"):
            self._run.seen()
        self._show()

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_logfinish(self) -> Generator[None]:
        """pytest may write."""
        self._hide()
        yield
        if self._is_shared_out:
            self._show()

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self) -> None:
        """The last lines are pytest's."""
        self._run.live.tell(RunEnded())
        if self._status is not None:
            self._status.close()
        if self._board is not None and self._begun:
            self._board.stop()

    def _show(self) -> None:
        if self._status is not None:
            self._status.show()

    def _hide(self) -> None:
        if self._status is not None:
            self._status.hide()


def _board(so_far: SoFar) -> Board:
    from harness.views.board import Board  # an HTTP server, which few runs need

    return Board(so_far, hands=False)


def _id_of(nodeid: str) -> str:
    """The id of the case that a test is: its name; "" for any other test."""
    name = nodeid.rpartition("::")[2]
    return name.removeprefix("test_").upper() if name.startswith("test_tc_") else ""
