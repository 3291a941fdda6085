"""What a CSMS does wrong in TLS: versions, suites, certificates of both ends (block A)."""

from __future__ import annotations

import ssl
import warnings
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from harness.pki import keys as pki
from harness.pki.keys import Flaw, KeyPair
from harness.reference.csms.access import CIPHERS
from harness.reference.faults.base import (
    Alter,
    Fault,
    MarkTriggered,
    all_of,
    replaces,
)

# TLS


def _context(change: Callable[[ssl.SSLContext, KeyPair], None]) -> Alter:
    """The TLS of every endpoint, changed; the change is given the CSO's root."""

    @replaces("access.context")
    def context(
        csms: Any, original: Any, mark_triggered: MarkTriggered, files: Any
    ) -> ssl.SSLContext:
        made: ssl.SSLContext = original(files)
        change(made, KeyPair(*csms.config.authority))
        mark_triggered()
        return made

    return context


def _down_to(version: ssl.TLSVersion) -> Alter:
    def change(context: ssl.SSLContext, _root: KeyPair) -> None:
        context.set_ciphers("ALL:@SECLEVEL=0")
        with warnings.catch_warnings(action="ignore"):  # that it is deprecated is the fault
            context.minimum_version = version

    return _context(change)


def _only_old(context: ssl.SSLContext, _root: KeyPair) -> None:
    context.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings(action="ignore"):
        context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1


def _only_new(context: ssl.SSLContext, _root: KeyPair) -> None:
    context.minimum_version = ssl.TLSVersion.TLSv1_3


def _without_suite(name: str) -> Alter:
    ciphers = ":".join(each for each in CIPHERS.split(":") if each != name)
    return _context(lambda context, _root: context.set_ciphers(ciphers))


@replaces("access.context")
def _one_certificate(
    _csms: Any, original: Any, mark_triggered: MarkTriggered, files: Any
) -> ssl.SSLContext:
    mark_triggered()
    return original(replace(files, pairs=files.pairs[:1]))


def _weak_key(context: ssl.SSLContext, root: KeyPair) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=1024)
    context.set_ciphers(f"{CIPHERS}:@SECLEVEL=0")
    _show(context, pki.issue_server(_folder(root), "weak", root, _HOSTS, "CSO", key=key))


def _expired(context: ssl.SSLContext, root: KeyPair) -> None:
    _show(context, pki.issue_server(_folder(root), "old", root, _HOSTS, "CSO", Flaw.EXPIRED))


def _nameless(context: ssl.SSLContext, root: KeyPair) -> None:
    _named(context, root, "the CSMS of the operator")


def _wildcard(context: ssl.SSLContext, root: KeyPair) -> None:
    _named(context, root, "*.operator.example", "*.operator.example")


def _named(context: ssl.SSLContext, root: KeyPair, common_name: str, *others: str) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    start, end = pki.validity(None)
    subject = pki.distinguished_name(common_name, "CSO")
    names = x509.SubjectAlternativeName([pki.alternative_name(host) for host in (*_HOSTS, *others)])
    builder = pki.leaf_builder(subject, key.public_key(), start, end, rsa_key=False)
    signed = pki.issue(
        builder.add_extension(names, critical=False), root.parsed.subject, pki.private_key(root)
    )
    _show(context, pki.store(_folder(root), "nameless", signed, key))


_HOSTS = ("localhost", "127.0.0.1")


def _folder(root: KeyPair) -> Any:
    return root.certificate.parent / "faults"


def _show(context: ssl.SSLContext, pair: KeyPair) -> None:
    context.load_cert_chain(pair.certificate, pair.key)


# Client certificates


@replaces("access.certificate_valid")
def _any_name(
    _csms: Any, original: Any, mark_triggered: MarkTriggered, identity: str, subject: Any
) -> bool:
    if not original(identity, subject):
        mark_triggered()
    return True


@replaces("answers.serial_number_matches")
def _any_serial(_csms: Any, _original: Any, mark_triggered: MarkTriggered, *_: Any) -> bool:
    mark_triggered()
    return True


@replaces("requests.after_boot")
async def _closes_after_boot(
    csms: Any, original: Any, mark_triggered: MarkTriggered, station: Any, *, trigger: bool
) -> None:
    if station.certificate_name in ("", csms.access.serial(station.identity)):
        await original(station, trigger=trigger)
    elif station.connection is not None:
        mark_triggered()
        await station.connection.close()


@replaces("access.certificate_valid")
def _no_certificate(_csms: Any, _original: Any, mark_triggered: MarkTriggered, *_: Any) -> bool:
    mark_triggered()
    return False


#: X509_V_FLAG_NO_CHECK_TIME of OpenSSL, for which Python has no name.
_NO_CHECK_TIME = 0x200000


def _timeless(context: ssl.SSLContext, _root: KeyPair) -> None:
    context.verify_flags |= _NO_CHECK_TIME


