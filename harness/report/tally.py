"""Results grouped and counted, for every form of report."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from harness.evidence.causes import Cause
from harness.evidence.results import REAL, CaseResult, Results, RunInfo
from harness.evidence.values import duration
from harness.evidence.verdict import Severity, Stage, Validation, Verdict

DISCLAIMER = (
    "Results of an open conformance test harness. This is no certification and replaces none."
)

DECIDES_NO_CASE = "Asked beside the cases, of which they decide none."


@dataclass(frozen=True)
class Group:
    """The cases of one block and role, in order; ``heading`` is as in ``B_Provisioning_CSMS``."""

    heading: str
    cases: tuple[CaseResult, ...]


def groups(results: Results) -> list[Group]:
    """The cases by block and role, in catalogue order."""
    found: dict[str, list[CaseResult]] = {}
    for case in results.cases:
        found.setdefault(case.heading, []).append(case)
    return [Group(heading, tuple(cases)) for heading, cases in found.items()]


def own_tests(results: Results) -> list[Group]:
    """The tests of one's own by role, which are counted with no case."""
    found: dict[str, list[CaseResult]] = {}
    for test in results.tests:
        found.setdefault(test.heading, []).append(test)
    return [Group(heading, tuple(tests)) for heading, tests in found.items()]


def tally(cases: Iterable[CaseResult]) -> dict[Verdict, int]:
    """How many cases have each verdict, in the order of Verdict, zeros included."""
    counted = Counter(case.verdict for case in cases)
    return {verdict: counted[verdict] for verdict in Verdict}


def not_ok(case: CaseResult, severity: Severity) -> list[Validation]:
    """The validations of ``severity`` that did not hold, of what a page asks for."""
    told = (v for v in case.validations if v.stage is not Stage.OWN)
    return [v for v in told if not v.ok and v.severity is severity]


def axes(case: CaseResult) -> str:
    """What became of the page's steps, and which rules were broken, in words; "" of neither."""
    if not case.page:
        return ""
    page = f"the steps of the page: {case.page}"
    if case.page in ("passed", "not reached"):
        page = f"the steps of the page {'' if case.page == 'passed' else 'were '}{case.page}"
    return f"{page}; broken: {', '.join(case.rules)}" if case.rules else f"{page}; no rule broken"


def along_axes(cases: Iterable[CaseResult]) -> str:
    """Both axes over all cases that were judged, in words; "" if there is none."""
    judged = [case for case in cases if case.page]
    pages = Counter(re.split(r" at |:", case.page)[0] for case in judged)
    told = ", ".join(f"{count} {page}" for page, count in sorted(pages.items()))
    broken = [case for case in judged if case.rules]
    for_rules = sum(case.page == "passed" for case in broken)
    if not judged:
        return ""
    rules = f"broken in {len(broken)}, of which {for_rules} passed their page" if broken else "held"
    return f"steps of the page: {told}; rules: {rules}"


def counted(cause: Cause) -> str:
    """How many cases show a cause, and how many of them fail for nothing else, in words."""
    cases, alone = len(cause.cases), len(cause.alone)
    shown = f"{cases} case{'' if cases == 1 else 's'}"
    return f"{shown}, {'all' if alone == cases else alone or 'none'} for nothing else"


def repeated(results: Results) -> list[CaseResult]:
    """The cases that were run more than once."""
    return [case for case in results.cases if case.attempts]


def attempts_in_words(case: CaseResult) -> str:
    """How often a case that was run more than once had each verdict."""
    counts = Counter(attempt.verdict for attempt in case.attempts)
    times = len(case.attempts)
    return ", ".join(f"{verdict} {count} of {times} times" for verdict, count in counts.items())


def flaws(results: Results) -> list[str]:
    """Why these results are not all that there should be."""
    unfinished = [] if results.run.finished else ["the run did not come to its end"]
    left_out = [f"{len(results.not_run)} case(s) NOT RUN"] if results.not_run else []
    unusable = (f"result not usable: {problem}" for problem in results.problems)
    return [*unfinished, *left_out, *unusable]


def facts(results: Results) -> list[tuple[str, str]]:
    """What a report says of the run, as label and text."""
    run = results.run
    return [
        ("System under test", run.sut),
        ("Version", run.sut_version or "not stated"),
        ("Description", ", ".join(run.descriptions) or "embedded"),
        ("Variant", run.variant or "none"),
        ("Fault", run.fault or "none"),
        ("Role", ", ".join(run.roles)),
        ("Date", f"{run.started:%Y-%m-%d %H:%M} UTC"),
        ("Duration", _duration(run)),
        ("Clock of the cases", _clock(results)),
        ("Harness version", run.harness_version),
        ("Specification", run.spec_edition),
        ("Selection", f"{run.selection}, shard {run.shard}" if run.shard else run.selection),
    ]


def _duration(run: RunInfo) -> str:
    if run.finished is None:
        return "not finished"
    return duration((run.finished - run.started).total_seconds())


def _clock(results: Results) -> str:
    spent = results.spent
    times = {"on it": spent.duration_s, "real": spent.real_s, "CPU": spent.cpu_s}
    if results.clock == REAL:
        del times["on it"]
    told = ", ".join(f"{duration(seconds)} {of}" for of, seconds in times.items())
    return f"{results.clock} ({told})"
