"""Reservations of an EVSE (block H)."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from harness.reference.rpc import Answer, Payload
from harness.reference.station.context import StationContext
from harness.reference.station.outbox import Outbox
from harness.reference.station.state import Evse, Reservation, Token


class EvseStates(Protocol):
    """Which EVSEs can be used."""

    def is_inoperative(self, evse: int, connector: int = 0) -> bool:
        """Whether it, or what it belongs to, is inoperative."""
        ...

    def evse_status(self, evse: Evse) -> str:
        """AvailabilityState of an EVSE."""
        ...

    def refresh(self) -> None:
        """Report the connectors whose state changed."""
        ...


class ReservableStation(StationContext, Protocol):
    """A station whose EVSEs can be reserved."""

    @property
    def availability(self) -> EvseStates:
        """The states of its EVSEs."""
        ...

    async def refresh_soon(self) -> None:
        """Report changed connectors, once an answer is out."""
        ...


class Reservations:
    """Which EVSE is kept for whom; persisted across reboots (B01.FR.13, B11.FR.05)."""

    def __init__(self, station: ReservableStation, outbox: Outbox) -> None:
        self.station = station
        self.outbox = outbox

    def restore(self) -> None:
        """Take up the reservations of before the boot."""
        for reservation in list(self.station.memory.reservations.values()):
            self._expire_in_time(reservation)

    def of(self, evse_id: int) -> Reservation | None:
        """The reservation of an EVSE that counts now."""
        if not self.enabled:
            return None
        return next(
            (r for r in self.station.memory.reservations.values() if r.evse == evse_id), None
        )

    @property
    def enabled(self) -> bool:
        """Whether reservations are supported and switched on."""
        return self.station.model.flag("ReservationCtrlr.Enabled")

    def admits(self, evse_id: int, token: Token, group: str = "") -> bool:
        """Whether a driver may use that EVSE (F01.FR.21, F01.FR.22, H03)."""
        reservation = self.of(evse_id)
        if reservation is None or reservation.token == token:
            return True
        return bool(reservation.group) and reservation.group == group

    def consume(self, evse_id: int, token: Token, group: str = "") -> int | None:
        """Use up the reservation of that driver and return its id (H03.FR.09)."""
        reservation = self.of(evse_id)
        if reservation is None or not self.admits(evse_id, token, group):
            return None
        del self.station.memory.reservations[reservation.id]
        return reservation.id

    async def reserve(self, request: Payload) -> Answer:
        """ReserveNowRequest."""
        status = self.verdict(request)
        if status != "Accepted":
            return Answer({"status": status})
        group: Payload = request.get("groupIdToken") or {}
        reservation = Reservation(
            request["id"],
            request["evseId"],
            Token.of(request["idToken"]),
            str(group.get("idToken", "")),
            datetime.fromisoformat(request["expiryDateTime"].upper()),
        )
        self.station.memory.reservations[reservation.id] = reservation
        self._expire_in_time(reservation)
        return Answer({"status": status}, self.station.refresh_soon)

    def verdict(self, request: Payload) -> str:
        """ReserveNowStatusEnumType."""
        evse = self.station.evses.get(request.get("evseId", 0))
        if not self.enabled or evse is None:
            return "Rejected"
        state = self.station.availability.evse_status(evse)
        held = self.of(evse.id)
        if held is not None and held.id == request["id"]:
            return "Accepted"
        if state == "Unavailable":
            return "Unavailable"
        busy = evse.transaction is not None or evse.authorization is not None
        return "Occupied" if busy or state != "Available" else "Accepted"

    async def cancel(self, request: Payload) -> Answer:
        """CancelReservationRequest (H02)."""
        if self.station.memory.reservations.pop(request["reservationId"], None) is None:
            return Answer({"status": "Rejected"})
        return Answer({"status": "Accepted"}, self.station.refresh_soon)

    def drop_unavailable(self) -> None:
        """Cancel the reservations of EVSEs that became Unavailable (H01.FR.17)."""
        for reservation in list(self.station.memory.reservations.values()):
            if self.station.availability.is_inoperative(reservation.evse):
                self._end(reservation, "Removed")

    def _expire_in_time(self, reservation: Reservation) -> None:
        self.station.later(
            (reservation.expires - self.station.clock()).total_seconds(),
            lambda: self._expire(reservation),
        )

    def _expire(self, reservation: Reservation) -> None:
        if self.station.memory.reservations.get(reservation.id) is reservation:
            self._end(reservation, "Expired")
            self.station.availability.refresh()

    def _end(self, reservation: Reservation, status: str) -> None:
        del self.station.memory.reservations[reservation.id]
        self.outbox.send(
            "ReservationStatusUpdate",
            {"reservationId": reservation.id, "reservationUpdateStatus": status},
        )