def _trusting(context: ssl.SSLContext, root: KeyPair) -> None:
    if context.verify_mode is not ssl.CERT_NONE:
        context.load_verify_locations(root.certificate.with_name("unknown_root.pem"))


FAULTS: tuple[Fault, ...] = (
    Fault(
        "tls-1.1",
        "Takes TLS 1.1.",
        _down_to(ssl.TLSVersion.TLSv1_1),
        requirement="A00.FR.314, A00.FR.315, A00.FR.418",
        shows=("TC_A_06_CSMS", "2"),
    ),
    Fault(
        "tls-1.0",
        "Takes TLS 1.0 too.",
        _down_to(ssl.TLSVersion.TLSv1),
        requirement="A00.FR.314, A00.FR.315, A00.FR.418",
        shows=("TC_A_06_CSMS", "2"),
    ),
    Fault(
        "tls-1.1-at-most",
        "Knows no TLS above 1.1.",
        _context(_only_old),
        requirement="A00.FR.313, A00.FR.318, A00.FR.321",
        shows=("TC_A_04_CSMS", "3"),
    ),
    Fault(
        "tls-1.3-alone",
        "Takes no TLS below 1.3, and so none of the required suites.",
        _context(_only_new),
        requirement="A00.FR.313, A00.FR.318, A00.FR.321",
        shows=("TC_A_04_CSMS", "3"),
    ),
    *(
        Fault(
            f"without-{name}",
            f"Does not take the cipher suite {name}.",
            _without_suite(name),
            requirement="A00.FR.318",
            shows=("TC_A_04_CSMS", "3"),
        )
        for name in (
            "ECDHE-ECDSA-AES128-GCM-SHA256",
            "ECDHE-ECDSA-AES256-GCM-SHA384",
            "AES128-GCM-SHA256",
            "AES256-GCM-SHA384",
        )
    ),
    Fault(
        "without-rsa-certificate",
        "Has a certificate with an EC key alone.",
        _one_certificate,
        requirement="A00.FR.313, A00.FR.318, A00.FR.321",
        shows=("TC_A_04_CSMS", "3"),
    ),
    Fault(
        "weak-certificate",
        "Has a certificate with a key of 1024 bits.",
        _context(_weak_key),
        requirement="A00.FR.502, A00.FR.503, A00.FR.508, A00.FR.510",
        shows=("TC_A_04_CSMS", "3"),
    ),
    Fault(
        "certificate-without-host",
        "Has a certificate whose common name is not the host's.",
        _context(_nameless),
        requirement="A00.FR.502, A00.FR.503, A00.FR.508, A00.FR.510",
        shows=("TC_A_04_CSMS", "3"),
    ),
    Fault(
        "wildcard-certificate",
        "Has a certificate whose common name is a wildcard, one of its names.",
        _context(_wildcard),
        requirement="A00.FR.502, A00.FR.503, A00.FR.508, A00.FR.510",
        shows=("TC_A_04_CSMS", "3"),
    ),
    Fault(
        "expired-certificate",
        "Shows a certificate that has expired.",
        _context(_expired),
        requirement="A00.FR.307, A00.FR.312",
        shows=("TC_A_04_CSMS", "6"),
    ),
    Fault(
        "any-certificate-name",
        "Lets a station in with the certificate of another one.",
        all_of(_any_name, _any_serial),
        requirement="A00.FR.405, A00.FR.407",
        shows=("TC_A_08_CSMS", "4"),
    ),
    Fault(
        "certificate-name-too-late",
        "Accepts the boot of a station with the certificate of another one, and hangs up then.",
        all_of(_any_name, _any_serial, _closes_after_boot),
        requirement="A00.FR.405, A00.FR.407",
        shows=("TC_A_08_CSMS", "4"),
    ),
    Fault(
        "certificate-name-of-no-boot",
        "Waits with the name in the certificate for a boot that it does not look at.",
        _any_serial,
        requirement="A00.FR.405, A00.FR.407",
        shows=("TC_A_08_CSMS", "4"),
        variant="serial-number-at-boot",
    ),
    Fault(
        "expired-client-certificate",
        "Lets a station in with an expired certificate.",
        _context(_timeless),
        requirement="A00.FR.405, A00.FR.407",
        shows=("TC_A_08_CSMS", "4"),
    ),
    Fault(
        "foreign-client-certificate",
        "Lets a station in with a certificate of anybody's.",
        _context(_trusting),
        requirement="A00.FR.405, A00.FR.407",
        shows=("TC_A_08_CSMS", "4"),
    ),
    Fault(
        "no-certificate-is-right",
        "Takes no client certificate.",
        _no_certificate,
        requirement="A00.FR.410, A00.FR.415",
        shows=("TC_A_07_CSMS", "6"),
    ),
)
