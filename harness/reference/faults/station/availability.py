"""Faults in the availability that a CSMS sets (block G)."""

from __future__ import annotations

from typing import Any

from harness import clock
from harness.reference.faults.base import Fault, MarkTriggered, put, replaces, response
from harness.reference.rpc import Answer, Payload
from harness.reference.station.state import Place


def _place(request: Payload) -> Place:
    evse: Payload = request.get("evse") or {}
    return evse.get("id", 0), evse.get("connectorId", 0)


def _is_so(station: Any, request: Payload) -> bool:
    """Whether the place is already what it is to be made."""
    operative = request["operationalStatus"] == "Operative"
    return operative == (_place(request) not in station.availability.inoperative)


def _is_scheduled(payload: Payload) -> bool:
    return payload.get("status") == "Scheduled"


@replaces("availability.apply_soon")
async def _changes_nothing(station: Any, original: Any, mark_triggered: MarkTriggered) -> None:
    if all(station.availability.scheduled.values()):
        await original()
        return
    mark_triggered()
    station.availability.scheduled.clear()


@replaces("availability.refresh_soon")
async def _changes_at_once(station: Any, _original: Any, mark_triggered: MarkTriggered) -> None:
    mark_triggered()
    for place, operative in list(station.availability.scheduled.items()):
        station.availability.set_operative(place, operative)
    station.availability.refresh()


@replaces("availability.refresh_soon")
async def _forgets(station: Any, _original: Any, mark_triggered: MarkTriggered) -> None:
    mark_triggered()
    station.availability.scheduled.clear()


@replaces("handle")
async def _refuses_what_it_is(
    station: Any, original: Any, mark_triggered: MarkTriggered, action: str, payload: Payload
) -> Answer:
    if action != "ChangeAvailability" or not _is_so(station, payload):
        return await original(action, payload)
    mark_triggered()
    return Answer({"status": "Rejected"})


@replaces("handle")
async def _turns_over(
    station: Any, original: Any, mark_triggered: MarkTriggered, action: str, payload: Payload
) -> Answer:
    if action != "ChangeAvailability" or not _is_so(station, payload):
        return await original(action, payload)
    mark_triggered()
    operative = payload["operationalStatus"] == "Operative"
    station.availability.scheduled[_place(payload)] = not operative
    return Answer({"status": "Accepted"}, station.availability.apply_soon)


@replaces("availability.set_operative")
def _changes_the_station(
    _station: Any, original: Any, mark_triggered: MarkTriggered, place: Place, operative: bool
) -> None:
    if place != (0, 0):
        mark_triggered()
    original((0, 0), operative)


@replaces("availability.set_operative")
def _changes_the_first_evse(
    _station: Any, original: Any, mark_triggered: MarkTriggered, place: Place, operative: bool
) -> None:
    if place == (0, 0):
        mark_triggered()
    original((1, 0) if place == (0, 0) else place, operative)


@replaces("availability.set_operative")
def _leaves_the_second_evse(
    station: Any, original: Any, mark_triggered: MarkTriggered, place: Place, operative: bool
) -> None:
    original(place, operative)
    if place == (0, 0) and operative:
        mark_triggered()
        station.availability.held.add(2)


@replaces("availability.apply_soon")
async def _stays_inoperative(station: Any, original: Any, mark_triggered: MarkTriggered) -> None:
    if not any(station.availability.scheduled.values()):
        await original()
        return
    mark_triggered()
    station.availability.scheduled.clear()


@replaces("availability.apply_soon")
async def _undoes_it(station: Any, original: Any, mark_triggered: MarkTriggered) -> None:
    changed = dict(station.availability.scheduled)
    await original()
    await clock.sleep(2)
    for place, operative in changed.items():
        if not operative:
            mark_triggered()
            station.availability.set_operative(place, True)
    station.availability.refresh()


@replaces("availability.persist")
def _keeps_nothing(_station: Any, _original: Any, mark_triggered: MarkTriggered, *_: Any) -> None:
    mark_triggered()


@replaces("availability.restore")
def _boots_inoperative(station: Any, original: Any, mark_triggered: MarkTriggered) -> None:
    original()
    if station.availability.inoperative:
        mark_triggered()
        station.availability.inoperative.add((0, 0))


@replaces("availability.restore")
def _boots_with_one_evse(station: Any, original: Any, mark_triggered: MarkTriggered) -> None:
    original()
    if (0, 0) in station.availability.inoperative:
        mark_triggered()
        station.availability.inoperative = {(1, 0)}


FAULTS = (
    Fault(
        "inoperative-in-words",
        "A change to Inoperative is accepted and not made.",
        _changes_nothing,
        "G03.FR.04",
        ("TC_G_03_CS", "1>Unavailable 3"),
    ),
    Fault(
        "inoperative-while-charging",
        "A change is said to be scheduled, and made while the transaction goes on.",
        _changes_at_once,
        "G03.FR.05",
        ("TC_G_11_CS", "2"),
    ),
    Fault(
        "scheduled-change-forgotten",
        "A change that is scheduled is never made.",
        _forgets,
        "G03.FR.05",
        ("TC_G_11_CS", "4"),
    ),
    Fault(
        "state-it-has-refused",
        "Refuses to be made what it is already.",
        _refuses_what_it_is,
        "G03.FR.03",
        ("TC_G_09_CS", "2"),
    ),
    Fault(
        "state-it-has-turned-over",
        "Becomes operative when it is made inoperative again, and the other way round.",
        _turns_over,
        "G03.FR.03",
        ("TC_G_10_CS", "2"),
    ),
    Fault(
        "inoperative-as-a-station",
        "Makes the whole station inoperative for one EVSE or connector.",
        _changes_the_station,
        "G03.FR.06",
        ("TC_G_07_CS", "1"),
    ),
    Fault(
        "inoperative-at-first-evse",
        "Makes the first EVSE inoperative, or operative, in place of the station.",
        _changes_the_first_evse,
        "G04.FR.07",
        ("TC_G_05_CS", "1>Unavailable 3"),
    ),
    Fault(
        "operative-without-second-evse",
        "Leaves the second EVSE Unavailable when the station is made operative.",
        _leaves_the_second_evse,
        "G04.FR.08",
        ("TC_G_06_CS", "3"),
    ),
    Fault(
        "operative-in-words",
        "A change to Operative is accepted and not made.",
        _stays_inoperative,
        "G03.FR.07",
        ("TC_G_04_CS", "3"),
    ),
    Fault(
        "inoperative-for-a-moment",
        "What was made inoperative is available again a moment later.",
        _undoes_it,
        "G03.FR.06",
        ("TC_G_03_CS", "1"),
    ),
    Fault(
        "inoperative-until-reboot",
        "Forgets at a reboot what was made inoperative.",
        _keeps_nothing,
        "G03.FR.08",
        ("TC_G_18_CS", "5>Booted 5"),
    ),
    Fault(
        "inoperative-station-after-reboot",
        "The whole station is inoperative after a reboot, where a part of it was.",
        _boots_inoperative,
        "G03.FR.08",
        ("TC_G_19_CS", "4"),
    ),
    Fault(
        "inoperative-evse-after-reboot",
        "One EVSE is inoperative after a reboot, where the whole station was.",
        _boots_with_one_evse,
        "G04.FR.09",
        ("TC_G_21_CS", "4"),
    ),
    Fault(
        "scheduled-change-accepted",
        "Says that a change behind a transaction is made.",
        response("ChangeAvailability", put(status="Accepted"), when=_is_scheduled),
        "G04.FR.06",
        ("TC_G_14_CS", "2"),
    ),
)
