"""Faults of network profiles and of the change from one CSMS to another: TC_B_43 to 50."""

from __future__ import annotations

import asyncio
import ssl
from typing import Any

from harness import clock
from harness.reference.faults.base import (
    Alter,
    Fault,
    MarkTriggered,
    inside,
    replaces,
    response,
)
from harness.reference.faults.station.words import handles, only_answers
from harness.reference.rpc import Answer, Payload

_PRIORITY = "NetworkConfigurationPriority"


def _unknown_slot(asked: Payload) -> bool:
    return asked["configurationSlot"] == 999


def _has_priority(payload: Payload) -> bool:
    results: list[Payload] = payload["setVariableResult"]
    return any(result["variable"]["name"] == _PRIORITY for result in results)


def _refused(result: Payload) -> None:
    if result["variable"]["name"] == _PRIORITY:
        result["attributeStatus"] = "Rejected"


@replaces("network.store")
def _keeps_old_address(
    station: Any, original: Any, mark_triggered: MarkTriggered, slot: int, profile: Payload
) -> None:
    mark_triggered()
    original(slot, {**profile, "ocppCsmsUrl": station.config.url})


@replaces("network.store")
def _stores_nothing(
    _station: Any, _original: Any, mark_triggered: MarkTriggered, _slot: int, _new: Payload
) -> None:
    mark_triggered()


@replaces("link.read_priority")
def _keeps_order(_station: Any, original: Any, mark_triggered: MarkTriggered) -> list[int]:
    slots: list[int] = original()
    if slots != sorted(slots):
        mark_triggered()
    return sorted(slots)


@replaces("link.read_priority")
def _knows_first_alone(station: Any, original: Any, mark_triggered: MarkTriggered) -> list[int]:
    slots: list[int] = original()
    if len(slots) > 1:
        mark_triggered()
        station.memory.last_slot = slots[0]
    return slots[:1]


def _attempts(number: int) -> Alter:
    """Makes that many attempts at a profile, whatever NetworkProfileConnectionAttempts says."""

    def attempts(
        _station: Any, original: Any, mark_triggered: MarkTriggered, path: str, default: int = 0
    ) -> int:
        told: int = original(path, default)
        if not path.endswith("NetworkProfileConnectionAttempts") or told == number:
            return told
        mark_triggered()
        return number

    return replaces("model.number")(attempts)


@replaces("model.write")
def _tells_first_slot(
    station: Any, original: Any, mark_triggered: MarkTriggered, path: str, value: str
) -> None:
    if path.endswith("ActiveNetworkProfile") and station.model.text(path) not in ("", value):
        mark_triggered()
        return
    original(path, value)


@replaces("link.fall_back")
async def _gives_up(_station: Any, _original: Any, mark_triggered: MarkTriggered) -> None:
    mark_triggered()
    await asyncio.Event().wait()


@replaces("link.fall_back")
async def _falls_back_at_once(station: Any, _original: Any, mark_triggered: MarkTriggered) -> Any:
    mark_triggered()
    slot = station.memory.last_slot
    connection = await station.link.attempt(slot)
    return None if connection is None else (connection, slot)


@replaces("link.fall_back")
async def _falls_back_late(_station: Any, original: Any, mark_triggered: MarkTriggered) -> Any:
    mark_triggered()
    await clock.sleep(150)
    return await original()


def _returns_to_first_slot(station: Any, mark_triggered: MarkTriggered) -> None:
    accepted, first = station.accepted, dict(station.memory.profiles)

    def goes_back() -> None:
        mark_triggered()
        station.memory.profiles = {**station.memory.profiles, 1: first[1]}
        station.link.slot = 1
        station.spawn(station.link.renew())

    async def arrives() -> None:
        await accepted()
        if station.link.slot != 1:
            station.later(1, goes_back)

    station.accepted = arrives


@replaces("link.tls")
def _trusts_everybody(
    _station: Any, original: Any, mark_triggered: MarkTriggered, profile: Payload, roots: list[str]
) -> ssl.SSLContext:
    mark_triggered()
    context: ssl.SSLContext = original(profile, roots)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


