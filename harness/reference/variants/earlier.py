"""How stations differ in what they still have of the time before a case."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from harness import clock
from harness.reference.rpc import Payload
from harness.reference.station import Station
from harness.reference.station.state import Evse
from harness.reference.variants.variant import Variant


def _event(
    kind: str, number: int, *, transaction: str, began: datetime, ago: float, **fields: Any
) -> Payload:
    """An event of a transaction of ``ago`` seconds before the station began to run."""
    moment = began - timedelta(seconds=ago)
    info = {"transactionId": transaction, **fields.pop("info", {})}
    return {
        "eventType": kind,
        "timestamp": moment.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "seqNo": number,
        "transactionInfo": info,
        **fields,
    }


def _end(began: datetime, evse: Evse, transaction: str) -> list[Payload]:
    """The end alone, which power loss kept from being told."""
    del evse
    info = {"stoppedReason": "PowerLoss", "chargingState": "Idle"}
    reason = {"triggerReason": "AbnormalCondition", "offline": True}
    return [
        _event("Ended", 17, transaction=transaction, began=began, ago=21600, info=info, **reason)
    ]


def _unmarked_end(began: datetime, evse: Evse, transaction: str) -> list[Payload]:
    """An end that happened online and was never answered, so that it is sent again (E13)."""
    info = {"stoppedReason": "EVDisconnected", "chargingState": "Idle"}
    more = {"triggerReason": "EVCommunicationLost", "evse": {"id": evse.id, "connectorId": 1}}
    return [_event("Ended", 9, transaction=transaction, began=began, ago=21600, info=info, **more)]


def _whole(began: datetime, evse: Evse, transaction: str) -> list[Payload]:
    """A driver who came and went while the station was offline (E04, E12)."""
    more: Payload = {"evse": {"id": evse.id, "connectorId": evse.connectors[0]}, "offline": True}
    token = {"idToken": {"idToken": "0FF1CE", "type": "ISO14443"}}
    states = ("Idle", "Charging", "Idle")
    here, charging, left = ({"chargingState": state} for state in states)
    left["stoppedReason"] = "EVDisconnected"
    event = partial(_event, transaction=transaction, began=began, **more)
    return [
        event("Started", 0, ago=900, triggerReason="CablePluggedIn", info=here),
        event("Updated", 1, ago=890, triggerReason="Authorized", info=charging, **token),
        event("Ended", 2, ago=60, triggerReason="EVCommunicationLost", info=left),
    ]


def _kept(events: Any, station: Station) -> None:
    """Before each new transaction, what was kept of another one is delivered."""
    emit, began = station.events.emit, clock.now()

    def after_the_kept(evse: Evse, kind: str, trigger: str, **fields: Any) -> None:
        if kind == "Started":
            for event in events(began, evse, station.new_message_id()):
                station.events.send(event)
        emit(evse, kind, trigger, **fields)

    station.events.emit = after_the_kept


EARLIER: Mapping[str, Variant] = {
    "kept-end": Variant("what was kept is delivered later (E12.FR.01)", alter=partial(_kept, _end)),
    "kept-unanswered-end": Variant(
        "what was not answered is sent again (E13.FR.02)", alter=partial(_kept, _unmarked_end)
    ),
    "kept-transaction": Variant(
        "what was kept is delivered later (E04.FR.01, E12.FR.01)", alter=partial(_kept, _whole)
    ),
}
