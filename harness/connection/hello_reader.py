"""Reads the ClientHello that a station sends (RFC 5246, 7.4.1.2; RFC 8446, 4.1.2)."""

from __future__ import annotations

import struct

from harness.ocppj.connection_attempt import SSL_3_0, TLS_1_2, TLS_1_3, Offer

_HANDSHAKE, _CLIENT_HELLO = 22, 1
_RECORD_HEADER, _MESSAGE_HEADER = 5, 4
_SUPPORTED_VERSIONS = 43
#: A ClientHello is a few hundred bytes, with post-quantum keys about two thousand.
_LONGEST = 1 << 16


class NoHello(ValueError):
    """What came is no TLS ClientHello; the message says what it is."""


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
    listed = _supported_versions(body, place)
    versions = listed or tuple(range(SSL_3_0, min(version, TLS_1_2) + 1))
    if not versions:
        raise NoHello(f"a ClientHello of version {version:#06x}")
    return Offer(versions, frozenset(suites), frozenset(compressions), bool(listed))


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
