"""The certificates a station holds (block M, and the CSMS root of block A)."""

from __future__ import annotations

from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from harness import clock
from harness.reference.rpc import Answer, Payload
from harness.reference.station.context import StationContext
from harness.reference.station.state import Certificate

CSMS_ROOT = "CSMSRootCertificate"
_HASHES = {"SHA256": hashes.SHA256, "SHA384": hashes.SHA384, "SHA512": hashes.SHA512}


class Certificates:
    """Installs, lists and deletes certificates, and says which roots a connection may trust."""

    def __init__(self, station: StationContext) -> None:
        self.station = station

    def install_from_factory(self) -> None:
        """Take over the CSMS root certificates that the variant names."""
        if not self.station.config.ca_file:
            return
        pem = Path(self.station.config.ca_file).read_bytes()
        for certificate in x509.load_pem_x509_certificates(pem):
            text = certificate.public_bytes(Encoding.PEM).decode("ascii")
            self.station.memory.certificates.append(Certificate(CSMS_ROOT, text))

    # Handlers

    async def install(self, request: Payload) -> Answer:
        """InstallCertificateRequest (M05)."""
        status = self.try_install(request["certificateType"], request["certificate"])
        return Answer({"status": status})

    def try_install(self, kind: str, pem: str) -> str:
        """InstallCertificateStatusEnumType; installs where that is Accepted."""
        try:
            certificate = x509.load_pem_x509_certificate(pem.encode())
        except ValueError:
            return "Rejected"
        if not self.is_usable(certificate):
            return "Rejected"
        new = Certificate(kind, pem)
        memory = self.station.memory
        if kind == CSMS_ROOT and self.additional_check:
            return self._replace_root(new, certificate)
        others = [c for c in memory.certificates if c.type != kind or _serial(c) != _serial(new)]
        variable = self.station.model.named("SecurityCtrlr.CertificateEntries")
        limit = variable.characteristics.max_limit if variable else None
        if limit is not None and len(others) >= limit:
            return "Rejected"  # M05.FR.06
        memory.certificates[:] = [*others, new]  # M05.FR.17
        return "Accepted"

    def is_usable(self, certificate: x509.Certificate) -> bool:
        """Whether a certificate may be trusted at all: valid now, and a CA (M05.FR.07)."""
        now = clock.now()
        if not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc:
            return False
        try:
            constraints = certificate.extensions.get_extension_for_class(x509.BasicConstraints)
        except x509.ExtensionNotFound:
            return False
        return constraints.value.ca

    def _replace_root(self, new: Certificate, certificate: x509.Certificate) -> str:
        """Replace the root by one it signed, keeping it to fall back on (M05.FR.10 to FR.12)."""
        memory = self.station.memory
        old = next((c for c in memory.certificates if c.type == CSMS_ROOT), None)
        if old is None:
            memory.certificates.append(new)
            return "Accepted"
        if not self.is_signed_by(certificate, old):
            return "Rejected"
        memory.certificates[:] = [c for c in memory.certificates if c.type != CSMS_ROOT]
        memory.certificates.append(new)
        memory.fallback_root = old
        return "Accepted"

    def is_signed_by(self, certificate: x509.Certificate, issuer: Certificate) -> bool:
        """Whether ``issuer`` signed ``certificate``."""
        try:
            certificate.verify_directly_issued_by(_parse(issuer))
        except (ValueError, TypeError, InvalidSignature):
            return False
        return True

    def is_under_root(self, certificate: x509.Certificate) -> bool:
        """Whether a CSMS root certificate signed ``certificate``."""
        roots = (each for each in self.held() if each.type == CSMS_ROOT)
        return any(self.is_signed_by(certificate, root) for root in roots)

    async def installed_ids(self, request: Payload) -> Answer:
        """GetInstalledCertificateIdsRequest (M03)."""
        kinds: list[str] = request.get("certificateType") or []
        chains = [
            {"certificateType": c.type, "certificateHashData": self.hash_data(c)}
            for c in self.held()
            if not kinds or c.type in kinds
        ]
        if not chains:
            return Answer({"status": "NotFound"})
        return Answer({"status": "Accepted", "certificateHashDataChain": chains})

    async def delete(self, request: Payload) -> Answer:
        """DeleteCertificateRequest (M04)."""
        wanted = request["certificateHashData"]
        found = [each for each in self.held() if self.is_named(each, wanted)]
        if found:
            return Answer({"status": "Accepted" if self.try_delete(found[0]) else "Failed"})
        own = self.station.memory.own_certificate
        is_own = own is not None and self.is_named(Certificate("", own.chain), wanted)
        return Answer({"status": "Failed" if is_own else "NotFound"})  # M04.FR.06

    def is_named(self, certificate: Certificate, wanted: Payload) -> bool:
        """Whether this is the CertificateHashDataType of a certificate."""
        data = self.hash_data(certificate)
        return all(data[k].lower() == str(wanted.get(k)).lower() for k in data)

    def try_delete(self, certificate: Certificate) -> bool:
        """Delete a certificate, but the root on which the connection rests (M04.FR.03).

        A CSMS root that has a root to fall back on gives its place back to that.
        """
        memory = self.station.memory
        if certificate.type == CSMS_ROOT:
            if certificate == memory.fallback_root:
                return False
            if memory.fallback_root is not None:
                memory.certificates.append(memory.fallback_root)
                memory.fallback_root = None
            elif self.station.security_profile >= 2 and len(self.roots()) == 1:
                return False
        memory.certificates.remove(certificate)
        return True

    def hash_data(self, certificate: Certificate, issuer: Certificate | None = None) -> Payload:
        """CertificateHashDataType: what RFC 6960 identifies a certificate by.

        ``issuer``: by default it is looked for among those that are held.
        """
        parsed, name = _parse(certificate), self.station.config.certificate_hash
        signer = _parse(issuer) if issuer else self._issuer(parsed)
        builder = ocsp.OCSPRequestBuilder()
        request = builder.add_certificate(parsed, signer, _HASHES[name]()).build()
        return {
            "hashAlgorithm": name,
            "issuerNameHash": request.issuer_name_hash.hex(),
            "issuerKeyHash": request.issuer_key_hash.hex(),
            "serialNumber": _serial(certificate),
        }

    def _issuer(self, certificate: x509.Certificate) -> x509.Certificate:
        for candidate in self.held():
            parsed = _parse(candidate)
            if parsed.subject == certificate.issuer and self.is_signed_by(certificate, candidate):
                return parsed
        return certificate

    # Trust

    @property
    def additional_check(self) -> bool:
        """SecurityCtrlr.AdditionalRootCertificateCheck."""
        return self.station.model.flag("SecurityCtrlr.AdditionalRootCertificateCheck")

    def held(self) -> list[Certificate]:
        """All certificates, the one to fall back on included."""
        fallback = self.station.memory.fallback_root
        return [*self.station.memory.certificates, *([fallback] if fallback else [])]

    def roots(self) -> list[str]:
        """PEM texts of the CSMS root certificates."""
        return [c.pem for c in self.station.memory.certificates if c.type == CSMS_ROOT]

    def root_choices(self, slot: int, tried: set[int]) -> list[list[str]]:
        """Sets of roots to try for a profile, after others were ``tried`` (M05.FR.14 to FR.16)."""
        fallback = self.station.memory.fallback_root
        if fallback is None or slot != self.station.memory.last_slot:
            return [self.roots()]
        if tried - {slot}:
            return [[fallback.pem]]  # back from a migration that failed
        return [self.roots(), [fallback.pem]]

    def connected_with(self, roots: list[str]) -> None:
        """A connection was made trusting these: if the new root, the old one goes (M05.FR.13)."""
        memory = self.station.memory
        if memory.fallback_root is not None and roots != [memory.fallback_root.pem]:
            memory.fallback_root = None


def _parse(certificate: Certificate) -> x509.Certificate:
    return x509.load_pem_x509_certificate(certificate.pem.encode())


def _serial(certificate: Certificate) -> str:
    return f"{_parse(certificate).serial_number:x}"
