"""What judging a run again has shown: as a document, and as data for each validation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from harness.evidence.results import Results
from harness.evidence.verdict import Verdict
from harness.rejudge.judge import Review, Reviewed
from harness.report.document import Cell, Document, Section, cells, tones

SAME, CHANGED, CANNOT = "the same", "changed", "cannot be judged again"


def state(reviewed: Reviewed) -> str:
    """What became of a validation, in a word or four."""
    if reviewed.now is None:
        return CANNOT
    return CHANGED if reviewed.why else SAME


def lines(reviews: Sequence[Review]) -> list[str]:
    """What changed, for a terminal."""
    judged = [r for review in reviews for r in review.reviewed]
    counts = Counter(map(state, judged))
    told = ", ".join(f"{counts[name]} {name}" for name in (SAME, CHANGED, CANNOT))
    changed = [review for review in reviews if review.verdict_changed]
    head = (
        f"rejudge: {len(changed)} of {len(reviews)} verdicts change; of {len(judged)} validations"
    )
    found = [f"{head}: {told}"]
    for review in changed:
        found.append(f"  {_verdicts(review)}: {_why(review)}")
    for review in reviews:
        for each in review.reviewed:
            if each.changed and not review.verdict_changed:
                found.append(f"  {review.case.id}: {each.why}: {each.validation.sentence()}")
    return found


def _verdicts(review: Review) -> str:
    now = review.decision.verdict if review.decision else "?"
    return f"{review.case.id} {review.case.verdict} \u2192 {now}"


def _why(review: Review) -> str:
    changed = [f"{r.why}: {r.validation.sentence()}" for r in review.reviewed if r.changed]
    return "; ".join(changed) or (review.decision.reason if review.decision else "")


def document(results: Results, reviews: Sequence[Review], version: str) -> Document:
    """The same as a report; ``version``: of the harness that judged again."""
    run = results.run
    text = (
        f"Recorded with version {run.harness_version}, judged again with {version}: the standing"
        " rules and schemas of today, and what each step wanted as it was recorded. What a case"
        " would want of the system today is told by a new run alone."
    )
    return Document(
        f"Judged again: {run.sut}",
        (
            Section("What this is", text=text),
            _counts(reviews),
            _changed_verdicts(reviews),
            _changed_validations(reviews),
            _unknown(reviews),
            _cannot(reviews),
        ),
    )


def _counts(reviews: Sequence[Review]) -> Section:
    rows: list[tuple[Cell, ...]] = []
    for stage in ("before", "main", "rule", "own"):
        counts = Counter(
            state(each)
            for review in reviews
            for each in review.reviewed
            if each.validation.stage == stage
        )
        rows.append(cells(stage, *(str(counts[name]) for name in (SAME, CHANGED, CANNOT))))
    return Section("Validations", ("Stage", SAME, CHANGED, CANNOT), tuple(rows))


def _changed_verdicts(reviews: Sequence[Review]) -> Section:
    rows = tuple(
        (
            Cell(review.case.id),
            *tones((review.case.verdict, review.decision.verdict)),
            Cell(_why(review)),
        )
        for review in reviews
        if review.decision and review.verdict_changed
    )
    head = ("Case", "Recorded", "Today", "Why")
    return Section("Verdicts that change", head, rows, "" if rows else "None.")


def _changed_validations(reviews: Sequence[Review]) -> Section:
    rows = tuple(
        cells(review.case.id, each.validation.step, each.why, each.validation.sentence())
        for review in reviews
        for each in review.reviewed
        if each.changed
    )
    head = ("Case", "Step or rule", "Today", "What")
    return Section("Validations that change", head, rows, "" if rows else "None.")


def _unknown(reviews: Sequence[Review]) -> Section:
    judged = (r for r in reviews if r.case.verdict is not Verdict.NOT_APPLICABLE)
    unknown = [review for review in judged if review.decision is None]
    rows = tuple((Cell(r.case.id), *tones((r.case.verdict,)), Cell(r.unknown)) for r in unknown)
    head = ("Case", "Recorded", "Why")
    return Section("Verdicts that are not known", head, rows, "" if rows else "None.")


def _cannot(reviews: Sequence[Review]) -> Section:
    found: dict[str, list[str]] = {}
    for review in reviews:
        for each in review.reviewed:
            if each.now is None:
                found.setdefault(each.why, []).append(review.case.id)
    rows = tuple(
        cells(why, str(len(ids)), str(len(set(ids))))
        for why, ids in sorted(found.items(), key=lambda item: -len(item[1]))
    )
    head = ("Why", "Validations", "Cases")
    return Section("What cannot be judged again", head, rows, "" if rows else "Nothing.")


def data(results: Results, reviews: Sequence[Review], version: str) -> dict[str, Any]:
    """Every validation, with what became of it."""
    return {
        "recorded_with": results.run.harness_version,
        "judged_with": version,
        "cases": [
            {
                "id": review.case.id,
                "recorded": review.case.verdict,
                "today": review.decision.verdict if review.decision else None,
                "unknown": review.unknown,
                "validations": [
                    {
                        "step": each.validation.step,
                        "message": each.validation.message,
                        "path": each.validation.path,
                        "stage": each.validation.stage,
                        "requirement": each.validation.requirement,
                        "recorded": each.validation.ok,
                        "today": each.now,
                        "what": state(each),
                        "why": each.why,
                    }
                    for each in review.reviewed
                ],
            }
            for review in reviews
        ],
    }
