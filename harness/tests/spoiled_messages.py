"""Deviations of single messages, answers and boots."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st

from harness.ocppj.connection_end import ClosedBy, ConnectionEnd
from harness.ocppj.frames import FrameKind, Malformed, Payload
from harness.ocppj.inbox import Broken, Closed, Opened
from harness.tests.made_payloads import breaks
from harness.tests.made_sessions import Line, Session
from harness.tests.spoiling import (
    Draw,
    calls,
    changed,
    dropping,
    pick,
    put,
    results,
    setting,
    table,
    transactions,
)

SPOILS, breaks_rule = table()

# -- frames


@breaks_rule("frames_are_ocpp")
def text_that_is_no_frame(draw: Draw, session: Session) -> Session | None:
    place = draw(st.integers(1, len(session.lines) - 1))
    before = session.lines[place - 1]
    broken = Broken(Malformed("not valid JSON", "hello"), before.t, before.wire)
    return put(session, place, Line(before.t, event=broken), instead=0)


@breaks_rule("payloads_follow_schema")
def a_constraint_of_a_schema(draw: Draw, session: Session) -> Session | None:
    place = pick(draw, calls(session) + results(session))
    if place is None:
        return None
    line = session.lines[place]
    message = f"{line.action}{'Request' if line.is_call else 'Response'}"
    broken = pick(draw, breaks(message, line.payload))
    if broken is None:
        return None
    return put(session, place, line.with_frame(payload=broken.done_to(line.payload)))


@breaks_rule("subprotocol_is_agreed")
def no_subprotocol(draw: Draw, session: Session) -> Session | None:
    places = [p for p, line in enumerate(session.lines) if isinstance(line.event, Opened)]
    place = pick(draw, places)
    assert place is not None
    line = session.lines[place]
    assert isinstance(line.event, Opened)
    other = draw(st.sampled_from([None, "ocpp1.6", "ocpp2.0", ""]))
    return put(session, place, replace(line, event=replace(line.event, subprotocol=other)))


@breaks_rule("message_ids_are_unique")
def an_id_used_again(draw: Draw, session: Session) -> Session | None:
    places = calls(session)
    later = pick(draw, places[1:])
    earlier = pick(draw, (p for p in places if later is not None and p < later))
    if later is None or earlier is None:
        return None
    frame = session.lines[earlier].frame
    assert frame is not None
    return _renamed(session, later, frame.id)


@breaks_rule("message_ids_are_unique")
def an_id_of_37_characters(draw: Draw, session: Session) -> Session | None:
    place = pick(draw, calls(session))
    return None if place is None else _renamed(session, place, "i" * 37)


def _renamed(session: Session, place: int, id: str) -> Session:
    number = session.lines[place].number
    return replace(
        session,
        lines=tuple(
            line.with_frame(id=id) if number in (line.number, line.answers) else line
            for line in session.lines
        ),
    )


@breaks_rule("one_call_at_a_time")
def a_call_before_the_answer(draw: Draw, session: Session) -> Session | None:
    lines = session.lines
    places = [
        place
        for place in calls(session)
        if place + 2 < len(lines)
        and lines[place + 1].answers == lines[place].number
        and lines[place + 2].is_call
        and not lines[place + 2].sent
    ]
    place = pick(draw, places)
    if place is None:
        return None
    answer, later = lines[place + 1], lines[place + 2]
    return put(session, place + 1, later, replace(answer, t=later.t + 0.01), instead=2)


@breaks_rule("answers_belong_to_calls")
def an_answer_to_nobody(draw: Draw, session: Session) -> Session | None:
    place = pick(draw, results(session))
    if place is None:
        return None
    line = session.lines[place].with_frame(id="nobody", action="")
    return put(session, place, replace(line, answers=None))


@breaks_rule("answers_belong_to_calls")
def an_answer_twice(draw: Draw, session: Session) -> Session | None:
    place = pick(draw, results(session))
    if place is None:
        return None
    again = replace(session.lines[place], answers=None)
    return put(session, place + 1, again, instead=0)


@breaks_rule("calls_are_answered")
def no_answer(draw: Draw, session: Session) -> Session | None:
    lines = session.lines
    turns = [line.t for line in lines if isinstance(line.event, (Opened, Closed))]
    # Who lost the connection owes no answer.
    places = [p for p in results(session) if not any(0 < t - lines[p].t < 11 for t in turns)]
    place = pick(draw, places)
    return None if place is None else put(session, place)


@breaks_rule("error_codes_are_known")
def an_unknown_error_code(draw: Draw, session: Session) -> Session | None:
    place = pick(draw, results(session))
    if place is None:
        return None
    code = draw(st.sampled_from(["", "notSupported", "Oops", "FormationViolation"]))
    line = session.lines[place].with_frame(kind=FrameKind.CALLERROR, code=code, payload={})
    return put(session, place, line)


@breaks_rule("empty_instances_are_left_out")
def an_empty_instance(draw: Draw, session: Session) -> Session | None:
    place = pick(draw, results(session, "GetVariables", "SetVariables"))
    name = "component" if (place or 0) % 2 else "variable"

    def act(payload: Payload) -> None:
        [first, *_] = payload.values()
        first[0][name]["instance"] = ""

    return changed(session, place, act)


@breaks_rule("no_unexpected_message")
def a_call_that_nothing_calls_for(draw: Draw, session: Session) -> Session | None:
    if any(line.action == "Reset" for line in session.lines):
        return None  # a transaction may begin again then
    places = [p for places in transactions(session) for p in (places[0], places[-1])]
    loud = ("Started", "Ended")
    place = pick(draw, (p for p in places if session.lines[p].payload["eventType"] in loud))
    if place is None:
        return None
    return put(session, place, replace(session.lines[place], claimed=False))


# -- boot


def _unaccepted(session: Session) -> list[int]:
    """Places of our answers that leave a station unregistered."""
    return [
        place
        for place, line in enumerate(session.lines)
        if line.sent
        and line.action == "BootNotification"
        and line.payload.get("status") != "Accepted"
    ]


@breaks_rule("new_firmware_is_told")
def firmware_that_nobody_installed(draw: Draw, session: Session) -> Session | None:
    lines = session.lines
    told = next((n for n, e in enumerate(lines) if e.action.startswith("Firmware")), len(lines))
    first, *later = [*calls(session, "BootNotification"), len(lines)]
    place = pick(draw, (p for p in later if first < p < told))
    station = {"model": "M", "vendorName": "V", "firmwareVersion": "2"}
    return changed(session, place, setting("chargingStation", station))


@breaks_rule("retries_keep_the_boot_interval")
def a_boot_too_soon(draw: Draw, session: Session) -> Session | None:
    return changed(session, pick(draw, _unaccepted(session)), setting("interval", 100))


@breaks_rule("pending_connections_stay_open")
def hanging_up_while_pending(draw: Draw, session: Session) -> Session | None:
    pending = [p for p in _unaccepted(session) if session.lines[p].payload["status"] == "Pending"]
    place = pick(draw, pending)
    if place is None:
        return None
    line = session.lines[place]
    by = draw(st.sampled_from([ClosedBy.SYSTEM, ClosedBy.NOBODY]))
    closed = Line(line.t, wire=line.wire, event=Closed(line.t, line.wire, ConnectionEnd(by)))
    return put(session, place + 1, closed, instead=0)


# -- answers


@breaks_rule("variable_results_answer_their_request")
def a_variable_not_answered(draw: Draw, session: Session) -> Session | None:
    place = pick(draw, results(session, "GetVariables", "SetVariables"))
    manner = draw(st.sampled_from(["left out", "twice", "another", "untyped"]))

    def act(answer: Payload) -> None:
        [name] = answer
        items = answer[name]
        match manner:
            case "left out":
                items.pop()
            case "twice":
                items.append(items[0])
            case "another":
                items[0]["variable"]["name"] = "Z"
            case _:
                items[0].pop("attributeType")

    return changed(session, place, act)


@breaks_rule("status_notification_names_request")
def progress_of_another_request(draw: Draw, session: Session) -> Session | None:
    place = pick(draw, calls(session, "LogStatusNotification"))
    if draw(st.booleans()):
        return changed(session, place, dropping("requestId"))
    return changed(session, place, setting("requestId", 1000))


@breaks_rule("schedules_are_ordered")
def periods_in_disorder(draw: Draw, session: Session) -> Session | None:
    place = pick(draw, results(session, "GetCompositeSchedule"))
    return changed(
        session, place, lambda answer: answer["schedule"]["chargingSchedulePeriod"].reverse()
    )


@breaks_rule("occupied_evses_are_used")
def a_plug_where_nobody_came(draw: Draw, session: Session) -> Session | None:
    place = pick(draw, calls(session, "StatusNotification"))
    elsewhere = {"connectorStatus": "Occupied", "evseId": 9}
    return changed(session, place, lambda told: told.update(elsewhere))
