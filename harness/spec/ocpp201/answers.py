"""Answers that are the same whatever was asked: payloads by action."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

#: A CSMS that accepts what a registered station sends, and offers nothing beyond.
CSMS_ANSWERS: Mapping[str, Mapping[str, Any]] = {
    "ClearedChargingLimit": {},
    "DataTransfer": {"status": "UnknownVendorId"},
    "FirmwareStatusNotification": {},
    "Get15118EVCertificate": {"status": "Failed", "exiResponse": ""},
    "GetCertificateStatus": {"status": "Failed"},
    "LogStatusNotification": {},
    "MeterValues": {},
    "NotifyChargingLimit": {},
    "NotifyCustomerInformation": {},
    "NotifyDisplayMessages": {},
    "NotifyEVChargingNeeds": {"status": "Rejected"},
    "NotifyEVChargingSchedule": {"status": "Accepted"},
    "NotifyEvent": {},
    "NotifyMonitoringReport": {},
    "NotifyReport": {},
    "PublishFirmwareStatusNotification": {},
    "ReportChargingProfiles": {},
    "ReservationStatusUpdate": {},
    "SecurityEventNotification": {},
    "SignCertificate": {"status": "Accepted"},
    "StatusNotification": {},
}

#: A station politely refuses these requests so.
STATION_ANSWERS: Mapping[str, Mapping[str, Any]] = {
    "CancelReservation": {"status": "Rejected"},
    "ChangeAvailability": {"status": "Rejected"},
    "ClearCache": {"status": "Rejected"},
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
