"""How stations show that differ in files and updates."""

from __future__ import annotations

from harness.ocppj.frames import FrameKind
from harness.ocppj.inbox import Opened
from harness.proof.embedded_run import Outcome
from harness.tests.signs.sign import Holds, Sign, frames, in_case, reads


def _words(outcome: Outcome) -> str:
    """What was told of updates, and "boot", one after the other."""
    told = [frame.frame for frame in frames(outcome, FrameKind.CALL)]
    return " ".join(
        "boot" if each.action == "BootNotification" else each.payload["status"]
        for each in told
        if each.action in ("BootNotification", "FirmwareStatusNotification")
    )


def _told(words: str) -> Holds:
    return lambda outcome: words in _words(outcome)


def _connected_anew(outcome: Outcome) -> bool:
    """Without a boot in the update."""
    opened = [event for event in outcome.peer.inbox.events if isinstance(event, Opened)]
    return len(opened) > 1 and "Installing Installed" in _words(outcome)


FIRMWARE = {
    "files-by-https": Sign(reads("FileTransferProtocols", "HTTPS")),
    "installs-in-bootloader": Sign(_told("InstallRebooting boot Installing Installed")),
    "reboots-twice-for-firmware": Sign(_told("boot Installing InstallRebooting boot Installed")),
    "mute-bootloader": Sign(_told("SignatureVerified InstallRebooting boot Installed")),
    "firmware-without-reboot": Sign(_told("Installing Installed")),
    "installed-before-reboot": Sign(_told("Installing Installed boot")),
    "unannounced-activation": Sign(_told("Installing boot Installed")),
    "pauses-download": Sign(_told("Downloading DownloadPaused Downloading Downloaded")),
    "reconnects-after-update": Sign(in_case("TC_L_01_CS", _connected_anew)),
}
