"""What a driver's act at SAP's simulator means: the calls that tell it of the act, as plain data.

The simulator chooses no triggerReason and no chargingState: these are those of a device whose
vehicle draws energy as soon as it is plugged in and the driver is authorized (Part 2, E01 to E07).
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

Points = frozenset[str]

#: Values of TxCtrlr.TxStartPoint and TxStopPoint in a simulator that was told nothing else.
_USUAL = {"Start": "Authorized,EVConnected", "Stop": "EVConnected,PowerPathClosed"}


@dataclass(frozen=True)
class Call:
    """A procedure of the UI server and its payload."""

    procedure: str
    payload: dict[str, Any] = field(default_factory=dict[str, Any])


@dataclass
class Place:
    """What happened at one EVSE; ``transaction`` is empty while none runs."""

    evse: int
    connector: int
    plugged: bool = False
    token: Mapping[str, str] | None = None
    energy: bool = False
    #: The vehicle takes energy if it gets it; ``suspended``: it was told of that it does not.
    ready: bool = True
    suspended: bool = False
    stopped: bool = False
    transaction: str = ""
    #: The simulator holds events of the transaction back until it is connected again.
    kept: bool = False

    def follow(self, transaction: str) -> None:
        """Take over which transaction the simulator has ("" for none)."""
        if self.kept and not transaction:
            return
        self.kept = False
        if transaction == self.transaction:
            return
        self.transaction = transaction
        self.energy = self.suspended = self.stopped = False
        if not transaction:
            self.token = None

    def would_stop(self, token: Mapping[str, str]) -> bool:
        """Whether this token ends the authorization that it began."""
        held = (self.token or {}).get("idToken", "")
        return bool(self.transaction) and held.upper() == token["idToken"].upper()

    def reached(self, points: Points) -> bool:
        """Whether one of the TxStartPoint values has come true (E01.FR.01 to .06)."""
        now = {
            "EVConnected": self.plugged,
            "Authorized": self.token is not None,
            "PowerPathClosed": self.plugged and self.token is not None,
            "EnergyTransfer": self.energy,
        }
        return any(now.get(point, False) for point in points)


def points_of(station: Mapping[str, Any], which: str) -> Points:
    """TxStartPoint or TxStopPoint ("Start", "Stop") as the simulator shows its configuration."""
    configuration = cast("Mapping[str, Any]", station.get("ocppConfiguration") or {})
    shown = cast("list[Mapping[str, Any]]", configuration.get("configurationKey") or [])
    values = {str(each["key"]): str(each["value"]) for each in shown}
    value = values.get(f"TxCtrlr.Tx{which}Point", _USUAL[which])
    return frozenset(part.strip() for part in value.split(","))


def refused(answer: Mapping[str, Any]) -> bool:
    """Whether the CSMS did not accept the token of an ``authorize`` call."""
    return answer.get("status") != "success"


def plug_in(place: Place, start: Points) -> list[Call]:
    """The cable goes in."""
    place.plugged = True
    told = _status(place, "Occupied")
    if not place.transaction and not place.reached(start):
        return [told]
    return [told, _event(place, "CablePluggedIn", "EVConnected"), *_flow(place)]


def unplug(place: Place, stop: Points) -> list[Call]:
    """The cable goes out."""
    place.plugged = place.energy = place.suspended = False
    place.ready = True
    told = _status(place, "Available")
    if not place.transaction:
        place.token = None
        return [told]
    if stop & {"EVConnected", "PowerPathClosed", "EnergyTransfer"}:
        reason = "Local" if place.stopped else "EVDisconnected"
        return [told, _ended(place, "EVCommunicationLost", "Idle", reason)]
    return [told, _event(place, "EVCommunicationLost", "Idle")]


def present(place: Place, token: Mapping[str, str], points: Points) -> list[Call]:
    """A token that is accepted; ``points``: TxStopPoint where it stops, TxStartPoint elsewhere."""
    if place.would_stop(token):
        place.energy = place.suspended = False
        place.stopped = True
        if points & {"Authorized", "PowerPathClosed", "EnergyTransfer"}:
            return [_ended(place, "StopAuthorized", "EVConnected", "Local")]
        return [_event(place, "StopAuthorized", "EVConnected", idToken=dict(token))]
    if place.token is not None:
        return []
    place.token = dict(token)
    if not place.transaction and not place.reached(points):
        return []
    state = "EVConnected" if place.plugged else "Idle"
    return [_event(place, "Authorized", state, idToken=dict(token)), *_flow(place)]


def demand(place: Place, *, draws: bool) -> list[Call]:
    """The vehicle takes energy from now on, or takes none."""
    place.ready = draws
    return _flow(place)


def _flow(place: Place) -> list[Call]:
    """Energy flows as soon as it can, and the vehicle takes it."""
    told = place.energy if place.ready else place.suspended
    if not (place.plugged and place.token is not None) or told:
        return []
    place.energy, place.suspended = place.ready, not place.ready
    state = "Charging" if place.ready else "SuspendedEV"
    return [_event(place, "ChargingStateChanged", state)]


def _status(place: Place, status: str) -> Call:
    return Call("statusNotification", {"connectorId": place.connector, "status": status})


def _event(place: Place, trigger: str, state: str, **fields: Any) -> Call:
    event_type = "Updated" if place.transaction else "Started"
    place.transaction = place.transaction or str(uuid.uuid4())
    return _told(place, event_type, trigger, state, **fields)


def _ended(place: Place, trigger: str, state: str, reason: str) -> Call:
    call = _told(place, "Ended", trigger, state, stoppedReason=reason)
    place.transaction, place.token, place.stopped = "", None, False
    return call


def _told(place: Place, event_type: str, trigger: str, state: str, **fields: Any) -> Call:
    payload = {
        "eventType": event_type,
        "triggerReason": trigger,
        "evseId": place.evse,
        "connectorId": place.connector,
        "transactionId": place.transaction,
        "chargingState": state,
        **fields,
    }
    return Call("transactionEvent", payload)
