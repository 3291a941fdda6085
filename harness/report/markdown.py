"""results.md: a table per block and role, totals, and for each red case what went wrong."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from urllib.parse import quote

from harness.evidence.results import CaseResult, QuestionResult, Results
from harness.evidence.verdict import Severity, Validation, Verdict
from harness.report.page import anchor
from harness.report.rollup import ROLLED_UP, Requirement, State, profiles, use_cases
from harness.report.tally import (
    DECIDES_NO_CASE,
    DISCLAIMER,
    along_axes,
    attempts_in_words,
    axes,
    counted,
    facts,
    flaws,
    groups,
    not_ok,
    own_tests,
    repeated,
    tally,
)
from harness.report.text import printable, shown_pair
from harness.spec.roles import Role

#: Punctuation that Markdown, or GitHub's dialect of it, gives a meaning to inside a line.
_MEANING = re.compile(r"[\\`*_\[\]|~$]")
#: What makes the beginning of a line a heading, a list or a rule.
_OPENING = re.compile(r"^(\d+(?=[.)](?:\s|$))|(?=[-+#=:]))(.)")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}

#: Cases of one cause that are named.
_NAMED = 12

BOXES = {
    Verdict.PASS: "\u2611 PASS",
    Verdict.FAIL: "\u2610 FAIL",
    Verdict.INCONCLUSIVE: "\u2610 INCONCLUSIVE",
    Verdict.NOT_APPLICABLE: "\u2610 NOT APPLICABLE",
    Verdict.ERROR: "\u2610 ERROR",
}


def markdown(results: Results) -> str:
    """The report as Markdown (CommonMark with tables)."""
    sections = [
        _head(results),
        _causes(results),
        *(block(group.heading, group.cases) for group in groups(results)),
        *(block(group.heading, group.cases) for group in own_tests(results)),
        totals(results),
        _along(results),
        _not_run(results),
        _repeated(results),
        _questions(results),
        *_details((*results.cases, *results.tests)),
        _warnings(results.cases),
        _profiles(results),
        *(_use_cases(results, role) for role in Role),
    ]
    return "\n".join(line for section in sections for line in section) + "\n"


def escaped(text: str) -> str:
    """``text`` so that Markdown shows it literally, on one line and inside a table cell."""
    safe = _OPENING.sub(r"\1\\\2", _MEANING.sub(r"\\\g<0>", printable(text)))
    return "".join(_ENTITIES.get(char, char) for char in safe)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """A table of Markdown and the empty line after it."""
    return [
        f"| {' | '.join(head)} |",
        f"|{'---|' * len(head)}",
        *(f"| {' | '.join(cells)} |" for cells in rows),
        "",
    ]


def _head(results: Results) -> list[str]:
    rows = [(label, escaped(text)) for label, text in facts(results)]
    return [
        "# OCPP conformance results",
        "",
        *table(("Run", ""), rows),
        f"{DISCLAIMER}",
        "",
        *(f"- **{escaped(flaw)}**" for flaw in flaws(results)),
        "",
    ]


def _causes(results: Results) -> list[str]:
    """What is wrong, told once each."""
    if not results.causes:
        return []
    rows = [
        (
            escaped(cause.id),
            escaped(counted(cause)),
            escaped(cause.told),
            escaped(_named(cause.cases)),
        )
        for cause in results.causes
    ]
    return ["## Causes", "", *table(("Cause", "Shown by", "What is wrong", "Cases"), rows)]


def _named(cases: Sequence[str]) -> str:
    """The first of them, and how many more there are."""
    more = len(cases) - _NAMED
    return ", ".join(cases[:_NAMED]) + (f" and {more} more" if more > 0 else "")


def block(heading: str, cases: Sequence[CaseResult]) -> list[str]:
    """A section with a row for each case."""
    rows = [(_plain(case.id), escaped(case.title), BOXES[case.verdict]) for case in cases]
    return [f"## {_plain(heading)}", "", *table(("Test Case ID", "Description", "Result"), rows)]


def _plain(heading: str) -> str:
    """A block's name as it is where it is only a name, so that its anchor is what one expects."""
    return heading if re.fullmatch(r"\w+", heading) else escaped(heading)


def totals(results: Results) -> list[str]:
    """A section with a row for each block and role: how many cases have each verdict."""
    rows: list[tuple[str, ...]] = [
        (_plain(group.heading), *map(str, tally(group.cases).values()), str(len(group.cases)))
        for group in groups(results)
    ]
    overall = [*map(str, tally(results.cases).values()), str(len(results.cases))]
    rows.append(("**Total**", *(f"**{count}**" for count in overall)))
    return ["## Totals", "", *table(("Block", *Verdict, "Cases"), rows)]


def _along(results: Results) -> list[str]:
    both = along_axes(results.cases)
    return [_sentence(both), ""] if both else []


