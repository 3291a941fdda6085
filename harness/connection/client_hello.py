"""A TLS ClientHello built by us, and what a server answers to it (RFC 5246, RFC 8446).

A TLS library refuses to offer what is no longer secure, so that its handshake proves nothing about
the server: only bytes that really offer it do.
"""

from __future__ import annotations

import asyncio
import ipaddress
import os
import struct
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum

from harness.ocppj.connection_attempt import SSL_3_0, TLS_1_0, TLS_1_1, TLS_1_2

VERSION_NAMES = {SSL_3_0: "SSL 3.0", TLS_1_0: "TLS 1.0", TLS_1_1: "TLS 1.1", TLS_1_2: "TLS 1.2"}

#: Suites that every version below TLS 1.2 knows, with ECDSA and with RSA certificates.
OLD_SUITES = (0xC009, 0xC00A, 0xC013, 0xC014, 0x0033, 0x0039, 0x002F, 0x0035, 0x000A, 0xC012)
#: The suites of Part 2, A00.FR.318.
REQUIRED_SUITES = (0xC02B, 0xC02C, 0x009C, 0x009D)

NO_COMPRESSION, DEFLATE = 0, 1

_ALERT, _HANDSHAKE = 21, 22
_CLIENT_HELLO, _SERVER_HELLO = 1, 2
_WARNING, _CLOSE_NOTIFY = 1, 0
_ALERTS = {
    0: "close_notify",
    10: "unexpected_message",
    40: "handshake_failure",
    42: "bad_certificate",
    47: "illegal_parameter",
    50: "decode_error",
    70: "protocol_version",
    71: "insufficient_security",
    80: "internal_error",
    86: "inappropriate_fallback",
    112: "unrecognized_name",
}
#: Groups for the key exchange: x25519, P-256, P-384, P-521.
_GROUPS = (0x001D, 0x0017, 0x0018, 0x0019)
_SIGNATURES = (
    0x0403,
    0x0503,
    0x0603,
    0x0804,
    0x0805,
    0x0806,
    0x0401,
    0x0501,
    0x0601,
    0x0203,
    0x0201,
)
_NAME, _SUPPORTED_GROUPS, _POINT_FORMATS, _SIGNATURE_ALGORITHMS = 0, 10, 11, 13
_EXTENDED_MASTER_SECRET, _RENEGOTIATION = 23, 0xFF01
_RECORD_HEADER = 5
_HELLO_HEADER = 4


class Reaction(StrEnum):
    """What a server did on a ClientHello."""

    SERVER_HELLO = "ServerHello"
    ALERT = "alert"
    CLOSED = "closed"
    SILENCE = "silence"
    NO_TLS = "no TLS"


@dataclass(frozen=True)
class Hello:
    """What a client offers; the version is the highest one that it knows."""

    version: int
    suites: Sequence[int] = OLD_SUITES
    compressions: Sequence[int] = (NO_COMPRESSION,)
    server_name: str = ""

    def encode(self) -> bytes:
        """The TLS record."""
        session = b""
        body = (
            struct.pack("!H", self.version)
            + os.urandom(32)
            + _short(session)
            + _long(b"".join(struct.pack("!H", suite) for suite in self.suites))
            + _short(bytes(self.compressions))
            + _long(b"".join(self._extensions()))
        )
        message = bytes([_CLIENT_HELLO]) + len(body).to_bytes(3, "big") + body
        # RFC 5246, appendix E.1: the first record of a client says at most TLS 1.0.
        record_version = min(self.version, TLS_1_0)
        return struct.pack("!BHH", _HANDSHAKE, record_version, len(message)) + message

    def _extensions(self) -> list[bytes]:
        found = [
            _extension(_SUPPORTED_GROUPS, _long(b"".join(struct.pack("!H", g) for g in _GROUPS))),
            _extension(_POINT_FORMATS, _short(b"\0")),
            _extension(_EXTENDED_MASTER_SECRET, b""),
            _extension(_RENEGOTIATION, _short(b"")),
        ]
        if self.version >= TLS_1_2:
            algorithms = b"".join(struct.pack("!H", each) for each in _SIGNATURES)
            found.append(_extension(_SIGNATURE_ALGORITHMS, _long(algorithms)))
        if self.server_name and not _is_address(self.server_name):
            name = self.server_name.encode("idna")
            found.append(_extension(_NAME, _long(b"\0" + _long(name))))
        return found


