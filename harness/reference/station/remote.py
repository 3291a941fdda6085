"""Remote control other than start and stop: triggers, unlocking, questions (blocks E, F, P)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol

from harness.reference.rpc import Answer, Payload
from harness.reference.station.availability import Availability
from harness.reference.station.context import StationContext
from harness.reference.station.firmware import Firmware
from harness.reference.station.logs import Logs
from harness.reference.station.meter import Meter
from harness.reference.station.outbox import Outbox
from harness.reference.station.own_certificate import OwnCertificates
from harness.reference.station.registration import Heartbeat, Registration
from harness.reference.station.state import Evse
from harness.reference.station.transactions import Transactions


class InstructedStation(StationContext, Protocol):
    """A station that says what it is told to say."""

    def instructed(self, action: str, payload: Payload) -> None:
        """Send what the CSMS asked for, whether it has accepted the station or not."""
        ...


#: Messages that a trigger can want of single EVSEs (F06.FR.02, F06.FR.03).
OF_AN_EVSE = ("MeterValues", "StatusNotification", "TransactionEvent")


class Remote:
    """Handlers of small requests."""

    def __init__(
        self,
        station: InstructedStation,
        outbox: Outbox,
        own: OwnCertificates,
        registration: Registration,
        heartbeat: Heartbeat,
        meter: Meter,
        availability: Availability,
        transactions: Transactions,
        logs: Logs,
        firmware: Firmware,
    ) -> None:
        self.station = station
        self.outbox = outbox
        self.own = own
        self.registration = registration
        self.heartbeat = heartbeat
        self.meter = meter
        self.availability = availability
        self.transactions = transactions
        self.logs = logs
        self.firmware = firmware
        self.triggers: dict[str, Callable[[Payload], Awaitable[None]]] = {
            "BootNotification": self.trigger_boot,
            "FirmwareStatusNotification": self.trigger_firmware_status,
            "Heartbeat": self.trigger_heartbeat,
            "LogStatusNotification": self.trigger_log_status,
            "MeterValues": self.trigger_meter_values,
            "SignChargingStationCertificate": self.trigger_renewal,
            "StatusNotification": self.trigger_status,
            "TransactionEvent": self.trigger_transaction,
        }

    async def trigger(self, request: Payload) -> Answer:
        """TriggerMessageRequest (F06)."""
        message = request["requestedMessage"]
        evse: Payload = request.get("evse") or {}
        act = self.triggers.get(message)
        if act is None or message not in self.station.config.triggers:
            return Answer({"status": "NotImplemented"})
        if not self.may_trigger(message, evse):
            return Answer({"status": "Rejected"})
        return Answer({"status": "Accepted"}, lambda: act(evse))

    def may_trigger(self, message: str, evse: Payload) -> bool:
        """Whether the message can be sent now, for that EVSE."""
        accepted = self.registration.status == "Accepted"
        if message == "BootNotification":
            return not accepted  # F06.FR.17
        if message not in OF_AN_EVSE:
            return True
        if not self.evses(evse):
            return False
        if message == "MeterValues":
            return bool(self.station.model.text("AlignedDataCtrlr.Measurands"))
        if message == "StatusNotification":
            connectors = self.station.config.evses.get(evse.get("id", 0), ())
            return evse.get("connectorId") in connectors  # F06.FR.12
        if message == "TransactionEvent":
            return any(e.transaction is not None for e in self.evses(evse))
        return True

    def evses(self, evse: Payload) -> list[Evse]:
        """The EVSEs that a trigger is about; all where it names none (F06.FR.11)."""
        if evse.get("id", 0) == 0:
            return list(self.station.evses.values())
        found = self.station.evses.get(evse["id"])
        return [found] if found is not None else []

    async def trigger_boot(self, evse: Payload) -> None:  # noqa: ARG002 - same shape for all triggers
        """Send a BootNotification with reason Triggered."""
        self.registration.trigger()

    async def trigger_heartbeat(self, evse: Payload) -> None:  # noqa: ARG002 - same shape for all triggers
        """Send a Heartbeat."""
        self.station.spawn(self.heartbeat.beat())

    async def trigger_log_status(self, evse: Payload) -> None:  # noqa: ARG002 - same shape for all triggers
        """Send the state of the upload of a log (F06.FR.14, F06.FR.15)."""
        self.station.instructed("LogStatusNotification", self.logs.status())

    async def trigger_firmware_status(self, evse: Payload) -> None:  # noqa: ARG002 - same shape for all triggers
        """Send the state of an update (F06.FR.16, L01.FR.25, L01.FR.26)."""
        self.station.instructed("FirmwareStatusNotification", self.firmware.status())

    async def trigger_renewal(self, evse: Payload) -> None:  # noqa: ARG002 - same shape for all triggers
        """Ask for a new certificate (A02)."""
        self.own.renew()

    async def trigger_status(self, evse: Payload) -> None:
        """Send the state of one connector; this very message was asked for."""
        place = self.station.evses[evse["id"]]
        connector: int = evse["connectorId"]
        status = self.availability.connector_status(place, connector)
        for action, request in self.availability.messages(place.id, connector, status):
            self.station.instructed(action, request)

    async def trigger_meter_values(self, evse: Payload) -> None:
        """Send the measurands of AlignedDataCtrlr.Measurands (F06.FR.06)."""
        for each in self.evses(evse):
            self.station.instructed("MeterValues", self.meter_values(each, "Trigger"))

    def meter_values(self, evse: Evse | None, context: str) -> Payload:
        """MeterValuesRequest of an EVSE, or of the grid connection (None)."""
        values = self.meter.sample(evse, "AlignedDataCtrlr.Measurands", context)
        return {"evseId": evse.id if evse else 0, "meterValue": values}

    async def trigger_transaction(self, evse: Payload) -> None:
        """Send a TransactionEvent with the measurands of TxUpdatedMeasurands (F06.FR.07)."""
        for each in self.evses(evse):
            if each.transaction is not None:
                name = "SampledDataCtrlr.TxUpdatedMeasurands"
                values = self.meter.sample(each, name, "Trigger")
                self.transactions.update(each, "Trigger", changed=True, values=values)

    async def unlock(self, request: Payload) -> Answer:
        """UnlockConnectorRequest (F05)."""
        evse = self.station.evses.get(request["evseId"])
        if evse is None or request["connectorId"] not in evse.connectors:
            return Answer({"status": "UnknownConnector"})
        here = evse.plugged in (None, request["connectorId"])
        if evse.transaction is not None and evse.authorization is not None and here:
            return Answer({"status": "OngoingAuthorizedTransaction"})
        if self.station.config.fixed_cable:
            return Answer({"status": "UnlockFailed"})
        evse.unlock()
        return Answer({"status": "Unlocked"})

    async def transaction_status(self, request: Payload) -> Answer:
        """GetTransactionStatusRequest (E14)."""
        transaction_id = request.get("transactionId", "")
        answer: Payload = {"messagesInQueue": self.outbox.holds(transaction_id)}
        if transaction_id:
            ongoing = self.transactions.find(transaction_id) is not None
            answer["ongoingIndicator"] = ongoing
        return Answer(answer)

    async def data_transfer(self, request: Payload) -> Answer:  # noqa: ARG002 - same shape for all handlers
        """DataTransferRequest: no vendor's extensions are known here."""
        return Answer({"status": "UnknownVendorId"})
