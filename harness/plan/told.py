"""A plan as text and as data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from harness.evidence.values import duration
from harness.plan.planned import Planned, Total, total


def lines(cases: Sequence[Planned]) -> Iterator[str]:
    """The plan, line by line: each case, then totals by block and certification profile."""
    for each in sorted(cases, key=lambda case: case.id):
        yield f"{each.id:<14} {_case(each)}"
    yield ""
    yield from _totals("block", cases, lambda case: [case.info.row.block])
    yield ""
    yield from _totals("certification profile", cases, _profiles)
    yield ""
    whole = total(cases)
    yield _sum("total", whole)
    for name, count in sorted(whole.needs.items()):
        yield f"  {name}: needed by {count} case(s)"
    if doubtful := [each.id for each in cases if each.doubt]:
        yield f"more may be asked by {', '.join(doubtful)}, whose rehearsal did not pass"


def _case(case: Planned) -> str:
    if case.excluded:
        return f"does not apply: {case.excluded}"
    if case.withheld:
        return f"NOT RUN: {case.withheld}"
    asked = ", ".join(_counted(case.asked)) or "nothing"
    without = ", and can do without" if case.alone and case.asked else ""
    doubt = f"; its rehearsal did not pass: {case.doubt}" if case.doubt else ""
    return f"{duration(case.seconds):>11}  asks for {asked}{without}{doubt}"


def _counted(asked: Sequence[str]) -> list[str]:
    return [name if times == 1 else f"{times} {name}" for name, times in Counter(asked).items()]


def _totals(
    title: str, cases: Sequence[Planned], groups: Callable[[Planned], Sequence[str]]
) -> Iterator[str]:
    yield f"by {title}:"
    for name in sorted({group for case in cases for group in groups(case)}):
        yield f"  {_sum(name, total(each for each in cases if name in groups(each)))}"


def _profiles(case: Planned) -> Sequence[str]:
    return [entry.profile for entry in case.info.row.certification] or ["no profile"]


def _sum(name: str, of: Total) -> str:
    left_out = f", {of.withheld} NOT RUN" if of.withheld else ""
    return (
        f"{name}: {of.apply} of {of.cases} cases apply{left_out};"
        f" {of.alone} run without an operator; {duration(of.seconds)} at least"
    )


def data(cases: Sequence[Planned]) -> list[dict[str, Any]]:
    """The plan as JSON has it, a case each; times in seconds."""
    return [
        {
            "id": each.id,
            "applies": not each.excluded,
            "why_not": each.excluded or each.withheld,
            "runs": each.runs,
            "hands": list(each.hands),
            "facts": list(each.facts),
            "without_operator": each.runs and each.alone,
            "seconds": round(each.seconds, 1),
            "doubt": each.doubt,
        }
        for each in sorted(cases, key=lambda case: case.id)
    ]
