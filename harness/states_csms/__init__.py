"""The reusable and memory states of Part 6 for a CSMS under test, under its names."""

from harness.states_csms.availability import Unavailable
from harness.states_csms.booted import Booted
from harness.states_csms.charging import (
    Authorized,
    EnergyTransferStarted,
    EnergyTransferSuspended,
    EVConnectedPostSession,
    EVConnectedPreSession,
    EVDisconnected,
    StopAuthorized,
)
from harness.states_csms.installed import CertificateInstalled, GetInstalledCertificates
from harness.states_csms.renewal import RenewChargingStationCertificate

__all__ = [
    "Authorized",
    "Booted",
    "CertificateInstalled",
    "EVConnectedPostSession",
    "EVConnectedPreSession",
    "EVDisconnected",
    "EnergyTransferStarted",
    "EnergyTransferSuspended",
    "GetInstalledCertificates",
    "RenewChargingStationCertificate",
    "StopAuthorized",
    "Unavailable",
]
