"""Every state of Part 6 for a CSMS is found by its name, or is listed as not needed yet."""

from __future__ import annotations

from typing import Any

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
    there = states_csms.__all__
    both = set(there) & NOT_YET.keys()
    assert not both, f"written by now: take it out of harness/states_csms/not_yet.py: {both}"
    differ = {*there, *NOT_YET} ^ PART_6
    assert not differ, (
        "write it in harness/states_csms and export it in its __init__.py, or list it in"
        f" not_yet.py; nothing else stands there: {differ}"
    )


def _made(state: object) -> Any:
    """A state, or one that a function makes by default."""
    return state() if callable(state) else state


def test_only_states_are_exported_each_under_its_name() -> None:
    exported = {name: _made(getattr(states_csms, name)) for name in states_csms.__all__}
    assert all(isinstance(state, State) for state in exported.values())
    assert {name: state.name for name, state in exported.items()} == {n: n for n in exported}


def test_what_is_not_needed_yet_names_the_blocks_that_need_it() -> None:
    silent = [name for name, blocks in NOT_YET.items() if not blocks]
    assert not silent, f"harness/states_csms/not_yet.py names no block for {silent}"
    assert {block for blocks in NOT_YET.values() for block in blocks} <= set("ABCDEFGHIJKLMNOP")
