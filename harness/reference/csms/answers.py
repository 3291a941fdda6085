"""What a CSMS answers to the requests of a station: one small method per decision."""

from __future__ import annotations

import logging
from collections.abc import Callable

from harness import clock
from harness.reference.csms.config import CsmsConfig, TokenKey
from harness.reference.csms.schemas import mistake, with_extras
from harness.reference.csms.stations import BootPlan, Report, Station, Transaction
from harness.reference.csms.variables import key_of
from harness.reference.rpc import CallError, Payload

log = logging.getLogger(__name__)

#: Every request a station may send (Part 2), and the method that answers it.
ACTIONS = {
    "Authorize": "authorize",
    "BootNotification": "boot_notification",
    "ClearedChargingLimit": "acknowledge",
    "DataTransfer": "data_transfer",
    "FirmwareStatusNotification": "acknowledge",
    "Get15118EVCertificate": "get_15118_ev_certificate",
    "GetCertificateStatus": "get_certificate_status",
    "Heartbeat": "heartbeat",
    "LogStatusNotification": "acknowledge",
    "MeterValues": "acknowledge",
    "NotifyChargingLimit": "acknowledge",
    "NotifyCustomerInformation": "acknowledge",
    "NotifyDisplayMessages": "acknowledge",
    "NotifyEVChargingNeeds": "notify_ev_charging_needs",
    "NotifyEVChargingSchedule": "notify_ev_charging_schedule",
    "NotifyEvent": "notify_event",
    "NotifyMonitoringReport": "acknowledge",
    "NotifyReport": "notify_report",
    "PublishFirmwareStatusNotification": "acknowledge",
    "ReportChargingProfiles": "acknowledge",
    "ReservationStatusUpdate": "acknowledge",
    "SecurityEventNotification": "acknowledge",
    "SignCertificate": "sign_certificate",
    "StatusNotification": "status_notification",
    "TransactionEvent": "transaction_event",
}


def token_key(id_token: str, type_: str) -> TokenKey:
    """Key of an idToken; idTokens are case-insensitive (Part 2, IdTokenType)."""
    return id_token.upper(), type_


def _nobody(_station: Station, _csr: str) -> str | None:
    """Nobody signs."""
    return None


