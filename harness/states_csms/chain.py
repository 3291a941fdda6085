"""A certificate chain that a CSMS sends to a station, judged (Part 2, A02, A00.FR.5xx)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID

from harness import clock
from harness.evidence.matchers import Check, fact

PATH = "$.certificateChain"
_PEM = re.compile(r"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)
#: A chain is followed no further than this: each step must find a certificate not yet used.
_LONGEST = 10


@dataclass(frozen=True)
class Wanted:
    """What the certificate has to be: for this key and name, under one of these roots.

    ``deviation`` is how far the clocks may be apart, in seconds.
    """

    key: Any
    common_name: str
    organization: str
    roots: Sequence[x509.Certificate]
    deviation: float


def read(text: Any) -> list[x509.Certificate]:
    """The certificates in a text of PEM blocks, empty if one cannot be read."""
    if not isinstance(text, str):
        return []
    try:
        return [x509.load_pem_x509_certificate(each.encode()) for each in _PEM.findall(text)]
    except ValueError:
        return []


def judged(text: Any, wanted: Wanted) -> Iterator[Check]:
    """The comparisons; where nothing can be read there is but one."""
    chain = read(text)
    yield Check(PATH, "X.509 certificates in PEM", _said(chain, text), bool(chain), fact("X.509"))
    leaf = leaf_of(chain, wanted.key)
    if not chain:
        return
    said = "the key of the CSR" if leaf is not None else "other keys"
    yield Check(
        f"{PATH} public key", "the key of the CSR", said, leaf is not None, fact("key of the CSR")
    )
    if leaf is None:
        return
    names = _names(leaf, NameOID.COMMON_NAME)
    name = wanted.common_name
    common = fact("common name", name=name)
    yield Check(f"{PATH} commonName", name, names, names == name, common)
    owner = _names(leaf, NameOID.ORGANIZATION_NAME)
    named = wanted.organization in owner
    organization = fact("organization", name=wanted.organization)
    text = f"contains {wanted.organization}"
    yield Check(f"{PATH} organizationName", text, owner, named, organization)
    yield _valid_now(leaf, wanted.deviation)
    problem = path_problem(leaf, chain, wanted)
    signed = "up to the root"
    yield Check(f"{PATH} signatures", signed, problem or signed, not problem, fact("signatures"))


def _said(chain: Sequence[x509.Certificate], text: Any) -> str:
    if chain:
        return "X.509 certificates in PEM"
    return f"a text of {len(text)} characters" if isinstance(text, str) else "no text"


def leaf_of(chain: Sequence[x509.Certificate], key: Any) -> x509.Certificate | None:
    """The certificate of this key: the order of a bundle is only a recommendation."""
    wanted = _encoded(key)
    return next((each for each in chain if _encoded(each.public_key()) == wanted), None)


def _encoded(key: Any) -> bytes:
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _names(certificate: x509.Certificate, oid: x509.ObjectIdentifier) -> str:
    found = certificate.subject.get_attributes_for_oid(oid)
    return ", ".join(str(each.value) for each in found) or "none"


def _valid_now(certificate: x509.Certificate, deviation: float) -> Check:
    start, end = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    now, apart = clock.now(), timedelta(seconds=deviation)
    said = f"from {start.isoformat()} to {end.isoformat()}"
    ok = start - apart <= now <= end + apart
    actual = "valid now" if ok else said
    return Check(f"{PATH} validity", "valid now", actual, ok, fact("valid now"))


def path_problem(leaf: x509.Certificate, chain: Sequence[x509.Certificate], wanted: Wanted) -> str:
    """Why ``leaf`` does not lead to a root, or ""."""
    current, left = leaf, [each for each in chain if each != leaf]
    for _ in range(_LONGEST):
        if any(_issued(current, root) for root in wanted.roots):
            return ""
        issuer = next((each for each in left if _issued(current, each)), None)
        if issuer is None:
            return f"no certificate of the issuer {current.issuer.rfc4514_string()}"
        if not _is_authority(issuer):
            return f"{issuer.subject.rfc4514_string()} is no certification authority"
        if not _valid_now(issuer, wanted.deviation).ok:
            return f"{issuer.subject.rfc4514_string()} is not valid now"
        left.remove(issuer)
        current = issuer
    return f"more than {_LONGEST} certificates"


def _issued(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _is_authority(certificate: x509.Certificate) -> bool:
    try:
        found = certificate.extensions.get_extension_for_class(x509.BasicConstraints)
    except x509.ExtensionNotFound:
        return False
    return found.value.ca
