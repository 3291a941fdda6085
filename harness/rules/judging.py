"""The rules applied to a log: what they say of the page's exchanges, and of the harness's own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from harness.evidence.values import UNREADABLE
from harness.evidence.verdict import Stage, Validation
from harness.ocppj.frames import FrameKind
from harness.ocppj.inbox import Apart, Broken, Closed, Event, Opened, Traffic
from harness.rules.frames import (
    Breach,
    CaseLog,
    Rule,
    payloads_follow_schema,
    subprotocol_is_agreed,
)
from harness.rules.heartbeats import HEARTBEATS
from harness.rules.kept import accepted_values_are_held
from harness.rules.promises import fulfilments
from harness.rules.reconnections import RECONNECTIONS

#: What every system takes, so that the harness may ask for it.
_TAKEN_BY_ALL = ("GetVariables", "Heartbeat")


def own_calls_are_taken(log: CaseLog) -> Iterator[Breach]:
    """What every station or CSMS must take is not answered by a CALLERROR."""
    for frame in log.of_sut:
        if frame.frame.kind is FrameKind.CALLERROR and frame.frame.action in _TAKEN_BY_ALL:
            actual = f"CALLERROR {frame.frame.code} {frame.frame.description}".strip()
            name = f"{frame.frame.action}Response"
            yield Breach(name, "$", "a CALLRESULT", actual, "Part 4, 4.2.2")


#: Rules about what a page changed, whoever reads it, and about all that a station says.
_WHOLE: tuple[Rule, ...] = (accepted_values_are_held, *HEARTBEATS)

#: Rules about connections, which are judged with the page.
_OF_CONNECTIONS: tuple[Rule, ...] = (subprotocol_is_agreed, *RECONNECTIONS)

#: Rules for what the harness asks for by itself: of a page's exchange its steps judge this.
OWN: tuple[Rule, ...] = (own_calls_are_taken,)


def check(log: CaseLog, rules: tuple[Rule, ...]) -> Iterator[Validation]:
    """One validation for each rule that held, one for each breach of those that did not.

    What no page asks for decides no case: only what is wrong in it is told, as of that stage.
    """
    page = _of_page(log)
    for rule in rules:
        breaches = _breaches(rule, log if rule in _WHOLE else page)
        for breach in breaches or ():
            yield _broken(rule, breach, Stage.RULE)
        if breaches == []:
            yield Validation(
                rule.__name__, "all frames", "", _text(rule), "held", ok=True, stage=Stage.RULE
            )
    yield from check_own(log, rules)


def check_own(log: CaseLog, rules: tuple[Rule, ...]) -> Iterator[Validation]:
    """One validation for each breach in the exchanges that no page asks for."""
    if not any(map(_is_own, log.events)):
        return
    own = _of_own(log)
    for rule in (*rules, *OWN):
        if rule in (*_OF_CONNECTIONS, *_WHOLE):
            continue
        for breach in _breaches(rule, own) or ():
            yield _broken(rule, breach, Stage.OWN)


def _of_page(log: CaseLog) -> CaseLog:
    return replace(log, events=[_apart(e) if _is_own(e) else e for e in log.events])


def _of_own(log: CaseLog) -> CaseLog:
    """What the harness asks for by itself, and the messages that were promised to it."""
    asked = [e.frame for e in log.events if isinstance(e, Traffic) and e.sent and e.own]
    promised = {id(each) for each in fulfilments(log, asked)}

    def kept(event: Event) -> bool:
        if isinstance(event, (Opened, Closed)) or _is_own(event) or id(event) in promised:
            return True
        return isinstance(event, Traffic) and id(event.answers) in promised

    events = [each if kept(each) else _apart(each) for each in log.events]
    return replace(log, events=events, arrivals=[], unregistered=[])


def _is_own(event: Event) -> bool:
    match event:
        case Traffic(own=True) | Broken(own=True) | Traffic(answers=Traffic(own=True)):
            return True
        case _:
            return False


def _apart(event: Event) -> Apart:
    """What keeps its place: marks count events."""
    return Apart(event.t, event.at if isinstance(event, (Traffic, Apart)) else None)


def _breaches(rule: Rule, log: CaseLog) -> list[Breach] | None:
    """What a rule finds; None where it cannot be read."""
    try:
        return list(rule(log))
    except UNREADABLE:
        # A rule may trust the schema: where that is broken, its own word is not needed.
        if any(payloads_follow_schema(log)):
            return None
        raise


def _text(rule: Rule) -> str:
    return (rule.__doc__ or "").strip().partition("\n\n")[0].rstrip(".")


def _broken(rule: Rule, breach: Breach, stage: Stage) -> Validation:
    return Validation(
        rule.__name__,
        breach.message,
        breach.path,
        breach.expected,
        breach.actual,
        ok=False,
        severity=breach.severity,
        requirement=breach.requirement,
        stage=stage,
        note=_text(rule),
        frame=breach.frame,
    )
