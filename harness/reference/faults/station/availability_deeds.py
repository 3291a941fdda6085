"""Faults in what a station makes of the availability that it tells (block G)."""

from __future__ import annotations

from typing import Any

from harness.reference.faults.base import Fault, MarkTriggered, replaces
from harness.reference.rpc import Answer, Payload
from harness.reference.station.state import Place


@replaces("availability.set_operative")
def _changes_the_whole_evse(
    station: Any, original: Any, mark_triggered: MarkTriggered, place: Place, operative: bool
) -> None:
    original(place, operative)
    evse, connector = place
    for other in station.evses[evse].connectors if connector else ():
        if other != connector:
            mark_triggered()
            original((evse, other), operative)


@replaces("availability.set_operative")
def _changes_every_evse(
    station: Any, original: Any, mark_triggered: MarkTriggered, place: Place, operative: bool
) -> None:
    original(place, operative)
    for other in station.evses if place[0] else ():
        if other != place[0]:
            mark_triggered()
            original((other, 0), operative)


def _closes_what_is_operative(station: Any, mark_triggered: MarkTriggered) -> None:
    change, serves, closed = station.actions["ChangeAvailability"], station.in_service, list[bool]()

    async def changed(asked: Payload) -> Answer:
        answer: Answer = await change(asked)
        if asked["operationalStatus"] == "Operative":
            mark_triggered()
            closed.append(True)
        return answer

    def serves_now(evse: Any) -> bool:
        return not closed and bool(serves(evse))

    station.actions["ChangeAvailability"], station.in_service = changed, serves_now


@replaces("availability.set_operative")
def _changes_one_evse(
    station: Any, original: Any, mark_triggered: MarkTriggered, place: Place, operative: bool
) -> None:
    if place[0] or operative:
        original(place, operative)
        return
    mark_triggered()
    original((min(station.evses), 0), operative)


@replaces("in_service")
def _serves_elsewhere(
    station: Any, original: Any, mark_triggered: MarkTriggered, evse: Any
) -> bool:
    if evse.id == min(station.evses) or original(evse):
        return bool(original(evse))
    mark_triggered()
    return True


@replaces("availability.refresh_soon")
async def _suspends_what_it_waits_for(
    station: Any, original: Any, mark_triggered: MarkTriggered
) -> None:
    await original()
    for evse in station.evses.values():
        if evse.charging_state == "Charging":
            mark_triggered()
            station.transactions.withhold(evse)


@replaces("availability.announce")
def _available_at_first(station: Any, original: Any, mark_triggered: MarkTriggered) -> None:
    for evse in station.evses.values():
        for connector in evse.connectors:
            if station.availability.connector_status(evse, connector) == "Unavailable":
                mark_triggered()
                station.availability.send(evse.id, connector, "Available")
    original()


@replaces("plug_in")
async def _occupies_the_other_evse(
    station: Any, original: Any, mark_triggered: MarkTriggered, evse: int, connector: int
) -> None:
    await original(evse, connector)
    for other in station.evses.values():
        if other.id != evse and other.plugged is None:
            mark_triggered()
            station.availability.send(other.id, other.connectors[0], "Occupied")


@replaces("in_service")
def serves_all_the_same(
    station: Any, original: Any, mark_triggered: MarkTriggered, evse: Any
) -> bool:
    if station.powered and not original(evse):
        mark_triggered()
    return bool(station.powered)


@replaces("in_service")
def _serves_nowhere(station: Any, original: Any, mark_triggered: MarkTriggered, evse: Any) -> bool:
    if not station.availability.inoperative:
        return bool(original(evse))
    mark_triggered()
    return False


@replaces("availability.set_operative")
def _serves_nobody_again(
    station: Any, original: Any, mark_triggered: MarkTriggered, place: Place, operative: bool
) -> None:
    original(place, operative)
    if not operative:
        return
    mark_triggered()

    def in_service(evse: Any) -> bool:
        return place[0] not in (0, evse.id)

    station.in_service = in_service


