"""Certificate signing requests: what is wrong with them, and what is made of them."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from harness.pki import csr
from harness.pki import keys as pki
from harness.pki.keys import Flaw, KeyPair, PkiError

EC = ec.generate_private_key(ec.SECP256R1())


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> KeyPair:
    return pki.make_root(Path(tmp_path_factory.mktemp("root")), "root", "Operator")


def request(key: Any = EC) -> str:
    name = pki.distinguished_name("SN-1", "Operator")
    algorithm = None if isinstance(key, ed25519.Ed25519PrivateKey) else hashes.SHA256()
    made = x509.CertificateSigningRequestBuilder().subject_name(name).sign(key, algorithm)
    return made.public_bytes(Encoding.PEM).decode("ascii")


def tampered(text: str) -> str:
    encoded = bytearray(x509.load_pem_x509_csr(text.encode()).public_bytes(Encoding.DER))
    encoded[-1] ^= 1
    body = base64.encodebytes(bytes(encoded)).decode("ascii")
    return f"-----BEGIN CERTIFICATE REQUEST-----\n{body}-----END CERTIFICATE REQUEST-----\n"


def wrong(text: Any) -> list[str]:
    return [check.path for check in csr.judged(text) if not check.ok]


@pytest.mark.parametrize(
    "make",
    [
        lambda: ec.generate_private_key(ec.SECP224R1()),
        lambda: ec.generate_private_key(ec.SECP384R1()),
        lambda: rsa.generate_private_key(65537, 2048),
        lambda: dsa.generate_private_key(2048),
        ed25519.Ed25519PrivateKey.generate,
    ],
    ids=["EC 224", "EC 384", "RSA 2048", "DSA 2048", "Ed25519"],
)
def test_every_key_that_is_long_enough_is_good(make: Callable[[], Any]) -> None:
    assert wrong(request(make())) == []


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        (request(ec.generate_private_key(ec.SECP192R1())), ["$.csr public key"]),
        (request(rsa.generate_private_key(65537, 1024)), ["$.csr public key"]),
        (tampered(request()), ["$.csr signature"]),
        ("".join(request().splitlines()[1:-1]), ["$.csr"]),
        (request().replace("CERTIFICATE REQUEST", "CERTIFICATE"), ["$.csr"]),
        ("", ["$.csr"]),
        (None, ["$.csr"]),
        (4711, ["$.csr"]),
    ],
    ids=["EC 192", "RSA 1024", "signature", "no PEM", "no request", "empty", "absent", "number"],
)
def test_what_is_wrong_is_named(text: Any, paths: list[str], root: KeyPair) -> None:
    assert wrong(text) == paths
    with pytest.raises(PkiError, match=r"csr"):
        csr.sign(root, text)


@pytest.mark.parametrize(
    ("serial", "right"), [("SN-1", True), ("", True), ("SN-2", False)], ids=["its", "any", "other"]
)
def test_a_subject_names_the_station_and_its_owner(serial: str, right: bool) -> None:
    name, owner = csr.named(request(), serial)
    assert (name.ok, owner.ok) == (right, True)
    nobody = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([]))
    text = nobody.sign(EC, hashes.SHA256()).public_bytes(Encoding.PEM).decode("ascii")
    assert [check.ok for check in csr.named(text, serial)] == [False, False]


def test_a_certificate_is_for_the_request(root: KeyPair) -> None:
    made = x509.load_pem_x509_certificate(csr.sign(root, request()).encode())
    assert made.public_key() == EC.public_key()
    assert made.verify_directly_issued_by(root.parsed) is None
    assert made.subject == pki.distinguished_name("SN-1", "Operator")


@pytest.mark.parametrize("flaw", [Flaw.EXPIRED, Flaw.NOT_YET_VALID, Flaw.WRONG_NAME])
def test_a_flaw_is_the_only_one(root: KeyPair, flaw: Flaw) -> None:
    made = x509.load_pem_x509_certificate(csr.sign(root, request(), flaw).encode())
    now = datetime.now(UTC)
    found = {
        Flaw.EXPIRED: made.not_valid_after_utc < now,
        Flaw.NOT_YET_VALID: made.not_valid_before_utc > now,
        Flaw.WRONG_NAME: made.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value
        != "SN-1",
    }
    assert [each for each, there in found.items() if there] == [flaw]
    assert made.verify_directly_issued_by(root.parsed) is None
