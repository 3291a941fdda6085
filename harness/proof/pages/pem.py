"""What a certificate or a certificate signing request in PEM says, as pages tell it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID

NOW, EXPIRED, NOT_YET = "now", "expired", "not yet"


def told(text: object, at: datetime) -> Mapping[str, str]:
    """``subject`` and ``issuer`` (common names), ``owner`` (the subject's organization), ``key`` (a
    digest), ``valid`` (at a moment).

    A request has neither issuer nor validity; what is no PEM of either kind says nothing.
    """
    pem = str(text).encode()
    try:
        if b"CERTIFICATE REQUEST" in pem:
            request = x509.load_pem_x509_csr(pem)
            return {"subject": _common_name(request.subject), "key": _digest(request)}
        certificate = x509.load_pem_x509_certificate(pem)
    except ValueError:
        return {}
    return {
        "subject": _common_name(certificate.subject),
        "owner": _texts(certificate.subject, NameOID.ORGANIZATION_NAME),
        "issuer": _common_name(certificate.issuer),
        "key": _digest(certificate),
        "valid": _valid(certificate, at),
    }


def _common_name(name: x509.Name) -> str:
    return _texts(name, NameOID.COMMON_NAME)


def _texts(name: x509.Name, oid: x509.ObjectIdentifier) -> str:
    return ", ".join(str(each.value) for each in name.get_attributes_for_oid(oid))


def _digest(holder: x509.Certificate | x509.CertificateSigningRequest) -> str:
    form = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    digest = hashes.Hash(hashes.SHA256())
    digest.update(holder.public_key().public_bytes(*form))
    return digest.finalize().hex()


def _valid(certificate: x509.Certificate, at: datetime) -> str:
    if at < certificate.not_valid_before_utc:
        return NOT_YET
    return EXPIRED if at > certificate.not_valid_after_utc else NOW