@replaces("in_service")
def _serves_where_a_change_waits(
    station: Any, original: Any, mark_triggered: MarkTriggered, evse: Any
) -> bool:
    serves: bool = original(evse)
    if not serves and station.availability.is_waiting(evse.id):
        mark_triggered()
        return True
    return serves


@replaces("transactions.end")
def _free_with_the_end(
    station: Any, original: Any, mark_triggered: MarkTriggered, evse: Any, *rest: Any, **named: Any
) -> None:
    original(evse, *rest, **named)
    if evse.plugged is not None:
        mark_triggered()
        station.availability.send(evse.id, evse.plugged, "Available")


FAULTS = (
    Fault(
        "open-while-change-waits",
        "Idle EVSEs that it tells are Unavailable take drivers until a change is carried out.",
        _serves_where_a_change_waits,
        "F01.FR.23",
        ("TC_G_14_CS", "3"),
    ),
    Fault(
        "idle-evses-open-again",
        "Idle EVSEs are Unavailable until the EVSE in use is, and Available then.",
        _changes_one_evse,
        "G04.FR.07",
        ("TC_G_14_CS", "14"),
    ),
    Fault(
        "operative-evse-closed",
        "What is made Operative serves nobody from then on.",
        _closes_what_is_operative,
        "G03.FR.03",
        ("TC_G_09_CS", "post"),
    ),
    Fault(
        "inoperative-evse-serves",
        "All EVSEs of an inoperative station but the first can be used.",
        _serves_elsewhere,
        "F01.FR.23, G04.FR.07",
        ("TC_G_05_CS", "post"),
    ),
    Fault(
        "inoperative-as-an-evse",
        "Makes all connectors of an EVSE inoperative for one of them.",
        _changes_the_whole_evse,
        "G03.FR.04",
        ("TC_G_17_CS", "9>EVDisconnected 1"),
        variant="two-connectors",
    ),
    Fault(
        "inoperative-beside-an-evse",
        "Makes the other EVSEs inoperative with one of them.",
        _changes_every_evse,
        "G03.FR.06",
        ("TC_G_11_CS", "12"),
    ),
    Fault(
        "scheduled-without-energy",
        "Suspends the energy of the transaction for which a change waits.",
        _suspends_what_it_waits_for,
        "G03.FR.05",
        ("TC_G_11_CS", "2"),
    ),
    Fault(
        "available-at-first",
        "Tells after a boot that an inoperative connector is Available, and then Unavailable.",
        _available_at_first,
        "B01.FR.05",
        ("TC_G_18_CS", "5>Booted 5"),
    ),
    Fault(
        "occupied-elsewhere",
        "Tells of a plug at another EVSE, too, where there is none.",
        _occupies_the_other_evse,
        "G01.FR.03",
        ("TC_G_01_CS", "occupied_evses_are_used"),
    ),
    Fault(
        "available-before-the-cable-is-out",
        "Tells that a connector is Available as soon as its transaction has ended.",
        _free_with_the_end,
        "G01.FR.03, G01.FR.04",
        ("TC_E_21_CS", "available_connectors_are_empty"),
    ),
    Fault(
        "inoperative-elsewhere-in-silence",
        "As long as a connector is inoperative, it serves nobody anywhere.",
        _serves_nowhere,
        "G03.FR.04",
        ("TC_G_07_CS", "post>Authorized 2"),
    ),
    Fault(
        "inoperative-and-serving",
        "Takes drivers at an EVSE that it tells is Unavailable.",
        serves_all_the_same,
        "F01.FR.23",
        ("TC_G_03_CS", "post"),
    ),
    Fault(
        "operative-for-nobody",
        "Takes no driver at an EVSE that is Available again.",
        _serves_nobody_again,
        "G03.FR.07",
        ("TC_G_04_CS", "post>Authorized 2"),
    ),
)
