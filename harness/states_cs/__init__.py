"""The reusable states of Part 6 for a charging station under test."""

from harness.states_cs.availability import Reserved, Unavailable
from harness.states_cs.boot import (
    Booted,
    BootedAgain,
    Booting,
    expect_boot,
    no_reboot,
)
from harness.states_cs.session import (
    Authorized,
    AuthorizedLocal,
    AuthorizedRemote,
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
    StopAuthorizedLocal,
)

__all__ = [
    "Authorized",
    "AuthorizedLocal",
    "AuthorizedRemote",
    "Booted",
    "BootedAgain",
    "Booting",
    "EVConnectedPostSession",
    "EVConnectedPreSession",
    "EVDisconnected",
    "EnergyTransferStarted",
    "EnergyTransferSuspended",
    "ParkingBayOccupied",
    "ParkingBayUnoccupied",
    "Reserved",
    "StopAuthorized",
    "StopAuthorizedLocal",
    "Unavailable",
    "expect_boot",
    "no_reboot",
]
