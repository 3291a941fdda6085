"""What the rules looked at, written into the transcript, and read back to be judged again."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from harness.evidence.transcript import Entry, Kind, Transcript
from harness.evidence.verdict import Stage
from harness.ocppj.connection_end import ClosedBy, ConnectionEnd
from harness.ocppj.frames import Frame, FrameKind, Malformed, exact
from harness.ocppj.inbox import Arrival, Broken, Closed, Event, Opened, Refused, Traffic
from harness.rules.additional import Act
from harness.rules.frames import CaseLog
from harness.sut.model import Sut


def keep(log: CaseLog, transcript: Transcript) -> None:
    """Write it down where the transcript is kept."""
    if transcript.path is not None:
        transcript.add(Kind.LOG, **facts_of(log, transcript.began))


class NotRecorded(ValueError):
    """A transcript does not hold what the rules looked at; the message says what is missing."""


Facts = Mapping[str, Any]


def facts_of(log: CaseLog, began: float) -> dict[str, Any]:
    """What frames and connections do not tell of a log; ``began``: of the case, in its seconds.

    ``events`` has an element for each of them, in the order of the transcript. Of what earlier
    cases left, only what occurs in this one.
    """
    numbers = {id(event): number for number, event in enumerate(log.events)}
    text = json.dumps([t.frame.as_data() for t in log.traffic], default=str)
    arrivals = {id(arrival): number for number, arrival in enumerate(log.arrivals)}
    return {
        "events": [_fact_of(event, numbers, began) for event in log.events],
        "arrivals": [
            [numbers[id(a.traffic)], a.mark, a.claimed_by, str(a.claimed_in), a.owed_to]
            for a in log.arrivals
        ],
        "unregistered": [[arrivals[id(a)], said] for a, said in log.unregistered],
        "seen_ids": sorted({t.frame.id for t in log.traffic} & log.seen_ids),
        "started_earlier": sorted(each for each in log.started_earlier if each in text),
        "complete": log.complete,
        "message_timeout": _finite(log.message_timeout),
        "least_message_timeout": _finite(log.least_message_timeout),
        "settings": dict(log.settings),
        "acts": [_told(act) for act in log.acts],
        "ended": log.ended - began,
    }


def _finite(seconds: float) -> float | None:
    return seconds if math.isfinite(seconds) else None


def _fact_of(event: Event, numbers: Mapping[int, int], began: float) -> dict[str, Any]:
    fact: dict[str, Any] = {"t": event.t - began}
    if isinstance(event, (Traffic, Broken)):
        fact |= {"wire": event.wire} | ({"own": True} if event.own else {})
    if isinstance(event, Traffic):
        fact["at"] = event.at.isoformat()
        if event.answers is not None:
            number = numbers.get(id(event.answers))
            fact["answers"] = _earlier(event.answers, began) if number is None else number
    return fact


def _earlier(call: Traffic, began: float) -> dict[str, Any]:
    """A CALL of an earlier case."""
    return {**_fact_of(call, {}, began), "frame": call.frame.as_data(), "sent": call.sent}


def log_of(entries: Sequence[Entry], sut: Sut) -> CaseLog:
    """The log that the rules looked at, as far as the transcript has recorded it.

    Raises:
        NotRecorded: it is of a harness that did not, or lines are missing.
    """
    place = next((n for n, entry in enumerate(entries) if entry.kind is Kind.LOG), None)
    if place is None:
        raise NotRecorded("what the rules looked at was not recorded")
    facts = entries[place].data
    try:
        return _log_of(entries[:place], facts, sut)
    except (KeyError, IndexError, TypeError, ValueError) as error:
        raise NotRecorded(f"lines of the transcript are missing or changed ({error})") from error


def _log_of(entries: Sequence[Entry], facts: Facts, sut: Sut) -> CaseLog:
    told = [entry for entry in entries if _is_event(entry)]
    known = cast("list[Facts]", facts["events"])
    if len(told) != len(known):
        raise ValueError(f"{len(told)} events, {len(known)} were judged")
    events: list[Event] = []
    for entry, fact in zip(told, known, strict=True):
        events.append(_event(entry, fact, events))
    arrivals = list(_arrivals(facts, events))
    return CaseLog(
        sut,
        events,
        arrivals,
        frozenset(facts["seen_ids"]),
        [(arrivals[number], said) for number, said in facts["unregistered"]],
        frozenset(facts["started_earlier"]),
        complete=facts["complete"],
        message_timeout=_seconds(facts["message_timeout"]),
        least_message_timeout=_seconds(facts["least_message_timeout"]),
        settings=facts["settings"],
        acts=tuple(_act(*each) for each in facts["acts"]),
        ended=facts["ended"],
    )


def _seconds(value: float | None) -> float:
    return math.inf if value is None else value


def _told(act: Act) -> list[Any]:
    ended = act.ended and act.ended.isoformat()
    return [act.action, act.at.isoformat(), act.evse, act.connector, ended, act.succeeded]


def _act(
    action: str,
    at: str,
    evse: int | None,
    connector: int | None = None,
    ended: str | None = None,
    succeeded: bool = False,
) -> Act:
    """An act; earlier runs have not written down how it ended."""
    end = None if ended is None else datetime.fromisoformat(ended)
    return Act(action, datetime.fromisoformat(at), evse, connector, end, succeeded)


def _is_event(entry: Entry) -> bool:
    return entry.kind in (Kind.SENT, Kind.RECEIVED, Kind.CONNECTION)


def _arrivals(facts: Facts, events: Sequence[Event]) -> Iterator[Arrival]:
    for fact in facts["arrivals"]:
        number, mark, claimed_by, claimed_in, owed_to = cast("list[Any]", fact)
        traffic = events[int(number)]
        if not isinstance(traffic, Traffic):
            raise ValueError(f"event {number} is no frame")
        yield Arrival(traffic, mark, claimed_by, Stage(claimed_in), owed_to)


def _event(entry: Entry, fact: Facts, before: Sequence[Event]) -> Event:
    data, t = entry.data, float(fact["t"])
    if entry.kind is Kind.CONNECTION:
        return _connection(data, t)
    own = bool(fact.get("own"))
    if "raw" in data:
        return Broken(Malformed(data["problem"], data["raw"]), t, fact["wire"], own)
    answers = fact.get("answers")
    return Traffic(
        _frame(data, received=entry.kind is Kind.RECEIVED),
        entry.kind is Kind.SENT,
        t,
        datetime.fromisoformat(fact["at"]),
        fact["wire"],
        None if answers is None else _answered(answers, before),
        own,
    )


def _answered(answers: int | Facts, before: Sequence[Event]) -> Traffic:
    if not isinstance(answers, int):
        sent, at = bool(answers["sent"]), datetime.fromisoformat(answers["at"])
        frame = _frame(answers["frame"], received=not sent)
        return Traffic(frame, sent, answers["t"], at, answers["wire"], own=bool(answers.get("own")))
    call = before[answers]
    if not isinstance(call, Traffic):
        raise ValueError(f"event {answers} is no CALL")
    return call


def _connection(data: Facts, t: float) -> Event:
    match data["event"]:
        case "opened":
            return Opened(t, data["connection"], data["endpoint"], data["subprotocol"])
        case "closed":
            end = ConnectionEnd(ClosedBy(data["by"]), data["code"], data["reason"])
            return Closed(t, data["connection"], end)
        case "refused":
            return Refused(t, data["endpoint"], data["how"])
        case other:
            raise ValueError(f"a connection {other}")


def _frame(data: Facts, *, received: bool) -> Frame:
    """As it was: what came has exact numbers, what was sent has ours."""
    payload = data.get("payload", data.get("details", {}))
    if received:
        payload = json.loads(json.dumps(payload), parse_float=exact)
    code, description = str(data.get("code", "")), str(data.get("description", ""))
    return Frame(FrameKind(data["type"]), data["id"], data["action"], payload, code, description)
