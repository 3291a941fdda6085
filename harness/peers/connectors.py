"""A connector's state as a station reports it: StatusNotification or NotifyEvent, it may choose.

Part 2 E02.FR.05 and the pages of Part 6 allow both; here is the one reading of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from harness.evidence.matchers import Check, Place, as_data, one_of, show
from harness.ocppj.frames import Payload
from harness.ocppj.inbox import Arrival
from harness.ocppj.payloads import objects

Connector = tuple[int, int]
#: A status, or all that are right.
Statuses = str | tuple[str, ...]


@dataclass(frozen=True)
class Report:
    """One report of one connector's state; ``trigger`` is empty for a StatusNotification.

    ``path``: the object in the payload that reports it.
    """

    connector: Connector
    status: str
    trigger: str
    arrival: Arrival
    path: str = "$"

    @property
    def of_a_change(self) -> bool:
        """Whether it stands for a StatusNotification; monitors may report a state at any time."""
        return self.trigger in ("", "Delta")

    @property
    def message(self) -> str:
        """Name of the message that carried it."""
        return f"{self.arrival.action}Request"

    def place(self, field: str, wanted: Any = None) -> Place:
        """A field of it."""
        return Place(self.arrival.id, f"{self.path}.{field}", wanted)

    def places(self, status: Any) -> tuple[Place, ...]:
        """What a comparison of the status rests on: the status, and whose it is."""
        evse, connector = self.connector
        if self.trigger:
            return (
                self.place("actualValue", status),
                self.place("component.evse.id", evse),
                self.place("component.evse.connectorId", connector),
            )
        return (
            self.place("connectorStatus", status),
            self.place("evseId", evse),
            self.place("connectorId", connector),
        )


def reports(arrival: Arrival) -> Iterator[Report]:
    """The connector states that an arrival reports; none for other messages."""
    return (each for each in _reports(arrival) if _is_one(each.connector))


def _is_one(connector: tuple[object, object]) -> bool:
    """Whether the ids are numbers: a schema says so, a station may not."""
    return all(isinstance(each, int) for each in connector)


def _reports(arrival: Arrival) -> Iterator[Report]:
    payload = cast(Payload, arrival.payload)
    if arrival.action == "StatusNotification":
        connector = (payload.get("evseId"), payload.get("connectorId"))
        yield Report(cast(Connector, connector), str(payload.get("connectorStatus")), "", arrival)
    elif arrival.action == "NotifyEvent":
        for index, data in enumerate(objects(payload, "eventData")):
            yield from _from_event(data, arrival, f"$.eventData[{index}]")


def _from_event(data: Any, arrival: Arrival, path: str) -> Iterator[Report]:
    try:
        component, variable = data["component"], data["variable"]
        named = (component["name"].lower(), variable["name"].lower())
        connector = (component["evse"]["id"], component["evse"]["connectorId"])
        if named == ("connector", "availabilitystate"):
            yield Report(connector, str(data["actualValue"]), str(data["trigger"]), arrival, path)
    except (KeyError, TypeError, AttributeError):
        return


def latest(arrivals: Iterable[Arrival]) -> dict[Connector, Report]:
    """The last reported state of each connector.

    What was reported because it changed goes before what a monitor reports from time to time.
    """
    found = [report for arrival in arrivals for report in reports(arrival)]
    changes = {report.connector: report for report in found if report.of_a_change}
    return {report.connector: report for report in found} | changes


def title(connector: Connector) -> str:
    """How a connector is called in a report."""
    return f"evse {connector[0]} connector {connector[1]}"


def each_of(statuses: Statuses) -> tuple[str, ...]:
    """The statuses one by one."""
    return (statuses,) if isinstance(statuses, str) else statuses


def judged(report: Report, right: Statuses) -> Iterator[Check]:
    """The comparisons of a report with the wanted statuses; an event must be of a change."""
    statuses = each_of(right)
    name, wanted = title(report.connector), one_of(*statuses) if statuses[1:] else statuses[0]
    ok, data = report.status in statuses, as_data(wanted)
    yield Check(f"{name} status", show(wanted), report.status, ok, data, report.places(data))
    if report.trigger:
        ok, place = report.trigger == "Delta", report.place("trigger")
        yield Check(f"{name} trigger", "Delta", report.trigger, ok, "Delta", (place,))


#: What the other connectors of an EVSE in use may be: nobody can use them (E01.FR.14).
WHILE_IN_USE = ("Available", "Unavailable", "Occupied")


def beside(connectors: Iterable[Connector], used: Mapping[Connector, Statuses]) -> set[Connector]:
    """The other connectors of the EVSEs of which one is occupied."""
    evses = {evse for (evse, _), statuses in used.items() if statuses == "Occupied"}
    return {each for each in connectors if each[0] in evses and each not in used}