def _not_run(results: Results) -> list[str]:
    """What was asked for and left out."""
    if not results.not_run:
        return []
    rows = [(each.id, escaped(each.title), escaped(each.reason)) for each in results.not_run]
    return ["## Not run", "", *table(("Test Case ID", "Description", "Reason"), rows)]


def _repeated(results: Results) -> list[str]:
    """What was run more than once, and whether its verdict was the same."""
    cases = repeated(results)
    if not cases:
        return []
    head = ("Test Case ID", "Verdicts", "Stable", "Transcripts")
    rows = [
        (c.id, attempts_in_words(c), "no" if c.unstable else "yes", _transcripts(c)) for c in cases
    ]
    return ["## Run more than once", "", *table(head, rows)]


def _transcripts(case: CaseResult) -> str:
    links = [
        f"[{n}]({quote(a.transcript)})" for n, a in enumerate(case.attempts, 1) if a.transcript
    ]
    return ", ".join(links)


def _questions(results: Results) -> list[str]:
    """What the run asked beside the cases."""
    if not results.questions:
        return []
    head = ("Question", "Role", "Asked", "Result", "Reason")
    rows = [
        (escaped(q.title), q.sut, escaped(q.asked), BOXES[q.verdict], escaped(_why(q)))
        for q in results.questions
    ]
    broken = [v for q in results.questions for v in q.validations if not v.ok]
    title = ["## The run's own questions", "", DECIDES_NO_CASE, ""]
    return [*title, *table(head, rows), *_validations(broken)]


def _why(question: QuestionResult) -> str:
    warned = "; ".join(v.sentence() for v in question.warnings)
    return question.reason or warned


def _details(cases: Sequence[CaseResult]) -> Iterable[list[str]]:
    red = [case for case in cases if not case.verdict.green]
    if red:
        yield ["## What went wrong", ""]
    for case in red:
        yield [
            f"### {_plain(case.id)}: {case.verdict}",
            "",
            escaped(case.title),
            "",
            f"Reason: {escaped(case.reason) or 'none given'}",
            "",
            *_axes(case),
            *_validations(not_ok(case, Severity.FAILURE), case.id),
            *_evidence(case),
        ]


def _axes(case: CaseResult) -> list[str]:
    return [_sentence(axes(case)), ""] if case.page else []


def _sentence(words: str) -> str:
    return escaped(words[:1].upper() + words[1:]) + "."


def _validations(validations: Sequence[Validation], case_id: str = "") -> list[str]:
    if not validations:
        return []
    head = ("Step", "Message and field", "Expected", "Actual", "Requirement")
    return table(head, [_validation(v, case_id) for v in validations])


def _validation(v: Validation, case_id: str) -> list[str]:
    expected, actual = shown_pair(v.expected, v.actual)
    note = f" ({v.note})" if v.note else ""
    note += f" (asked at {v.asked_at})" if v.asked_at else ""
    cells = (f"{v.message} {v.path}", expected, actual + note, v.requirement)
    place = anchor(case_id, v) if case_id else ""
    step = escaped(v.step)
    linked = f"[{step}](results.html#{quote(case_id)}-{place})" if place else step
    return [linked, *(escaped(cell) for cell in cells)]


def _evidence(case: CaseResult) -> list[str]:
    links = [f"[diagram and frames](results.html#{quote(case.id)})"]
    if case.transcript:
        links.append(f"[transcript]({quote(case.transcript)})")
    return [", ".join(links), ""]


def _warnings(cases: Sequence[CaseResult]) -> list[str]:
    """Legal behaviour that is known to upset other systems, of whatever verdict the case is."""
    lines: list[str] = []
    for case in cases:
        warnings = not_ok(case, Severity.WARNING)
        if warnings:
            lines += [f"### {case.id}: warnings", "", *_validations(warnings), *_evidence(case)]
    return ["## Warnings", "", *lines] if lines else []


def _profiles(results: Results) -> list[str]:
    """What is known of each certification profile."""
    rows = [
        (
            escaped(each.name),
            each.role,
            *map(str, each.verdicts.values()),
            str(each.not_run),
            f"{each.state}: {escaped(_named(each.red))}" if each.red else each.state,
        )
        for each in profiles(results)
    ]
    head = ("Profile", "Role", *Verdict, "not run", "Profile is")
    return ["## Certification profiles", "", *table(head, rows)] if rows else []


def _use_cases(results: Results, role: Role) -> list[str]:
    """What is known of each requirement that the cases of a role are about."""
    rows = [
        (each.id, *(_requirements(each.in_state(state)) for state in State))
        for each in use_cases(results, role)
    ]
    title = [f"## Requirements of Part 2: {role}", "", ROLLED_UP, ""]
    return [*title, *table(("Use case", *State), rows)] if rows else []


def _requirements(those: Sequence[Requirement]) -> str:
    """Their numbers, with the cases that broke them or put them in question."""
    told = (State.BROKEN, State.QUESTIONED)
    return ", ".join(
        f"{each.number} ({escaped(_named(each.cases))})" if each.state in told else each.number
        for each in those
    )
