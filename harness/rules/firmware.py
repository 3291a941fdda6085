"""Standing rule for a charging station under test: it runs no firmware that it did not tell of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import cast

from harness.ocppj.frames import Payload
from harness.ocppj.inbox import Arrival
from harness.ocppj.payloads import inner
from harness.rules.frames import Breach, CaseLog, Firmware, Rule

#: An installation is under way (L01.FR.15, L01.FR.32).
_BEGUN = ("InstallRebooting", "Installing")
_FAILED = ("InstallationFailed", "InstallVerificationFailed", "InvalidSignature", "DownloadFailed")


@dataclass(frozen=True)
class _Boot:
    arrival: Arrival
    version: str
    before: Firmware


def new_firmware_is_told(log: CaseLog) -> Iterator[Breach]:
    """Firmware of another version is installed, and that is told, before a boot tells of it."""
    for boot in _boots(log.arrivals, log.firmware):
        known = boot.before.versions
        told = boot.before.stage or boot.before.ready
        if known and not told and boot.version not in known:
            path, expected = "$.chargingStation.firmwareVersion", " or ".join(sorted(known))
            actual = f"{boot.version}, and no installation was told"
            yield Breach.of(boot.arrival.traffic, path, expected, actual, "L01.FR.01, L01.FR.28")


def firmware_after(arrivals: Iterable[Arrival], earlier: Firmware) -> Firmware:
    """What is known of the firmware of a station when it has told this."""
    known = earlier
    for arrival in arrivals:
        known = _told(arrival, known)
    return known


def _boots(arrivals: Iterable[Arrival], earlier: Firmware) -> Iterator[_Boot]:
    known = earlier
    for arrival in arrivals:
        version = _version(arrival)
        if version:
            yield _Boot(arrival, version, known)
        known = _told(arrival, known)


def _told(arrival: Arrival, known: Firmware) -> Firmware:
    version = _version(arrival)
    if version:
        # Who goes back to what it ran before has installed nothing.
        if known.stage and not known.ready and version not in known.versions:
            return replace(known, stage="booted", tried=known.tried | {version})
        return replace(known, ready=False, versions=known.versions | {version})
    status = cast(Payload, arrival.payload).get("status")
    if arrival.action != "FirmwareStatusNotification":
        return known
    if status == "Installed":
        ready = known.ready or known.stage != "booted"
        return Firmware(known.versions | known.tried, ready=ready)
    if status in _BEGUN:
        return replace(known, stage="begun")
    if status in _FAILED:
        return replace(known, stage="", tried=frozenset())
    return known


def _version(arrival: Arrival) -> str:
    if arrival.action != "BootNotification":
        return ""
    told = inner(cast(Payload, arrival.payload), "chargingStation").get("firmwareVersion")
    return told if isinstance(told, str) else ""


FIRMWARE: tuple[Rule, ...] = (new_firmware_is_told,)
