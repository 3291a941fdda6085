"""How stations differ in the files that they fetch and deliver, and in updates (blocks L, N)."""

from __future__ import annotations

from collections.abc import Mapping

from harness.reference.variants import station_firmware as altered
from harness.reference.variants.variant import Variant

FIRMWARE: Mapping[str, Variant] = {
    "files-by-https": Variant(
        "which protocols a station speaks is its own choice (2.1.4 FileTransferProtocols)",
        {"values": {"OCPPCommCtrlr.FileTransferProtocols": "HTTPS"}},
    ),
    "installs-in-bootloader": Variant(
        "a reboot before the installation, none after it (L01.FR.15)",
        {"reboots_to_install": True, "reboots_to_activate": False},
    ),
    "reboots-twice-for-firmware": Variant(
        "a reboot before the installation, and one to activate (L01.FR.15, L01.FR.32)",
        {"reboots_to_install": True, "unavailable_while_installing": False},
    ),
    "mute-bootloader": Variant(
        "a bootloader without OCPP says nothing of the installation (L01.FR.23)",
        {"reboots_to_install": True, "bootloader_speaks": False},
    ),
    "firmware-without-reboot": Variant(
        "activation need not involve a reboot (L01.FR.28, note)",
        {"reboots_to_activate": False},
    ),
    "installed-before-reboot": Variant(
        "Installed alone, and then the reboot that nobody announced (L01.FR.32 (b))",
        {"installed_first": True},
    ),
    "unannounced-activation": Variant(
        "InstallRebooting is optional before the activation; nobody need be kept from charging "
        "(L01.FR.32 (a), FirmwareStatusEnumType)",
        {"tells_activation": False, "unavailable_while_installing": False},
    ),
    "pauses-download": Variant(
        "a download may be paused and go on (L01.FR.14)", alter=altered.pauses_download
    ),
    "reconnects-after-update": Variant(
        "new firmware comes on a new connection, without a reboot (TC_L_01_CS, step 15)",
        {"reboots_to_activate": False},
        alter=altered.reconnects_after_update,
    ),
}
