"""Who signs firmware: a root, a Firmware Signing certificate under it, and its key (L01).

Keys and signatures are RSA with PSS: of the algorithms of L01.FR.04, the one in common use.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from harness.pki import keys as pki

_ORGANIZATION = "Harness"


@dataclass(frozen=True)
class Signer:
    """A Firmware Signing certificate, its key, and the root that it is under."""

    root: x509.Certificate
    certificate: x509.Certificate
    key: rsa.RSAPrivateKey

    @property
    def pem(self) -> str:
        """The certificate as text."""
        return self.certificate.public_bytes(Encoding.PEM).decode("ascii")

    @property
    def root_pem(self) -> str:
        """The root as text."""
        return self.root.public_bytes(Encoding.PEM).decode("ascii")

    def sign(self, content: bytes) -> str:
        """The signature of a file, in Base64 (L01.FR.04)."""
        digest = hashes.SHA256()
        pss = padding.PSS(padding.MGF1(digest), padding.PSS.DIGEST_LENGTH)
        return base64.b64encode(self.key.sign(content, pss, digest)).decode("ascii")


def make_signer(name: str = "manufacturer_root") -> Signer:
    """A root of this name and a certificate under it; the keys last as long as the process."""
    root_key, key = _key("root"), _key("signer")
    subject = pki.distinguished_name(f"{_ORGANIZATION} {name}", _ORGANIZATION)
    start, end = pki.validity(None)
    authority = (
        pki.certificate_builder(subject, root_key.public_key(), start - pki.DAY, end + pki.DAY)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(pki.key_usage(ca=True), critical=True)
    )
    signing = pki.leaf_builder(
        pki.distinguished_name("Firmware Signing", _ORGANIZATION),
        key.public_key(),
        start,
        end,
        rsa_key=False,
    )
    root = pki.issue(authority, subject, root_key)
    return Signer(root, pki.issue(signing, subject, root_key), key)


def forged(pem: str) -> str:
    """A certificate that names the issuer of this one (PEM), whose key has not signed it."""
    issuer = x509.load_pem_x509_certificate(pem.encode()).issuer
    start, end = pki.validity(None)
    subject = pki.distinguished_name("Forged Firmware Signing", _ORGANIZATION)
    builder = pki.leaf_builder(subject, _key("signer").public_key(), start, end, rsa_key=False)
    certificate = pki.issue(builder, issuer, _key("forger"))
    return certificate.public_bytes(Encoding.PEM).decode("ascii")


@cache
def _key(_name: str) -> rsa.RSAPrivateKey:
    """Made once: to make one takes long."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)
