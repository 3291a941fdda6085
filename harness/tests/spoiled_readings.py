"""Deviations in the meter values and the flags of a session."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from harness.ocppj.frames import Payload
from harness.tests.made_sessions import Line, Session
from harness.tests.spoiling import (
    Draw,
    changed,
    dropping,
    event_where,
    pick,
    setting,
    table,
    transactions,
)

SPOILS, breaks_rule = table()


@breaks_rule("configured_values_are_told")
def an_end_without_its_values(draw: Draw, session: Session) -> Session | None:
    lines = session.lines
    ends = [
        places[-1]
        for places in transactions(session)
        if lines[places[-1]].payload["eventType"] == "Ended"
        and any("evse" in lines[p].payload for p in places)
    ]
    return changed(session, pick(draw, ends), dropping("meterValue"))


@breaks_rule("samples_are_told_once")
def a_sample_twice(draw: Draw, session: Session) -> Session | None:
    place = event_where(draw, session, lambda event: "meterValue" in event)

    def act(event: Payload) -> None:
        samples = event["meterValue"][0]["sampledValue"]
        samples.append(samples[0])

    return changed(session, place, act)


@breaks_rule("meter_triggers_fit_their_values")
def values_of_another_context(draw: Draw, session: Session) -> Session | None:
    place = event_where(draw, session, lambda e: e["triggerReason"].startswith("MeterValue"))
    manner = draw(st.sampled_from(["other", "absent"]))

    def act(event: Payload) -> None:
        if manner == "absent":
            del event["meterValue"]
            return
        for sample in event["meterValue"][0]["sampledValue"]:
            sample["context"] = "Other"

    return changed(session, place, act)


@breaks_rule("samples_come_at_their_interval")
def an_interval_that_is_not_kept(_draw: Draw, session: Session) -> Session | None:
    spans = [seconds for places in transactions(session) if (seconds := _charged(session, places))]
    if max(spans, default=0.0) < 10:
        return None
    return replace(
        session, settings={**session.settings, "SampledDataCtrlr.TxUpdatedInterval": "1"}
    )


def _charged(session: Session, places: list[int]) -> float:
    """Seconds of energy of a transaction that was never offline, 0 where samples came."""
    events = [session.lines[place].payload for place in places]
    begun = next((at for at, event in enumerate(events) if _state(event) == "Charging"), None)
    sampled = any(event["triggerReason"].startswith("MeterValue") for event in events)
    if begun is None or sampled or any("offline" in event for event in events):
        return 0.0
    rest = events[begun:]
    end = next((e for e in rest if _state(e) not in ("Charging", None)), rest[-1])
    return (_moment(end) - _moment(rest[0])).total_seconds()


def _state(event: Payload) -> Any:
    return event["transactionInfo"].get("chargingState")


def _moment(event: Payload) -> datetime:
    return datetime.fromisoformat(event["timestamp"])


@breaks_rule("registers_only_grow")
def a_register_that_goes_back(draw: Draw, session: Session) -> Session | None:
    lines = session.lines
    metered = [
        [p for p in places if "meterValue" in lines[p].payload] for places in transactions(session)
    ]
    several = [places for places in metered if len({_read(session, p) for p in places}) > 1]
    places = pick(draw, several)
    if places is None:
        return None
    last = max(places, key=lambda place: _read(session, place))

    def act(event: Payload) -> None:
        for sample in event["meterValue"][0]["sampledValue"]:
            sample["value"] = -10

    return changed(session, last, act)


def _read(session: Session, place: int) -> datetime:
    return datetime.fromisoformat(session.lines[place].payload["meterValue"][0]["timestamp"])


@breaks_rule("registers_follow_the_power")
def a_register_that_stands_still(draw: Draw, session: Session) -> Session | None:
    """Between two events, at a power that nobody could overlook."""
    lines = session.lines
    pairs = [
        pair
        for places in transactions(session)
        if not any("offline" in lines[p].payload for p in places) and not _rebooted(session, places)
        for pair in _charging(lines, places)
        if _apart(session, *pair) >= timedelta(seconds=32)
    ]
    pair = pick(draw, pairs)
    if pair is None:
        return None
    begin, end = (_moment(lines[place].payload) for place in pair)
    register = {"value": 1}
    power = {"value": 10**9, "measurand": "Power.Active.Import"}
    readings = [
        {"timestamp": begin.isoformat(), "sampledValue": [register]},
        {"timestamp": (begin + (end - begin) / 2).isoformat(), "sampledValue": [power]},
        {"timestamp": end.isoformat(), "sampledValue": [register]},
    ]

    def act(event: Payload) -> None:
        event["meterValue"] = [*event.get("meterValue", []), *readings]

    return changed(session, pair[1], act)


def _charging(lines: Sequence[Line], places: Sequence[int]) -> Iterator[tuple[int, int]]:
    """From an event to one after it, with no word of another state until then."""
    for number, first in enumerate(places):
        if _state(lines[first].payload) != "Charging":
            continue
        for last in places[number + 1 :]:
            yield first, last
            if _state(lines[last].payload) not in ("Charging", None):
                break


def _apart(session: Session, earlier: int, later: int) -> timedelta:
    return _moment(session.lines[later].payload) - _moment(session.lines[earlier].payload)


def _rebooted(session: Session, places: list[int]) -> bool:
    return any(line.action == "BootNotification" for line in session.lines[places[0] : places[-1]])


@breaks_rule("offline_flag_is_not_kept")
def a_flag_that_stays(draw: Draw, session: Session) -> Session | None:
    """On an event that a request has brought about on the same connection."""
    reasons = {"RemoteStop": "RequestStopTransaction", "ResetCommand": "Reset"}
    found = [
        place
        for places in transactions(session)
        for place in places
        if "offline" not in session.lines[place].payload
        and _asked(session, place, reasons.get(session.lines[place].payload["triggerReason"]))
    ]
    return changed(session, pick(draw, found), setting("offline", True))


def _asked(session: Session, place: int, action: str | None) -> bool:
    wire = session.lines[place].wire
    before = session.lines[:place]
    return any(line.sent and line.action == action and line.wire == wire for line in before)


@breaks_rule("transactions_stay_where_they_are")
def a_transaction_that_moves(draw: Draw, session: Session) -> Session | None:
    told = [
        [p for p in places if "connectorId" in session.lines[p].payload.get("evse", {})]
        for places in transactions(session)
    ]
    places = pick(draw, (each for each in told if len(each) > 1))
    last = places[-1] if places else None
    return changed(session, last, lambda event: event["evse"].update(connectorId=7))


@breaks_rule("readings_are_recent")
def a_reading_of_long_ago(draw: Draw, session: Session) -> Session | None:
    place = event_where(draw, session, lambda e: "meterValue" in e and "offline" not in e)

    def act(event: Payload) -> None:
        event["meterValue"][0]["timestamp"] = "2020-01-01T00:00:00Z"

    return changed(session, place, act)


@breaks_rule("units_fit_their_measurand")
def energy_in_volts(draw: Draw, session: Session) -> Session | None:
    place = event_where(draw, session, lambda event: "meterValue" in event)

    def act(event: Payload) -> None:
        event["meterValue"][0]["sampledValue"][0]["unitOfMeasure"] = {"unit": "V"}

    return changed(session, place, act)