class Answers:
    """Answers requests; every method may be replaced on the instance."""

    def __init__(
        self, config: CsmsConfig, signed: Callable[[Station, str], str | None] = _nobody
    ) -> None:
        self._config = config
        self._signed = signed
        self.tokens = {token_key(*key): status for key, status in config.tokens.items()}
        self.groups = {token_key(*key): group for key, group in config.groups.items()}

    async def answer(self, station: Station, action: str, payload: Payload) -> Payload:
        """The response to a request.

        Raises:
            CallError: it is answered with a CALLERROR.
        """
        # The variant "slow but in time" is nothing but this delay.
        await clock.sleep(self._config.response_delay)
        self.check_known(action)
        self.check_accepted(station, action, payload)
        self.check_payload(action, payload)
        station.received.append((action, payload))
        response: Payload = getattr(self, ACTIONS[action])(station, payload)
        return self.finish(action, response)

    def check_known(self, action: str) -> None:
        """Refuse what is no request of a station (Part 4, 4.3)."""
        if action not in ACTIONS:
            known = action in self._config.edition.actions
            raise CallError("NotSupported" if known else "NotImplemented", action)

    def check_accepted(self, station: Station, action: str, payload: Payload) -> None:
        """Refuse what was not asked for before acceptance (B01.FR.10, B02.FR.09, B03.FR.07)."""
        if action == "BootNotification" or station.registration == "Accepted":
            return
        if station.registration == "" and not self._config.strict_before_boot:
            return
        if station.registration == "Pending" and self.asked_for(station, action, payload):
            return
        raise CallError("SecurityError", f"{station.identity} is not accepted")

    def asked_for(self, station: Station, action: str, payload: Payload) -> bool:
        """Whether a trigger or a report request of ours brought this message about."""
        if action == "NotifyReport":
            return payload.get("requestId") in station.reports
        left = station.granted.get(action, 0)
        if left > 0:
            station.granted[action] = left - 1
        return left > 0

    def check_payload(self, action: str, payload: Payload) -> None:
        """Refuse a payload that its schema does not allow."""
        wrong = mistake(self._config.edition, action, "Request", payload)
        if wrong is not None:
            raise CallError(*wrong)

    def finish(self, action: str, response: Payload) -> Payload:
        """The response as it leaves."""
        if self._config.extra_fields:
            return with_extras(self._config.edition, action, "Response", response)
        return response

    def now(self) -> str:
        """Current time in UTC."""
        return clock.now().isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def acknowledge(self, station: Station, payload: Payload) -> Payload:  # noqa: ARG002  # one signature for all answers
        """An empty response."""
        return {}

    # Provisioning

    def boot_notification(self, station: Station, payload: Payload) -> Payload:
        """Part 2, B01 to B03."""
        plan = self.boot_plan(station)
        before = station.registration
        station.registration = self.boot_status(station, plan, payload)
        station.boot = payload
        if not before == station.registration == "Pending":
            station.granted.clear()  # what was triggered while Pending may come after a boot
        return {
            "currentTime": self.now(),
            "interval": self.boot_interval(plan),
            "status": station.registration,
        }

    def boot_plan(self, station: Station) -> BootPlan:
        """How this BootNotification is to be answered."""
        return station.boot_plans.popleft() if station.boot_plans else station.boot_plan

    def boot_status(self, station: Station, plan: BootPlan, payload: Payload) -> str:
        """The planned status, or Rejected for another station's certificate (B01.FR.11)."""
        return plan.status if self.serial_number_matches(station, payload) else "Rejected"

    def serial_number_matches(self, station: Station, payload: Payload) -> bool:
        """Whether the serial number is the certificate's common name, as far as both are known."""
        serial = payload["chargingStation"].get("serialNumber")
        name = station.certificate_name
        return serial is None or not name or serial == name

    def boot_interval(self, plan: BootPlan) -> int:
        """Heartbeat interval, or the time to wait before the next BootNotification."""
        if plan.interval is not None:
            return plan.interval
        if plan.status == "Accepted":
            return self._config.heartbeat_interval
        return self._config.pending_interval

    def heartbeat(self, station: Station, payload: Payload) -> Payload:  # noqa: ARG002  # one signature for all answers
        """Part 2, G02."""
        return {"currentTime": self.now()}

    def notify_report(self, station: Station, payload: Payload) -> Payload:
        """Part 2, B07 and B08: collect the parts, remember the values."""
        report = station.reports.setdefault(payload["requestId"], Report())
        data: list[Payload] = payload.get("reportData", [])
        report.parts[payload["seqNo"]] = data
        if not payload.get("tbc", False):
            report.last = payload["seqNo"]
        for item in data:
            key = key_of(item["component"], item["variable"])
            for attribute in item["variableAttribute"]:
                if "value" in attribute and attribute.get("mutability") != "WriteOnly":
                    station.variables.store(
                        key, attribute.get("type", "Actual"), attribute["value"]
                    )
        return {}

    # Availability

    def status_notification(self, station: Station, payload: Payload) -> Payload:
        """Part 2, G01."""
        connector = (payload["evseId"], payload["connectorId"])
        station.connectors[connector] = payload["connectorStatus"]
        return {}

    def notify_event(self, station: Station, payload: Payload) -> Payload:
        """Part 2, N07; the availability of a connector may come this way, too (G01)."""
        for event in payload["eventData"]:
            key = key_of(event["component"], event["variable"])
            station.variables.store(key, "Actual", event["actualValue"])
            if (key.component, key.variable) != ("connector", "availabilitystate"):
                continue
            if key.evse is not None and key.connector is not None:
                station.connectors[key.evse, key.connector] = event["actualValue"]
        return {}

    # Authorization and transactions

    def authorize(self, station: Station, payload: Payload) -> Payload:  # noqa: ARG002  # one signature for all answers
        """Part 2, C01 to C07."""
        info = self.id_token_info(payload["idToken"])
        if "iso15118CertificateHashData" in payload or "certificate" in payload:
            return {
                "idTokenInfo": info,
                "certificateStatus": self.certificate_status(info["status"]),
            }
        return {"idTokenInfo": info}

    def certificate_status(self, status: str) -> str:
        """Verdict on a contract certificate whose chain is valid (C07.FR.13, C07.FR.14)."""
        refused = status in ("Blocked", "Expired", "Invalid", "Unknown")
        return "ContractCancelled" if refused else "Accepted"

    def id_token_info(self, id_token: Payload) -> Payload:
        """IdTokenInfoType of an idToken, with its group if it has one (C09.FR.09, C09.FR.12)."""
        info: Payload = {"status": self.id_token_status(id_token)}
        group = self.groups.get(token_key(id_token["idToken"], id_token["type"]))
        if group is not None:
            info["groupIdToken"] = {"idToken": group, "type": "Central"}
        return info

    def id_token_status(self, id_token: Payload) -> str:
        """AuthorizationStatusEnumType value of an idToken."""
        if id_token["type"] == "NoAuthorization":  # C02.FR.02
            return "Accepted"
        unknown = "Invalid" if id_token["type"] == "KeyCode" else "Unknown"  # C04.FR.01
        return self.tokens.get(token_key(id_token["idToken"], id_token["type"]), unknown)

    def transaction_event(self, station: Station, payload: Payload) -> Payload:
        """Part 2, E01 to E15: an idToken is always answered (E01.FR.12, E03.FR.02, C12.FR.03)."""
        number: str = payload["transactionInfo"]["transactionId"]
        transaction = station.transactions.setdefault(number, Transaction(number))
        transaction.events[payload["seqNo"]] = payload
        if "idToken" in payload:
            return {"idTokenInfo": self.id_token_info(payload["idToken"])}
        return {}

    # Security, ISO 15118, data transfer

    def sign_certificate(self, station: Station, payload: Payload) -> Payload:
        """Part 2, A02 and A03; the signed certificate follows in a request of its own."""
        chain = self.certificate_chain(station, payload["csr"])
        if chain is None:
            return {"status": "Rejected"}  # A02.FR.12
        kind = payload.get("certificateType", "ChargingStationCertificate")
        station.signed.append({"certificateChain": chain, "certificateType": kind})
        return {"status": "Accepted"}

    def certificate_chain(self, station: Station, csr: str) -> str | None:
        """The PEM chain for a CSR, None if it cannot be signed."""
        try:
            return self._signed(station, csr)
        except ValueError as error:
            log.info("CSR not signed: %s", error)
            return None

    def get_15118_ev_certificate(self, station: Station, payload: Payload) -> Payload:  # noqa: ARG002  # one signature for all answers
        """Part 2, M01: this CSMS has no contract certificate pool."""
        return {"status": "Failed", "exiResponse": ""}

    def get_certificate_status(self, station: Station, payload: Payload) -> Payload:  # noqa: ARG002  # one signature for all answers
        """Part 2, M06: this CSMS asks no OCSP responder."""
        return {"status": "Failed"}

    def notify_ev_charging_needs(self, station: Station, payload: Payload) -> Payload:  # noqa: ARG002  # one signature for all answers
        """Part 2, K15: this CSMS offers no ISO 15118 smart charging."""
        return {"status": "Rejected"}

    def notify_ev_charging_schedule(self, station: Station, payload: Payload) -> Payload:  # noqa: ARG002  # one signature for all answers
        """Part 2, K15."""
        return {"status": "Accepted"}

    def data_transfer(self, station: Station, payload: Payload) -> Payload:  # noqa: ARG002  # one signature for all answers
        """Part 2, P02: no vendor extension is known."""
        return {"status": "UnknownVendorId"}
