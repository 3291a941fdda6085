"""The states of Part 6 for a charging station are found by the names that it gives them."""

from __future__ import annotations

import pytest

from harness import states_cs
from harness.sut.model import Token

#: Reusable states and memory states of Part 6, system under test: charging station.
OF_PART_6 = (
    "Booting",
    "Booted",
    "Reserved",
    "Unavailable",
    "ParkingBayOccupied",
    "EVConnectedPreSession",
    "Authorized",
    "Authorized15118",
    "Deauthorized",
    "EnergyTransferStarted",
    "EnergyTransferSuspended",
    "StopAuthorized",
    "EVConnectedPostSession",
    "EVDisconnected",
    "ParkingBayUnoccupied",
    "StartOfflineTransaction",
    "RenegotiateChargingLimits",
    "GetInstalledCertificates",
    "RebootBeforeFirmwareInstallation",
    "RebootBeforeFirmwareActivation",
    "TransactionEventsInQueueEnded",
    "CertificateInstalled",
    "IdTokenCached",
    "IdTokenLocalAuthList",
    "SetChargingProfile",
    "RenewChargingStationCertificate",
    "RenewV2GChargingStationCertificate",
)


@pytest.mark.parametrize("name", OF_PART_6)
def test_a_state_is_there_or_not_needed_yet(name: str) -> None:
    there = name in states_cs.__all__
    assert there != (name in states_cs.NOT_YET), (
        f"{name}: write it in harness/states_cs, export it in its __init__.py and take it out of"
        " NOT_YET there, or list it there"
    )


def test_nothing_else_is_said_to_be_needed_later() -> None:
    unknown = set(states_cs.NOT_YET) - set(OF_PART_6)
    assert not unknown, f"NOT_YET in harness/states_cs/__init__.py, no state of Part 6: {unknown}"


@pytest.mark.parametrize("name", sorted(set(OF_PART_6) & set(states_cs.__all__)))
def test_a_state_reports_itself_under_its_name(name: str) -> None:
    state = getattr(states_cs, name)
    if callable(state):
        state = state(*_PARAMETERS.get(name, ()))
    assert state.name == name, f'State("{name}", …): reports show the name'


_PARAMETERS = {
    "CertificateInstalled": (states_cs.CSMS_ROOT, ""),
    "IdTokenCached": (Token("AABBCCDD", "ISO14443"),),
    "RebootBeforeFirmwareActivation": (7001, 0),
    "RebootBeforeFirmwareInstallation": (7001, 0),
}
