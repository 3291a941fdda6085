"""A connector's state as a station reports it: StatusNotification or NotifyEvent, it may choose.

Part 2 E02.FR.05 and the pages of Part 6 allow both; here is the one reading of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

from harness.inbox import Arrival
from harness.payloads import objects
from harness.wire import Payload

Connector = tuple[int, int]


@dataclass(frozen=True)
class Report:
    """One report of one connector's state; ``trigger`` is empty for a StatusNotification."""

    connector: Connector
    status: str
    trigger: str
    arrival: Arrival

    @property
    def of_a_change(self) -> bool:
        """Whether it stands for a StatusNotification; monitors may report a state at any time."""
        return self.trigger in ("", "Delta")

    @property
    def message(self) -> str:
        """Name of the message that carried it."""
        return f"{self.arrival.action}Request"


def reports(arrival: Arrival) -> Iterator[Report]:
    """The connector states that an arrival reports; none for other messages."""
    payload = cast(Payload, arrival.payload)
    if arrival.action == "StatusNotification":
        connector = (payload.get("evseId"), payload.get("connectorId"))
        yield Report(cast(Connector, connector), str(payload.get("connectorStatus")), "", arrival)
    elif arrival.action == "NotifyEvent":
        for data in objects(payload, "eventData"):
            yield from _from_event(data, arrival)


def _from_event(data: Any, arrival: Arrival) -> Iterator[Report]:
    try:
        component, variable = data["component"], data["variable"]
        named = (component["name"].lower(), variable["name"].lower())
        connector = (component["evse"]["id"], component["evse"]["connectorId"])
        if named == ("connector", "availabilitystate"):
            yield Report(connector, data["actualValue"], data["trigger"], arrival)
    except (KeyError, TypeError, AttributeError):
        return