@replaces("certificates.root_choices")
def _trusts_old_root_too(
    station: Any, original: Any, mark_triggered: MarkTriggered, slot: int, tried: set[int]
) -> list[list[str]]:
    fallback = station.memory.fallback_root
    if fallback is None:
        return original(slot, tried)
    mark_triggered()
    return [[*station.certificates.roots(), fallback.pem]]


@replaces("certificates.root_choices")
def _never_falls_back_on_root(
    station: Any, original: Any, mark_triggered: MarkTriggered, slot: int, tried: set[int]
) -> list[list[str]]:
    if station.memory.fallback_root is None:
        return original(slot, tried)
    mark_triggered()
    return [station.certificates.roots()]


@replaces("certificates.connected_with")
def _forgets_old_root(
    station: Any, _original: Any, mark_triggered: MarkTriggered, _roots: list[str]
) -> None:
    """Keeps the new root alone, whichever it connected with."""
    if station.memory.fallback_root is not None:
        mark_triggered()
    station.memory.fallback_root = None


@replaces("certificates.connected_with")
def _keeps_old_root(
    station: Any, _original: Any, mark_triggered: MarkTriggered, _roots: list[str]
) -> None:
    if station.memory.fallback_root is not None:
        mark_triggered()


@handles("GetInstalledCertificateIds")
async def _lists_none(
    _station: Any, _original: Any, mark_triggered: MarkTriggered, _asked: Payload
) -> Answer:
    mark_triggered()
    return Answer({"status": "NotFound"})


def _other_serial(payload: Payload) -> None:
    for chain in payload.get("certificateHashDataChain", []):
        chain["certificateHashData"]["serialNumber"] = "1"


_PROFILES = (
    Fault(
        "unknown-slot-accepted",
        "Accepts a network profile for a slot that it does not have.",
        only_answers("SetNetworkProfile", {"status": "Accepted"}, when=_unknown_slot),
        requirement="B09.FR.05",
        shows=("TC_B_43_CS", "2"),
    ),
    Fault(
        "unknown-slot-failed",
        "Says that a network profile for a slot that it does not have failed.",
        only_answers("SetNetworkProfile", {"status": "Failed"}, when=_unknown_slot),
        requirement="B09.FR.05",
        shows=("TC_B_43_CS", "2"),
    ),
    Fault(
        "profile-refused",
        "Rejects every network profile.",
        only_answers("SetNetworkProfile", {"status": "Rejected"}),
        requirement="B09.FR.01",
        shows=("TC_B_45_CS", "2"),
    ),
    Fault(
        "profile-not-stored",
        "Accepts a network profile and does not store it.",
        _stores_nothing,
        requirement="B10.FR.01",
        shows=("TC_B_45_CS", "4"),
    ),
    Fault(
        "profile-with-old-address",
        "Stores a network profile without its address.",
        _keeps_old_address,
        requirement="B09.FR.01",
        shows=("TC_B_45_CS", "7"),
    ),
    Fault(
        "priority-refused",
        "Does not let the priority of network profiles be set.",
        response("SetVariables", inside("setVariableResult", _refused), when=_has_priority),
        requirement="B10.FR.01",
        shows=("TC_B_45_CS", "4"),
    ),
    Fault(
        "priority-disregarded",
        "Connects by the number of the slot, not by priority.",
        _keeps_order,
        requirement="B10.FR.04",
        shows=("TC_B_45_CS", "7"),
    ),
    Fault(
        "migration-reset-refused",
        "Rejects a reset.",
        only_answers("Reset", {"status": "Rejected"}),
        requirement="B11.FR.03",
        shows=("TC_B_47_CS", "6"),
    ),
)

