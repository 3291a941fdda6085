"""How stations show that differ in files and updates."""

from __future__ import annotations

from itertools import pairwise

from harness.ocppj.frames import FrameKind
from harness.proof.embedded_run import Outcome
from harness.tests.signs.sign import (
    Holds,
    Sign,
    answer,
    both,
    call,
    frames,
    in_case,
    not_,
    reads,
)


def _told(outcome: Outcome) -> list[str]:
    """Statuses and reboots of updates, in their order."""
    told = [
        (f.t, f.frame.payload.get("status", "Boot"))
        for action in ("FirmwareStatusNotification", "BootNotification")
        for f in frames(outcome, FrameKind.CALL, action)
        if action == "FirmwareStatusNotification" or f.frame.payload["reason"] == "FirmwareUpdate"
    ]
    return [status for _, status in sorted(told)]


def _follow(*words: str) -> Holds:
    """These follow each other at once in some case."""

    def holds(outcome: Outcome) -> bool:
        told = _told(outcome)
        return any(told[n : n + len(words)] == list(words) for n in range(len(told)))

    return holds


def _status(status: str) -> Holds:
    return call("FirmwareStatusNotification", status=status)


def _has(status: str, without: str) -> Holds:
    return both(_status(status), not_(_status(without)))


def _closed_after_verification(outcome: Outcome) -> bool:
    """A connector became Unavailable when the firmware was verified."""
    told = list(frames(outcome, FrameKind.CALL))
    for first, second in pairwise(told):
        verified = first.frame.payload.get("status") == "SignatureVerified"
        if verified and second.frame.payload.get("connectorStatus") == "Unavailable":
            return True
    return False


def _downloads_before_unplugged(outcome: Outcome) -> bool:
    """TC_L_12_CS saw Downloading before the last connector was reported free."""
    told = [f.frame.payload for f in frames(outcome, FrameKind.CALL)]
    first = next((n for n, p in enumerate(told) if p.get("status") == "Downloading"), len(told))
    free = [n for n, p in enumerate(told) if p.get("connectorStatus") == "Available"]
    return outcome.result.id == "TC_L_12_CS" and any(first < n < first + 3 for n in free)


def _fetched_in_parts(outcome: Outcome) -> bool:
    """Bytes came by a request that left out those before them."""
    return any(" from byte " in str(v.actual) for v in outcome.result.validations)


def _files_by(protocol: str) -> Holds:
    """A log was uploaded by it."""
    uploaded = call("LogStatusNotification", status="Uploaded")
    return both(reads("FileTransferProtocols", protocol), uploaded)


_CHARGING = call("TransactionEvent", eventType="Ended")

FIRMWARE = {
    "fetches-in-parts": Sign(in_case("TC_L_01_CS", _fetched_in_parts)),
    "files-by-https": Sign(_files_by("HTTPS")),
    "files-by-ftp": Sign(_files_by("FTP")),
    "files-by-ftps": Sign(_files_by("FTPS")),
    "files-by-implicit-ftps": Sign(_files_by("FTPS")),
    "files-by-sftp": Sign(_files_by("SFTP")),
    "activates-without-reboot": Sign(in_case("TC_L_01_CS", _follow("Installing", "Installed"))),
    "reboots-to-install": Sign(_follow("InstallRebooting", "Boot", "Installing", "Installed")),
    "reboots-twice": Sign(_follow("InstallRebooting", "Boot", "Installing", "InstallRebooting")),
    "silent-boot-loader": Sign(
        _follow("SignatureVerified", "InstallRebooting", "Boot", "Installed")
    ),
    "activates-unannounced": Sign(_follow("Installing", "Boot")),
    "activates-afterwards": Sign(_follow("Installed", "Boot")),
    "unavailable-while-updating": Sign(_closed_after_verification),
    "unavailable-while-rebooting-to-install": Sign(
        both(_closed_after_verification, _follow("InstallRebooting", "Boot", "Installing"))
    ),
    "cancels-no-update": Sign(answer("UpdateFirmware", status="Rejected"), exclusive=False),
    "tells-of-cancelled-update": Sign(_has("DownloadFailed", "Idle"), exclusive=False),
    "tells-of-cancelled-update-late": Sign(_follow("Downloading", "DownloadFailed", "Downloaded")),
    "unsigned-is-invalid": Sign(
        in_case("TC_L_18_CS", answer("UpdateFirmware", status="InvalidCertificate"))
    ),
    "fails-while-installing": Sign(_follow("Installing", "InstallationFailed")),
    "fails-after-reboot": Sign(_follow("Boot", "Installing", "InstallationFailed")),
    "falls-back-by-reboot": Sign(_follow("InstallVerificationFailed", "Boot")),
    "verifies-while-installing": Sign(_follow("Installing", "InstallVerificationFailed")),
    "downloads-while-charging": Sign(both(_CHARGING, _follow("Downloading", "Downloaded"))),
    "updates-before-the-cable-is-out": Sign(_downloads_before_unplugged),
    "waits-in-silence": Sign(
        in_case("TC_L_15_CS", both(_status("Installed"), not_(_status("InstallScheduled"))))
    ),
    "installs-while-charging": Sign(both(_CHARGING, _status("Installing"))),
    "updates-while-charging": Sign(in_case("TC_L_16_CS", _status("Installed"))),
    "pauses-downloads": Sign(_status("DownloadPaused")),
    "knows-missing-files": Sign(_has("DownloadFailed", "Downloading"), exclusive=False),
}
