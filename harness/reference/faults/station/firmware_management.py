"""Faults in how a station is updated, and in what it tells of that (block L)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from harness import clock
from harness.reference.faults.base import (
    Alter,
    Fault,
    MarkTriggered,
    When,
    method,
    put,
    replaces,
    request,
)
from harness.reference.faults.station.words import notes_no
from harness.reference.rpc import Payload
from harness.reference.station.image import DefectiveImage, version_of

_STATUS = "FirmwareStatusNotification"


def _told(status: str, *instead: str) -> Alter:
    """In place of this status, these are told."""

    def build(_station: Any, original: Any, mark_triggered: MarkTriggered) -> Callable[[str], None]:
        def tell(said: str) -> None:
            if said != status:
                original(said)
                return
            mark_triggered()
            for each in instead:
                original(each)

        return tell

    return method("firmware.tell", build)


def _always(path: str, *, answer: Any) -> Alter:
    """A method says this, whatever it is asked."""

    def build(_station: Any, original: Any, mark_triggered: MarkTriggered) -> Callable[..., Any]:
        def say(*asked: Any) -> Any:
            if original(*asked) != answer:
                mark_triggered()
            return answer

        return say

    return method(path, build)


def _is(status: str) -> When:
    return lambda payload: payload["status"] == status


@replaces("firmware.reboot")
async def _goes_on_unaccepted(station: Any, _original: Any, mark_triggered: MarkTriggered) -> None:
    mark_triggered()
    await station.firmware.resets.reset_now("FirmwareUpdate")


@replaces("firmware.reboot")
async def _boots_as_ever(station: Any, _original: Any, mark_triggered: MarkTriggered) -> None:
    mark_triggered()
    station.firmware._online.clear()
    await station.firmware.resets.reset_now("PowerUp")
    await station.firmware._online.wait()


@replaces("firmware.reboot")
async def _forgets_number(station: Any, original: Any, mark_triggered: MarkTriggered) -> None:
    await original()
    mark_triggered()
    station.firmware._request_id = 0


@replaces("firmware.download")
async def pretends_to_download(
    station: Any, _original: Any, mark_triggered: MarkTriggered, _asked: Payload
) -> bytes:
    mark_triggered()
    station.firmware.tell("Downloading")
    await clock.sleep(station.config.download_time)
    station.firmware.tell("Downloaded")
    return b""


@replaces("availability.let_in")
def _stays_closed(station: Any, _original: Any, mark_triggered: MarkTriggered) -> None:
    if station.availability.closing:
        mark_triggered()


@replaces("firmware.seconds_until")
def _half_of_the_time(
    _station: Any, original: Any, mark_triggered: MarkTriggered, moment: str
) -> float:
    ahead: float = original(moment)
    if ahead > 0:
        mark_triggered()
    return ahead / 2


@replaces("firmware.obtain")
async def _downloads_at_once(
    station: Any, _original: Any, mark_triggered: MarkTriggered, asked: Payload
) -> bytes | None:
    if station.firmware.seconds_until(asked["firmware"]["retrieveDateTime"]) > 0:
        mark_triggered()
        station.firmware.tell("DownloadScheduled")
    return await station.firmware.download(asked)


@replaces("firmware.schedule")
async def _installs_at_once(
    station: Any, _original: Any, mark_triggered: MarkTriggered, firmware: Payload
) -> None:
    if station.firmware.seconds_until(firmware.get("installDateTime", "")) > 0:
        mark_triggered()
        station.firmware.tell("InstallScheduled")


@replaces("firmware.obtain")
async def _never_gives_up(
    _station: Any, original: Any, mark_triggered: MarkTriggered, asked: Payload
) -> bytes | None:
    mark_triggered()
    return await original({**asked, "retries": 1000, "retryInterval": 60})


@replaces("firmware.install")
async def _installs_anything(
    station: Any, original: Any, mark_triggered: MarkTriggered, image: bytes
) -> None:
    try:
        version_of(image)
    except DefectiveImage:
        mark_triggered()
        station.firmware.tell("Installing")
        await clock.sleep(station.config.install_time)
        station.firmware.finished()
        return
    await original(image)


FAULTS = (
    Fault(
        "installation-always-scheduled",
        "InstallScheduled is told of every update, though nothing makes it wait.",
        _told("SignatureVerified", "SignatureVerified", "InstallScheduled"),
        "L01.FR.16",
        ("TC_L_01_CS", "12"),
    ),
    Fault(
        "installed-lost-in-boot",
        "Installed is told before the CSMS has accepted the station, and is lost.",
        _goes_on_unaccepted,
        "L01.FR.28",
        ("TC_L_01_CS", "18"),
    ),
    Fault(
        "update-boots-as-ever",
        "The boot with new firmware has the reason PowerUp.",
        _boots_as_ever,
        "B01.FR.03",
        ("TC_L_01_CS", "14>RebootBeforeFirmwareActivation 3"),
    ),
    Fault(
        "update-number-lost-in-boot",
        "After its reboot the station does not know of which update it tells.",
        _forgets_number,
        "L01.FR.10",
        ("TC_L_01_CS", "18"),
    ),
    Fault(
        "verification-untold",
        "That a signature was verified is not told.",
        _told("SignatureVerified"),
        "L01.FR.01",
        ("TC_L_01_CS", "7"),
    ),
    Fault(
        "download-pretended",
        "Downloaded is told of a file that nobody has fetched.",
        pretends_to_download,
        "L01.FR.01",
        ("TC_L_01_CS", "5"),
    ),
    Fault(
        "update-event-untold",
        "The security event FirmwareUpdated is not told.",
        notes_no("FirmwareUpdated"),
        "L01.FR.31",
        ("TC_L_01_CS", "20"),
    ),
    Fault(
        "installed-twice",
        "Installed is told twice.",
        _told("Installed", "Installed", "Installed"),
        "L01.FR.01",
        ("TC_L_01_CS", "18"),
    ),
    Fault(
        "closed-after-update",
        "Connectors that were unavailable for an update stay so.",
        _stays_closed,
        "L01.FR.07",
        ("TC_L_01_CS", "16"),
        variant="unavailable-while-updating",
    ),
    Fault(
        "installing-untold",
        "Installing is not told where nothing reboots before.",
        _told("Installing"),
        "L01.FR.01",
        ("TC_L_01_CS", "11>RebootBeforeFirmwareInstallation"),
        variant="activates-unannounced",
    ),
    Fault(
        "reboots-unannounced",
        "The reboot before an installation is not announced.",
        _told("InstallRebooting"),
        "L01.FR.15",
        ("TC_L_01_CS", "11>RebootBeforeFirmwareInstallation 1"),
        variant="reboots-to-install",
    ),
    Fault(
        "installs-before-its-date",
        "An installation is told as scheduled and is begun all the same.",
        _installs_at_once,
        "L01.FR.16",
        ("TC_L_02_CS", "9"),
    ),
    Fault(
        "dates-halved",
        "What has a date begins after half of the time.",
        _half_of_the_time,
        "L01.FR.16",
        ("TC_L_02_CS", "9"),
    ),
    Fault(
        "downloads-before-its-date",
        "A download is told as scheduled and is begun all the same.",
        _downloads_at_once,
        "L01.FR.13",
        ("TC_L_03_CS", "3"),
    ),
    Fault(
        "download-schedule-untold",
        "That a download waits for its date is not told.",
        _told("DownloadScheduled"),
        "L01.FR.13",
        ("TC_L_03_CS", "3"),
    ),
    Fault(
        "trusts-any-signing-certificate",
        "A signing certificate of anybody is good.",
        _always("firmware.is_trusted", answer=True),
        "L01.FR.22",
        ("TC_L_05_CS", "2"),
    ),
    Fault(
        "signing-certificate-event-untold",
        "The security event of an invalid signing certificate is not told.",
        notes_no("InvalidFirmwareSigningCertificate"),
        "L01.FR.02",
        ("TC_L_05_CS", "3"),
    ),
    Fault(
        "signature-not-looked-at",
        "Any signature is right.",
        _always("firmware.is_signed", answer=True),
        "L01.FR.04",
        ("TC_L_06_CS", "7"),
    ),
    Fault(
        "signature-event-untold",
        "The security event of an invalid signature is not told.",
        notes_no("InvalidFirmwareSignature"),
        "L01.FR.03",
        ("TC_L_06_CS", "9"),
    ),
    Fault(
        "missing-file-pretended",
        "Downloaded is told of a file that does not exist.",
        _told("DownloadFailed", "Downloaded", "InvalidSignature"),
        "L01.FR.30",
        ("TC_L_07_CS", "5"),
    ),
    Fault(
        "download-never-given-up",
        "A download is tried again for hours, though no retries were asked for.",
        _never_gives_up,
        "L01.FR.30",
        ("TC_L_07_CS", "5"),
    ),
    Fault(
        "installs-defects",
        "A defective image is installed, as it seems.",
        _installs_anything,
        "L01.FR.29",
        ("TC_L_08_CS", "16"),
    ),
    Fault(
        "defect-untold",
        "That an image is defective is not told.",
        _told("InstallVerificationFailed"),
        "L01.FR.29",
        ("TC_L_08_CS", "16"),
    ),
    Fault(
        "failure-without-installation",
        "An installation fails that was not told as begun.",
        request(_STATUS, put(status="InstallationFailed"), when=_is("InstallVerificationFailed")),
        "L01.FR.01",
        ("TC_L_08_CS", "12"),
    ),
)
