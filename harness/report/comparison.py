"""Two runs beside each other: what became better, worse, or is new."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from harness.evidence.results import CaseResult, NotRun, Results, case_order
from harness.evidence.verdict import Severity, Stage, Validation, Verdict
from harness.report.document import BAD, DIM, GOOD, Cell, Document, Section, cells, tones
from harness.report.tally import facts, flaws

NOT_RUN, ABSENT = "NOT RUN", "-"


class Kind(StrEnum):
    """What became of a case. ``WORSE`` and ``GONE`` are what a gate does not let through."""

    WORSE = "worse"
    GONE = "not judged any more"
    NEW = "new"
    BETTER = "better"
    OTHERWISE = "otherwise"
    SAME = "same"


@dataclass(frozen=True)
class Change:
    """One case in both runs; ``before`` and ``after``: its verdict, NOT RUN, or "-"."""

    id: str
    title: str
    kind: Kind
    before: str
    after: str
    why: tuple[str, ...] = ()


@dataclass(frozen=True)
class Comparison:
    """Every case of either run, in catalogue order; ``flaws`` make the later run no evidence.

    ``differences``: what else the two runs do not have in common, in words.
    """

    before: Results
    after: Results
    changes: tuple[Change, ...]
    differences: tuple[str, ...]
    flaws: tuple[str, ...]

    def of(self, kind: Kind) -> list[Change]:
        """The changes of one kind."""
        return [change for change in self.changes if change.kind is kind]

    @property
    def nothing_got_worse(self) -> bool:
        """Whether a gate may let the later run through."""
        return not (self.flaws or self.of(Kind.WORSE) or self.of(Kind.GONE))


#: A case that applies and passes shows most; a breach that is shown is worst.
_RANK = {
    Verdict.PASS: 2,
    Verdict.NOT_APPLICABLE: 1,
    Verdict.INCONCLUSIVE: 0,
    Verdict.ERROR: 0,
    Verdict.FAIL: -1,
}
#: Most reasons that are given for a case.
_MOST = 3


def compare_runs(before: Results, after: Results, *, common: bool = False) -> Comparison:
    """What became of each case; ``common``: of those alone that both runs have."""
    earlier, later = _states(before), _states(after)
    ids = sorted({*earlier, *later}, key=case_order)
    if common:
        ids = [each for each in ids if each in earlier and each in later]
    changes = tuple(_change(each, earlier.get(each), later.get(each)) for each in ids)
    return Comparison(before, after, changes, tuple(_differences(before, after)), _flaws(after))


_State = CaseResult | NotRun


def _states(results: Results) -> Mapping[str, _State]:
    return {each.id: each for each in (*results.not_run, *results.cases)}


def _flaws(after: Results) -> tuple[str, ...]:
    unfinished = [] if after.run.finished else ["the later run did not come to its end"]
    unusable = [f"result not usable: {problem}" for problem in after.problems]
    return (*unfinished, *unusable)


def _change(case_id: str, before: _State | None, after: _State | None) -> Change:
    there = after or before
    title = there.title if there else ""
    kind, why = _kind(before, after)
    return Change(case_id, title, kind, _name(before), _name(after), tuple(why[:_MOST]))


def _name(state: _State | None) -> str:
    if state is None:
        return ABSENT
    return NOT_RUN if isinstance(state, NotRun) else state.verdict.value


def _kind(before: _State | None, after: _State | None) -> tuple[Kind, list[str]]:
    if not isinstance(after, CaseResult):
        gone = isinstance(before, CaseResult)
        return (Kind.GONE if gone else Kind.SAME), [after.reason] if after else []
    if not isinstance(before, CaseResult):
        return Kind.NEW, [after.reason]
    return _of_both(before, after)


def _of_both(before: CaseResult, after: CaseResult) -> tuple[Kind, list[str]]:
    """By verdict, and within one by the single checks: what held and does not, or the reverse."""
    worse, better = _no_longer(before, after), _no_longer(after, before)
    if before.verdict is after.verdict:
        if worse:
            breaches = not after.verdict.green and any(map(_is_failure, worse))
            return Kind.WORSE if breaches else Kind.OTHERWISE, [v.sentence() for v in worse]
        if better:
            mended = not after.verdict.green and any(map(_is_failure, better))
            kind = Kind.BETTER if mended else Kind.OTHERWISE
            return kind, [f"holds now: {_where(v)}" for v in better]
        same = after.verdict.green or _broken(before).keys() == _broken(after).keys()
        return (Kind.SAME if same else Kind.OTHERWISE), [after.reason]
    if _RANK[after.verdict] < _RANK[before.verdict]:
        return Kind.WORSE, [after.reason, *(v.sentence() for v in worse)]
    if after.verdict is Verdict.PASS:
        return Kind.BETTER, [before.reason]
    return Kind.OTHERWISE, [after.reason]


def _no_longer(before: CaseResult, after: CaseResult) -> list[Validation]:
    """The checks that held in the one and are broken in the other."""
    held = _keys(v for v in before.validations if v.ok) - _broken(before).keys()
    return [v for key, v in _broken(after).items() if key in held]


def _broken(case: CaseResult) -> dict[tuple[str, ...], Validation]:
    return {_key(v): v for v in case.validations if not v.ok and v.stage is not Stage.OWN}


def _keys(validations: Iterable[Validation]) -> set[tuple[str, ...]]:
    return {_key(v) for v in validations}


def _key(v: Validation) -> tuple[str, ...]:
    """Which check it is. A rule that held names no message; an array may be longer next time."""
    if v.stage is Stage.RULE:
        return ("rule", v.step)
    return (v.step, v.message, re.sub(r"\[\d+\]", "[]", v.path))


def _is_failure(v: Validation) -> bool:
    return v.severity is Severity.FAILURE


def _where(v: Validation) -> str:
    return f"step {v.step}: {v.message} {v.path}".strip()


def _differences(before: Results, after: Results) -> Iterable[str]:
    """What is not the same about the runs, beside their times."""
    apart = ("Date", "Duration", "Clock of the cases")
    told = [(label, text) for label, text in facts(before) if label not in apart]
    now = dict(facts(after))
    for label, text in told:
        if text != now[label]:
            yield f"{label}: {text}, then {now[label]}"
    for flaw in flaws(before):
        yield f"of the earlier run: {flaw}"


# -- as a report

_ORDER = (Kind.WORSE, Kind.GONE, Kind.NEW, Kind.BETTER, Kind.OTHERWISE)
_TITLES = {
    Kind.WORSE: "Worse",
    Kind.GONE: "Not judged any more",
    Kind.NEW: "New",
    Kind.BETTER: "Better",
    Kind.OTHERWISE: "As red or as green as before, for another reason",
}
_TONES = {Kind.WORSE: BAD, Kind.GONE: BAD, Kind.BETTER: GOOD}


def outcome(comparison: Comparison) -> list[str]:
    """The comparison in lines for a terminal."""
    counts = Counter(change.kind for change in comparison.changes)
    told = ", ".join(f"{counts[kind]} {kind}" for kind in (*_ORDER, Kind.SAME))
    head = "nothing got worse" if comparison.nothing_got_worse else "WORSE"
    lines = [f"diff: {head} ({told})", *(f"  {flaw}" for flaw in comparison.flaws)]
    lines += [f"  not the same: {each}" for each in comparison.differences]
    for kind in _ORDER:
        lines += [_line(change) for change in comparison.of(kind)]
    return lines


def _line(change: Change) -> str:
    why = " ".join("; ".join(filter(None, change.why)).split())
    head = f"  {change.kind}: {change.id} {change.before} \u2192 {change.after}"
    return f"{head}: {why}" if why else head


def document(comparison: Comparison, reports: tuple[str, str] = ("", "")) -> Document:
    """As a report; ``reports``: where the HTML reports of both runs are, "" for nowhere."""
    head = "Nothing got worse" if comparison.nothing_got_worse else "Something got worse"
    sections = [_runs(comparison), _counts(comparison)]
    sections += [
        _section(kind, comparison.of(kind), reports) for kind in _ORDER if comparison.of(kind)
    ]
    return Document(f"Two runs compared: {head.lower()}", tuple(sections), comparison.flaws)


def _runs(comparison: Comparison) -> Section:
    now = dict(facts(comparison.after))
    rows = [cells(label, text, now[label]) for label, text in facts(comparison.before)]
    flawed = [f"Of the earlier run: {flaw}." for flaw in flaws(comparison.before)]
    return Section("The runs", ("", "Earlier", "Later"), tuple(rows), " ".join(flawed))


def _counts(comparison: Comparison) -> Section:
    rows: list[tuple[Cell, ...]] = []
    before = Counter(change.before for change in comparison.changes)
    after = Counter(change.after for change in comparison.changes)
    for name in (*(v.value for v in Verdict), NOT_RUN, ABSENT):
        if before[name] or after[name]:
            rows.append((*tones((name,)), *cells(str(before[name]), str(after[name]))))
    return Section("Verdicts", ("", "Earlier", "Later"), tuple(rows))


def _section(kind: Kind, changes: list[Change], reports: tuple[str, str]) -> Section:
    head = ("Case", "Earlier", "Later", "Title", "Why")
    rows = tuple(_row(change, reports) for change in changes)
    return Section(f"{_TITLES[kind]} ({len(changes)})", head, rows)


def _row(change: Change, reports: tuple[str, str]) -> tuple[Cell, ...]:
    before, after = (f"{each}#{change.id}" if each else "" for each in reports)
    verdicts = tones((change.before, change.after))
    linked = [
        Cell(cell.text, cell.tone, link if cell.text not in (NOT_RUN, ABSENT) else "")
        for cell, link in zip(verdicts, (before, after), strict=True)
    ]
    tone = _TONES.get(change.kind, DIM)
    return (
        Cell(change.id, tone),
        *linked,
        *cells(change.title, " ".join(filter(None, change.why))),
    )
