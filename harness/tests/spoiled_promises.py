"""Deviations in what a session does of what it has promised."""

from __future__ import annotations

import itertools
from dataclasses import replace

from harness.ocppj.connection_end import ClosedBy
from harness.ocppj.frames import Frame, FrameKind
from harness.ocppj.inbox import Closed, Opened
from harness.tests.made_sessions import Line, Session
from harness.tests.spoiling import Draw, changed, pick, put, results, table, without

SPOILS, breaks_rule = table()


@breaks_rule("reboots_open_a_connection")
def a_boot_on_the_old_connection(draw: Draw, session: Session) -> Session | None:
    place = pick(draw, _accepted(session, "Reset"))
    if place is None:
        return None
    wire = session.lines[place].wire
    kept = [
        line
        for at, line in enumerate(session.lines)
        if at < place or line.wire not in (wire, wire + 1) or line.event is None
    ]
    return replace(
        session,
        lines=tuple(replace(line, wire=wire) if line.wire == wire + 1 else line for line in kept),
    )


@breaks_rule("accepted_resets_reboot")
def no_boot_at_all(draw: Draw, session: Session) -> Session | None:
    place = pick(draw, _accepted(session, "Reset"))
    return None if place is None else _nothing_after(session, place, 200)


@breaks_rule("accepted_triggers_are_followed")
def a_trigger_without_its_message(draw: Draw, session: Session) -> Session | None:
    place = pick(draw, _accepted(session, "TriggerMessage"))
    return None if place is None else _nothing_after(session, place, 40)


@breaks_rule("accepted_reports_are_sent")
def a_report_without_its_end(draw: Draw, session: Session) -> Session | None:
    place = pick(draw, _accepted(session, "GetBaseReport"))
    if place is None:
        return None
    parts = [p for p in range(place, len(session.lines)) if _is_part(session.lines[p])]
    last = next(p for p in parts if not session.lines[p].payload["tbc"])
    return _nothing_after(without(session, last), last - 1, 40)


@breaks_rule("accepted_values_are_held")
def a_value_that_is_not_there(draw: Draw, session: Session) -> Session | None:
    place = pick(draw, results(session, "SetVariables"))
    if place is None:
        return None
    told = session.lines[place].payload["setVariableResult"][0]
    line = session.lines[place]
    wanted = {"component": told["component"], "variable": told["variable"]}
    asked = Frame(FrameKind.CALL, "look", "GetVariables", {"getVariableData": [wanted]})
    seen = {**wanted, "attributeStatus": "Accepted", "attributeType": "Actual"}
    answer = {"getVariableResult": [{**seen, "attributeValue": "2"}]}
    call = Line(line.t, asked, sent=True, wire=line.wire, number=10**6)
    result = replace(call, sent=False, number=0, answers=10**6)
    result = result.with_frame(kind=FrameKind.CALLRESULT, payload=answer)
    return put(session, place + 1, call, result, instead=0)


@breaks_rule("accepted_lists_are_held")
def a_version_that_is_not_there(draw: Draw, session: Session) -> Session | None:
    place = pick(draw, results(session, "GetLocalListVersion"))
    return changed(session, place, lambda answer: answer.update(versionNumber=0))


@breaks_rule("reconnections_wait_their_time")
def a_wait_that_is_not_kept(_draw: Draw, session: Session) -> Session | None:
    """It is said to be longer than the station was away after a loss."""
    lost = [at for at, line in enumerate(session.lines) if _was_lost(line)]
    backs = [at for at in lost if not _renewed(session, at)]
    if not backs or any(line.action == "Reset" for line in session.lines):
        return None
    settings = {**session.settings, "OCPPCommCtrlr.RetryBackOffWaitMinimum": "6000"}
    return replace(session, settings=settings)


@breaks_rule("heartbeats_keep_their_interval")
def a_silence_that_is_too_long(draw: Draw, session: Session) -> Session | None:
    """Nothing comes for an hour before one of the station's messages."""
    lines = session.lines
    boots = [at for at, line in enumerate(lines) if line.action == "BootNotification"]
    if boots and lines[boots[-1]].payload.get("status") != "Accepted":
        return None
    since = boots[-1] if boots else 0
    spoken = (at for at, line in enumerate(lines) if not line.sent and line.frame and at > since)
    pairs = itertools.pairwise(spoken)
    place = pick(draw, [b for a, b in pairs if lines[a].wire == lines[b].wire])
    if place is None:
        return None
    late = tuple(
        replace(line, t=line.t + 3600) if at >= place else line
        for at, line in enumerate(session.lines)
    )
    settings = {**session.settings, "OCPPCommCtrlr.HeartbeatInterval": "60"}
    return replace(session, lines=late, settings=settings)


def _was_lost(line: Line) -> bool:
    return isinstance(line.event, Closed) and line.event.end.by is ClosedBy.HARNESS


def _renewed(session: Session, place: int) -> bool:
    """Whether the station boots after that, by what comes next of it."""
    later = (line for line in session.lines[place:] if line.is_call and not line.sent)
    first = next(later, None)
    return first is None or first.action == "BootNotification"


def _is_part(line: Line) -> bool:
    return line.is_call and line.action == "NotifyReport"


def _accepted(session: Session, action: str) -> list[int]:
    """Places of the station's word to a request about the whole station."""
    asked = {
        line.number
        for line in session.lines
        if line.is_call and line.sent and "evseId" not in line.payload
    }
    found = results(session, action)
    return [place for place in found if session.lines[place].answers in asked]


def _nothing_after(session: Session, place: int, seconds: float) -> Session:
    """For so long, nothing but a heartbeat follows on the same connection."""
    line = session.lines[place]
    kept = tuple(
        each
        for each in session.lines[: place + 1]
        if not isinstance(each.event, Opened | Closed) or each.wire <= line.wire
    )
    beat = Frame(FrameKind.CALL, "alive", "Heartbeat", {})
    call = Line(line.t + seconds, beat, wire=line.wire, number=10**6, claimed=False)
    answer = Line(line.t + seconds, beat, sent=True, wire=line.wire, answers=10**6)
    answered = answer.with_frame(kind=FrameKind.CALLRESULT)
    return replace(session, lines=(*kept, call, answered))
