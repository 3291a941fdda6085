"""Faults in how a station is updated, and in what it tells of that (block L)."""

from __future__ import annotations

import asyncio
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
from harness.reference.faults.station.words import handles, notes_no
from harness.reference.rpc import Answer, Payload
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
async def _pretends(
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


@replaces("firmware.begin")
async def _keeps_first_number(
    station: Any, original: Any, mark_triggered: MarkTriggered, asked: Payload
) -> None:
    first = station.firmware._request_id
    under_way = station.firmware.updating
    await original(asked)
    if under_way:
        mark_triggered()
        station.firmware._request_id = first


@replaces("firmware.begin")
async def _both_go_on(
    station: Any, original: Any, mark_triggered: MarkTriggered, asked: Payload
) -> None:
    firmware = station.firmware
    if not firmware.updating:
        await original(asked)
        return
    mark_triggered()
    first, number = firmware._update, firmware._request_id
    firmware._update = None
    await original(asked)
    second = firmware._request_id
    tell = firmware.tell

    def told(status: str) -> None:
        of_first = asyncio.current_task() is first
        firmware._request_id = number if of_first else second
        tell(status)

    firmware.tell = told


@handles("UpdateFirmware")
async def _stops_all_the_same(
    station: Any, original: Any, mark_triggered: MarkTriggered, asked: Payload
) -> Answer:
    firmware = station.firmware
    answer: Answer = await original(asked)
    if answer.payload["status"] == "Rejected" and firmware.updating:
        mark_triggered()
        firmware._update.cancel()
    return answer


@handles("UpdateFirmware")
async def _takes_number_of_refused(
    station: Any, original: Any, mark_triggered: MarkTriggered, asked: Payload
) -> Answer:
    answer: Answer = await original(asked)
    if answer.payload["status"] == "Rejected" and station.firmware.updating:
        mark_triggered()
        station.firmware._request_id = asked["requestId"]
    return answer


@handles("UpdateFirmware")
async def _takes_unsigned(
    station: Any, original: Any, mark_triggered: MarkTriggered, asked: Payload
) -> Answer:
    if "signingCertificate" in asked["firmware"]:
        return await original(asked)
    mark_triggered()
    return Answer({"status": "Accepted"}, lambda: station.firmware.begin(asked))


@handles("UpdateFirmware")
async def _fetches_before_it_asks(
    station: Any, original: Any, mark_triggered: MarkTriggered, asked: Payload
) -> Answer:
    answer: Answer = await original(asked)
    if answer.payload["status"] == "InvalidCertificate":
        mark_triggered()
        return Answer(answer.payload, lambda: station.firmware.begin(asked))
    return answer


@replaces("firmware.wait_for_drivers")
async def _waits_for_nobody(station: Any, _original: Any, mark_triggered: MarkTriggered) -> None:
    if station.firmware.is_busy():
        mark_triggered()


@replaces("firmware.wait_for_drivers")
async def _waits_for_one(station: Any, _original: Any, mark_triggered: MarkTriggered) -> None:
    firmware = station.firmware
    charging = [evse for evse in station.evses.values() if evse.transaction]
    while charging and all(evse.transaction or evse.plugged for evse in charging):
        firmware._settled.clear()
        await firmware._settled.wait()
    if firmware.is_busy():
        mark_triggered()


@replaces("availability.keep_out")
def _lets_everybody_in(_station: Any, _original: Any, mark_triggered: MarkTriggered) -> None:
    mark_triggered()


@replaces("firmware.wait_for_drivers")
async def _lets_nobody_in(station: Any, original: Any, mark_triggered: MarkTriggered) -> None:
    if station.firmware.is_busy():
        mark_triggered()
        station.availability.keep_out()
    await original()


@replaces("availability.keep_out")
def _closes_what_is_free_now(station: Any, _original: Any, mark_triggered: MarkTriggered) -> None:
    free = {evse.id for evse in station.evses.values() if evse.plugged is None}
    if not station.availability.held:
        mark_triggered()
        station.availability.hold(free)


@replaces("firmware.finished")
def _ends_transactions(station: Any, original: Any, mark_triggered: MarkTriggered) -> None:
    mark_triggered()
    station.resets.end_transactions()
    original()


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
        _pretends,
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
        "refused-and-fetched",
        "An update whose certificate was found invalid is carried out.",
        _fetches_before_it_asks,
        "L01.FR.21",
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
    Fault(
        "first-number-kept",
        "An update that takes the place of another is told under its number.",
        _keeps_first_number,
        "L01.FR.10",
        ("TC_L_10_CS", "7"),
    ),
    Fault(
        "cancelled-update-goes-on",
        "An update that was cancelled goes on beside the other.",
        _both_go_on,
        "L01.FR.24",
        ("TC_L_10_CS", "22"),
    ),
    Fault(
        "refused-update-stops-the-first",
        "Having refused another update, the station stops the one under way.",
        _stops_all_the_same,
        "L01.FR.27",
        ("TC_L_11_CS", "7"),
        variant="cancels-no-update",
    ),
    Fault(
        "number-of-refused-update",
        "Having refused another update, the station tells of the first under its number.",
        _takes_number_of_refused,
        "L01.FR.10",
        ("TC_L_11_CS", "7"),
        variant="cancels-no-update",
    ),
    Fault(
        "unsigned-firmware-accepted",
        "An update without certificate and signature is accepted.",
        _takes_unsigned,
        "L01.FR.21",
        ("TC_L_18_CS", "2"),
    ),
    Fault(
        "download-waits-for-nobody",
        "A station that cannot do both downloads while somebody charges.",
        _waits_for_nobody,
        "L01.FR.13",
        ("TC_L_12_CS", "3"),
    ),
    Fault(
        "update-waits-for-one-driver",
        "An update is begun as soon as one of two drivers has gone.",
        _waits_for_one,
        "L01.FR.06, L01.FR.13",
        ("TC_L_12_CS", "7"),
    ),
    Fault(
        "closed-though-new-sessions-are-allowed",
        "While an update waits nobody is let in, though new drivers are allowed.",
        _lets_nobody_in,
        "L01.FR.07",
        ("TC_L_12_CS", "5>EnergyTransferStarted"),
    ),
    Fault(
        "open-while-update-waits",
        "While an update waits everybody is let in, though that is not allowed.",
        _lets_everybody_in,
        "L01.FR.07",
        ("TC_L_13_CS", "5"),
    ),
    Fault(
        "opens-what-becomes-free",
        "While an update waits only those EVSEs are closed that were free as it began to.",
        _closes_what_is_free_now,
        "L01.FR.07",
        ("TC_L_13_CS", "14"),
    ),
    Fault(
        "activation-waits-for-nobody",
        "The reboot into new firmware waits for no transaction.",
        _waits_for_nobody,
        "L01.FR.33",
        ("TC_L_14_CS", "9"),
        variant="installs-while-charging",
    ),
    Fault(
        "installation-waits-for-one-driver",
        "An installation is begun as soon as one of two drivers has gone.",
        _waits_for_one,
        "L01.FR.06",
        ("TC_L_14_CS", "13"),
        variant="downloads-while-charging",
    ),
    Fault(
        "open-while-installation-waits",
        "While an installation waits everybody is let in, though that is not allowed.",
        _lets_everybody_in,
        "L01.FR.07",
        ("TC_L_15_CS", "11"),
        variant="downloads-while-charging",
    ),
    Fault(
        "update-ends-transactions",
        "An update that is to disturb nobody ends every transaction.",
        _ends_transactions,
        "L01.FR.33",
        ("TC_L_16_CS", "12"),
        variant="updates-while-charging",
    ),
)
