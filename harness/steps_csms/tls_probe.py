"""What a CSMS under test does in TLS handshakes: versions, cipher suites, certificates (A00)."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, rsa

from harness.connection.client_hello import (
    DEFLATE,
    NO_COMPRESSION,
    REQUIRED_SUITES,
    VERSION_NAMES,
    Answer,
    Hello,
    Reaction,
    say_hello,
)
from harness.connection.station_access import Barrier
from harness.evidence.matchers import Check, fact
from harness.evidence.verdict import CaseStopped, StopKind
from harness.ocppj.connection_attempt import SSL_3_0, TLS_1_0, TLS_1_1, TLS_1_2
from harness.peers.fake_station import FakeStation
from harness.pki.endpoint_name import alternatives, common_names
from harness.pki.keys import KeyPair

#: A00.FR.318 and A00.FR.421, with OpenSSL's names.
SUITES = {
    "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256": "ECDHE-ECDSA-AES128-GCM-SHA256",
    "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384": "ECDHE-ECDSA-AES256-GCM-SHA384",
    "TLS_RSA_WITH_AES_128_GCM_SHA256": "AES128-GCM-SHA256",
    "TLS_RSA_WITH_AES_256_GCM_SHA384": "AES256-GCM-SHA384",
}
#: A00.FR.502 and A00.FR.503, in bits.
SHORTEST = 2048
SHORTEST_EC = 224
_TOO_LOW = (TLS_1_1, TLS_1_0, SSL_3_0)
_GOOD_VERSIONS = ("TLSv1.2", "TLSv1.3")


@dataclass(frozen=True)
class Handshake:
    """What came of one: ``version`` "" and no certificate where it failed."""

    text: str
    version: str = ""
    certificate: x509.Certificate | None = None


async def expect_good_tls(station: FakeStation, start: int, step: int, requirement: str) -> None:
    """TLS 1.2 or above, without compression, with each of the required suites.

    ``start``: the page's step of the handshake; ``step``: that of its validations.
    """
    own = _own(station)
    shown = {"certificate": own.pem} if own else {}
    station.record.act(start, "starts TLS handshakes", suites=list(SUITES), **shown)
    free = await shake_hands(station, _context(station))
    hello = Hello(TLS_1_2, REQUIRED_SUITES, (DEFLATE, NO_COMPRESSION), _place(station)[0])
    compressed = await _answer(station, hello)
    taken = {name: await _with_suite(station, name) for name in SUITES}
    station.judge(
        step,
        "TLS handshake",
        [
            Check(
                "version",
                "TLS 1.2 or above",
                free.text,
                free.version in _GOOD_VERSIONS,
                fact("TLS version", one_of=list(_GOOD_VERSIONS)),
            ),
            *(
                Check(
                    f"with {name} alone",
                    "completed",
                    "completed" if h.version else h.text,
                    bool(h.version),
                    fact("suite", name=name),
                )
                for name, h in taken.items()
            ),
            Check(
                "compression",
                "none",
                compression(compressed),
                compressed.compression == NO_COMPRESSION,
                fact("no compression"),
            ),
        ],
        requirement,
    )


async def expect_good_certificates(station: FakeStation, step: int) -> None:
    """Each certificate that the CSMS uses with the required suites is as Part 2 wants it."""
    host, _port = _place(station)
    found: dict[bytes, x509.Certificate] = {}
    for name in SUITES:
        certificate = (await _with_suite(station, name)).certificate
        if certificate is not None:
            found[certificate.fingerprint(hashes.SHA256())] = certificate
    checks = [check for each in found.values() for check in judged(each, host)]
    requirement = "A00.FR.502, A00.FR.503, A00.FR.508, A00.FR.510"
    station.judge(step, "CSMS certificate", checks, requirement)


def judged(certificate: x509.Certificate, host: str) -> Iterator[Check]:
    """The key, the serial number and the common name (A00.FR.502-503, .508, .510)."""
    key = certificate.public_key()
    kind = type(key).__name__.lstrip("_").removesuffix("PublicKey")
    if isinstance(key, ec.EllipticCurvePublicKey):
        yield _long_enough(key.key_size, SHORTEST_EC, "EC")
    elif isinstance(key, rsa.RSAPublicKey | dsa.DSAPublicKey):
        yield _long_enough(key.key_size, SHORTEST, "RSA, DSA")
    else:
        yield Check("key", "at least 112 bits of security", kind, "Ed" in kind, fact("key"))
    number = certificate.serial_number
    yield Check("serial number", "present", number, number > 0, fact("serial number"))
    names = common_names(certificate)
    yield Check(
        "subject commonName",
        f"{host}, or another name of the endpoint if {host} is among its subjectAltNames",
        ", ".join(names) or "none",
        any(_names_endpoint(name, host, alternatives(certificate)) for name in names),
        fact("common name", host=host),
    )


def _long_enough(bits: int, least: int, kinds: str) -> Check:
    wanted = fact("key", bits_at_least=least)
    return Check("key", f"at least {least} bits ({kinds})", bits, bits >= least, wanted)


def _names_endpoint(name: str, host: str, alternatives: Sequence[str]) -> bool:
    """A CSMS that is reached on several ways has alternative names, no wildcard (A00.FR.511)."""
    known = [each.lower() for each in alternatives]
    if name.lower() == host.lower():
        return True
    return "*" not in name and {name.lower(), host.lower()} <= set(known)


async def expect_old_versions_refused(
    station: FakeStation, step: int, answer_step: int, requirement: str
) -> None:
    """A client that knows no TLS 1.2 is turned away; what it offers is offered really."""
    versions = [VERSION_NAMES[each] for each in _TOO_LOW]
    station.record.act(step, "starts TLS handshakes", versions=versions)
    for version in _TOO_LOW:
        answer = await _answer(station, Hello(version, server_name=_place(station)[0]))
        check = Check(
            f"on a ClientHello of {VERSION_NAMES[version]}",
            "connection terminated",
            "connection terminated" if answer.terminated else answer.text,
            answer.terminated,
            fact("terminated", version=VERSION_NAMES[version]),
        )
        station.judge(answer_step, "TLS handshake", [check], requirement)


def compression(answer: Answer) -> str:
    """The compression method that a server chose, in words."""
    if answer.reaction is not Reaction.SERVER_HELLO:
        return answer.text
    return "none" if answer.compression == NO_COMPRESSION else f"method {answer.compression}"


async def shake_hands(station: FakeStation, context: ssl.SSLContext) -> Handshake:
    """One handshake and no more; raises CaseStopped (UNDRIVABLE) if nobody listens."""
    host, port = _place(station)
    try:
        async with asyncio.timeout(station.sut.limits.connect):
            _reader, writer = await asyncio.open_connection(
                host, port, ssl=context, server_hostname=host
            )
    except (ssl.SSLError, ConnectionResetError, BrokenPipeError) as error:
        return Handshake(f"refused ({getattr(error, 'reason', None) or error})")
    # The event loop ends a TLS handshake that takes too long by ConnectionAbortedError.
    except (TimeoutError, ConnectionAbortedError):
        return Handshake(f"not finished within {station.sut.limits.connect:g} s")
    except OSError as error:
        raise _unreachable(station, error) from error
    try:
        secured: ssl.SSLObject = writer.get_extra_info("ssl_object")
        der = secured.getpeercert(binary_form=True)
        version = secured.version() or ""
        certificate = x509.load_der_x509_certificate(der) if der else None
        return Handshake(version, version, certificate)
    finally:
        writer.transport.abort()


async def _with_suite(station: FakeStation, name: str) -> Handshake:
    context = _context(station)
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(f"{SUITES[name]}:@SECLEVEL=0")
    return await shake_hands(station, context)


def _context(station: FakeStation) -> ssl.SSLContext:
    """Takes whatever the server has, to judge it; shows the certificate of profile 3."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    context.set_ciphers("ALL:@SECLEVEL=0")
    own = _own(station)
    if own is not None:
        context.load_cert_chain(own.certificate, own.key)
    return context


def _own(station: FakeStation) -> KeyPair | None:
    return station.keyring.own if station.access.profile == 3 else None


async def _answer(station: FakeStation, hello: Hello) -> Answer:
    try:
        return await say_hello(*_place(station), hello, station.sut.limits.connect)
    except (OSError, TimeoutError) as error:
        raise _unreachable(station, error) from error


def _place(station: FakeStation) -> tuple[str, int]:
    parts = urlsplit(station.access.url)
    return parts.hostname or "", parts.port or 443


def _unreachable(station: FakeStation, error: Exception) -> CaseStopped:
    text = f"nobody listens at {station.access.url}: {error}"
    return CaseStopped(StopKind.UNDRIVABLE, text, f"connection {Barrier.UNREACHABLE}")
