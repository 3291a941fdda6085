"""Faults of stations that tell of an update what is not so, or too soon or too late (block L)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from cryptography import x509

from harness import clock
from harness.reference.faults.base import Alter, Fault, MarkTriggered, replaces, request
from harness.reference.faults.station.words import handles
from harness.reference.rpc import Answer, Payload
from harness.reference.station.image import version_of
from harness.reference.station.transfers import fetch


@replaces("firmware.download")
async def _resumes_untold(
    station: Any, original: Any, mark_triggered: MarkTriggered, asked: Payload
) -> bytes | None:
    tell = station.firmware.tell

    def told(status: str) -> None:
        if status == "Downloaded":
            mark_triggered()
            tell("DownloadPaused")
        tell(status)

    station.firmware.tell = told
    return await original(asked)


@replaces("firmware.obtain")
async def _fetches_ahead(
    station: Any, original: Any, mark_triggered: MarkTriggered, asked: Payload
) -> bytes | None:
    firmware = station.firmware
    waits = firmware.seconds_until(asked["firmware"]["retrieveDateTime"]) > 0 or firmware.is_busy()
    if waits and not station.config.downloads_while_charging:
        mark_triggered()
        await fetch(station, asked["firmware"]["location"], station.certificates.roots())
    return await original(asked)


@replaces("firmware.seconds_until")
def _much_later(_station: Any, original: Any, mark_triggered: MarkTriggered, moment: str) -> float:
    ahead: float = original(moment)
    if ahead <= 0:
        return ahead
    mark_triggered()
    return ahead + 900


@replaces("firmware.tell")
def _updated_when_downloaded(
    station: Any, original: Any, mark_triggered: MarkTriggered, status: str
) -> None:
    original(status)
    if status == "Downloaded":
        mark_triggered()
        station.security.note("FirmwareUpdated")


@replaces("firmware.fail")
async def _updated_by_defects(station: Any, original: Any, mark_triggered: MarkTriggered) -> None:
    await original()
    mark_triggered()
    station.security.note("FirmwareUpdated")


@replaces("firmware.is_right")
async def _boots_what_is_wrong(
    station: Any, original: Any, mark_triggered: MarkTriggered, image: bytes, firmware: Payload
) -> bool:
    if await original(image, firmware):
        return True
    mark_triggered()
    await clock.sleep(1)
    station.config = replace(station.config, firmware=version_of(image))
    await station.firmware.reboot()
    return False


@replaces("firmware.download")
async def _asks_for_nothing(
    station: Any, original: Any, mark_triggered: MarkTriggered, asked: Payload
) -> bytes | None:
    if not asked["firmware"]["location"].endswith("_does_not_exist"):
        return await original(asked)
    mark_triggered()
    station.firmware.tell("Downloading")
    await clock.sleep(station.config.download_time)
    station.firmware.tell("DownloadFailed")
    return None


@replaces("firmware.is_trusted")
def _trusts_a_name(station: Any, original: Any, mark_triggered: MarkTriggered, pem: str) -> bool:
    issuer = x509.load_pem_x509_certificate(pem.encode()).issuer
    held = (x509.load_pem_x509_certificate(c.pem.encode()) for c in station.certificates.held())
    known = any(each.subject == issuer for each in held)
    if known != original(pem):
        mark_triggered()
    return known


@replaces("firmware.finished")
def _forgets_transactions(station: Any, original: Any, mark_triggered: MarkTriggered) -> None:
    original()
    for evse in station.evses.values():
        if evse.transaction is not None:
            mark_triggered()
            station.transactions._stop_sampling(evse)
            station.meter.set_charging(evse, False)
            evse.transaction = evse.authorization = None


def _installs_in_silence(station: Any, mark_triggered: MarkTriggered) -> None:
    mark_triggered()
    new = replace(station.config, firmware="9.9.9")
    station.later(1, lambda: setattr(station, "config", new))


@handles("UpdateFirmware")
async def _refuses_and_installs(
    station: Any, original: Any, mark_triggered: MarkTriggered, asked: Payload
) -> Answer:
    answer: Answer = await original(asked)
    if answer.payload["status"] in ("InvalidCertificate", "Rejected"):
        _installs_in_silence(station, mark_triggered)
    return answer


def _installs_after(failure: str) -> Alter:
    """What has failed is installed all the same, and not told."""

    @replaces("firmware.tell")
    def act(station: Any, original: Any, mark_triggered: MarkTriggered, status: str) -> None:
        original(status)
        if status == failure:
            _installs_in_silence(station, mark_triggered)

    return act


def _is_update(payload: Payload) -> bool:
    return bool(payload["reason"] == "FirmwareUpdate")


def _of_old_version(payload: Payload) -> None:
    payload["chargingStation"]["firmwareVersion"] = "1.0.0"


@replaces("in_service")
def _lets_in(station: Any, original: Any, mark_triggered: MarkTriggered, evse: Any) -> bool:
    if station.availability.closing and not original(evse):
        mark_triggered()
        return True
    return bool(original(evse))


FAULTS = (
    Fault(
        "paused-download-resumed-untold",
        "That a download goes on that was paused is not told.",
        _resumes_untold,
        "L01.FR.01, L01.FR.14",
        ("TC_L_01_CS", "5"),
    ),
    Fault(
        "fetches-ahead-of-its-date",
        "A download is made at once, and told at its date.",
        _fetches_ahead,
        "L01.FR.01, L01.FR.13",
        ("TC_L_03_CS", "3"),
    ),
    Fault(
        "updates-long-after-their-date",
        "What has a date begins a quarter of an hour later.",
        _much_later,
        "L01.FR.16",
        ("TC_L_02_CS", "9"),
    ),
    Fault(
        "updated-when-downloaded",
        "The security event FirmwareUpdated is told of what was only downloaded, too.",
        _updated_when_downloaded,
        "L01.FR.31",
        ("TC_L_01_CS", "20"),
    ),
    Fault(
        "updated-by-defective-firmware",
        "The security event FirmwareUpdated is told of firmware that was not installed.",
        _updated_by_defects,
        "L01.FR.31",
        ("TC_L_08_CS", "16"),
    ),
    Fault(
        "boots-wrongly-signed-firmware",
        "Firmware whose signature was found wrong is installed without a word.",
        _boots_what_is_wrong,
        "L01.FR.04",
        ("TC_L_06_CS", "no_unexpected_message"),
    ),
    Fault(
        "missing-file-not-asked-for",
        "A download is told as failed that was not tried.",
        _asks_for_nothing,
        "L01.FR.30",
        ("TC_L_07_CS", "5"),
    ),
    Fault(
        "trusts-the-name-of-an-issuer",
        "A signing certificate is good that names a known issuer.",
        _trusts_a_name,
        "L01.FR.12, L01.FR.22",
        ("TC_L_05_CS", "2"),
    ),
    Fault(
        "update-forgets-transactions",
        "New firmware knows nothing of a transaction that it should not have disturbed.",
        _forgets_transactions,
        "L01.FR.33",
        ("TC_L_16_CS", "12"),
        variant="updates-while-charging",
    ),
    Fault(
        "lets-in-where-it-says-unavailable",
        "Where an EVSE is told as closed for an update, drivers can begin to charge.",
        _lets_in,
        "L01.FR.07, F01.FR.23",
        ("TC_L_13_CS", "5"),
    ),
    Fault(
        "installs-what-it-refused",
        "Firmware that was refused is there after the next boot.",
        _refuses_and_installs,
        "L01.FR.01, L01.FR.22",
        ("TC_L_05_CS", "new_firmware_is_told"),
    ),
    Fault(
        "installs-wrongly-signed-firmware-later",
        "Firmware whose signature was found wrong is there after the next boot.",
        _installs_after("InvalidSignature"),
        "L01.FR.01, L01.FR.04",
        ("TC_L_06_CS", "new_firmware_is_told"),
    ),
    Fault(
        "installs-what-it-could-not-download",
        "Firmware whose download was told as failed is there after the next boot.",
        _installs_after("DownloadFailed"),
        "L01.FR.01, L01.FR.30",
        ("TC_L_07_CS", "new_firmware_is_told"),
    ),
    Fault(
        "installs-defective-firmware-later",
        "Firmware that could not be installed is there after the next boot.",
        _installs_after("InstallVerificationFailed"),
        "L01.FR.01, L01.FR.29",
        ("TC_L_08_CS", "new_firmware_is_told"),
    ),
    Fault(
        "runs-its-old-firmware",
        "The station reboots, and has the firmware that it had.",
        request("BootNotification", _of_old_version, when=_is_update),
        "L01.FR.32",
        ("TC_L_01_CS", "14"),
    ),
)
