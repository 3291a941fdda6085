"""A TLS server that knows nothing above TLS 1.1, for TC_A_06_CS (RFC 4346).

Where a ClientHello names its versions and none of them is that old, a TLS library refuses by
itself, which would prove nothing: then the ServerHello is ours, and the refusal the station's.
"""

from __future__ import annotations

import os
import ssl
import struct
import warnings
from collections.abc import Sequence
from functools import cache
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding

from harness.ocppj.connection_attempt import TLS_1_1, Offer
from harness.pki.keys import KeyPair

_HANDSHAKE = 22
_SERVER_HELLO, _CERTIFICATE, _SERVER_HELLO_DONE = 2, 11, 14
#: RSA key exchange and AES-128-CBC: a suite of TLS 1.1 that needs no message of the server's key.
_SUITE = 0x002F


def speaks_old(offer: Offer) -> bool:
    """Whether the station offers what TLS 1.1 can be spoken with; then it is taken at its word."""
    return min(offer.versions) <= TLS_1_1 and not offer.suites.isdisjoint(_served())


@cache
def _served() -> frozenset[int]:
    """The suites that the library can really serve below TLS 1.2 with our certificates."""
    ciphers: Sequence[Any] = old_context(()).get_ciphers() if ssl.HAS_TLSv1_1 else []
    return frozenset(
        each["id"] & 0xFFFF
        for each in ciphers
        if each["protocol"] in ("SSLv3", "TLSv1.0")
        and each["kea"] in ("kx-rsa", "kx-ecdhe")
        and each["auth"] in ("auth-rsa", "auth-ecdsa")
    )


def old_context(pairs: Sequence[KeyPair]) -> ssl.SSLContext:
    """TLS 1.0 and 1.1 with all that a current library still has of them."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # what is deprecated is the point
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    for pair in pairs:
        context.load_cert_chain(pair.certificate, pair.key)
    return context


def old_answer(pair: KeyPair) -> bytes:
    """ServerHello of TLS 1.1, Certificate and ServerHelloDone: the server's whole first flight."""
    hello = struct.pack("!H", TLS_1_1) + os.urandom(32) + b"\0" + struct.pack("!HB", _SUITE, 0)
    certificate = _sized(pair.parsed.public_bytes(Encoding.DER))
    flight = (
        _message(_SERVER_HELLO, hello)
        + _message(_CERTIFICATE, _sized(certificate))
        + _message(_SERVER_HELLO_DONE, b"")
    )
    return struct.pack("!BHH", _HANDSHAKE, TLS_1_1, len(flight)) + flight


def _sized(data: bytes) -> bytes:
    return len(data).to_bytes(3, "big") + data


def _message(kind: int, body: bytes) -> bytes:
    return bytes([kind]) + _sized(body)
