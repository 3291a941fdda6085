"""What a CSMS answers to a station when a case has nothing else in mind."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from harness.ocppj.frames import Payload
from harness.peers.answering import Reply
from harness.sut.model import Sut

#: Messages of a station whose answer has no required field.
_EMPTY = frozenset(
    {
        "ClearedChargingLimit",
        "FirmwareStatusNotification",
        "LogStatusNotification",
        "MeterValues",
        "NotifyChargingLimit",
        "NotifyCustomerInformation",
        "NotifyDisplayMessages",
        "NotifyEvent",
        "NotifyMonitoringReport",
        "NotifyReport",
        "PublishFirmwareStatusNotification",
        "ReportChargingProfiles",
        "ReservationStatusUpdate",
        "SecurityEventNotification",
        "StatusNotification",
    }
)


def now() -> str:
    """The current time as an OCPP dateTime."""
    return in_the_future(0)


def in_the_future(seconds: float) -> str:
    """The time in ``seconds`` from now as an OCPP dateTime."""
    moment = datetime.now(UTC) + timedelta(seconds=seconds)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def token_status(sut: Sut, id_token: Payload) -> str:
    """AuthorizationStatusEnumType value of a token, by the description of the system."""
    if id_token.get("type") == "NoAuthorization":
        return "Accepted"
    known = {
        sut.tokens.valid.id_token: "Accepted",
        sut.tokens.valid2.id_token: "Accepted",
        sut.tokens.invalid.id_token: "Invalid",
        sut.tokens.blocked.id_token: "Blocked",
        sut.tokens.expired.id_token: "Expired",
    }
    by_upper = {token.upper(): status for token, status in known.items()}
    return by_upper.get(str(id_token.get("idToken", "")).upper(), "Unknown")


def csms_answer(sut: Sut, action: str, payload: Payload) -> Reply:
    """The answer of a CSMS that accepts everything a registered station sends."""
    match action:
        case "BootNotification":
            answer: dict[str, Any] = {
                "currentTime": now(),
                "interval": sut.configured.heartbeat_interval,
                "status": "Accepted",
            }
        case "Heartbeat":
            answer = {"currentTime": now()}
        case "Authorize":
            answer = {"idTokenInfo": {"status": token_status(sut, payload["idToken"])}}
        case "TransactionEvent":
            token = payload.get("idToken")
            answer = {"idTokenInfo": {"status": token_status(sut, token)}} if token else {}
        case "SignCertificate" | "NotifyEVChargingSchedule":
            answer = {"status": "Accepted"}
        case "NotifyEVChargingNeeds":
            answer = {"status": "Rejected"}
        case "DataTransfer":
            answer = {"status": "UnknownVendorId"}
        case "GetCertificateStatus":
            answer = {"status": "Failed"}
        case "Get15118EVCertificate":
            answer = {"status": "Failed", "exiResponse": ""}
        case _ if action in _EMPTY:
            answer = {}
        case _:
            return Reply(code="NotSupported")
    return Reply(answer)


#: A fake station politely refuses these requests so.
MODEST: dict[str, dict[str, Any]] = {
    "CancelReservation": {"status": "Rejected"},
    "ChangeAvailability": {"status": "Rejected"},
    "ClearCache": {"status": "Rejected"},
    "CustomerInformation": {"status": "Rejected"},
    "DataTransfer": {"status": "UnknownVendorId"},
    "GetInstalledCertificateIds": {"status": "NotFound"},
    "GetLocalListVersion": {"versionNumber": 0},
    "GetLog": {"status": "Rejected"},
    "GetMonitoringReport": {"status": "NotSupported"},
    "InstallCertificate": {"status": "Rejected"},
    "RequestStartTransaction": {"status": "Rejected"},
    "RequestStopTransaction": {"status": "Rejected"},
    "ReserveNow": {"status": "Rejected"},
    "Reset": {"status": "Rejected"},
    "SendLocalList": {"status": "Failed"},
    "SetMonitoringBase": {"status": "NotSupported"},
    "SetMonitoringLevel": {"status": "Rejected"},
    "SetNetworkProfile": {"status": "Rejected"},
    "TriggerMessage": {"status": "NotImplemented"},
    "UnlockConnector": {"status": "UnknownConnector"},
    "UpdateFirmware": {"status": "Rejected"},
}
