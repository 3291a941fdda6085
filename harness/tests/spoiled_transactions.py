"""Deviations in what a session says of its time and its transactions."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import strategies as st

from harness.ocppj.frames import Payload
from harness.ocppj.inbox import Closed, Opened
from harness.tests.made_sessions import TOKEN, Session
from harness.tests.spoiling import (
    TOLERATED,
    Draw,
    calls,
    changed,
    dropping,
    event_where,
    pick,
    put,
    setting,
    setting_info,
    stamp,
    table,
    transactions,
    without,
)

SPOILS, breaks_rule = table()

# -- clocks


@breaks_rule("timestamps_are_current")
def a_time_in_the_future(draw: Draw, session: Session) -> Session | None:
    places = (p for p in calls(session) if "timestamp" in session.lines[p].payload)
    place = pick(draw, places)
    if place is None:
        return None
    ahead = session.lines[place].t + TOLERATED + draw(st.integers(1, 10**6))
    return changed(session, place, setting("timestamp", stamp(session, ahead)))


@breaks_rule("generated_at_is_current")
def a_report_of_another_zone(draw: Draw, session: Session) -> Session | None:
    place = pick(draw, calls(session, "NotifyReport"))
    hours = draw(st.integers(1, 12))
    return changed(session, place, setting("generatedAt", stamp(session, -3600 * hours)))


@breaks_rule("event_timestamps_are_in_case")
def an_event_from_before(draw: Draw, session: Session) -> Session | None:
    place = event_where(draw, session, lambda event: "offline" not in event)
    early = -TOLERATED - draw(st.integers(1, 10**6))
    return changed(session, place, setting("timestamp", stamp(session, early)))


@breaks_rule("sequence_follows_time")
def an_event_before_the_one_before(draw: Draw, session: Session) -> Session | None:
    place = pick(draw, (p for places in transactions(session) for p in places[1:]))
    if place is None:
        return None
    event = session.lines[place].payload
    earlier = next(
        session.lines[p].payload
        for places in transactions(session)
        for p, q in itertools.pairwise(places)
        if q == place
    )
    moment = datetime.fromisoformat(earlier["timestamp"]) - timedelta(seconds=TOLERATED + 1)
    assert event["seqNo"] == earlier["seqNo"] + 1
    return changed(session, place, setting("timestamp", moment.isoformat()))


# -- transactions


@breaks_rule("sequence_numbers_are_contiguous")
def an_event_left_out(draw: Draw, session: Session) -> Session | None:
    place = pick(draw, (p for places in transactions(session) for p in places[1:-1]))
    return None if place is None else without(session, place)


@breaks_rule("sequence_numbers_are_contiguous")
def an_event_told_twice(draw: Draw, session: Session) -> Session | None:
    places = {p for each in transactions(session) for p in each} & set(calls(session))
    place = pick(draw, sorted(places))
    if place is None:
        return None
    line = session.lines[place]
    last = session.lines[-1].t
    again = replace(line.with_frame(id="again"), number=10**6, t=last + 1)
    answer = next(each for each in session.lines if each.answers == line.number)
    answered = replace(answer.with_frame(id="again"), answers=10**6, t=last + 1.1)
    return put(session, len(session.lines), again, answered)


@breaks_rule("sequence_numbers_are_contiguous")
def the_number_of_the_next(draw: Draw, session: Session) -> Session | None:
    place = pick(draw, (p for places in transactions(session) for p in places[:-1]))
    number = session.lines[place].payload["seqNo"] + 1 if place is not None else 0
    return changed(session, place, setting("seqNo", number))


@breaks_rule("transactions_start_once_and_end_once")
def a_transaction_that_never_started(draw: Draw, session: Session) -> Session | None:
    place = pick(draw, (places[0] for places in transactions(session)))
    return changed(
        session, place, setting("eventType", draw(st.sampled_from(["Updated", "Ended"])))
    )


@breaks_rule("transactions_start_once_and_end_once")
def a_second_start(draw: Draw, session: Session) -> Session | None:
    place = pick(draw, (p for places in transactions(session) for p in places[1:]))
    return changed(session, place, setting("eventType", "Started"))


@breaks_rule("transactions_start_once_and_end_once")
def something_after_the_end(draw: Draw, session: Session) -> Session | None:
    place = pick(draw, (p for places in transactions(session) for p in places[:-1]))
    return changed(session, place, setting("eventType", "Ended"))


@breaks_rule("transaction_ids_are_new")
def an_id_of_an_earlier_case(draw: Draw, session: Session) -> Session | None:
    place = pick(draw, (places[0] for places in transactions(session)))
    if place is None:
        return None
    taken = session.lines[place].payload["transactionInfo"]["transactionId"]
    return replace(session, started_earlier=frozenset({taken, "another"}))


@breaks_rule("one_transaction_at_an_evse")
def an_end_left_out(draw: Draw, session: Session) -> Session | None:
    """Of a transaction after which another one begins at the same EVSE."""
    lines = session.lines
    named = [(places, _evse(session, places)) for places in transactions(session)]
    places = [
        earlier[-1]
        for earlier, evse in named
        for later, other in named
        if later[0] > earlier[-1]
        and evse == other is not None
        and len(earlier) > 1
        and any("evse" in lines[p].payload for p in earlier[:-1])
        and lines[earlier[-1]].payload["eventType"] == "Ended"
    ]
    place = pick(draw, places)
    return None if place is None else without(session, place)


def _evse(session: Session, places: list[int]) -> int | None:
    told = (session.lines[place].payload.get("evse") for place in places)
    return next((evse["id"] for evse in told if evse), None)


@breaks_rule("connected_evse_is_named")
def a_connector_that_is_never_named(draw: Draw, session: Session) -> Session | None:
    """By the first event that tells of a connected EV."""
    lines = session.lines
    found = [
        places
        for places in transactions(session)
        if any(
            lines[p].payload["transactionInfo"].get("chargingState", "Idle") != "Idle"
            for p in places
        )
    ]
    places = pick(draw, found)
    if places is None:
        return None
    name = draw(st.sampled_from(["id", "connectorId"]))
    spoiled: Session | None = session
    for place in places:
        if spoiled is not None and "evse" in lines[place].payload:
            spoiled = changed(spoiled, place, lambda event: event["evse"].pop(name))
    return spoiled


@breaks_rule("connectors_are_numbered_from_one")
def a_number_below_one(draw: Draw, session: Session) -> Session | None:
    number = draw(st.integers(-5, 0))
    name = draw(st.sampled_from(["id", "connectorId"]))
    places = [
        p for places in transactions(session) for p in places if "evse" in session.lines[p].payload
    ]
    place = pick(draw, [*places, *calls(session, "StatusNotification")])
    if place is not None and session.lines[place].action == "StatusNotification":
        return changed(session, place, setting("evseId" if name == "id" else name, number))
    return changed(session, place, lambda event: event["evse"].update({name: number}))


@breaks_rule("charging_state_change_has_its_reason")
def a_change_without_its_state(draw: Draw, session: Session) -> Session | None:
    place = event_where(draw, session, lambda e: e["triggerReason"] == "ChargingStateChanged")
    return changed(session, place, lambda event: event["transactionInfo"].pop("chargingState"))


@breaks_rule("authorizations_name_their_token")
def an_authorization_of_nobody(draw: Draw, session: Session) -> Session | None:
    starts = ("Authorized", "RemoteStart")
    place = event_where(draw, session, lambda event: event["triggerReason"] in starts)
    return changed(session, place, dropping("idToken"))


@breaks_rule("remote_starts_name_their_request")
def a_remote_start_of_another_request(draw: Draw, session: Session) -> Session | None:
    place = event_where(draw, session, lambda event: event["triggerReason"] == "RemoteStart")
    other = draw(st.sampled_from([0, 1000, "absent"]))
    if other == "absent":
        return changed(session, place, lambda event: event["transactionInfo"].pop("remoteStartId"))
    return changed(session, place, setting_info("remoteStartId", other))


@breaks_rule("energy_follows_authorization")
def a_token_told_after_energy(draw: Draw, session: Session) -> Session | None:
    """The driver is named by an event that comes after one with energy, not by the first."""
    events = session.lines
    found = [
        (places[:at], places[at])
        for places in transactions(session)
        for at, last in enumerate(places)
        if any(_charging(events[p].payload) for p in places[:at])
        and any("idToken" in events[p].payload for p in places[: at + 1])
        and events[last].payload["eventType"] != "Started"
    ]
    before, late = pick(draw, found) or ((), None)
    spoiled = changed(session, late, setting("idToken", TOKEN))
    for place in before:
        if spoiled is not None and "idToken" in events[place].payload:
            spoiled = changed(spoiled, place, dropping("idToken"))
    return spoiled


def _charging(event: Payload) -> bool:
    return event["transactionInfo"].get("chargingState") == "Charging"


@breaks_rule("authorization_is_told_next")
def an_event_before_the_remote_start(draw: Draw, session: Session) -> Session | None:
    """It is made after the request, and comes before the event that tells of that."""
    lines = session.lines
    found = [
        (places, at)
        for places in transactions(session)
        for at, place in enumerate(places)
        if at and lines[place].payload["triggerReason"] == "RemoteStart"
    ]
    picked = pick(draw, found)
    if picked is None or any("idToken" in lines[p].payload for p in picked[0][: picked[1]]):
        return None
    places, at = picked
    call = lines[places[at]]
    spoiled: Session | None = session
    for place in places[at:]:
        number = lines[place].payload["seqNo"] + 1
        spoiled = changed(spoiled, place, setting("seqNo", number)) if spoiled else None
    if spoiled is None:
        return None
    early = changed(spoiled, places[at], setting("triggerReason", "ChargingRateChanged"))
    assert early is not None
    line = early.lines[places[at]]
    event = {k: v for k, v in line.payload.items() if k not in ("idToken", "evse")}
    event["seqNo"] = call.payload["seqNo"]
    event["transactionInfo"] = {"transactionId": call.payload["transactionInfo"]["transactionId"]}
    before = replace(line.with_frame(id="early", payload=event), number=10**6, t=call.t - 0.01)
    answer = next(each for each in lines if each.answers == call.number)
    answered = replace(answer.with_frame(id="early"), answers=10**6, t=call.t - 0.005)
    return put(spoiled, places[at], before, answered, spoiled.lines[places[at]])


@breaks_rule("tokens_are_not_repeated")
def a_token_in_every_event(draw: Draw, session: Session) -> Session | None:
    places = pick(draw, (places for places in transactions(session) if len(places) > 2))
    spoiled: Session | None = session if places else None
    for place in places or ():
        if spoiled is not None:
            spoiled = changed(spoiled, place, setting("idToken", TOKEN))
    return spoiled


@breaks_rule("only_drivers_bring_their_token")
def a_token_of_nobody(draw: Draw, session: Session) -> Session | None:
    lines = session.lines
    later = [
        place
        for places in transactions(session)
        for at, place in enumerate(places)
        if lines[place].payload["triggerReason"] in ("RemoteStop", "ResetCommand")
        and any("idToken" in lines[each].payload for each in places[:at])
    ]
    return changed(session, pick(draw, later), setting("idToken", {**TOKEN, "idToken": "NOBODY"}))


@breaks_rule("meter_value_context_fits_event")
def a_wrong_context(draw: Draw, session: Session) -> Session | None:
    ends = ("Started", "Ended")
    place = event_where(draw, session, lambda e: "meterValue" in e and e["eventType"] in ends)
    other = draw(st.sampled_from(["Sample.Periodic", "Trigger", "Other"]))

    def act(event: Payload) -> None:
        event["meterValue"][0]["sampledValue"][0]["context"] = other

    return changed(session, place, act)


@breaks_rule("stopped_reasons_fit_their_trigger")
def a_wrong_reason(draw: Draw, session: Session) -> Session | None:
    told = ("RemoteStop", "Deauthorized", "ResetCommand")
    place = event_where(
        draw, session, lambda e: e["eventType"] == "Ended" and e["triggerReason"] in told
    )
    return changed(session, place, setting_info("stoppedReason", "EVDisconnected"))


# -- offline


def _interruptions(session: Session) -> list[tuple[float, float]]:
    lines = session.lines
    closes = [line.t for line in lines if isinstance(line.event, Closed)]
    opens = [line.t for line in lines if isinstance(line.event, Opened)]
    return [(close, min((t for t in opens if t > close), default=close)) for close in closes]


@breaks_rule("offline_flag_is_set")
def an_offline_event_as_any_other(draw: Draw, session: Session) -> Session | None:
    def within(event: Payload) -> bool:
        moment = datetime.fromisoformat(event["timestamp"]) - session.began
        t = moment.total_seconds()
        spans = _interruptions(session)
        return any(a + TOLERATED + 0.1 < t < b - TOLERATED - 0.1 for a, b in spans)

    place = event_where(draw, session, lambda event: "offline" in event and within(event))
    return changed(session, place, dropping("offline"))


@breaks_rule("offline_flag_is_set")
def an_online_event_as_offline(draw: Draw, session: Session) -> Session | None:
    turns = [line.t for line in session.lines[1:] if isinstance(line.event, (Opened, Closed))]
    first = min(turns, default=float("inf"))
    places = [p for places in transactions(session) for p in places if session.lines[p].t < first]
    return changed(session, pick(draw, places), setting("offline", True))
