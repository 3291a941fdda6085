"""The reusable and memory states of Part 6 for a charging station under test, under its names.

A state without parameters is a value, one with parameters a function that makes one.
"""

from harness.states_cs.availability import Reserved, Unavailable
from harness.states_cs.boot import (
    Booted,
    BootedAgain,
    BootedTo,
    Booting,
    expect_boot,
    no_reboot,
)
from harness.states_cs.certificates import (
    CSMS_ROOT,
    MANUFACTURER_ROOT,
    CertificateInstalled,
    RenewChargingStationCertificate,
)
from harness.states_cs.installed import GetInstalledCertificates
from harness.states_cs.offline import StartOfflineTransaction, TransactionEventsInQueueEnded
from harness.states_cs.refused import Deauthorized
from harness.states_cs.session import (
    Authorized,
    EnergyTransferStarted,
    EVConnectedPreSession,
    ParkingBayOccupied,
)
from harness.states_cs.stop import (
    EnergyTransferSuspended,
    EVConnectedPostSession,
    EVDisconnected,
    ParkingBayUnoccupied,
    StopAuthorized,
)
from harness.states_cs.tokens import IdTokenCached, IdTokenLocalAuthList
from harness.states_cs.updates import (
    RebootBeforeFirmwareActivation,
    RebootBeforeFirmwareInstallation,
)

#: States of Part 6 that no case needs yet, each with the blocks that will.
NOT_YET = {
    "Authorized15118": "C, E, K, N",
    "RenegotiateChargingLimits": "K",
    "RenewV2GChargingStationCertificate": "A, C, M, N",
    "SetChargingProfile": "K",
}

__all__ = [
    "CSMS_ROOT",
    "MANUFACTURER_ROOT",
    "NOT_YET",
    "Authorized",
    "Booted",
    "BootedAgain",
    "BootedTo",
    "Booting",
    "CertificateInstalled",
    "Deauthorized",
    "EVConnectedPostSession",
    "EVConnectedPreSession",
    "EVDisconnected",
    "EnergyTransferStarted",
    "EnergyTransferSuspended",
    "GetInstalledCertificates",
    "IdTokenCached",
    "IdTokenLocalAuthList",
    "ParkingBayOccupied",
    "ParkingBayUnoccupied",
    "RebootBeforeFirmwareActivation",
    "RebootBeforeFirmwareInstallation",
    "RenewChargingStationCertificate",
    "Reserved",
    "StartOfflineTransaction",
    "StopAuthorized",
    "TransactionEventsInQueueEnded",
    "Unavailable",
    "expect_boot",
    "no_reboot",
]
