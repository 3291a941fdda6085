"""The reusable and memory states of Part 6 for a charging station under test, under its names.

A state without parameters is a value, one with parameters a function that makes one.
"""

from harness.states_cs.availability import Reserved, Unavailable
from harness.states_cs.boot import (
    Booted,
    BootedAgain,
    Booting,
    expect_boot,
    no_reboot,
)
from harness.states_cs.offline import StartOfflineTransaction, TransactionEventsInQueueEnded
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

__all__ = [
    "Authorized",
    "Booted",
    "BootedAgain",
    "Booting",
    "EVConnectedPostSession",
    "EVConnectedPreSession",
    "EVDisconnected",
    "EnergyTransferStarted",
    "EnergyTransferSuspended",
    "IdTokenCached",
    "IdTokenLocalAuthList",
    "ParkingBayOccupied",
    "ParkingBayUnoccupied",
    "Reserved",
    "StartOfflineTransaction",
    "StopAuthorized",
    "TransactionEventsInQueueEnded",
    "Unavailable",
    "expect_boot",
    "no_reboot",
]
