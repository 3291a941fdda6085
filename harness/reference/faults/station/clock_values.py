"""Faults in clock-aligned meter values (J01)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from harness.reference.faults.base import Alter, Fault, MarkTriggered, replaces, request
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


def _swaps_evses(payload: Payload) -> None:
    payload["evseId"] = {1: 2, 2: 1}.get(payload["evseId"], payload["evseId"])


def _silent(*, in_use: bool) -> Alter:
    """While somebody charges, either his EVSE is not told of, or none of the others."""

    @replaces("aligned.send_of")
    def act(station: Any, original: Any, mark_triggered: MarkTriggered, evse: Any) -> None:
        used = evse is not None and evse.transaction is not None
        busy = any(each.transaction is not None for each in station.evses.values())
        if busy and used == in_use:
            mark_triggered()
        else:
            original(evse)

    return act


@replaces("aligned.send")
def _never_silent(station: Any, _original: Any, mark_triggered: MarkTriggered) -> None:
    if any(each.transaction is not None for each in station.evses.values()):
        mark_triggered()
    for evse in (None, *station.evses.values()):
        station.aligned.send_of(evse)


def _ends() -> Alter:
    used: set[Any] = set()

    @replaces("aligned.send")
    def act(station: Any, original: Any, mark_triggered: MarkTriggered) -> None:
        if any(each.transaction is not None for each in station.evses.values()):
            used.add(station)
        if station in used:
            mark_triggered()
        else:
            original()

    return act


@replaces("aligned.collect")
def _keeps_none(_station: Any, _original: Any, mark_triggered: MarkTriggered) -> None:
    mark_triggered()


@replaces("aligned.collect")
def _keeps_samples(station: Any, _original: Any, mark_triggered: MarkTriggered) -> None:
    for evse in station.evses.values():
        if evse.transaction is not None:
            mark_triggered()
            name = "AlignedDataCtrlr.TxEndedMeasurands"
            values = station.meter.sample(evse, name, "Sample.Periodic")
            evse.transaction.later_values.extend(values)


@replaces("meter.sample")
def _end_in_any_case(
    _station: Any, original: Any, mark_triggered: MarkTriggered, evse: Any, name: str, context: str
) -> list[Payload]:
    values: list[Payload] = original(evse, name, context)
    if values or context != "Transaction.End":
        return values
    mark_triggered()
    return original(evse, "SampledDataCtrlr.TxStartedMeasurands", context)


@replaces("variables.wrong")
def _never_empty(
    _station: Any, original: Any, mark_triggered: MarkTriggered, variable: Any, value: str
) -> str:
    if not value and variable.path.endswith("Measurands"):
        mark_triggered()
        return "a list of nothing"
    return original(variable, value)


FAULTS = (
    Fault(
        "no-list-of-measurands-emptied",
        "Refuses to leave a list of measurands empty.",
        _never_empty,
        requirement="Part 2, 2.7.5, Part 2, 2.7.15",
        shows=("TC_J_03_CS", "Before"),
        verdict="INCONCLUSIVE",
    ),
    Fault(
        "no-aligned-values-of-an-evse-in-use",
        "The EVSE of a transaction has no clock-aligned values.",
        _silent(in_use=True),
        requirement="J01.FR.22",
        shows=("TC_J_02_CS", "1"),
    ),
    Fault(
        "no-aligned-values-beside-a-transaction",
        "While an EVSE is in use, the others have no clock-aligned values.",
        _silent(in_use=False),
        requirement="J01.FR.14",
        shows=("TC_J_02_CS", "1"),
    ),
    Fault(
        "aligned-values-while-in-use",
        "Clock-aligned values go on in a transaction, though they are to be sent while idle.",
        _never_silent,
        requirement="J01.FR.20",
        shows=("TC_J_06_CS", "4"),
    ),
    Fault(
        "no-aligned-values-after-a-transaction",
        "Clock-aligned values do not come again when a transaction has ended.",
        _ends(),
        requirement="J01.FR.14",
        shows=("TC_J_06_CS", "7"),
    ),
    Fault(
        "no-aligned-values-at-the-end",
        "Clock-aligned values of a transaction are not kept for its end.",
        _keeps_none,
        requirement="Part 2, 2.7.15-2.7.16",
        shows=("TC_J_03_CS", "1"),
    ),
    Fault(
        "aligned-values-at-the-end-called-samples",
        "Clock-aligned values of the end are marked as samples.",
        _keeps_samples,
        requirement="J01.FR.08",
        shows=("TC_J_03_CS", "1"),
    ),
    Fault(
        "samples-of-the-end-in-any-case",
        "A transaction ends with samples where no measurands of its end are set.",
        _end_in_any_case,
        requirement="Part 2, 2.7.4-2.7.5",
        shows=("TC_J_03_CS", "1"),
    ),
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
    Fault(
        "meters-of-evses-swapped",
        "MeterValues of one EVSE name the other.",
        request("MeterValues", _swaps_evses),
        requirement="J01.FR.02",
        shows=("TC_J_02_CS", "1"),
    ),
)
