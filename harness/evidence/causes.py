"""What is wrong, told once: a field by a rule or a step, or what stopped a case, with the cases."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from harness.evidence.verdict import Stage, Validation, Verdict, breaches

#: Of this rule the requirement is always the same, and says nothing.
OF_FIELDS = "payloads_follow_schema"
#: That no answer came is found by a rule, and by the step that waits for one.
UNANSWERED = "calls_are_answered"
_ANSWERED = "answered"

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
    def reason(self) -> str:
        """Of the verdict."""
        ...

    @property
    def stopped(self) -> str:
        """What kept it from going on, where no validation tells; else ""."""
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

    ``id`` stays the same from run to run: message, path and requirement, before them the name of
    the rule that was broken; or what stopped a case. ``what``: the rule in words, or why the first
    case was stopped, "" for the field of a step; ``example``: the first validation that shows it,
    "" where none does. ``alone``: those of the cases that fail for nothing else.
    """

    id: str
    what: str
    requirement: str
    example: str
    cases: tuple[str, ...]
    alone: tuple[str, ...]

    @property
    def told(self) -> str:
        """What is wrong, in words."""
        return self.what or self.example


def cause_id(failed: Validation) -> str:
    """The cause that a failed validation shows, made of its data alone, never of a value."""
    if is_unanswered(failed):
        return _joined(UNANSWERED, f"{_action(failed.message)}Request")
    rule = failed.step if failed.stage is Stage.RULE else ""
    cited = "" if failed.of_page or rule == OF_FIELDS else failed.requirement
    fact = "" if rule else _fact(failed.matcher)
    return _joined(rule, failed.message, _place(failed.path), fact, cited)


def is_unanswered(failed: Validation) -> bool:
    """Whether what is wrong is that no answer came, whoever found it."""
    by_rule = failed.stage is Stage.RULE and failed.step == UNANSWERED
    return by_rule or (failed.path == "" and _fact(failed.matcher) == _ANSWERED)


def shown_by(case: Judged, *, fail_on_warnings: bool = False) -> tuple[str, ...]:
    """The ids of the causes that a case shows, in the order in which they came."""
    if case.verdict.green:
        return ()
    broken = breaches(case.validations, fail_on_warnings=fail_on_warnings)
    stopped = [case.stopped] if case.stopped else []
    return tuple(dict.fromkeys([*map(cause_id, broken), *stopped]))


def explained(case: Judged, *, fail_on_warnings: bool = False) -> bool:
    """Whether what a case shows is all that keeps it from passing.

    It is not where the case could not be prepared or carried on for a reason that is not among its
    causes: what its page asks for is not known then.
    """
    broken = breaches(case.validations, fail_on_warnings=fail_on_warnings)
    if case.verdict not in (Verdict.FAIL, Verdict.INCONCLUSIVE):
        return False
    if case.stopped or not broken:
        return bool(case.stopped)
    if any(failed.stage is Stage.BEFORE for failed in broken):
        return True
    return case.verdict is Verdict.FAIL and case.page not in ("", "not reached")


def causes(cases: Iterable[Judged], *, fail_on_warnings: bool = False) -> tuple[Cause, ...]:
    """All causes of what is red, those with the most cases first."""
    shown: dict[str, list[Judged]] = {}
    for case in cases:
        for each in shown_by(case, fail_on_warnings=fail_on_warnings):
            shown.setdefault(each, []).append(case)
    found = [_cause(each, those, fail_on_warnings) for each, those in shown.items()]
    return tuple(sorted(found, key=lambda cause: (-len(cause.cases), cause.id)))


def _cause(identity: str, shown: Sequence[Judged], strict: bool) -> Cause:
    failed = [
        each
        for case in shown
        for each in breaches(case.validations, fail_on_warnings=strict)
        if cause_id(each) == identity
    ]
    cases = tuple(case.id for case in shown)
    alone = tuple(
        case.id
        for case in shown
        if len(shown_by(case, fail_on_warnings=strict)) == 1
        and explained(case, fail_on_warnings=strict)
    )
    if not failed:
        return Cause(identity, shown[0].reason, "", "", cases, alone)
    # A rule says in words what a step that finds the same leaves to its fields.
    ruled = (each for each in failed if each.stage is Stage.RULE and each.note)
    example = next(ruled, failed[0])
    what = example.note if example.stage is Stage.RULE else ""
    requirement = "" if example.of_page else example.requirement
    return Cause(identity, what, requirement, example.sentence(), cases, alone)


def _action(message: str) -> str:
    return message.removesuffix("Request").removesuffix("Response")


def _fact(matcher: Any) -> str:
    return str(matcher.get("fact", "")) if isinstance(matcher, dict) else ""  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]  # matchers are JSON


def _place(path: str) -> str:
    """A path without what differs from run to run: indices and other counts."""
    return _NUMBER.sub("n", _INDEX.sub("[]", path)).replace(": ", " ")


def _joined(*parts: str) -> str:
    return " ".join(" ".join(part.split()) for part in parts if part)
