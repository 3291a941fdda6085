"""Results by certification profile (Part 5), and by use case and requirement (Part 2)."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from harness.evidence.results import CaseResult, Results
from harness.evidence.verdict import Severity, Stage, Validation, Verdict
from harness.report.tally import tally
from harness.spec import catalogue
from harness.spec.catalogue import Row
from harness.spec.roles import Role

ROLLED_UP = (
    "Held is what a validation that names the requirement found right; in question is what broke"
    " where the page alone is cited; what no validation names is not exercised."
)

_CITED = re.compile(r"([A-Z]\d\d)\.FR\.(\d+)(?:-(\d+))?")


class State(StrEnum):
    """What the run knows of a requirement.

    ``QUESTIONED``: what broke is told of the page alone, which cites it among others.
    """

    BROKEN = "broken"
    QUESTIONED = "in question"
    HELD = "held"
    NOT_EXERCISED = "not exercised"


@dataclass(frozen=True)
class Requirement:
    """A requirement of Part 2; ``cases``: those that broke, questioned or showed it."""

    id: str
    state: State
    cases: tuple[str, ...]

    @property
    def number(self) -> str:
        """Within its use case: FR.01."""
        return self.id.partition(".")[2]


@dataclass(frozen=True)
class UseCase:
    """A use case of Part 2 and its requirements, as far as cases of the run are about them."""

    id: str
    requirements: tuple[Requirement, ...]

    def in_state(self, state: State) -> tuple[Requirement, ...]:
        """The requirements of which the run knows this."""
        return tuple(each for each in self.requirements if each.state is state)


@dataclass(frozen=True)
class Profile:
    """A certification profile for one role: verdicts of its cases, and which were not run."""

    name: str
    role: Role
    verdicts: Mapping[Verdict, int]
    not_run: int
    red: tuple[str, ...]

    @property
    def state(self) -> str:
        """Held only if all of its cases were run, and one at least was judged."""
        if self.red:
            return "broken"
        if self.not_run:
            return "not shown"
        return "held" if self.verdicts[Verdict.PASS] else "not exercised"


def profiles(results: Results) -> list[Profile]:
    """Every certification profile that has a case in these results, by role."""
    cases = {case.id: case for case in results.cases}
    rows = list(catalogue.load().values())
    return [
        _profile(name, role, [row for row in rows if row.role is role and _is_of(row, name)], cases)
        for role in _roles(results)
        for name in catalogue.profiles()
        if any(row.id in cases and row.role is role and _is_of(row, name) for row in rows)
    ]


def _is_of(row: Row, name: str) -> bool:
    return any(entry.profile == name for entry in row.certification)


def _profile(
    name: str, role: Role, rows: Sequence[Row], cases: Mapping[str, CaseResult]
) -> Profile:
    ran = [cases[row.id] for row in rows if row.id in cases]
    red = tuple(case.id for case in ran if not case.green)
    return Profile(name, role, tally(ran), len(rows) - len(ran), red)


def _roles(results: Results) -> list[Role]:
    return [role for role in Role if any(case.sut is role for case in results.cases)]


def use_cases(results: Results, role: Role) -> list[UseCase]:
    """The use cases that the cases of a role are about, with all requirements that they cite.

    A requirement is held only where a validation that names it judged something and found it right;
    what a case cites as a whole shows nothing of one of them.
    """
    cases = [case for case in results.cases if case.sut is role]
    found = _Findings.of(cases, fail_on_warnings=results.run.fail_on_warnings)
    due = {each for case in cases for each in cited(", ".join(case.requirements))}
    by_use_case: dict[str, list[Requirement]] = defaultdict(list)
    for each in sorted({*due, *found.shown, *found.broken}):
        by_use_case[each.partition(".")[0]].append(found.requirement(each))
    return [UseCase(name, tuple(each)) for name, each in by_use_case.items()]


@dataclass(frozen=True)
class _Findings:
    """Cases by the requirement that they showed, broke, or put in question."""

    shown: Mapping[str, list[str]]
    broken: Mapping[str, list[str]]
    questioned: Mapping[str, list[str]]

    @classmethod
    def of(cls, cases: Iterable[CaseResult], *, fail_on_warnings: bool) -> _Findings:
        found = cls(defaultdict(list), defaultdict(list), defaultdict(list))
        for case in cases:
            for validation in case.validations:
                counts = validation.severity is Severity.FAILURE or fail_on_warnings
                if validation.stage is Stage.OWN or not (validation.ok or counts):
                    continue
                for name in cited(validation.requirement):
                    _note(found._for(validation), name, case.id)
        return found

    def _for(self, validation: Validation) -> Mapping[str, list[str]] | None:
        if validation.of_page:
            return None if validation.ok else self.questioned
        return self.shown if validation.ok else self.broken

    def requirement(self, name: str) -> Requirement:
        for state, cases in (
            (State.BROKEN, self.broken),
            (State.QUESTIONED, self.questioned),
            (State.HELD, self.shown),
        ):
            if name in cases:
                return Requirement(name, state, tuple(cases[name]))
        return Requirement(name, State.NOT_EXERCISED, ())


def _note(found: Mapping[str, list[str]] | None, name: str, case_id: str) -> None:
    if found is not None and case_id not in found[name]:
        found[name].append(case_id)


def cited(requirement: str) -> Iterator[str]:
    """The requirements of Part 2 that a citation names: ``B06.FR.01-03`` are three."""
    for use_case, first, last in _CITED.findall(requirement):
        for number in range(int(first), int(last or first) + 1):
            yield f"{use_case}.FR.{number:0{len(first)}}"
