"""Updates of the firmware (L01, L02)."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from harness import clock
from harness.reference.rpc import Answer, Payload
from harness.reference.station.availability import Availability
from harness.reference.station.certificates import Certificates
from harness.reference.station.context import StationContext
from harness.reference.station.image import DefectiveImage, version_of
from harness.reference.station.outbox import Outbox
from harness.reference.station.resets import Resets
from harness.reference.station.security import Security
from harness.reference.station.transfers import TransferFailed, fetch

MANUFACTURER_ROOT = "ManufacturerRootCertificate"
ALLOW_NEW_SESSIONS = "AllowNewSessionsPendingFirmwareUpdate"


class Firmware:
    """Carries out one update at a time, and tells how far it is."""

    def __init__(
        self,
        station: StationContext,
        outbox: Outbox,
        security: Security,
        certificates: Certificates,
        availability: Availability,
        resets: Resets,
    ) -> None:
        self.station = station
        self.outbox = outbox
        self.security = security
        self.certificates = certificates
        self.availability = availability
        self.resets = resets
        #: The last status that was told, and of which request.
        self.last: Payload = {"status": "Idle"}
        self._update: asyncio.Task[None] | None = None
        self._request_id = 0
        self._settled = asyncio.Event()
        self._online = asyncio.Event()

    async def update(self, request: Payload) -> Answer:
        """UpdateFirmwareRequest (L01.FR.21, L01.FR.22, L01.FR.24, L01.FR.27)."""
        firmware: Payload = request["firmware"]
        if "signingCertificate" not in firmware:
            return Answer({"status": self.station.config.unsigned_firmware})
        if not self.is_trusted(firmware["signingCertificate"]):
            self.security.note("InvalidFirmwareSigningCertificate")  # L01.FR.02
            return Answer({"status": "InvalidCertificate"})
        if self.updating and not self.station.config.cancels_updates:
            return Answer({"status": "Rejected"})
        status = "AcceptedCanceled" if self.updating else "Accepted"
        return Answer({"status": status}, lambda: self.begin(request))

    @property
    def updating(self) -> bool:
        """Whether an update is under way, or waits."""
        return self._update is not None and not self._update.done()

    async def begin(self, request: Payload) -> None:
        """Start an update, in place of one that is under way."""
        if self._update is not None and self.updating:
            self._update.cancel()
            await asyncio.wait([self._update])
            self.cancelled()
        self._request_id = request["requestId"]
        self._update = self.station.spawn(self.run(request))

    def cancelled(self) -> None:
        """An update has made way for another (L01.FR.24, note)."""
        if self.station.config.tells_of_cancelled_updates:
            self.tell("DownloadFailed")

    async def run(self, request: Payload) -> None:
        """Download, verify, install and activate."""
        try:
            image = await self.obtain(request)
            if image is not None and await self.is_right(image, request["firmware"]):
                await self.schedule(request["firmware"])
                await self.install(image)
        finally:
            self.availability.let_in()

    # Download

    async def obtain(self, request: Payload) -> bytes | None:
        """The image when it is due, None where it is not to be had."""
        ahead = self.seconds_until(request["firmware"]["retrieveDateTime"])
        busy = self.is_busy() and not self.station.config.downloads_while_charging
        if ahead > 0 or busy:
            self.tell("DownloadScheduled")  # L01.FR.13
        await clock.sleep(max(ahead, 0))
        if not self.station.config.downloads_while_charging:
            await self.wait_for_drivers()
        return await self.download(request)

    async def download(self, request: Payload) -> bytes | None:
        """The image, None where it is not to be had (L01.FR.30)."""
        self.tell("Downloading")
        location, roots = request["firmware"]["location"], self.certificates.roots()
        for attempt in range(request.get("retries", 0) + 1):
            if attempt:
                await clock.sleep(request.get("retryInterval", 10))
            try:
                image = await fetch(self.station, location, roots)
            except TransferFailed:
                continue
            await clock.sleep(self.station.config.download_time)
            self.tell("Downloaded")
            return image
        self.tell("DownloadFailed")
        return None

    async def is_right(self, image: bytes, firmware: Payload) -> bool:
        """Check the signature, and tell (L01.FR.03, L01.FR.04)."""
        if self.is_signed(image, firmware):
            self.tell("SignatureVerified")
            return True
        self.tell("InvalidSignature")
        self.security.note("InvalidFirmwareSignature")
        return False

    # Installation

    async def schedule(self, firmware: Payload) -> None:
        """Wait for the time of the installation (L01.FR.05, L01.FR.16)."""
        ahead = self.seconds_until(firmware.get("installDateTime", ""))
        if ahead > 0:
            self.tell("InstallScheduled")
            await clock.sleep(ahead)
        if not self.station.config.installs_while_charging:
            if self.is_busy() and ahead <= 0 and self.station.config.tells_of_waiting:
                self.tell("InstallScheduled")  # L01.FR.34
            await self.wait_for_drivers()
        if self.station.config.unavailable_while_updating:
            self.availability.keep_out()

    async def install(self, image: bytes) -> None:
        """Install and activate it, with the reboots that this station needs."""
        config = self.station.config
        try:
            version = version_of(image)
        except DefectiveImage:
            await self.fail()
            return
        await self.begin_installation()
        self.station.config = replace(self.station.config, firmware=version)
        if config.reboots_to_activate == "never":
            self.finished()
            return
        if not config.activates_while_charging:
            await self.wait_for_drivers()  # L01.FR.33
        if config.reboots_to_activate == "afterwards":
            self.finished()  # L01.FR.32 (b)
        if config.reboots_to_activate == "announced":
            self.tell("InstallRebooting")
        await self.reboot()
        if config.reboots_to_activate != "afterwards":
            self.finished()

    async def begin_installation(self) -> None:
        """All up to the activation, with a reboot where this station needs one."""
        how = self.station.config.reboots_to_install
        if how != "never":
            self.tell("InstallRebooting")  # L01.FR.15
            await self.reboot()
        if how != "silently":
            self.tell("Installing")
        await clock.sleep(self.station.config.install_time)

    def finished(self) -> None:
        """The new firmware is installed (L01.FR.28, L01.FR.31)."""
        self.availability.let_in()
        self.tell("Installed")
        self.security.note("FirmwareUpdated")

    async def fail(self) -> None:
        """The image proves defective, as soon as it is looked at or later (L01.FR.29)."""
        if self.station.config.defect_shows != "InstallVerificationFailed at once":
            await self.begin_installation()
        self.availability.let_in()
        self.tell(self.station.config.defect_shows.partition(" ")[0])

    async def reboot(self) -> None:
        """Reboot, and go on when the CSMS has accepted the station again."""
        self._online.clear()
        await self.resets.reset_now("FirmwareUpdate")
        await self._online.wait()

    # Waiting

    def seconds_until(self, moment: str) -> float:
        """Seconds until a date, less than 0 if it is past; 0 for none."""
        if not moment:
            return 0.0
        return (datetime.fromisoformat(moment.upper()) - self.station.clock()).total_seconds()

    def is_busy(self) -> bool:
        """Whether a driver is waited for: while he charges, or until his cable is out."""
        cable = self.station.config.waits_for_cable
        return any(
            evse.transaction or (cable and (evse.authorization or evse.plugged is not None))
            for evse in self.station.evses.values()
        )

    async def wait_for_drivers(self) -> None:
        """Wait until nobody charges; who comes is let in or not (L01.FR.06, L01.FR.07)."""
        allowed = self.station.model.flag(f"ChargingStation.{ALLOW_NEW_SESSIONS}")
        while self.is_busy():
            if not allowed:
                self.availability.keep_out()
            self._settled.clear()
            await self._settled.wait()

    def check(self) -> None:
        """Something ended that an update may have waited for."""
        self._settled.set()

    def came_online(self) -> None:
        """The CSMS has accepted the station."""
        self._online.set()

    def is_trusted(self, pem: str) -> bool:
        """Whether the manufacturer signed this certificate, and it is valid now."""
        try:
            certificate = x509.load_pem_x509_certificate(pem.encode())
        except ValueError:
            return False
        now = clock.now()
        if not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc:
            return False
        roots = [each for each in self.certificates.held() if each.type == MANUFACTURER_ROOT]
        return any(self.certificates.is_signed_by(certificate, root) for root in roots)

    def is_signed(self, content: bytes, firmware: Payload) -> bool:
        """Whether the signature is by the signing certificate (L01.FR.04, L01.FR.12)."""
        certificate = x509.load_pem_x509_certificate(firmware["signingCertificate"].encode())
        key = certificate.public_key()
        try:
            signature = base64.b64decode(firmware.get("signature", ""), validate=True)
            for verify in _ways(key, signature, content):
                if _holds(verify):
                    return True
        except ValueError:
            return False
        return False

    def tell(self, status: str) -> None:
        """Send a FirmwareStatusNotification (L01.FR.01, L01.FR.10)."""
        self.last = {"status": status, "requestId": self._request_id}
        self.outbox.send("FirmwareStatusNotification", self.last)

    def status(self) -> Payload:
        """FirmwareStatusNotificationRequest of this moment (L01.FR.25, L01.FR.26)."""
        return {"status": "Idle"} if self.last["status"] == "Installed" else self.last


def _ways(key: object, signature: bytes, content: bytes) -> list[Callable[[], None]]:
    """How the key may have signed the content."""
    digest = hashes.SHA256()
    if isinstance(key, ec.EllipticCurvePublicKey):
        return [lambda: key.verify(signature, content, ec.ECDSA(digest))]
    if isinstance(key, rsa.RSAPublicKey):
        pss = padding.PSS(padding.MGF1(digest), padding.PSS.AUTO)
        return [lambda: key.verify(signature, content, pss, digest)]
    return []


def _holds(verify: Callable[[], None]) -> bool:
    try:
        verify()
    except InvalidSignature:
        return False
    return True
