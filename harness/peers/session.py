"""What a case has done at one EVSE so far, and which transaction the station made of it."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from harness.sut.model import Token


@dataclass
class Session:
    """The physical facts at one EVSE, and its transaction as far as it was announced."""

    evse: int
    connector: int
    in_bay: bool = False
    left_bay: bool = False
    plugged: bool = False
    unplugged: bool = False
    authorized: bool = False
    remote_start_id: int | None = None
    #: Whether an event of the transaction named the driver's idToken.
    token_told: bool = False
    energy: bool = False
    #: Seconds for which a case had it charge, before a state does for the transaction duration.
    charged: float = 0.0
    #: Whether the vehicle was told to take no energy.
    suspended: bool = False
    stop_authorized: bool = False
    stopped_remotely: bool = False
    #: Whether the CSMS has refused the driver of the transaction.
    refused: bool = False
    #: The stoppedReason of its end, where it is neither the driver's doing nor the CSMS's.
    stopped_by: str = ""
    transaction_id: str | None = None
    ended: bool = False
    #: Place of the Ended event in the inbox: what the end brings about comes later.
    ended_at: int = 0
    charging_state: str = ""
    #: Place in the inbox at which the cable left the vehicle, or its socket.
    lost_at: int = 0
    #: Place in the inbox from which on energy may flow: driver authorized, cable in.
    ready_at: int = 0
    #: Place in the inbox at which the driver was authorized.
    authorized_at: int = 0
    #: Monotonic moment until which the authorization waits for the cable.
    ev_connection_deadline: float = math.inf
    #: Whether the transaction had ended before that.
    over: bool = False
    #: The driver's idToken, where it is not the configured valid one.
    token: Token | None = None
    #: Place in the inbox since which its connector is to become Unavailable (G03.FR.05).
    inoperative_since: int | None = None
    #: Place in the inbox since which its connector may become so as it becomes free (L01.FR.07).
    closing_since: int | None = None
    #: Place in the inbox since which a driver whom the station knows is let in without a question.
    known_since: int | None = None
    #: Ids of transactions that this EVSE had before in the case.
    earlier: set[str] = field(default_factory=set[str])

    def deauthorized(self) -> None:
        """The driver has to identify again; what was announced of the transaction stays."""
        self.authorized = self.token_told = self.energy = False
        self.remote_start_id, self.ev_connection_deadline = None, math.inf
        if self.ended:
            self.begin_anew()

    def begin_anew(self) -> None:
        """The transaction is over; vehicle and cable stay where they are."""
        if self.transaction_id is not None:
            self.earlier.add(self.transaction_id)
        self.transaction_id, self.charging_state, self.remote_start_id = None, "", None
        self.authorized = self.token_told = self.energy = self.ended = self.left_bay = False
        self.stop_authorized = self.stopped_remotely = self.refused = self.unplugged = False
        self.stopped_by, self.ev_connection_deadline, self.charged = "", math.inf, 0.0

    def plug(self) -> None:
        """The cable is in."""
        self.plugged, self.unplugged = True, False

    def unplug(self) -> None:
        """The cable, which was in, is out again."""
        self.plugged, self.unplugged = False, True

    @property
    def evse_json(self) -> dict[str, int]:
        """The EVSEType of its connector, as messages have it."""
        return {"id": self.evse, "connectorId": self.connector}

    @property
    def connector_key(self) -> tuple[int, int]:
        """Its EVSE and connector, as ``FakeCSMS.expect_connectors`` names one."""
        return self.evse, self.connector

    @property
    def connector_status(self) -> str:
        """What its connector has to report, by what was done at it."""
        return "Occupied" if self.plugged else "Available"

    @property
    def running(self) -> bool:
        """Whether a transaction was started and not ended."""
        return self.transaction_id is not None and not self.ended

    def starts(self, points: frozenset[str]) -> bool:
        """Whether a transaction must have started by now (Part 2, E01.FR.01 to .06)."""
        reached = {
            "ParkingBayOccupancy": self.in_bay,
            "EVConnected": self.plugged,
            "Authorized": self.authorized,
            "PowerPathClosed": self.plugged and self.authorized,
            "DataSigned": self.energy,
            "EnergyTransfer": self.energy,
        }
        return any(reached[point] for point in points if point in reached)

    def stops(self, points: frozenset[str]) -> bool:
        """Whether the transaction must have ended by now (Part 2, E06.FR.01 to .07).

        DataSigned means nothing here (2.6.6.2; erratum 2025-02 deletes E06.FR.05).
        """
        reached = {
            "ParkingBayOccupancy": self.left_bay,
            "EVConnected": self.unplugged,
            "Authorized": self.stop_authorized,
            "PowerPathClosed": self.stop_authorized or self.unplugged,
            "EnergyTransfer": not self.energy,
        }
        return any(reached[point] for point in points if point in reached)
