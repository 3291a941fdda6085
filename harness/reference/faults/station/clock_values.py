"""Faults in clock-aligned meter values (J01)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from harness.reference.faults.base import Alter, Fault, MarkTriggered, replaces
from harness.reference.rpc import Payload

_CLOCK = "Sample.Clock"


@replaces("aligned.next_point")
def _from_the_setting_on(
    _station: Any, _original: Any, mark_triggered: MarkTriggered, now: datetime, interval: int
) -> datetime:
    mark_triggered()
    return now + timedelta(seconds=interval)


@replaces("aligned.next_point")
def _every_other_point(
    _station: Any, original: Any, mark_triggered: MarkTriggered, now: datetime, interval: int
) -> datetime:
    mark_triggered()
    return original(now, 2 * interval)


def _without(main_meter: bool) -> Alter:
    """Either the main meter is not told of, or all EVSEs but the first."""

    @replaces("aligned.send_of")
    def act(station: Any, original: Any, mark_triggered: MarkTriggered, evse: Any) -> None:
        lost = evse is None if main_meter else evse is not None and evse.id != min(station.evses)
        if lost:
            mark_triggered()
        else:
            original(evse)

    return act


@replaces("meter.sample")
def _first_measurand_alone(
    _station: Any, original: Any, mark_triggered: MarkTriggered, evse: Any, name: str, context: str
) -> list[Payload]:
    values: list[Payload] = original(evse, name, context)
    for value in values if context == _CLOCK else ():
        if len(value["sampledValue"]) > 1:
            mark_triggered()
            value["sampledValue"] = value["sampledValue"][:1]
    return values


@replaces("meter.sample")
def _of_the_vehicle(
    _station: Any, original: Any, mark_triggered: MarkTriggered, evse: Any, name: str, context: str
) -> list[Payload]:
    values: list[Payload] = original(evse, name, context)
    for sampled in (s for value in values for s in value["sampledValue"]):
        mark_triggered()
        sampled["location"] = "EV"
    return values


@replaces("aligned.send_of")
def _told_twice(_station: Any, original: Any, mark_triggered: MarkTriggered, evse: Any) -> None:
    mark_triggered()
    original(evse)
    original(evse)


FAULTS = (
    Fault(
        "aligned-values-from-the-setting-on",
        "Clock-aligned values are measured at their interval from its setting on.",
        _from_the_setting_on,
        requirement="Part 2, 2.7.12",
        shows=("TC_J_01_CS", "1"),
    ),
    Fault(
        "every-other-aligned-value",
        "Clock-aligned values are measured at twice their interval.",
        _every_other_point,
        requirement="J01.FR.14",
        shows=("TC_J_01_CS", "1"),
    ),
    Fault(
        "aligned-values-without-main-meter",
        "The main meter has no clock-aligned values.",
        _without(main_meter=True),
        requirement="J01.FR.14",
        shows=("TC_J_01_CS", "1"),
    ),
    Fault(
        "aligned-values-of-one-evse",
        "Only the first EVSE has clock-aligned values.",
        _without(main_meter=False),
        requirement="J01.FR.14",
        shows=("TC_J_01_CS", "1"),
    ),
    Fault(
        "aligned-values-of-one-measurand",
        "Of the measurands of AlignedDataMeasurands, only the first is told.",
        _first_measurand_alone,
        requirement="J01.FR.14",
        shows=("TC_J_01_CS", "1"),
    ),
    Fault(
        "aligned-values-told-twice",
        "Clock-aligned values are told in two messages of the same content.",
        _told_twice,
        requirement="J01.FR.14",
        shows=("TC_J_01_CS", "1"),
    ),
    Fault(
        "energy-measured-in-the-vehicle",
        "Meter values have location EV.",
        _of_the_vehicle,
        requirement="J01.FR.09",
        shows=("TC_J_01_CS", "1"),
    ),
)
