"""The certificate by which the station is known in security profile 3, and its renewal (A02)."""

from __future__ import annotations

import asyncio
import logging
import os
import re
import ssl
import tempfile
from pathlib import Path
from typing import Protocol

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from cryptography.x509.oid import NameOID

from harness import clock
from harness.reference.rpc import Answer, CallError, Disconnected, Payload
from harness.reference.station.certificates import Certificates
from harness.reference.station.context import StationContext
from harness.reference.station.security import Security
from harness.reference.station.state import OwnCertificate

KIND = "ChargingStationCertificate"
_PEM = re.compile(r"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)
log = logging.getLogger(__name__)


class Reconnecting(StationContext, Protocol):
    """A station that can come back with another certificate."""

    def reconnect(self) -> None:
        """Drop the connection and come back at once, in the background."""
        ...


class OwnCertificates:
    """Asks for certificates, takes those that are good, and shows the one in use."""

    def __init__(
        self, station: Reconnecting, certificates: Certificates, security: Security
    ) -> None:
        self.station = station
        self.certificates = certificates
        self.security = security
        self.outstanding: list[ec.EllipticCurvePrivateKey] = []
        self._renewal: asyncio.Task[None] | None = None

    def install_from_factory(self) -> None:
        """Take over the certificate that the variant names."""
        config = self.station.config
        if config.certificate_file and config.key_file:
            chain = Path(config.certificate_file).read_text("ascii")
            key = Path(config.key_file).read_text("ascii")
            self.station.memory.own_certificate = OwnCertificate(chain, key)

    @property
    def installed(self) -> bool:
        """Whether there is one."""
        return self.station.memory.own_certificate is not None

    def show(self, context: ssl.SSLContext) -> None:
        """Use the certificate for a connection (A00.FR.402)."""
        own = self.station.memory.own_certificate
        if own is None:
            return
        # OpenSSL reads keys from files alone; mkstemp makes one that nobody else can read.
        descriptor, name = tempfile.mkstemp()
        try:
            with os.fdopen(descriptor, "w") as file:
                file.write(own.chain + own.key)
            context.load_cert_chain(name)
        finally:
            Path(name).unlink()

    # Asking

    def renew(self) -> None:
        """Ask for a certificate, and again where none comes (A02.FR.02-03, A02.FR.17-19)."""
        self.forget()
        self._renewal = self.station.spawn(self._ask())

    def forget(self) -> None:
        """No certificate is expected any more."""
        self.outstanding.clear()
        self._stop_asking()

    def _stop_asking(self) -> None:
        if self._renewal is not None:
            self._renewal.cancel()

    async def _ask(self) -> None:
        model = self.station.model
        wait = model.number("SecurityCtrlr.CertSigningWaitMinimum")
        doublings = model.number("SecurityCtrlr.CertSigningRepeatTimes")
        if not await self.request() or wait <= 0:
            return
        for doubling in range(doublings + 1):
            await clock.sleep(wait * 2**doubling)
            if not await self.request():
                return

    async def request(self) -> bool:
        """Send a CSR for a new key; whether the CSMS accepted it."""
        key = self.new_key()
        self.outstanding.append(key)
        csr = self.signing_request(key)
        try:
            payload = {"csr": csr, "certificateType": KIND}
            answer = await self.station.call("SignCertificate", payload)
        except (CallError, TimeoutError, Disconnected) as error:
            log.info("%s: no certificate: %s", self.station.config.identity, error)
            return False
        return bool(answer["status"] == "Accepted")

    def new_key(self) -> ec.EllipticCurvePrivateKey:
        """A key that no certificate has yet (A02.FR.02)."""
        return ec.generate_private_key(ec.SECP256R1())

    def signing_request(self, key: ec.EllipticCurvePrivateKey) -> str:
        """The CSR in PEM (A00.FR.509, A00.FR.511)."""
        organization = self.station.model.text("SecurityCtrlr.OrganizationName")
        name = x509.Name(
            [
                x509.NameAttribute(NameOID.COMMON_NAME, self.station.config.serial_number),
                x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization),
            ]
        )
        builder = x509.CertificateSigningRequestBuilder().subject_name(name)
        return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM).decode("ascii")

    # Taking

    async def signed(self, request: Payload) -> Answer:
        """CertificateSignedRequest (A02.FR.06 to FR.08, A02.FR.20)."""
        chain = str(request["certificateChain"])
        problem, key = self.judge(chain)
        if problem or key is None:
            self.refused()
            return Answer({"status": "Rejected", "statusInfo": {"reasonCode": problem}})
        self.forget()
        secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        memory = self.station.memory
        memory.former_certificate = memory.own_certificate
        memory.own_certificate = OwnCertificate(chain, secret.decode("ascii"))
        return Answer({"status": "Accepted"}, self.switch)

    def refused(self) -> None:
        """A certificate was not valid: tell it, and do not ask for another (A02.FR.20)."""
        self._stop_asking()
        self.security.note("InvalidChargingStationCertificate")

    async def switch(self) -> None:
        """Reconnect where the certificate is in use (A02.FR.08)."""
        if self.station.security_profile == 3:
            self.station.reconnect()

    def judge(self, chain: str) -> tuple[str, ec.EllipticCurvePrivateKey | None]:
        """What is wrong with a chain, as reasonCode, or "" and the key that it is for."""
        try:
            found = [x509.load_pem_x509_certificate(each.encode()) for each in _PEM.findall(chain)]
        except ValueError:
            return "InvalidCertificate", None
        owned = ((leaf, key) for leaf in found for key in self.outstanding if _is_for(leaf, key))
        leaf, key = next(owned, (None, None))
        if leaf is None:
            return "InvalidCertificate", None
        now = clock.now()
        if not leaf.not_valid_before_utc <= now <= leaf.not_valid_after_utc:
            return "InvalidCertificate", None
        if _names(leaf) != [self.station.config.serial_number]:
            return "InvalidCertificate", None
        if not self.leads_to_root(leaf, [each for each in found if each != leaf]):
            return "NoRootCertificate", None
        return "", key

    def leads_to_root(self, leaf: x509.Certificate, others: list[x509.Certificate]) -> bool:
        """Whether a certificate is in the hierarchy of the operator."""
        certificates = self.certificates
        if certificates.is_under_root(leaf):
            return True
        issuers = (each for each in others if _issued(leaf, each) and certificates.is_usable(each))
        issuer = next(issuers, None)
        rest = [each for each in others if each != issuer]
        return issuer is not None and self.leads_to_root(issuer, rest)

    # In use

    def alternate(self) -> None:
        """No profile could be reached: try with the other certificate (A02.FR.28)."""
        memory = self.station.memory
        if memory.former_certificate is not None:
            memory.own_certificate, memory.former_certificate = (
                memory.former_certificate,
                memory.own_certificate,
            )

    def connected(self) -> None:
        """The certificate in use works: the other one goes (A02.FR.10)."""
        if self.station.security_profile == 3:
            self.station.memory.former_certificate = None


def _is_for(leaf: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> bool:
    form = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return leaf.public_key().public_bytes(*form) == key.public_key().public_bytes(*form)


def _names(leaf: x509.Certificate) -> list[str]:
    return [str(a.value) for a in leaf.subject.get_attributes_for_oid(NameOID.COMMON_NAME)]


def _issued(leaf: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        leaf.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True
