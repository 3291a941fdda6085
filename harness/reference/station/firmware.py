"""Updates of the firmware (L01, L02)."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from harness import clock
from harness.reference.rpc import Answer, Payload
from harness.reference.station.availability import Availability
from harness.reference.station.certificates import Certificates
from harness.reference.station.outbox import Outbox
from harness.reference.station.resets import RestartableStation
from harness.reference.station.security import Security
from harness.reference.station.transfers import TransferFailed, fetch

MANUFACTURER_ROOT = "ManufacturerRootCertificate"


class Firmware:
    """Carries out one update at a time, and tells how far it is."""

    def __init__(
        self,
        station: RestartableStation,
        outbox: Outbox,
        security: Security,
        certificates: Certificates,
        availability: Availability,
    ) -> None:
        self.station = station
        self.outbox = outbox
        self.security = security
        self.certificates = certificates
        self.availability = availability
        #: The last status that was told, and of which request.
        self.last: Payload = {"status": "Idle"}
        self._update: asyncio.Task[None] | None = None
        self._request_id = 0
        self._accepted = asyncio.Event()

    async def update(self, request: Payload) -> Answer:
        """UpdateFirmwareRequest (L01.FR.21, L01.FR.22, L01.FR.24)."""
        firmware: Payload = request["firmware"]
        if "signingCertificate" in firmware and not self.is_trusted(firmware["signingCertificate"]):
            self.security.note("InvalidFirmwareSigningCertificate")
            return Answer({"status": "InvalidCertificate"})
        cancels = self._update is not None and not self._update.done()
        status = "AcceptedCanceled" if cancels else "Accepted"
        return Answer({"status": status}, lambda: self.begin(request))

    async def begin(self, request: Payload) -> None:
        """Start an update, in place of one that is under way."""
        if self._update is not None:
            self._update.cancel()
        self._request_id = request["requestId"]
        self._update = self.station.spawn(self.run(request))

    async def run(self, request: Payload) -> None:
        """Download, verify and install."""
        firmware: Payload = request["firmware"]
        await self.wait_until(firmware["retrieveDateTime"], "DownloadScheduled")
        content = await self.download(request)
        if content is None:
            return
        self.tell("Downloaded")
        if "signingCertificate" in firmware:
            if not self.is_signed(content, firmware):
                self.tell("InvalidSignature")
                self.security.note("InvalidFirmwareSignature")
                return
            self.tell("SignatureVerified")
        if "installDateTime" in firmware:
            await self.wait_until(firmware["installDateTime"], "InstallScheduled")
        await self.install()

    async def install(self) -> None:
        """Install what was verified, and activate it (L01.FR.05, L01.FR.28, L01.FR.31)."""
        config = self.station.config
        self.hold()
        if config.reboots_to_install:
            self.tell("InstallRebooting")  # L01.FR.15
            if not config.bootloader_speaks:  # L01.FR.23
                await self.reboot(config.install_time)
                self.installed()
                return
            await self.reboot()
            self.hold()
        self.tell("Installing")
        await clock.sleep(config.install_time)
        await self.activate()
        self.availability.release()

    async def activate(self) -> None:
        """Run the new firmware, and tell that it is there (L01.FR.32)."""
        config = self.station.config
        if config.installed_first or not config.reboots_to_activate:
            self.installed()
        elif config.tells_activation:
            self.tell("InstallRebooting")
        if config.reboots_to_activate:
            await self.reboot()
        if self.last["status"] != "Installed":
            self.installed()

    def hold(self) -> None:
        """Nobody begins to charge while firmware is installed, where that is so here."""
        if self.station.config.unavailable_while_installing:
            self.availability.hold(set(self.station.evses))

    def installed(self) -> None:
        """Tell that the new firmware is installed."""
        self.tell("Installed")
        self.security.note("FirmwareUpdated")  # L01.FR.31

    async def reboot(self, longer: float = 0.0) -> None:
        """Say what there is to say, and reboot, which takes so many seconds longer."""
        self._accepted.clear()
        patience = self.station.model.number("OCPPCommCtrlr.MessageTimeout[Default]", 30)
        with suppress(TimeoutError):
            async with asyncio.timeout(patience):
                await self.outbox.delivered()
        await self.station.reboot("FirmwareUpdate", longer)
        await self._accepted.wait()

    def accepted(self) -> None:
        """The CSMS has accepted the station after a boot: the update goes on."""
        self._accepted.set()

    async def wait_until(self, moment: str, status: str) -> None:
        """Wait for a moment that is to come, and tell so (L01.FR.13, L01.FR.16)."""
        seconds = (datetime.fromisoformat(moment.upper()) - self.station.clock()).total_seconds()
        if seconds > 0:
            self.tell(status)
            await clock.sleep(seconds)

    async def download(self, request: Payload) -> bytes | None:
        """The firmware, None where it is not to be had."""
        self.tell("Downloading")
        for attempt in range(request.get("retries", 0) + 1):
            if attempt:
                await clock.sleep(request.get("retryInterval", 10))
            try:
                return await self.fetch(request)
            except TransferFailed:
                continue
        self.tell("DownloadFailed")
        return None

    async def fetch(self, request: Payload) -> bytes:
        """One attempt to fetch the firmware.

        Raises:
            TransferFailed: it is not to be had.
        """
        location: str = request["firmware"]["location"]
        return await fetch(self.station, location, self.certificates.roots())

    def forget(self) -> None:
        """The request that is carried out is not known any more."""
        self._request_id = 0

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
