"""How OCPP names a certificate: CertificateHashDataType (Part 2, 2.6; RFC 6960)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.x509 import ocsp

from harness.pki.keys import PkiError

HASHES: Mapping[str, type[hashes.SHA256 | hashes.SHA384 | hashes.SHA512]] = MappingProxyType(
    {"SHA256": hashes.SHA256, "SHA384": hashes.SHA384, "SHA512": hashes.SHA512}
)


def hash_data(
    certificate: x509.Certificate, issuer: x509.Certificate, algorithm: str = "SHA256"
) -> dict[str, str]:
    """CertificateHashDataType of a certificate (Part 2, 2.6), hashes in lower-case hexadecimal.

    Raises:
        PkiError: ``algorithm`` is no HashAlgorithmEnumType value.
    """
    if algorithm not in HASHES:
        raise PkiError(f"{algorithm!r} is none of {', '.join(HASHES)}")
    request = ocsp.OCSPRequestBuilder().add_certificate(certificate, issuer, HASHES[algorithm]())
    hashed = request.build()
    return {
        "hashAlgorithm": algorithm,
        "issuerNameHash": hashed.issuer_name_hash.hex(),
        "issuerKeyHash": hashed.issuer_key_hash.hex(),
        "serialNumber": f"{certificate.serial_number:x}",
    }
