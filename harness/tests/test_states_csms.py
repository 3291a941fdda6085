"""Every state of Part 6 for a CSMS is found by its name, or is listed as not needed yet."""

from __future__ import annotations

from harness import states_csms
from harness.peers.fake_station import State
from harness.states_csms.not_yet import NOT_YET

#: Part 6, the reusable and memory states whose system under test is a CSMS.
PART_6 = {
    "Authorized",
    "Booted",
    "CertificateInstalled",
    "EVConnectedPostSession",
    "EVConnectedPreSession",
    "EVDisconnected",
    "EnergyTransferStarted",
    "EnergyTransferSuspended",
    "GetInstalledCertificates",
    "ISO15118SmartCharging",
    "RenewChargingStationCertificate",
    "Reserved",
    "StopAuthorized",
    "Unavailable",
}


def test_each_state_of_part_6_is_there_or_not_needed_yet() -> None:
    assert sorted([*states_csms.__all__, *NOT_YET]) == sorted(PART_6)


def test_only_states_are_exported_each_under_its_name() -> None:
    exported = {name: getattr(states_csms, name) for name in states_csms.__all__}
    assert all(isinstance(state, State) for state in exported.values())
    assert {name: state.name for name, state in exported.items()} == {n: n for n in exported}


def test_what_is_not_needed_yet_names_the_blocks_that_need_it() -> None:
    assert all(blocks for blocks in NOT_YET.values())
    assert {block for blocks in NOT_YET.values() for block in blocks} <= set("ABCDEFGHIJKLMNOP")
