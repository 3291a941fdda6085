"""Availability of the station, its EVSEs and connectors, and how it is reported (G01, G03, G04)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from harness import clock
from harness.reference.rpc import Answer, Payload
from harness.reference.station.context import StationContext
from harness.reference.station.outbox import Outbox
from harness.reference.station.reservations import Reservations
from harness.reference.station.state import Evse, Place

STATION: Place = (0, 0)


class ReportingStation(StationContext, Protocol):
    """A station that tells of its variables."""

    def event_request(self, component: Payload, variable: str, value: str, trigger: str) -> Payload:
        """NotifyEventRequest about one variable."""
        ...


class Availability:
    """What is inoperative, which state each connector has, and what of that the CSMS knows."""

    def __init__(
        self, station: ReportingStation, outbox: Outbox, reservations: Reservations
    ) -> None:
        self.station = station
        self.outbox = outbox
        self.reservations = reservations
        self.inoperative: set[Place] = set()
        self.scheduled: dict[Place, bool] = {}
        self.held: set[int] = set()
        #: Whether nobody new is let in: each EVSE is unavailable as soon as it is free.
        self.closing = False
        self.reported: dict[Place, str] = {}
        self.changed_offline: set[Place] = set()

    # States

    def restore(self) -> None:
        """Take up what was set before the boot (B01.FR.07, B11.FR.02, G03.FR.08)."""
        for place, operative in self.scheduled.items():
            self.persist(place, operative)  # the transactions that it waited for are over
        self.scheduled.clear()
        self.inoperative = set(self.station.memory.inoperative)
        self.held.clear()
        self.reported = {
            (evse.id, connector): ""
            for evse in self.station.evses.values()
            for connector in evse.connectors
        }
        self.changed_offline.clear()

    def is_inoperative(self, evse: int, connector: int = 0) -> bool:
        """Whether it, or what it belongs to, is inoperative."""
        places = {STATION, (evse, 0), (evse, connector)}
        waits = self.is_waiting(evse) or (self.closing and not self.busy((evse, 0)))
        return bool(places & self.inoperative) or evse in self.held or waits

    def is_waiting(self, evse: int) -> bool:
        """Whether the station becomes inoperative, and that EVSE has nothing to finish."""
        if self.scheduled.get(STATION, True) or self.station.config.inoperative_as_a_whole:
            return False
        return not self.busy((evse, 0))

    def connector_status(self, evse: Evse, connector: int) -> str:
        """ConnectorStatusEnumType."""
        if self.is_inoperative(evse.id, connector) or self.is_left(evse, connector):
            return "Unavailable"
        if self.reservations.of(evse.id) is not None:
            return "Reserved"
        return "Occupied" if connector in (evse.plugged, evse.cable_left) else "Available"

    def is_left(self, evse: Evse, connector: int) -> bool:
        """Whether the vehicle of a transaction that a change waits for is gone (G01.FR.05)."""
        places = (STATION, (evse.id, 0), (evse.id, connector))
        scheduled = not all(self.scheduled.get(place, True) for place in places)
        transaction = evse.transaction
        was_here = transaction is not None and transaction.evse_reported
        return scheduled and was_here and evse.plugged is None

    def evse_status(self, evse: Evse) -> str:
        """AvailabilityState of an EVSE."""
        if self.is_inoperative(evse.id):
            return "Unavailable"
        states = [self.connector_status(evse, connector) for connector in evse.connectors]
        for state in ("Reserved", "Occupied"):
            if state in states:
                return state
        return "Available" if "Available" in states else "Unavailable"

    def station_status(self) -> str:
        """AvailabilityState of the station."""
        if STATION in self.inoperative:
            return "Unavailable"
        states = {self.evse_status(evse) for evse in self.station.evses.values()}
        for state in ("Available", "Occupied", "Reserved"):
            if state in states:
                return state
        return "Unavailable"

    # Reports

    def announce(self) -> None:
        """Report the state of every connector (B01.FR.05, B04.FR.01)."""
        for evse in self.station.evses.values():
            for connector in evse.connectors:
                self.report(evse, connector)
        self.changed_offline.clear()

    def announce_unavailable(self) -> None:
        """Report every connector Unavailable, as a self check may (B01, step 4)."""
        for evse in self.station.evses.values():
            for connector in evse.connectors:
                self.send(evse.id, connector, "Unavailable")

    def refresh(self) -> None:
        """Report the connectors whose state changed; offline, remember which did (G01)."""
        for (evse_id, connector), known in list(self.reported.items()):
            evse = self.station.evses[evse_id]
            status = self.connector_status(evse, connector)
            if status == known:
                continue
            if self.station.online:
                self.report(evse, connector)
            else:
                self.reported[evse_id, connector] = status
                self.changed_offline.add((evse_id, connector))

    def resume(self, offline_since: float) -> None:
        """Report after having been offline: all connectors, or those that changed (B04)."""
        threshold = self.station.model.number("OCPPCommCtrlr.OfflineThreshold")
        if clock.monotonic() - offline_since > threshold:
            self.announce()
            return
        self.announce_changed()

    def announce_changed(self) -> None:
        """Report the connectors that changed while offline (B04.FR.02)."""
        changed, self.changed_offline = sorted(self.changed_offline), set()
        for evse_id, connector in changed:
            self.report(self.station.evses[evse_id], connector)

    def report(self, evse: Evse, connector: int) -> None:
        """Report the state of one connector."""
        status = self.connector_status(evse, connector)
        self.reported[evse.id, connector] = status
        self.send(evse.id, connector, status)

    def send(self, evse_id: int, connector: int, status: str) -> None:
        """Tell the CSMS a connector's state, in the way of this station."""
        place = (evse_id, connector)

        def lost() -> None:
            self.changed_offline.add(place)

        for action, request in self.messages(evse_id, connector, status):
            self.outbox.send(action, request, lost=lost)

    def messages(self, evse_id: int, connector: int, status: str) -> Iterator[tuple[str, Payload]]:
        """Action and payload of each message by which this station tells a connector's state."""
        kind = self.station.config.connector_events
        if kind in ("StatusNotification", "both"):
            yield "StatusNotification", self.status_notification(evse_id, connector, status)
        if kind in ("NotifyEvent", "both"):
            yield "NotifyEvent", self.notify_event(evse_id, connector, status)

    def status_notification(self, evse_id: int, connector: int, status: str) -> Payload:
        """StatusNotificationRequest."""
        return {
            "timestamp": self.station.now(),
            "connectorStatus": status,
            "evseId": evse_id,
            "connectorId": connector,
        }

    def notify_event(self, evse_id: int, connector: int, status: str) -> Payload:
        """NotifyEventRequest about Connector.AvailabilityState (G01, alternative scenario)."""
        component = {"name": "Connector", "evse": {"id": evse_id, "connectorId": connector}}
        return self.station.event_request(component, "AvailabilityState", status, "Delta")

    # ChangeAvailability

    async def change(self, request: Payload) -> Answer:
        """ChangeAvailabilityRequest (G03, G04)."""
        evse: Payload = request.get("evse") or {}
        place: Place = (evse.get("id", 0), evse.get("connectorId", 0))
        operative = request["operationalStatus"] == "Operative"
        if not self.knows(place):
            return Answer({"status": "Rejected"})
        if operative == (place not in self.inoperative):
            self.scheduled.pop(place, None)
            return Answer({"status": "Accepted"})
        self.scheduled[place] = operative
        if self.busy(place) and not operative:
            return Answer({"status": "Scheduled"}, self.refresh_soon)
        return Answer({"status": "Accepted"}, self.apply_soon)

    def knows(self, place: Place) -> bool:
        """Whether there is such an EVSE and connector."""
        evse, connector = place
        if evse == 0:
            return connector == 0
        known = self.station.config.evses.get(evse)
        return known is not None and (connector == 0 or connector in known)

    def busy(self, place: Place) -> bool:
        """Whether a transaction is going on there (G03.FR.05)."""
        evses = [e for e in self.station.evses.values() if place[0] in (0, e.id)]
        return any(
            e.transaction is not None and (place[1] == 0 or e.plugged in (None, place[1]))
            for e in evses
        )

    async def refresh_soon(self) -> None:
        """Report what an answer has changed already, once it is out."""
        self.refresh()

    async def apply_soon(self) -> None:
        """Apply what was scheduled, once the answer is out."""
        self.apply_scheduled()

    def apply_scheduled(self) -> None:
        """Carry out the scheduled changes that no transaction holds up any more."""
        for place, operative in list(self.scheduled.items()):
            if operative or not self.busy(place):
                del self.scheduled[place]
                self.set_operative(place, operative)
        self.refresh()

    def set_operative(self, place: Place, operative: bool) -> None:
        """Change and persist the availability of one place."""
        (self.inoperative.discard if operative else self.inoperative.add)(place)
        self.persist(place, operative)
        if not operative:
            self.reservations.drop_unavailable()

    def persist(self, place: Place, operative: bool) -> None:
        """Have it so after a reboot, too (G03.FR.08, G04.FR.09)."""
        kept = self.station.memory.inoperative
        (kept.discard if operative else kept.add)(place)
        self.station.memory.save()

    # Closed for an update

    def keep_out(self) -> None:
        """Let nobody new in (L01.FR.07)."""
        self.closing = True
        self.refresh()

    def let_in(self) -> None:
        """Let everybody in again."""
        if self.closing:
            self.closing = False
            self.refresh()

    # Held back for a reset

    def hold(self, evse_ids: set[int]) -> None:
        """Make EVSEs Unavailable for a while, without persistence."""
        self.held |= evse_ids
        self.refresh()

    def release(self) -> None:
        """End of that while."""
        self.held.clear()
        self.refresh()
