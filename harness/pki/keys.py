"""Keys and certificates, made at run time into a directory that only its owner can read.

Properties of the certificates by Part 2, A00.FR.501 to A00.FR.514; keys are ECDSA P-256, or RSA
where asked for.
"""

from __future__ import annotations

import ipaddress
import os
import secrets
import ssl
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import NameOID

from harness import clock

PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
PublicKey = ec.EllipticCurvePublicKey | rsa.RSAPublicKey

#: Part 2, A00.FR.318 and A00.FR.421 in OpenSSL's names, first choice first (TLS 1.2).
CIPHERS = (
    "ECDHE-ECDSA-AES128-GCM-SHA256",
    "ECDHE-ECDSA-AES256-GCM-SHA384",
    "AES128-GCM-SHA256",
    "AES256-GCM-SHA384",
)
DAY = timedelta(days=1)


class PkiError(ValueError):
    """What was given is no usable CSR or certificate; the message says why."""


class Flaw(StrEnum):
    """The one thing that is wrong with an otherwise good certificate (TC_A_05_CS, TC_A_08_CSMS)."""

    EXPIRED = "expired"
    NOT_YET_VALID = "not yet valid"
    UNKNOWN_ROOT = "unknown root"
    WRONG_NAME = "wrong name"
    WILDCARD = "wildcard"


@dataclass(frozen=True)
class KeyPair:
    """PEM files of a certificate and its private key (mode 0600)."""

    certificate: Path
    key: Path

    @property
    def pem(self) -> str:
        """The certificate as text."""
        return self.certificate.read_text("ascii")

    @property
    def parsed(self) -> x509.Certificate:
        """The certificate as an object."""
        return x509.load_pem_x509_certificate(self.certificate.read_bytes())


def make_root(
    directory: Path,
    name: str,
    organization: str,
    *,
    signed_by: KeyPair | None = None,
    rsa_key: bool = False,
    expired: bool = False,
    generation: int = 1,
) -> KeyPair:
    """A root CA, self-signed or, as M05.FR.10 wants of a successor, signed by another root.

    ``expired``: a year ago, whatever clock is asked. ``generation``: the first is not numbered in
    the common name.
    """
    key = generate_key(rsa_key=rsa_key)
    number = f" {generation}" if generation > 1 else ""
    subject = distinguished_name(f"{organization} {name}{number}", organization)
    issuer_key = private_key(signed_by) if signed_by else key
    issuer = signed_by.parsed.subject if signed_by else subject
    start, end = earliest_now() - 30 * DAY, latest_now() + 3620 * DAY
    if expired:
        start, end = earliest_now() - 730 * DAY, earliest_now() - 365 * DAY
    serial = _odd_serial_number()
    builder = certificate_builder(subject, key.public_key(), start, end, serial)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    builder = builder.add_extension(key_usage(ca=True), critical=True)
    return store(directory, name, issue(builder, issuer, issuer_key), key)


def _odd_serial_number() -> int:
    """One with an odd number of hexadecimal digits, which has to be told as such (Part 2, 2.6)."""
    return secrets.randbits(144) | 1 << 144


def issue_server(
    directory: Path,
    name: str,
    root: KeyPair,
    hosts: Sequence[str],
    organization: str,
    flaw: Flaw | None = None,
    *,
    rsa_key: bool = False,
    key: PrivateKey | None = None,
) -> KeyPair:
    """A CSMS certificate for ``hosts`` (A00.FR.510), with at most one flaw.

    ``UNKNOWN_ROOT`` is made by the choice of ``root`` alone; ``key`` is used if there is one.
    """
    if flaw is Flaw.WRONG_NAME:
        hosts = ("wrong-name.invalid",)
    elif flaw is Flaw.WILDCARD:
        hosts = (wildcard(hosts[0]),)
    key = key or generate_key(rsa_key=rsa_key)
    start, end = validity(flaw)
    subject = distinguished_name(hosts[0], organization)
    is_rsa = isinstance(key, rsa.RSAPrivateKey)
    builder = leaf_builder(subject, key.public_key(), start, end, rsa_key=is_rsa)
    names = x509.SubjectAlternativeName([alternative_name(host) for host in hosts])
    certificate = issue(
        builder.add_extension(names, critical=False), root.parsed.subject, private_key(root)
    )
    return store(directory, name, certificate, key)


def issue_servers(
    directory: Path,
    name: str,
    root: KeyPair,
    hosts: Sequence[str],
    organization: str,
    flaw: Flaw | None = None,
) -> tuple[KeyPair, KeyPair]:
    """Both certificates of a CSMS: with an EC key, and with an RSA key."""
    ec_pair = issue_server(directory, name, root, hosts, organization, flaw)
    rsa_name = f"{name}_rsa"
    return ec_pair, issue_server(
        directory, rsa_name, root, hosts, organization, flaw, key=_rsa_key()
    )


@cache
def _rsa_key() -> PrivateKey:
    """One RSA key for all servers of this process: to make one takes long."""
    return generate_key(rsa_key=True)


def issue_station(
    directory: Path,
    name: str,
    root: KeyPair,
    common_name: str,
    organization: str,
    flaw: Flaw | None = None,
    *,
    rsa_key: bool = False,
) -> KeyPair:
    """A charging station certificate (A00.FR.509, A00.FR.511), with at most one flaw."""
    if flaw is Flaw.WRONG_NAME:
        common_name = foreign_name(common_name)
    key = generate_key(rsa_key=rsa_key)
    start, end = validity(flaw)
    subject = distinguished_name(common_name, organization)
    builder = leaf_builder(subject, key.public_key(), start, end, rsa_key=rsa_key)
    return store(directory, name, issue(builder, root.parsed.subject, private_key(root)), key)


