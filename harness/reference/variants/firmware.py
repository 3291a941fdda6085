"""How stations differ in the files that they fetch and deliver, and in updates (blocks L, N)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping

from harness import clock
from harness.reference.rpc import Payload
from harness.reference.station import Station
from harness.reference.station.transfers import Content, exists
from harness.reference.variants.variant import Variant

_AQ7 = frozenset({"AQ-7"})


_OWN_PROTOCOLS = "which protocols a station speaks is its own choice (2.1.4 FileTransferProtocols)"


def _files_by(protocol: str, **config: object) -> dict[str, object]:
    return {"values": {"OCPPCommCtrlr.FileTransferProtocols": protocol}, **config}


def _no_reboot(**config: object) -> dict[str, object]:
    return {"reboots_to_activate": "never", **config}


def pauses_downloads(station: Station) -> None:
    """Something else goes before a download, which goes on afterwards (L01.FR.14)."""
    firmware, download = station.firmware, station.firmware.download

    async def with_pause(request: Payload) -> bytes | None:
        for status in ("Downloading", "DownloadPaused"):
            firmware.tell(status)
            await clock.sleep(1)
        return await download(request)

    firmware.download = with_pause


def knows_missing_files(station: Station) -> None:
    """Whether a file is there is asked before a download is told (TC_L_07_CS, step 3)."""
    firmware, tell = station.firmware, station.firmware.tell
    download = firmware.download

    async def looked_at(request: Payload) -> bytes | None:
        location, roots = request["firmware"]["location"], firmware.certificates.roots()
        if await exists(station, location, roots):
            return await download(request)
        tell("DownloadFailed")
        return None

    firmware.download = looked_at


def loses_line(station: Station) -> None:
    """An attempt to deliver a log breaks off, and the next one is told (N01.FR.10, note).

    How often to try is its own choice: no such thing happens where the CSMS said it.
    """
    logs, upload, deliver = station.logs, station.logs.upload, station.logs.deliver

    async def beginning() -> AsyncIterator[bytes]:
        yield b"a few bytes"
        raise ConnectionResetError

    async def breaks_off(where: str, name: str, _content: Content, method: str = "POST", /) -> None:
        logs.deliver = goes_on
        await deliver(where, name, beginning(), method)

    async def goes_on(where: str, name: str, content: Content, method: str = "POST", /) -> None:
        logs.tell("Uploading")
        await deliver(where, name, content, method)

    async def uploaded(request: Payload) -> None:
        logs.deliver = deliver if "retries" in request else breaks_off
        await upload({"retryInterval": 15, **request})

    logs.upload = uploaded


def puts_logs(station: Station) -> None:
    """Logs are delivered by PUT, which tells no name (N01.FR.18)."""
    logs, deliver = station.logs, station.logs.deliver

    async def delivered(where: str, _name: str, content: Content, method: str = "PUT", /) -> None:
        await deliver(where, "", content, method)

    logs.deliver = delivered


def tells_of_cancelled_late(station: Station) -> None:
    """That an update made way is told when the other is under way (L01.FR.24, note)."""
    firmware = station.firmware

    def told_late() -> None:
        failed = {**firmware.last, "status": "DownloadFailed"}
        station.later(2.0, lambda: station.outbox.send("FirmwareStatusNotification", failed))

    firmware.cancelled = told_late


def falls_back_by_reboot(station: Station) -> None:
    """Firmware that could not be installed makes way for the former (TC_L_08_CS, step 14)."""
    firmware, fail = station.firmware, station.firmware.fail

    async def fall_back() -> None:
        await fail()
        await firmware.reboot()

    firmware.fail = fall_back


FIRMWARE: Mapping[str, Variant] = {
    "files-by-https": Variant(_OWN_PROTOCOLS, _files_by("HTTPS")),
    "files-by-ftp": Variant(_OWN_PROTOCOLS, _files_by("FTP")),
    "files-by-ftps": Variant(_OWN_PROTOCOLS, _files_by("FTPS")),
    "files-by-implicit-ftps": Variant(
        "FTPS may begin with TLS (no document says which of the two it is)",
        _files_by("FTPS", implicit_ftps=True),
    ),
    "files-by-sftp": Variant(_OWN_PROTOCOLS, _files_by("SFTP")),
    "fetches-in-parts": Variant(
        "no document says in how many requests a file is fetched", {"fetches_in_parts": True}
    ),
    "activates-without-reboot": Variant(
        "new firmware need not be activated by a reboot (L01.FR.28, note)", _no_reboot()
    ),
    "reboots-to-install": Variant(
        "a boot loader that speaks OCPP installs firmware (L01.FR.15)",
        _no_reboot(reboots_to_install="aloud"),
    ),
    "reboots-twice": Variant(
        "a reboot for the installation and one for the activation (L01.FR.15, L01.FR.32)",
        {"reboots_to_install": "aloud"},
    ),
    "silent-boot-loader": Variant(
        "a boot loader that speaks no OCPP installs firmware (L01.FR.23)",
        _no_reboot(reboots_to_install="silently"),
    ),
    "activates-unannounced": Variant(
        "the reboot into new firmware need not be announced (L01.FR.32)",
        {"reboots_to_activate": "unannounced"},
    ),
    "activates-afterwards": Variant(
        "Installed may be told before the reboot (L01.FR.32 b)",
        {"reboots_to_activate": "afterwards"},
    ),
    "unavailable-while-updating": Variant(
        "nobody can charge while firmware is installed (L01)", {"unavailable_while_updating": True}
    ),
    "unavailable-while-rebooting-to-install": Variant(
        "the same, with a reboot before the installation",
        {"unavailable_while_updating": True, "reboots_to_install": "aloud"},
    ),
    "cancels-no-update": Variant(
        "an update may be impossible to cancel (L01.FR.27)",
        {"cancels_updates": False, "reboots_to_install": "aloud"},
        removes=frozenset({"C-60"}),
    ),
    "tells-of-cancelled-update": Variant(
        "a cancelled update may be told as failed (L01.FR.24, note)",
        {"tells_of_cancelled_updates": True},
    ),
    "tells-of-cancelled-update-late": Variant(
        "that may be when the other is under way", alter=tells_of_cancelled_late
    ),
    "unsigned-is-invalid": Variant(
        "firmware without a certificate has no valid one (L01.FR.22)",
        {"unsigned_firmware": "InvalidCertificate"},
    ),
    "fails-while-installing": Variant(
        "a defect may show while firmware is installed (FirmwareStatusEnumType)",
        {"defect_shows": "InstallationFailed later"},
    ),
    "fails-after-reboot": Variant(
        "the same in a boot loader",
        {"defect_shows": "InstallationFailed later", "reboots_to_install": "aloud"},
    ),
    "falls-back-by-reboot": Variant(
        "after a failure a station may reboot into its former firmware (TC_L_08_CS, step 14)",
        {"reset_time": 1.0},
        alter=falls_back_by_reboot,
    ),
    "verifies-while-installing": Variant(
        "a checksum may be looked at last (L01.FR.29)",
        {"defect_shows": "InstallVerificationFailed later"},
    ),
    "downloads-while-charging": Variant(
        "a download need not wait for drivers (Part 5, AQ-7)",
        {"downloads_while_charging": True, "reboots_to_install": "aloud"},
        adds=_AQ7,
    ),
    "updates-before-the-cable-is-out": Variant(
        "an update waits for transactions, not for drivers (L01.FR.06)",
        {"waits_for_cable": False},
    ),
    "waits-in-silence": Variant(
        "an installation that waits for a driver may be told, no more (L01.FR.34)",
        {"downloads_while_charging": True, "tells_of_waiting": False},
        adds=_AQ7,
    ),
    "installs-while-charging": Variant(
        "only the reboot waits for drivers (L01.FR.33)",
        {"downloads_while_charging": True, "installs_while_charging": True},
        adds=_AQ7,
    ),
    "updates-while-charging": Variant(
        "an update need not disturb drivers (Part 5, C-43)",
        _no_reboot(
            downloads_while_charging=True,
            installs_while_charging=True,
            activates_while_charging=True,
        ),
        adds=frozenset({"C-43", "AQ-7"}),
    ),
    "pauses-downloads": Variant("a download may pause (L01.FR.14)", alter=pauses_downloads),
    "knows-missing-files": Variant(
        "a download that cannot be is not begun (TC_L_07_CS, step 3)", alter=knows_missing_files
    ),
    "log-attempts-told": Variant(
        "each attempt to upload may be told (N01.FR.10; TC_N_26_CS, erratum 2025-01)",
        {"log_attempts_told": True},
    ),
    "log-tried-again": Variant(
        "an attempt to upload that broke off is tried again (N01.FR.10; GetLogRequest.retries)",
        {"log_retries": 1},
        alter=loses_line,
    ),
    "log-by-put": Variant("a log may be uploaded by PUT (N01.FR.18)", alter=puts_logs),
    "log-cancelled-first": Variant(
        "the cancelled upload may be told before the answer (TC_N_36_CS, erratum 2025-04)",
        {"log_cancelled_first": True},
    ),
}
