"""What a station shows when it knocks at an endpoint: its ClientHello, certificate and request."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from cryptography import x509

#: TLS versions as they stand on the wire.
SSL_3_0, TLS_1_0, TLS_1_1, TLS_1_2, TLS_1_3 = 0x0300, 0x0301, 0x0302, 0x0303, 0x0304
#: Numbers of cipher suites by the names of Part 2, and the two of TLS 1.3 with the same ciphers.
SUITES = {
    "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256": 0xC02B,
    "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384": 0xC02C,
    "TLS_RSA_WITH_AES_128_GCM_SHA256": 0x009C,
    "TLS_RSA_WITH_AES_256_GCM_SHA384": 0x009D,
    "TLS_AES_128_GCM_SHA256": 0x1301,
    "TLS_AES_256_GCM_SHA384": 0x1302,
}


@dataclass(frozen=True)
class Offer:
    """What a ClientHello offers (RFC 5246, 7.4.1.2; RFC 8446, 4.1.2): numbers as on the wire.

    ``listed``: whether it names its versions one by one, so that an older one is offered too.
    """

    versions: tuple[int, ...]
    suites: frozenset[int]
    compressions: frozenset[int]
    listed: bool = False

    @property
    def newest(self) -> int:
        """The newest TLS version."""
        return max(self.versions)

    def has(self, *names: str) -> bool:
        """Whether all these suites are offered."""
        return all(SUITES[name] in self.suites for name in names)

    @property
    def suite_names(self) -> str:
        """Those of ``SUITES`` that are offered."""
        return ", ".join(name for name in SUITES if self.has(name)) or "none of them"


@dataclass(frozen=True)
class Credentials:
    """User and password of an HTTP Basic Authorization header; never printed."""

    user: str
    password: str

    def __repr__(self) -> str:
        return f"Credentials(user={self.user!r})"


@dataclass(frozen=True)
class Attempt:
    """How far a connection attempt came, and what was shown on the way.

    ``offer``: the ClientHello; ``version``, ``suite``: what TLS agreed on; ``certificate``: the
    client's, DER; ``path``: of the HTTP request; ``authorization``: its header, a secret;
    ``lingered``: the station neither went on nor ended it.
    """

    offer: Offer | None = None
    version: str = ""
    suite: str = ""
    certificate: bytes | None = None
    path: str = ""
    authorization: str = ""
    lingered: bool = False

    def __repr__(self) -> str:
        return f"Attempt(tls={self.version or 'none'!r}, path={self.path!r})"

    @property
    def requested(self) -> bool:
        """Whether the station sent its HTTP request: it took the endpoint for its CSMS."""
        return bool(self.path)

    @property
    def took_unoffered(self) -> bool:
        """Whether the station went on with a TLS version that it had not offered."""
        return bool(self.version) and not self.suite

    @property
    def identity(self) -> str:
        """The last part of the path: as whom the station connects (Part 4, 3.1.1)."""
        return unquote(urlsplit(self.path).path.rsplit("/", 1)[-1])

    @property
    def credentials(self) -> Credentials | None:
        """What the header says, or None if it is not HTTP Basic (RFC 7617)."""
        scheme, _, encoded = self.authorization.partition(" ")
        try:
            user, colon, password = base64.b64decode(encoded, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return None
        return Credentials(user, password) if scheme.lower() == "basic" and colon else None

    @property
    def parsed_certificate(self) -> x509.Certificate | None:
        """The client's certificate."""
        return x509.load_der_x509_certificate(self.certificate) if self.certificate else None

    @property
    def tls(self) -> str:
        """In words: the TLS of the connection, or ""."""
        return f"{self.version} {self.suite}".strip()


NOTHING_SHOWN = Attempt()
