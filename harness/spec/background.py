"""What either side may send though nothing calls for it (Part 2), and why."""

from __future__ import annotations

from collections.abc import Mapping

#: What a station may send at any time, and why nobody needs to wait for it.
BACKGROUND_OF_STATION: Mapping[str, str] = {
    "Heartbeat": "every interval (G02)",
    "StatusNotification": "a connector's state may be reported again (G01)",
    "NotifyEvent": "monitored variables and connector states (N07, G01)",
    "MeterValues": "clock-aligned values outside a transaction (J01)",
    "SecurityEventNotification": "whenever a security event happens (A04)",
    "DataTransfer": "vendor extension (P02)",
    "NotifyChargingLimit": "an external limit changed (K12)",
    "ClearedChargingLimit": "an external limit was released (K13)",
    "NotifyEVChargingNeeds": "ISO 15118 (K15)",
    "NotifyEVChargingSchedule": "ISO 15118 (K15)",
    "SignCertificate": "a certificate nears its end (A02.FR.02, A03)",
    "Get15118EVCertificate": "ISO 15118 (M01, M02)",
    "GetCertificateStatus": "OCSP refresh (M06)",
    "LogStatusNotification": "an upload goes on (N01)",
    "FirmwareStatusNotification": "an update goes on (L01)",
    "NotifyMonitoringReport": "an earlier report goes on (N02)",
}

#: What a CSMS may send without being asked to: nothing here changes what the station does.
BACKGROUND_OF_CSMS: Mapping[str, str] = {
    "GetVariables": "(B06)",
    "SetVariables": "(B05)",
    "SetNetworkProfile": "(B09)",
    "GetBaseReport": "(B07)",
    "GetReport": "(B08)",
    "GetLog": "(N01)",
    "GetMonitoringReport": "(N02)",
    "SetMonitoringBase": "(N03)",
    "SetVariableMonitoring": "(N04)",
    "SetMonitoringLevel": "(N05)",
    "ClearVariableMonitoring": "(N06)",
    "GetLocalListVersion": "(D02)",
    "SendLocalList": "(D01)",
    "GetInstalledCertificateIds": "(M03)",
    "InstallCertificate": "(M05)",
    "CertificateSigned": "(A02, A03)",
    "GetTransactionStatus": "(E14)",
    "GetChargingProfiles": "(K09)",
    "GetCompositeSchedule": "(K08)",
    "SetChargingProfile": "(K01)",
    "ClearChargingProfile": "(K10)",
    "GetDisplayMessages": "(O03)",
    "TriggerMessage": "(F06)",
    "DataTransfer": "(P01)",
    "CostUpdated": "(I02)",
}