def _short(data: bytes) -> bytes:
    return bytes([len(data)]) + data


def _long(data: bytes) -> bytes:
    return struct.pack("!H", len(data)) + data


def _extension(number: int, data: bytes) -> bytes:
    return struct.pack("!H", number) + _long(data)


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


@dataclass(frozen=True)
class Answer:
    """A server's reaction, with what its ServerHello chose where it sent one."""

    reaction: Reaction
    text: str
    version: int = 0
    suite: int = 0
    compression: int = 0

    @property
    def terminated(self) -> bool:
        """Whether the server ended the handshake."""
        return self.reaction in (Reaction.ALERT, Reaction.CLOSED)


async def say_hello(host: str, port: int, hello: Hello, limit: float) -> Answer:
    """Send a ClientHello on a connection of its own, and see what comes within ``limit`` seconds.

    Raises:
        OSError, TimeoutError: there is no connection.
    """
    async with asyncio.timeout(limit):
        reader, writer = await asyncio.open_connection(host, port)
    try:
        return await _exchange(reader, writer, hello, limit)
    finally:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()


async def _exchange(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, hello: Hello, limit: float
) -> Answer:
    parser = _Parser()
    try:
        writer.write(hello.encode())
        async with asyncio.timeout(limit):
            while True:
                data = await reader.read(65536)
                if not data:
                    return Answer(Reaction.CLOSED, "connection closed")
                found = parser.feed(data)
                if found is not None:
                    return found
    except TimeoutError:
        return Answer(Reaction.SILENCE, f"neither answered nor closed within {limit:g} s")
    except OSError as error:
        return Answer(Reaction.CLOSED, f"connection closed ({type(error).__name__})")


@dataclass
class _Parser:
    """Reads TLS records until the server's reaction is clear."""

    rest: bytes = b""
    handshake: bytes = field(default=b"")

    def feed(self, data: bytes) -> Answer | None:
        self.rest += data
        while len(self.rest) >= _RECORD_HEADER:
            kind, version, length = struct.unpack("!BHH", self.rest[:_RECORD_HEADER])
            if kind not in (_ALERT, _HANDSHAKE) or version >> 8 != 3:
                return Answer(Reaction.NO_TLS, f"no TLS: {self.rest[:40]!r}")
            if len(self.rest) < _RECORD_HEADER + length:
                return None
            content = self.rest[_RECORD_HEADER : _RECORD_HEADER + length]
            self.rest = self.rest[_RECORD_HEADER + length :]
            found = self._alert(content) if kind == _ALERT else self._hello(content)
            if found is not None:
                return found
        return None

    def _alert(self, content: bytes) -> Answer | None:
        if len(content) != 2:
            return Answer(Reaction.NO_TLS, f"an alert of {len(content)} bytes")
        level, number = content
        if level == _WARNING and number != _CLOSE_NOTIFY:
            return None  # the handshake goes on
        return Answer(Reaction.ALERT, f"alert {_ALERTS.get(number, number)}")

    def _hello(self, content: bytes) -> Answer | None:
        self.handshake += content
        if len(self.handshake) < _HELLO_HEADER:
            return None
        size = int.from_bytes(self.handshake[1:_HELLO_HEADER], "big")
        if self.handshake[0] != _SERVER_HELLO:
            return Answer(Reaction.NO_TLS, f"handshake message {self.handshake[0]}")
        body = self.handshake[_HELLO_HEADER : _HELLO_HEADER + size]
        if len(body) < size:
            return None
        return _server_hello(body)


def _server_hello(body: bytes) -> Answer:
    try:
        (version,) = struct.unpack_from("!H", body)
        after_session = 2 + 32 + 1 + body[34]
        suite, compression = struct.unpack_from("!HB", body, after_session)
    except (struct.error, IndexError):
        return Answer(Reaction.NO_TLS, f"a ServerHello of {len(body)} bytes")
    name = VERSION_NAMES.get(version, f"{version:#06x}")
    text = f"ServerHello, {name}, cipher suite {suite:#06x}"
    return Answer(Reaction.SERVER_HELLO, text, version, suite, compression)