def foreign_name(name: str) -> str:
    """A name that does not even contain ``name`` (A00.FR.405 would let it)."""
    while name in (other := secrets.token_hex(8)):
        pass
    return other


def server_context(pairs: Sequence[KeyPair], client_ca: Path | None = None) -> ssl.SSLContext:
    """TLS 1.2 and above for a server, with the cipher suites of Part 2 for TLS 1.2.

    Give an EC and an RSA pair to serve all of them. With ``client_ca`` a client must show a
    certificate under it.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(":".join(CIPHERS))
    for pair in pairs:
        context.load_cert_chain(pair.certificate, pair.key)
    if client_ca is not None:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(client_ca)
    return context


def client_context(ca: Path, pair: KeyPair | None = None) -> ssl.SSLContext:
    """TLS 1.2 and above for a client that trusts ``ca`` alone and checks the server's name."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(":".join(CIPHERS))
    context.load_verify_locations(ca)
    if pair is not None:
        context.load_cert_chain(pair.certificate, pair.key)
    return context


# Parts


def generate_key(*, rsa_key: bool) -> PrivateKey:
    """A new key: ECDSA P-256, or RSA with 2048 bit."""
    if rsa_key:
        return rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return ec.generate_private_key(ec.SECP256R1())


def private_key(pair: KeyPair) -> PrivateKey:
    """The private key of a pair made here."""
    key = load_pem_private_key(pair.key.read_bytes(), password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
        raise PkiError(f"{pair.key}: neither an EC nor an RSA key")
    return key


def earliest_now() -> datetime:
    """The machine's time, which OpenSSL asks, or that of the clock if it is behind."""
    return min(clock.now(), datetime.now(UTC))


def latest_now() -> datetime:
    """The machine's time, or that of the clock if it is ahead."""
    return max(clock.now(), datetime.now(UTC))


def validity(flaw: Flaw | None) -> tuple[datetime, datetime]:
    """First and last moment of a leaf certificate, good or bad by either time."""
    if flaw is Flaw.EXPIRED:
        return earliest_now() - 10 * DAY, earliest_now() - DAY
    if flaw is Flaw.NOT_YET_VALID:
        return latest_now() + 30 * DAY, latest_now() + 40 * DAY
    return earliest_now() - timedelta(hours=1), latest_now() + 365 * DAY


def distinguished_name(common_name: str, organization: str) -> x509.Name:
    """CN and O (A00.FR.509)."""
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization),
        ]
    )


def wildcard(host: str) -> str:
    """The wildcard name that matches ``host``."""
    return ".".join(["*", *host.split(".")[1:]])


def alternative_name(host: str) -> x509.GeneralName:
    """A host name or IP address as subjectAltName."""
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def key_usage(*, ca: bool, rsa_key: bool = False) -> x509.KeyUsage:
    """What the key is for (A00.FR.512); the TLS_RSA suites need key encipherment."""
    return x509.KeyUsage(
        digital_signature=not ca,
        content_commitment=False,
        key_encipherment=rsa_key,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=ca,
        crl_sign=ca,
        encipher_only=False,
        decipher_only=False,
    )


def certificate_builder(
    subject: x509.Name, key: PublicKey, start: datetime, end: datetime, serial: int | None = None
) -> x509.CertificateBuilder:
    """What all certificates have in common."""
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .public_key(key)
        .serial_number(serial or x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(end)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def leaf_builder(
    subject: x509.Name, key: PublicKey, start: datetime, end: datetime, *, rsa_key: bool
) -> x509.CertificateBuilder:
    """What all certificates of servers and stations have in common."""
    return (
        certificate_builder(subject, key, start, end)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(key_usage(ca=False, rsa_key=rsa_key), critical=True)
    )


def issue(builder: x509.CertificateBuilder, issuer: x509.Name, key: PrivateKey) -> x509.Certificate:
    """The certificate, signed by its issuer."""
    authority = x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key())
    return (
        builder.issuer_name(issuer)
        .add_extension(authority, critical=False)
        .sign(key, hashes.SHA256())
    )


def private_directory(directory: Path) -> None:
    """Make the directory, or make an existing one private."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    directory.chmod(0o700)


def store(
    directory: Path,
    name: str,
    certificate: x509.Certificate,
    key: PrivateKey,
    above: Sequence[x509.Certificate] = (),
) -> KeyPair:
    """Write both files; ``above`` are further certificates of the chain."""
    private_directory(directory)
    pair = KeyPair(directory / f"{name}.pem", directory / f"{name}.key")
    chain = (certificate, *above)
    _write(pair.certificate, b"".join(each.public_bytes(Encoding.PEM) for each in chain), 0o644)
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    _write(pair.key, secret, 0o600)
    return pair


def copy(pair: KeyPair, directory: Path, name: str) -> KeyPair:
    """The same pair, in another folder and under another name."""
    return store(directory, name, pair.parsed, private_key(pair))


def _write(path: Path, content: bytes, mode: int) -> None:
    """Replace the file as a whole: another process may be reading it."""
    # It is made for its owner alone: at no moment can others read a key.
    descriptor, name = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    Path(name).chmod(mode)
    Path(name).replace(path)