_CONNECTING = (
    Fault(
        "first-slot-told-for-ever",
        "Tells the slot that it began with as the one in use, whichever that is.",
        _tells_first_slot,
        requirement="Part 2, 2.1.1",
        shows=("TC_B_45_CS", "7"),
    ),
    Fault(
        "attempt-too-many",
        "Tries a network profile once more than it should.",
        _attempts(2),
        requirement="B10.FR.03",
        shows=("TC_B_49_CS", "9"),
    ),
    Fault(
        "one-attempt",
        "Tries a network profile once, however often it should.",
        _attempts(1),
        requirement="B10.FR.03",
        shows=("TC_B_46_CS", "7"),
    ),
    Fault(
        "three-attempts",
        "Tries a network profile three times where it should try twice.",
        _attempts(3),
        requirement="B10.FR.03",
        shows=("TC_B_46_CS", "8"),
    ),
    Fault(
        "second-profile-unused",
        "Never tries another network profile than the first.",
        _knows_first_alone,
        requirement="B10.FR.03",
        shows=("TC_B_46_CS", "8"),
    ),
    Fault(
        "gives-up-connecting",
        "Stops trying when no network profile could be reached.",
        _gives_up,
        requirement="Part 4, 5.3",
        shows=("TC_B_49_CS", "11"),
    ),
    Fault(
        "falls-back-without-waiting",
        "Reconnects without waiting when no network profile could be reached.",
        _falls_back_at_once,
        requirement="Part 4, 5.3",
        shows=("TC_B_49_CS", "11"),
    ),
    Fault(
        "falls-back-late",
        "Waits for minutes before it reconnects when no network profile could be reached.",
        _falls_back_late,
        requirement="Part 4, 5.3",
        shows=("TC_B_49_CS", "11"),
    ),
    Fault(
        "returns-to-the-first-slot",
        "Arrives at the new CSMS, and goes back to the old one by itself.",
        _returns_to_first_slot,
        requirement="B10.FR.04",
        shows=("TC_B_45_CS", "7"),
    ),
)

_ROOTS = (
    Fault(
        "any-certificate-trusted",
        "Connects to a CSMS whatever its certificate.",
        _trusts_everybody,
        requirement="A00.FR.309",
        shows=("TC_B_47_CS", "8"),
    ),
    Fault(
        "old-root-still-trusted",
        "Trusts the replaced root certificate at the new CSMS too.",
        _trusts_old_root_too,
        requirement="M05.FR.12",
        shows=("TC_B_47_CS", "8"),
    ),
    Fault(
        "old-root-not-kept",
        "Does not fall back on the replaced root certificate.",
        _never_falls_back_on_root,
        requirement="M05.FR.12",
        shows=("TC_B_47_CS", "9"),
    ),
    Fault(
        "old-root-not-restored",
        "Falls back on the replaced root certificate and drops it then.",
        _forgets_old_root,
        requirement="M03.FR.01, M05.FR.10",
        shows=("TC_B_47_CS", "12"),
    ),
    Fault(
        "old-root-kept-for-ever",
        "Keeps the replaced root certificate although it has connected with the new one.",
        _keeps_old_root,
        requirement="M05.FR.13",
        shows=("TC_B_50_CS", "9"),
    ),
    Fault(
        "roots-not-listed",
        "Says that no root certificates are installed.",
        _lists_none,
        requirement="M03.FR.01, M05.FR.10",
        shows=("TC_B_47_CS", "12"),
    ),
    Fault(
        "roots-listed-wrongly",
        "Lists root certificates with another serial number.",
        response("GetInstalledCertificateIds", _other_serial),
        requirement="M03.FR.01, M05.FR.10",
        shows=("TC_B_47_CS", "12"),
    ),
    Fault(
        "new-root-not-installed",
        "Accepts a new root certificate and does not install it.",
        only_answers("InstallCertificate", {"status": "Accepted"}),
        requirement="M05.FR.01",
        shows=("TC_B_47_CS", "8"),
    ),
    Fault(
        "new-root-refused",
        "Rejects a new root certificate.",
        only_answers("InstallCertificate", {"status": "Rejected"}),
        requirement="M05.FR.02",
        shows=("TC_B_47_CS", "Before>CertificateInstalled"),
        verdict="INCONCLUSIVE",
    ),
)

FAULTS = (*_PROFILES, *_CONNECTING, *_ROOTS)
