"""TransactionEvents: what each of them tells, and what its answer means (E01 to E07)."""

from __future__ import annotations

from typing import Protocol

from harness.reference.rpc import Payload
from harness.reference.station.context import StationContext
from harness.reference.station.outbox import Outbox
from harness.reference.station.state import Authorization, Evse, Token, Transaction


class Drivers(Protocol):
    """Who hears what the CSMS says of a driver's token."""

    def answered(self, event: Payload, info: Payload) -> None:
        """The answer to a TransactionEvent had this IdTokenInfo."""
        ...


class TransactionStation(StationContext, Protocol):
    """A station whose drivers are authorized by the CSMS."""

    @property
    def authorization(self) -> Drivers:
        """Its drivers."""
        ...


class TransactionEvents:
    """Makes TransactionEvents and hands them over for delivery."""

    def __init__(self, station: TransactionStation, outbox: Outbox) -> None:
        self.station = station
        self.outbox = outbox

    def emit(
        self,
        evse: Evse,
        kind: str,
        trigger: str,
        *,
        changed: bool = False,
        token: Token | None = None,
        values: list[Payload] | None = None,
        reason: str = "",
    ) -> None:
        """Queue a TransactionEvent, with what was not reported yet of driver and EVSE."""
        transaction = evse.transaction
        if transaction is None:
            return
        info: Payload = {"transactionId": transaction.id}
        if changed:
            info["chargingState"] = evse.charging_state
        if reason:
            info["stoppedReason"] = reason
        event: Payload = {
            "eventType": kind,
            "timestamp": self.station.now(),
            "triggerReason": trigger,
            "seqNo": transaction.seq_no,
            "transactionInfo": info,
        }
        transaction.seq_no += 1
        if not self.station.online:
            event["offline"] = True
        if evse.plugged is not None and not transaction.evse_reported:
            # E01.FR.16
            transaction.evse_reported = True
            event["evse"] = {"id": evse.id, "connectorId": evse.plugged}
        if changed and evse.charging_state == "Charging":
            event["numberOfPhasesUsed"] = self.station.config.phases
        if token is not None:
            event["idToken"] = token.as_json()
        if values:
            event["meterValue"] = values
        if evse.authorization is not None and trigger != "ResetCommand":
            self.add_authorization(event, transaction, evse.authorization)
        self.send(event)

    def add_authorization(
        self, event: Payload, transaction: Transaction, authorization: Authorization
    ) -> None:
        """Put the driver into the first event after authorization (E03.FR.01, F02.FR.21)."""
        if authorization.reported:
            return
        authorization.reported = True
        transaction.token = authorization.token
        event["idToken"] = authorization.token.as_json()
        if authorization.remote_start_id is not None:
            event["triggerReason"] = "RemoteStart"
            event["transactionInfo"]["remoteStartId"] = authorization.remote_start_id
        if authorization.reservation_id is not None:
            event["reservationId"] = authorization.reservation_id

    def send(self, event: Payload) -> None:
        """Hand a TransactionEvent over for delivery."""
        self.outbox.keep("TransactionEvent", event, lambda a: self.answered(event, a))

    def answered(self, event: Payload, answer: Payload) -> None:
        """Act on a TransactionEventResponse."""
        info = answer.get("idTokenInfo")
        if info is not None:
            self.station.authorization.answered(event, info)
