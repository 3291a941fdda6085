"""Faults in updates of firmware (L01)."""

from __future__ import annotations

from typing import Any

from harness.reference.faults.base import (
    Alter,
    Fault,
    MarkTriggered,
    all_of,
    put,
    replaces,
    request,
)
from harness.reference.faults.station.words import never_sends, notes_no
from harness.reference.rpc import Payload

_STATUS = "FirmwareStatusNotification"


def _untold(status: str) -> Alter:
    """That status is not told."""
    return never_sends(_STATUS, when=lambda payload: payload["status"] == status)


@replaces("firmware.tell")
def _scheduled_always(
    station: Any, original: Any, mark_triggered: MarkTriggered, status: str
) -> None:
    waits = station.firmware.last["status"] == "SignatureVerified"
    if waits and status in ("Installing", "InstallRebooting"):
        mark_triggered()
        original("InstallScheduled")
    original(status)


@replaces("firmware.installed")
def _told_before_acceptance(station: Any, _original: Any, mark_triggered: MarkTriggered) -> None:
    mark_triggered()
    station.firmware.last = {"status": "Installed", "requestId": 0}
    station.security.note("FirmwareUpdated")


@replaces("firmware.fetch")
async def _not_fetched(
    _station: Any, _original: Any, mark_triggered: MarkTriggered, _request: Payload
) -> bytes:
    mark_triggered()
    return b""


@replaces("firmware.is_signed")
def _believes(
    _station: Any, _original: Any, mark_triggered: MarkTriggered, _content: bytes, _firmware: Any
) -> bool:
    mark_triggered()
    return True


@replaces("firmware.installed")
def _installed_twice(_station: Any, original: Any, mark_triggered: MarkTriggered) -> None:
    mark_triggered()
    original()
    original()


@replaces("firmware.accepted")
def _forgets_request(station: Any, original: Any, mark_triggered: MarkTriggered) -> None:
    if station.registration.reason == "FirmwareUpdate":
        mark_triggered()
        station.firmware.forget()
    original()


@replaces("availability.release")
def _stays_unavailable(station: Any, _original: Any, mark_triggered: MarkTriggered) -> None:
    mark_triggered()
    station.availability.hold(set(station.evses))


FAULTS = (
    Fault(
        "install-scheduled-always",
        "Says InstallScheduled in every update, though nothing makes it wait.",
        _scheduled_always,
        "L01.FR.01, L01.FR.16",
        ("TC_L_01_CS", "12"),
    ),
    Fault(
        "installed-lost-at-boot",
        "Installed arises before the acceptance after the reboot, and is lost.",
        _told_before_acceptance,
        "L01.FR.28, L01.FR.32",
        ("TC_L_01_CS", "18"),
    ),
    Fault(
        "installed-unasked",
        "Installs what it has not fetched, and says that it was.",
        all_of(_not_fetched, _believes),
        "L01.FR.04, FirmwareStatusEnumType",
        ("TC_L_01_CS", "5"),
    ),
    Fault(
        "installed-twice",
        "Tells twice that the firmware is installed.",
        _installed_twice,
        "L01.FR.01",
        ("TC_L_01_CS", "18"),
    ),
    Fault(
        "signature-unverified",
        "Says nothing of the signature before it installs.",
        _untold("SignatureVerified"),
        "L01.FR.01",
        ("TC_L_01_CS", "7"),
    ),
    Fault(
        "install-untold",
        "Says nothing of the installation, and does not reboot.",
        _untold("Installing"),
        "L01.FR.01",
        ("TC_L_01_CS", "12"),
        variant="firmware-without-reboot",
    ),
    Fault(
        "reboot-to-install-untold",
        "Reboots to install firmware, and does not say so.",
        _untold("InstallRebooting"),
        "L01.FR.15",
        ("TC_L_01_CS", "11>RebootBeforeFirmwareInstallation 1"),
        variant="installs-in-bootloader",
    ),
    Fault(
        "update-is-a-power-up",
        "Boots after an update as if the power had come back.",
        request("BootNotification", put(reason="PowerUp")),
        "B01.FR.09",
        ("TC_L_01_CS", "14>RebootBeforeFirmwareActivation 3"),
    ),
    Fault(
        "request-forgotten-at-boot",
        "After the reboot the status of the update has another requestId.",
        _forgets_request,
        "L01.FR.10",
        ("TC_L_01_CS", "18"),
    ),
    Fault(
        "update-no-security-event",
        "Does not report that its firmware was updated.",
        notes_no("FirmwareUpdated"),
        "L01.FR.31",
        ("TC_L_01_CS", "20"),
    ),
    Fault(
        "unavailable-after-update",
        "Connectors stay Unavailable after the update that they were made so for.",
        _stays_unavailable,
        "L01.FR.07, B01.FR.05",
        ("TC_L_01_CS", "16"),
        variant="firmware-without-reboot",
    ),
)
