"""What is wrong, told once: a rule, or the field of a step, with the cases that show it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from harness.evidence.verdict import Stage, Validation, Verdict, breaches

#: A rule over every field of every message: what is wrong is the field.
OF_FIELDS = "payloads_follow_schema"
#: That no answer came is found by a rule, and by the step that waits for one.
UNANSWERED = "calls_are_answered"
#: What a step finds that a rule finds as well, by the fact of its matcher.
AS_A_RULE = {"answered": UNANSWERED, "alive": UNANSWERED}

_INDEX = re.compile(r"\[\d+\]")
_NUMBER = re.compile(r"(?<![\w.])\d+(?![\w.])")


class Judged(Protocol):
    """As much of a case's result as is needed here."""

    @property
    def id(self) -> str:
        """Of the case."""
        ...

    @property
    def verdict(self) -> Verdict:
        """Of the case."""
        ...

    @property
    def page(self) -> str:
        """What became of the page's steps."""
        ...

    @property
    def validations(self) -> Sequence[Validation]:
        """All of the case."""
        ...


@dataclass(frozen=True)
class Cause:
    """What is wrong in one or more cases.

    ``id`` stays the same from run to run: the name of a rule, or message, path and requirement.
    ``what`` is the rule in words, "" for a field; ``example`` the first validation that shows it.
    ``alone``: those of the cases that fail for nothing else.
    """

    id: str
    what: str
    requirement: str
    example: Validation
    cases: tuple[str, ...]
    alone: tuple[str, ...]


def cause_id(failed: Validation) -> str:
    """The cause that a failed validation shows, made of its data alone, never of a value."""
    fact = _fact(failed.matcher)
    rule = failed.step if failed.stage is Stage.RULE else ""
    if rule == OF_FIELDS:
        return _joined(rule, failed.message, _place(failed.path))
    if rule or fact in AS_A_RULE:
        return AS_A_RULE.get(fact, rule)
    cited = "" if failed.of_page else failed.requirement
    return _joined(failed.message, _place(failed.path), fact, cited)


def shown_by(case: Judged, *, fail_on_warnings: bool = False) -> tuple[str, ...]:
    """The ids of the causes that a case shows, in the order in which they came."""
    if case.verdict.green:
        return ()
    broken = breaches(case.validations, fail_on_warnings=fail_on_warnings)
    return tuple(dict.fromkeys(map(cause_id, broken)))


def explained(case: Judged, *, fail_on_warnings: bool = False) -> bool:
    """Whether what a case shows is all that keeps it from passing.

    It is not where the case could not be prepared or carried on for a reason that no validation
    tells: what its page asks for is not known then.
    """
    broken = breaches(case.validations, fail_on_warnings=fail_on_warnings)
    if not broken or case.verdict not in (Verdict.FAIL, Verdict.INCONCLUSIVE):
        return False
    if any(failed.stage is Stage.BEFORE for failed in broken):
        return True
    return case.verdict is Verdict.FAIL and case.page not in ("", "not reached")


def causes(cases: Iterable[Judged], *, fail_on_warnings: bool = False) -> tuple[Cause, ...]:
    """All causes of what is red, those with the most cases first."""
    shown: dict[str, dict[str, list[Validation]]] = {}
    alone: set[str] = set()
    for case in cases:
        ids = shown_by(case, fail_on_warnings=fail_on_warnings)
        if len(ids) == 1 and explained(case, fail_on_warnings=fail_on_warnings):
            alone.add(case.id)
        for failed in breaches(case.validations, fail_on_warnings=fail_on_warnings):
            if ids:
                shown.setdefault(cause_id(failed), {}).setdefault(case.id, []).append(failed)
    found = [_cause(each, by_case, alone) for each, by_case in shown.items()]
    return tuple(sorted(found, key=lambda cause: (-len(cause.cases), cause.id)))


def _cause(identity: str, by_case: dict[str, list[Validation]], alone: set[str]) -> Cause:
    failed = [each for of_case in by_case.values() for each in of_case]
    # A rule says in words what a step that finds the same leaves to its fields.
    ruled = (each for each in failed if each.stage is Stage.RULE and each.note)
    example = next(ruled, failed[0])
    return Cause(
        identity,
        example.note if example.stage is Stage.RULE else "",
        "" if example.of_page else example.requirement,
        example,
        tuple(by_case),
        tuple(case for case in by_case if case in alone),
    )


def _fact(matcher: Any) -> str:
    return str(matcher.get("fact", "")) if isinstance(matcher, dict) else ""  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]  # matchers are JSON


def _place(path: str) -> str:
    """A path without what differs from run to run: indices and other counts."""
    return _NUMBER.sub("n", _INDEX.sub("[]", path)).replace(": ", " ")


def _joined(*parts: str) -> str:
    return " ".join(" ".join(part.split()) for part in parts if part)
