"""Updates of firmware that a station is asked for, to their end (L01)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.connection.file_server import FileServer
from harness.evidence.matchers import Check, fact
from harness.ocppj.inbox import Arrival
from harness.peers.answers import in_the_future
from harness.peers.connectors import reports
from harness.peers.fake_csms import FakeCSMS
from harness.pki.firmware import make_signer
from harness.states_cs import (
    RebootBeforeFirmwareActivation,
    RebootBeforeFirmwareInstallation,
    Update,
)
from harness.steps_cs.files import new_request_id, trust
from harness.sut.model import Image

#: Seconds: what was due two hours ago is due at once.
TWO_HOURS_AGO = -7200.0
_NAME = "firmware.bin"
_AGAIN = ("Downloading", "DownloadPaused")
#: Security events that are about firmware (Part 2, appendices).
_EVENTS = ("FirmwareUpdated", "InvalidFirmwareSignature", "InvalidFirmwareSigningCertificate")


@dataclass(frozen=True)
class Firmware:
    """A signed file to update a station to: ``content``, or ``location`` where the vendor has it.

    ``certificate``: the Firmware Signing certificate in PEM; ``signature``: in Base64.
    """

    certificate: str
    signature: str
    content: bytes = b""
    location: str = ""


async def signed_firmware(csms: FakeCSMS, *, defective: bool = False) -> Firmware:
    """Firmware of the description, or made for the embedded station; its signer is trusted.

    ``defective``: it cannot be installed, though it is signed.
    """
    image = csms.sut.defective_firmware if defective else csms.sut.firmware
    if lacks := _lacks(csms, image):
        which = "defective_firmware" if defective else "firmware"
        raise csms.undrivable(f"describe what the station can be updated to: {which}.{lacks}")
    content = _content(image, defective)
    if image.signature_file:
        certificate, signature = _read(image.certificate_file), _read(image.signature_file)
        return Firmware(certificate, signature, content, image.location)
    signer = make_signer()
    await trust(csms, signer)
    return Firmware(signer.pem, signer.sign(content), content)


def _lacks(csms: FakeCSMS, image: Image) -> str:
    """What has to be described, "" if nothing: the harness signs files that nobody else has."""
    if not image.location and not image.file and csms.sut.operator.kind != "embedded":
        return "file"
    signed = image.certificate_file or image.location
    if signed and not image.signature_file:
        return "signature_file"
    return "certificate_file" if image.signature_file and not image.certificate_file else ""


def _read(file: str) -> str:
    return Path(file).read_text(encoding="ascii").strip()


def _content(image: Image, defective: bool) -> bytes:
    if image.file:
        return Path(image.file).read_bytes()
    return b"" if image.location else _made(defective)


def _made(defective: bool) -> bytes:
    """A file for the embedded station: it ends with the SHA-256 of what precedes that."""
    content = b"firmware of the harness\n" * 1000
    digest = hashlib.sha256(content).digest()
    return content + (bytes(len(digest)) if defective else digest)


async def request_update(
    csms: FakeCSMS,
    server: FileServer,
    firmware: Firmware,
    step: int,
    answer_step: int,
    *,
    retrieve_in: float = TWO_HOURS_AGO,
    install_in: float | None = TWO_HOURS_AGO,
    status: str = "Accepted",
    requirement: str = "L01.FR.21",
    **fields: Any,
) -> Update:
    """Ask for an update to it, with its dates in so many seconds; the answer has that status.

    ``fields``: further ones of the request.
    """
    update = Update(csms, new_request_id(), csms.mark())
    sent = await csms.send(
        step,
        "UpdateFirmware",
        requestId=update.request_id,
        firmware={
            "location": firmware.location or server.give(_NAME, firmware.content),
            "retrieveDateTime": in_the_future(retrieve_in),
            "signingCertificate": firmware.certificate,
            "signature": firmware.signature,
            **({} if install_in is None else {"installDateTime": in_the_future(install_in)}),
        },
        **fields,
    )
    await sent.response(answer_step, status=status, requirement=requirement)
    return update


async def expect_downloaded(
    update: Update, server: FileServer, firmware: Firmware, step: int
) -> None:
    """The station tells that it has the file, and has fetched every byte of it."""
    csms = update.csms
    await update.expect(step, "Downloaded", within=csms.sut.limits.update)
    if firmware.location:
        return
    fetched = server.shelf.fetched(_NAME, len(firmware.content))
    parts = [str(each) for each in server.shelf.transfers]
    what = f"{len(firmware.content)} bytes of {_NAME} fetched"
    check = Check("", what, what if fetched else parts or "none", fetched, fact("fetched"))
    csms.judge(step, "file server", [check], "L01.FR.01, FirmwareStatusEnumType")


async def expect_installed(update: Update, server: FileServer, first: int) -> None:
    """The firmware is installed and activated, with the reboots that the station needs.

    ``first``: the step of the page at which connectors may become Unavailable; the others follow.
    """
    csms, limits = update.csms, update.csms.sut.limits
    began = update.mark
    if await update.reboots_before("Installing", limits.update):
        await csms.run(first + 2, RebootBeforeFirmwareInstallation(update))
    else:
        await update.expect(first + 3, "Installing", within=0)
    installing = update.mark
    if await update.reboots_before("Installed", limits.update):
        await csms.run(first + 5, RebootBeforeFirmwareActivation(update))
    source = "L01.FR.28, L01.FR.10"
    await update.expect(first + 9, "Installed", within=limits.update, requirement=source)
    if update.boot is None or update.boot.mark < installing:
        # It may tell so before it reboots, or reconnects (L01.FR.32).
        await _let_come_back(update, first + 5)
    await csms.expect(
        first + 11,
        "SecurityEventNotification",
        since=installing,
        prefer_match=True,
        type="FirmwareUpdated",
        requirement="L01.FR.31",
    )
    await expect_available(csms, first + 7, since=began)
    await expect_no_more(update, server, first + 9, "FirmwareUpdated")


async def _let_come_back(update: Update, step: int) -> None:
    csms, limits = update.csms, update.csms.sut.limits
    since = csms.mark()
    if not await csms.hangs_up():
        return
    await csms.expect_connection(step, since=since, within=limits.boot)
    if await update.next(limits.event) == "boot":
        await csms.run(step, RebootBeforeFirmwareActivation(update))


async def expect_available(csms: FakeCSMS, step: int, *, since: int) -> None:
    """What has become Unavailable for the update is Available again."""
    arrivals = (a for a in csms.inbox.arrivals if a.mark >= since)
    told = [report for arrival in arrivals for report in reports(arrival)]
    closed = {each.connector for each in told if each.status == "Unavailable"}
    again = dict.fromkeys(sorted(closed), "Available")
    await csms.expect_connectors(step, again, since=since, requirement="L01.FR.07, B01.FR.05")


async def expect_no_more(update: Update, server: FileServer, step: int, *events: str) -> None:
    """Nothing is told of the update after its end, nor was anything else told of it.

    ``events``: the security events that the case has seen, each once.
    """
    attempts = sum(not each.delivers for each in server.shelf.transfers)
    statuses = [a for a in update.csms.inbox.arrivals if a.action == "FirmwareStatusNotification"]
    paused = any(a.payload.get("status") == "DownloadPaused" for a in statuses)
    again = _AGAIN if paused or attempts != 1 else ()
    downloaded = next((a.mark for a in statuses if a.payload.get("status") == "Downloaded"), 0)

    def unwanted(arrival: Arrival) -> bool:
        if arrival.action == "SecurityEventNotification":
            return arrival.payload.get("type") in _EVENTS
        in_time = arrival.payload.get("status") in again and arrival.mark < downloaded
        return arrival.action == "FirmwareStatusNotification" and not in_time

    await update.csms.silence(
        step,
        "FirmwareStatusNotification",
        what="further word of the update",
        unwanted=unwanted,
        since=update.since,
        requirement="L01.FR.01, L01.FR.31" if events else "L01.FR.01",
    )
