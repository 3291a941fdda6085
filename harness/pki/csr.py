"""The certificate signing requests of a station: judged, and signed (Part 2, A02; RFC 2986)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from harness.evidence.matchers import Check, fact
from harness.pki import keys as pki
from harness.pki.keys import Flaw, KeyPair, PkiError

PATH = "$.csr"


def read(text: Any) -> x509.CertificateSigningRequest | None:
    """The CSR of a text in PEM, or None."""
    try:
        return x509.load_pem_x509_csr(text.encode())
    except (ValueError, AttributeError):
        return None


def judged(text: Any) -> Iterator[Check]:
    """A CSR of RFC 2986 in PEM (A02.FR.03) whose key is long enough (A00.FR.502, A00.FR.503)."""
    csr = read(text)
    said = "a text" if isinstance(text, str) else "no text"
    form = "a PKCS#10 request in PEM"
    actual = form if csr else f"{said} that is none"
    yield Check(PATH, form, actual, csr is not None, fact("PKCS#10 in PEM"))
    if csr is None:
        return
    signed = _signed(csr)
    fits = "by the key in it"
    actual = fits if signed else "not by the key in it"
    yield Check(f"{PATH} signature", fits, actual, signed, fact("signature"))
    yield key_length(f"{PATH} public key", csr.public_key())


def named(text: Any, serial: str) -> Iterator[Check]:
    """The subject that the certificate is to have: serial number and owner (A00.FR.509, .511).

    ``serial`` is "" where it is not known.
    """
    csr = read(text)
    if csr is None:
        return
    names = _values(csr, NameOID.COMMON_NAME)
    wanted = serial or "the serial number"
    fits = names == [serial] if serial else len(names) == 1
    actual, name = ", ".join(names) or "none", fact("common name", serial=serial)
    yield Check(f"{PATH} subject commonName", wanted, actual, fits, name)
    owner = _values(csr, NameOID.ORGANIZATION_NAME)
    said = ", ".join(owner) or "none"
    organization = fact("organization")
    yield Check(f"{PATH} subject organizationName", "an owner", said, bool(owner), organization)


def _values(csr: x509.CertificateSigningRequest, oid: x509.ObjectIdentifier) -> list[str]:
    return [str(each.value) for each in csr.subject.get_attributes_for_oid(oid)]


def key_length(path: str, key: Any) -> Check:
    """RSA and DSA: at least 2048 bit; elliptic curves: at least 224 (A00.FR.502, A00.FR.503)."""
    match key:
        case rsa.RSAPublicKey() | dsa.DSAPublicKey():
            kind, least, bits = type(key).__name__[:3], 2048, key.key_size
        case ec.EllipticCurvePublicKey():
            kind, least, bits = "EC", 224, key.key_size
        case ed25519.Ed25519PublicKey() | ed448.Ed448PublicKey():
            kind, least, bits = "EC", 224, 8 * len(key.public_bytes_raw())
        case _:
            wanted = "an RSA, DSA or EC key"
            return Check(path, wanted, type(key).__name__, ok=False, matcher=fact("key"))
    wanted, actual = f"{kind}, at least {least} bit", f"{kind}, {bits} bit"
    return Check(path, wanted, actual, bits >= least, fact("key", bits_at_least=least))


def _signed(csr: x509.CertificateSigningRequest) -> bool:
    try:
        return csr.is_signature_valid
    except (ValueError, InvalidSignature):
        return False


def sign(root: KeyPair, text: str, flaw: Flaw | None = None) -> str:
    """A certificate for a CSR, in PEM, with at most one flaw (``UNKNOWN_ROOT`` by the root alone).

    Raises:
        PkiError: it is no CSR, or nobody should sign it.
    """
    csr = read(text)
    wrong = next((check for check in judged(text) if not check.ok), None)
    if csr is None or wrong is not None:
        raise PkiError(f"{wrong.path}: {wrong.actual}" if wrong else "no CSR")
    key: Any = csr.public_key()
    start, end = pki.validity(flaw)
    builder = pki.leaf_builder(
        _subject(csr, flaw), key, start, end, rsa_key=isinstance(key, rsa.RSAPublicKey)
    )
    certificate = pki.issue(builder, root.parsed.subject, pki.private_key(root))
    return certificate.public_bytes(Encoding.PEM).decode("ascii")


def _subject(csr: x509.CertificateSigningRequest, flaw: Flaw | None) -> x509.Name:
    if flaw is not Flaw.WRONG_NAME:
        return csr.subject
    others = [each for each in csr.subject if each.oid != NameOID.COMMON_NAME]
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "not-this-station"), *others])
