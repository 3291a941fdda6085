"""What was wrong in the exchanges that no page asks for, told once for the run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from harness.evidence.results import CaseResult, QuestionResult
from harness.evidence.verdict import Stage, Validation, decide
from harness.spec.roles import Role

ID = "own-exchanges"
#: Most cases that are named.
_NAMED = 3


def own_exchanges(role: Role, cases: Sequence[CaseResult]) -> QuestionResult:
    """One validation for each thing that was wrong, with the cases in which it was."""
    found: dict[tuple[str, ...], tuple[Validation, list[str]]] = {}
    for case in cases:
        for validation in case.validations:
            if case.sut is role and validation.stage is Stage.OWN and not validation.ok:
                cause = (validation.step, validation.message, validation.path.split(" ")[0])
                _, where = found.setdefault((*cause, validation.requirement), (validation, []))
                if case.id not in where:
                    where.append(case.id)
    told = [replace(each, note=_noted(each, where)) for each, where in found.values()]
    held = Validation(ID, "all exchanges", "", "nothing wrong", "nothing wrong", ok=True)
    judged = tuple(replace(each, stage=Stage.MAIN) for each in told) or (held,)
    decision = decide(judged)
    return QuestionResult(
        id=ID,
        title="What the harness asks for by itself",
        sut=role,
        verdict=decision.verdict,
        reason=decision.reason,
        requirement="that of each validation",
        asked="variables, signs of life, and what puts a case's changes back",
        validations=judged,
    )


def _noted(validation: Validation, where: Sequence[str]) -> str:
    named = ", ".join(where[:_NAMED]) + (" …" if len(where) > _NAMED else "")
    count = f"{len(where)} cases" if len(where) > 1 else "1 case"
    return f"in {count}: {named}" + (f"; {validation.note}" if validation.note else "")
