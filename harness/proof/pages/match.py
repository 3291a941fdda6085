"""A page against a record, both ways: nothing is missing, and nothing is unexplained."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any, cast

from harness.evidence.matchers import MISSING
from harness.evidence.verdict import Stage, Validation
from harness.proof.mutation.shape import leaves, parse, value_at
from harness.proof.pages.model import Act, General, Judged, Page, Row, Stimulus
from harness.proof.pages.record import Done, Record, Sent, dotted
from harness.proof.pages.values import Scope, agrees, fits

#: Where StatusNotification says which connector it is about.
_IDS = ("evseId", "connectorId")
#: Where NotifyEvent says the same as StatusNotification in its fields.
_IN_EVENT = {
    "connectorStatus": "eventData[0].actualValue",
    "evseId": "eventData[0].component.evse.id",
    "connectorId": "eventData[0].component.evse.connectorId",
}


def differences(page: Page, general: General, record: Record, variant: str) -> Iterator[str]:
    """In words: what the page asks for and the run lacks, and the other way round."""
    yield from _rules(general, record)
    yield from _judged(page, general, record, variant)
    yield from _sent(page, general, record, variant)
    yield from _done(page, general, record, variant)
    yield from _states(page, record, variant)


def _states(page: Page, record: Record, variant: str) -> Iterator[str]:
    steps = {each.step for each in (*record.judged, *record.sent)}
    acts = {done.step for done in record.done}
    for row in page.states:
        if row.optional or not row.shows_in(variant):
            continue
        if row.step not in acts and not any(step.startswith(f"{row.step} ") for step in steps):
            yield f"not run: {row}"


def _rules(general: General, record: Record) -> Iterator[str]:
    applied = {v.step for v in record.judged if v.stage is Stage.RULE}
    for name in sorted(general.rules - applied):
        yield f"rule {name} was not applied"


# -- what is judged


def _judged(page: Page, general: General, record: Record, variant: str) -> Iterator[str]:
    validations = [v for v in record.judged if v.stage not in (Stage.RULE, Stage.OWN)]
    rules = {v.step for v in record.judged if v.stage is Stage.RULE}
    for row in page.judged:
        if _is_of_reached_state(row) or not row.shows_in(variant):
            continue
        if row.rule and row.rule not in rules:
            yield f"no rule {row.rule} was applied for {row}"
        if row.owed and not any(_is_about(row, v, record) for v in validations):
            yield f"nothing was judged for {row}"
    rows = [row for row in (*page.judged, *general.preconditions) if not row.overruled]
    for validation in validations:
        if not any(_is_about(row, validation, record) for row in rows):
            yield f"no row explains {validation.sentence()}"


def _is_about(row: Judged, validation: Validation, record: Record) -> bool:
    return (
        row.step == validation.step
        and (row.stage is Stage.BEFORE) == (validation.stage is Stage.BEFORE)
        and row.message == validation.message
        and _path(row.field).fullmatch(validation.path.removeprefix("$").removeprefix("."))
        is not None
        and agrees(row.said, validation.matcher, record.scope_of(validation))
    )


@cache
def _path(text: str) -> re.Pattern[str]:
    """A path in which "[*]" is any index, "(*)" any name, and another "*" any number."""
    return re.compile(re.escape(text).replace(r"\(\*\)", r"\(.+\)").replace(r"\*", r"\d+"))


# -- what is sent


def _sent(page: Page, general: General, record: Record, variant: str) -> Iterator[str]:
    # A row of this variant goes before one of every variant.
    told = sorted((row for row in page.stimuli if row.shows_in(variant)), key=_is_of_every_run)
    stimuli = list(_for_each_connector(told, record.scope))
    own = list(_for_each_connector(general.bookkeeping, record.scope))
    if page.by_event:
        stimuli = [_by_event(row) for row in stimuli]
        own += [_by_event(row) for row in own]  # before the case begins, it is the other message
    rows = [*stimuli, *own]
    found: list[list[Sent]] = [[] for _ in rows]
    for sent in record.sent:
        if sent.stage is Stage.OWN:
            continue
        places = [n for n, row in enumerate(rows) if explains(row, sent, general)]
        if places:
            # Of rows that say the same, one that nothing has shown yet.
            found[min(places, key=lambda n: bool(found[n]))].append(sent)
        elif not _is_default(sent, general):
            yield f"no row explains what was sent: {_why_not(stimuli, sent, general)}"
    for row, messages in zip(stimuli, found, strict=False):
        wrong_count = len(messages) != row.times if row.times else not row.repeated
        if len(messages) > 1 and wrong_count:
            yield f"sent {len(messages)} times: {row}"
        due = not row.optional and not _is_of_reached_state(row)
        if due and not row.overruled and not messages:
            yield f"not sent: {row}"


def _is_of_reached_state(row: Row) -> bool:
    """Whether it belongs to a state of the preparations, of which not all may have to be done."""
    return row.stage is Stage.BEFORE and ">" in row.step


def _is_of_every_run(row: Stimulus) -> bool:
    return not row.variant


def _for_each_connector(rows: Sequence[Stimulus], scope: Scope) -> Iterator[Stimulus]:
    """The rows, those about several connectors once for each that no row of the step names."""
    places = [row for row in rows if _place(row) and "*" not in _place(row)]
    for row in rows:
        if "*" not in _place(row):
            yield row
            continue
        named = [
            _place(each) for each in places if (each.step, each.message) == (row.step, row.message)
        ]
        for connector in cast(list[tuple[int, int]], scope.look_up("connectors")):
            meant = _fits_place(_place(row), connector, scope)
            if meant and not any(_fits_place(each, connector, scope) for each in named):
                ids = dict(zip(_IDS, connector, strict=True))
                yield replace(row, fields={**row.fields, **ids})


def _by_event(row: Stimulus) -> Stimulus:
    if row.message != "StatusNotificationRequest":
        return row
    fields = {_IN_EVENT.get(name, name): said for name, said in row.fields.items()}
    return replace(row, message="NotifyEventRequest", fields=fields)


def _place(row: Stimulus) -> tuple[Any, ...]:
    return tuple(row.fields[name] for name in _IDS if name in row.fields)


def _fits_place(said: tuple[Any, ...], connector: tuple[int, int], scope: Scope) -> bool:
    return all(
        each == "*" or fits(each, number, scope)
        for each, number in zip(said, connector, strict=False)
    )


def explains(row: Stimulus, sent: Sent, general: General) -> bool:
    """Whether a message is what a row says, in every field."""
    return _is_step(row, sent) and not list(wrong_fields(row, sent, general))


def _is_step(row: Stimulus, sent: Sent) -> bool:
    label = sent.step.rpartition(" ")[2] if row.step.startswith("* ") else sent.step
    return row.step.removeprefix("* ") == label and row.message == sent.message


def wrong_fields(row: Stimulus, sent: Sent, general: General) -> Iterator[str]:
    """In words: the fields of a message that are not as the row or the general rows say."""
    usual = _usual(sent, general)
    named: set[str] = set()
    for path, said in row.fields.items():
        value = value_at(sent.payload, parse(f"$.{path}"))
        named.add(path)
        if not fits(said, value, sent.scope):
            yield f"{path} is {_shown(value)}, not {said}"
    for path, said in usual.items():
        needed = not path.endswith("?")
        plain = path.rstrip("?")
        value = value_at(sent.payload, parse(f"$.{plain}"))
        if any(_covers(each, plain) for each in named):
            continue
        named.add(plain)
        if (value is not MISSING or needed) and not fits(said, value, sent.scope):
            yield f"{plain} is {_shown(value)}, not {said}"
    for path, value in leaves(sent.payload):
        if not any(_covers(each, dotted(path)) for each in named):
            yield f"{dotted(path)} is {_shown(value)}, which no row names"


def _usual(sent: Sent, general: General) -> Mapping[str, Any]:
    """The fields that no page names; those of a kind of event go before those of all."""
    of_kind = f"{sent.message} {sent.payload.get('eventType', '')}"
    return {**general.fields.get(sent.message, {}), **general.fields.get(of_kind, {})}


def _covers(named: str, path: str) -> bool:
    """Whether a named place is this one or holds it."""
    return re.match(_path(named).pattern + r"(?=$|[.\[])", path) is not None


def _is_default(sent: Sent, general: General) -> bool:
    """Whether it is an answer as it is always given: to background traffic, or without content."""
    if sent.is_request:
        return False
    return not list(wrong_fields(Stimulus(sent.step, message=sent.message), sent, general))


def _why_not(rows: Sequence[Stimulus], sent: Sent, general: General) -> str:
    where = f"step {sent.step or 'none'}: {sent.message}"
    near = next((row for row in rows if _is_step(row, sent)), None)
    row = near or Stimulus(sent.step, message=sent.message)
    wrong = "; ".join(wrong_fields(row, sent, general))
    return f"{where}: {wrong or 'at no step of the page'}"


def _shown(value: object) -> str:
    text = str(value)
    return text if len(text) < 80 else f"{text[:80]}…"


# -- what is done


def _done(page: Page, general: General, record: Record, variant: str) -> Iterator[str]:
    rows = [*page.acts, *general.own_acts]
    found: list[list[Done]] = [[] for _ in rows]
    for done in record.done:
        places = [n for n, row in enumerate(rows) if _is_act(row, done, general)]
        for place in places:
            found[place].append(done)
        if not places:
            where = f"step {done.step or 'none'}"
            yield f"no row explains what was done: {where}: {done.by} {done.act} {done.facts}"
    due = [r for r in page.acts if not (r.optional or r.overruled) and r.shows_in(variant)]
    for row, acts in zip(page.acts, found, strict=False):
        if len(acts) < due.count(row):
            yield f"not done: {row}"


def _is_act(row: Act, done: Done, general: General) -> bool:
    if (row.by, row.act, row.step) != (done.by, done.act, done.step):
        return False
    said = {**general.facts.get(row.act, {}), **row.facts}
    names = {*said, *done.facts}
    return all(
        name in said and fits(said[name], done.facts.get(name, MISSING), done.scope)
        for name in names
    )
