"""What a station shows when it knocks at an endpoint: its ClientHello, certificate and request."""

from __future__ import annotations

import base64
import binascii
import struct
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from cryptography import x509

from harness.client_hello import SSL_3_0, TLS_1_2

TLS_1_3 = 0x0304
#: Numbers of cipher suites by the names of Part 2, and the two of TLS 1.3 with the same ciphers.
SUITES = {
    "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256": 0xC02B,
    "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384": 0xC02C,
    "TLS_RSA_WITH_AES_128_GCM_SHA256": 0x009C,
    "TLS_RSA_WITH_AES_256_GCM_SHA384": 0x009D,
    "TLS_AES_128_GCM_SHA256": 0x1301,
    "TLS_AES_256_GCM_SHA384": 0x1302,
}

_HANDSHAKE, _CLIENT_HELLO = 22, 1
_RECORD_HEADER, _MESSAGE_HEADER = 5, 4
_SUPPORTED_VERSIONS = 43
#: A ClientHello is a few hundred bytes, with post-quantum keys about two thousand.
_LONGEST = 1 << 16


class NoHello(ValueError):
    """What came is no TLS ClientHello; the message says what it is."""


@dataclass(frozen=True)
class Offer:
    """What a ClientHello offers (RFC 5246, 7.4.1.2; RFC 8446, 4.1.2): numbers as on the wire."""

    versions: tuple[int, ...]
    suites: frozenset[int]
    compressions: frozenset[int]

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


def hello_length(data: bytes) -> int | None:
    """Bytes that a ClientHello takes with its record headers, None while more must come.

    Raises:
        NoHello: this does not begin one.
    """
    message, place = b"", 0
    while len(data) >= place + _RECORD_HEADER:
        kind, version, length = struct.unpack_from("!BHH", data, place)
        if kind != _HANDSHAKE or version >> 8 != 3 or length == 0:
            raise NoHello(f"no TLS handshake: {data[:40]!r}")
        place += _RECORD_HEADER + length
        message += data[place - length : place]
        if message and message[0] != _CLIENT_HELLO:
            raise NoHello(f"no ClientHello: {data[:40]!r}")
        size = int.from_bytes(message[1:_MESSAGE_HEADER], "big")
        if len(message) < _MESSAGE_HEADER:
            continue
        if size > _LONGEST:
            raise NoHello(f"a ClientHello of {size} bytes")
        if len(message) >= _MESSAGE_HEADER + size:
            return place
    if data[:1] and data[0] != _HANDSHAKE:
        raise NoHello(f"no TLS: {data[:40]!r}")
    return None


def read_offer(data: bytes) -> Offer:
    """The offer of a whole ClientHello with its record headers.

    Raises:
        NoHello: it is malformed.
    """
    try:
        return _offer(_message(data))
    except (struct.error, IndexError) as error:
        raise NoHello(f"a malformed ClientHello: {error}") from error


def _message(data: bytes) -> bytes:
    """The handshake message out of its records, without its header."""
    message, place = b"", 0
    while place < len(data):
        (length,) = struct.unpack_from("!H", data, place + 3)
        message += data[place + _RECORD_HEADER : place + _RECORD_HEADER + length]
        place += _RECORD_HEADER + length
    return message[_MESSAGE_HEADER:]


def _offer(body: bytes) -> Offer:
    (version,) = struct.unpack_from("!H", body)
    place = 2 + 32
    place += 1 + body[place]
    (length,) = struct.unpack_from("!H", body, place)
    suites = struct.unpack_from(f"!{length // 2}H", body, place + 2)
    place += 2 + length
    compressions = body[place + 1 : place + 1 + body[place]]
    place += 1 + body[place]
    versions = _supported_versions(body, place) or tuple(range(SSL_3_0, min(version, TLS_1_2) + 1))
    if not versions:
        raise NoHello(f"a ClientHello of version {version:#06x}")
    return Offer(versions, frozenset(suites), frozenset(compressions))


def _supported_versions(body: bytes, place: int) -> tuple[int, ...]:
    """The extension that names versions one by one; without it, all up to one are meant."""
    if place >= len(body):
        return ()
    (left,) = struct.unpack_from("!H", body, place)
    place, end = place + 2, place + 2 + left
    while place < end:
        kind, length = struct.unpack_from("!HH", body, place)
        if kind == _SUPPORTED_VERSIONS:
            listed = struct.unpack_from(f"!{body[place + 4] // 2}H", body, place + 5)
            # RFC 8701: values like 0x0A0A are there to be ignored.
            return tuple(each for each in listed if 0x0300 <= each <= TLS_1_3)
        place += 4 + length
    return ()
