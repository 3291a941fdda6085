"""TransactionEvents: what each of them tells, and what its answer means (E01 to E07)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.reference.rpc import Payload
from harness.reference.station.state import Authorization, Evse, Token, Transaction

if TYPE_CHECKING:
    from harness.reference.station.station import Station


class TransactionEvents:
    """Makes TransactionEvents and hands them over for delivery."""

    def __init__(self, station: Station) -> None:
        self.station = station

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
        self.station.outbox.keep("TransactionEvent", event, lambda a: self.answered(event, a))

    def answered(self, event: Payload, answer: Payload) -> None:
        """Act on a TransactionEventResponse (C10.FR.05, E05.FR.01)."""
        info = answer.get("idTokenInfo")
        if info is None:
            return
        if "idToken" in event:
            self.station.authorization.remember(Token.of(event["idToken"]), info)
        evse = self.station.transactions.find(event["transactionInfo"]["transactionId"])
        if info["status"] != "Accepted" and evse is not None:
            self.station.transactions.refused(evse)
