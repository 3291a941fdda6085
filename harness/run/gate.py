"""The gate: lets a run through, or not, given what is known not to pass. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import IntEnum

from harness.evidence.causes import explained, shown_by
from harness.evidence.results import CaseResult, Results
from harness.evidence.verdict import Verdict
from harness.run.known import Known


class ExitCode(IntEnum):
    """Exit codes of the gate, with the meanings pytest gives them."""

    GREEN = 0
    RED = 1
    INTERRUPTED = 2
    INTERNAL = 3
    USAGE = 4
    NOTHING_RUN = 5


@dataclass(frozen=True)
class GateOutcome:
    """What the gate says: ``red`` closes it, ``notes`` are only shown. One line of text each."""

    red: tuple[str, ...]
    notes: tuple[str, ...] = ()
    nothing_run: bool = False

    @property
    def green(self) -> bool:
        """Whether the run may pass."""
        return not self.red

    @property
    def lines(self) -> tuple[str, ...]:
        """The outcome and its explanation, for people."""
        head = "gate: green" if self.green else "gate: RED"
        return (head, *(f"  red: {text}" for text in self.red), *(f"  {n}" for n in self.notes))

    @property
    def exit_code(self) -> ExitCode:
        """GREEN, RED, or NOTHING_RUN for a run without a single case."""
        if self.nothing_run:
            return ExitCode.NOTHING_RUN
        return ExitCode.GREEN if self.green else ExitCode.RED


def gate(
    results: Results, known: Sequence[Known], today: date, *, questions: bool = False
) -> GateOutcome:
    """Green if every case is green or known not to be, and every listing is still needed.

    A listed cause excuses a case if all that the case shows is listed. A listing of the other role,
    or outside a partial selection, is not judged. ``questions``: those of the run's own must be
    green too.
    """
    states = _red_states(results)
    listed = {entry.id: entry for entry in known if entry.id}
    causes = {e.cause: e for e in known if e.cause and today <= e.expires}
    excused = [each for each in states if each.id not in listed and each.excused_by(causes)]
    unlisted = [each for each in states if each.id not in listed and each not in excused]
    notes: list[str] = []
    stale: list[str] = []
    for entry in known:
        shown = [each for each in states if each.id == entry.id or entry.cause in each.causes]
        if today > entry.expires and shown:
            stale.append(_expired(entry, shown[0]))
        elif shown:
            notes += _known(entry, shown, excused)
        else:
            stale += _wider(entry, states) or _needless(entry, results)
    red = [
        *_flaws(results),
        *(each.line + _known_of_it(each, causes) for each in unlisted),
        *(_unanswered(results) if questions else ()),
        *stale,
    ]
    return GateOutcome(tuple(red), tuple(notes), nothing_run=not (results.cases or results.tests))


@dataclass(frozen=True)
class _RedState:
    """A case that is not green: its verdict, or NOT RUN, and why.

    ``causes``: the ids of those that it shows; ``explained``: whether they are all that is wrong.
    """

    id: str
    name: str
    reason: str
    causes: tuple[str, ...] = ()
    explained: bool = False

    @property
    def line(self) -> str:
        return f"{self.id} {self.name}: {_one_line(self.reason)}"

    def excused_by(self, causes: Mapping[str, Known]) -> bool:
        return self.explained and all(cause in causes for cause in self.causes)


def _red_states(results: Results) -> list[_RedState]:
    strict = results.run.fail_on_warnings
    red = [_red_state(case, strict) for case in results.cases if not case.green]
    red += [_RedState(each.id, "NOT RUN", each.reason) for each in results.not_run]
    own = (test for test in results.tests if not test.green)
    return [*red, *(_RedState(test.id, test.verdict, test.reason) for test in own)]


def _red_state(case: CaseResult, fail_on_warnings: bool) -> _RedState:
    return _RedState(
        case.id,
        case.verdict,
        case.reason,
        shown_by(case, fail_on_warnings=fail_on_warnings),
        explained(case, fail_on_warnings=fail_on_warnings),
    )


def _known(entry: Known, shown: Sequence[_RedState], excused: Sequence[_RedState]) -> Iterator[str]:
    """What a listing that is needed excuses, and which cases have joined its cause."""
    why = f"{entry.reason} ({entry.link}), until {entry.expires}"
    if entry.id:
        yield f"known: {entry.id} {shown[0].name}: {why}"
        return
    theirs = [each for each in shown if each in excused]
    yield f"known: {entry.name}, which excuses {len(theirs)} of {len(shown)} case(s): {why}"
    for each in shown:
        if each.id not in entry.cases:
            yield f"joined: {each.id} {each.name} shows {entry.name}, which does not list it"


def _known_of_it(state: _RedState, causes: Mapping[str, Known]) -> str:
    """What a case shows that is listed, where that is not all."""
    known = [f"'{cause}'" for cause in state.causes if cause in causes]
    return f"; known of it: {', '.join(known)}" if known else ""


def _unanswered(results: Results) -> list[str]:
    """What is wrong with the run's own questions."""
    if results.run.complete and not results.questions:
        return ["the run's own questions were not asked"]
    return [
        f"question {each.id} ({each.sut}) {each.verdict}: {_one_line(each.reason)}"
        for each in results.questions
        if not each.verdict.green
    ]


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _flaws(results: Results) -> list[str]:
    """What makes the run as a whole no evidence."""
    flaws = [f"result not usable: {_one_line(problem)}" for problem in results.problems]
    if results.run.finished is None:
        flaws.append("the run did not come to its end")
    if not (results.cases or results.tests):
        flaws.append("no case was run")
    elif (
        results.cases
        and results.run.complete
        and all(case.verdict is Verdict.NOT_APPLICABLE for case in results.cases)
    ):
        flaws.append("not one case was applicable: see the declared features")
    return flaws


def _expired(entry: Known, state: _RedState) -> str:
    return (
        f"{entry.name}{f' {state.name}' if entry.id else ''}: its listing as known"
        f" (line {entry.line}) expired on {entry.expires}: {_one_line(state.reason)}"
    )


def _wider(entry: Known, states: Sequence[_RedState]) -> list[str]:
    """What to write in place of a rule alone, which causes were called by once."""
    shown = {each for state in states for each in state.causes}
    narrower = sorted(each for each in shown if entry.cause and each.startswith(f"{entry.cause} "))
    if not narrower:
        return []
    instead = ", ".join(f"'{each}'" for each in narrower)
    return [
        f"{entry.name} is listed as known (line {entry.line}) but is a rule alone, and a cause says"
        f" in which message and field: list what is known of {instead}"
    ]


def _needless(entry: Known, results: Results) -> Iterator[str]:
    """Why a listing that excuses nothing has to go, if it has."""
    ran = {case.id: case.verdict for case in results.cases if case.id in entry.of_cases}
    due = [each for each in entry.of_cases if each.rsplit("_", 1)[1] in results.run.roles]
    listed = f"{entry.name} is listed as known (line {entry.line}) but"
    if entry.id and ran:
        yield f"{listed} is {ran[entry.id]}: remove it"
    elif not ran and due and results.run.complete:
        yield f"{listed} was not run: remove it"
    elif ran and (results.run.complete or len(ran) == len(due)):
        yield f"{listed} no case shows it: remove it"
