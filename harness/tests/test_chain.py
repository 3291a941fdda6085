"""Certificates judged: those that a CSMS sends to a station, and those it shows itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from harness.pki import keys as pki
from harness.pki.keys import DAY, Flaw, KeyPair
from harness.states_csms import chain
from harness.states_csms.chain import Wanted
from harness.steps_csms import tls_probe

NOW = pki.validity(None)


class Authority:
    """A root and a sub CA under it, in memory but for the root."""

    def __init__(self, folder: Path) -> None:
        self.root: KeyPair = pki.make_root(folder, "root", "CSO")
        self.sub_key = ec.generate_private_key(ec.SECP256R1())
        self.sub = self.certify("Sub CA", self.sub_key.public_key(), ca=True)

    def certify(
        self,
        name: str,
        key: Any,
        *,
        ca: bool = False,
        by_sub: bool = False,
        period: tuple[Any, Any] = NOW,
        owner: str = "CSO",
    ) -> x509.Certificate:
        issuer = self.sub.subject if by_sub else self.root.parsed.subject
        signing = self.sub_key if by_sub else pki.private_key(self.root)
        return (
            x509.CertificateBuilder()
            .subject_name(pki.distinguished_name(name, owner))
            .issuer_name(issuer)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(period[0])
            .not_valid_after(period[1])
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
            .sign(signing, hashes.SHA256())
        )


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("certs"))


KEY = ec.generate_private_key(ec.SECP256R1()).public_key()


def pem(*certificates: x509.Certificate) -> str:
    return "".join(each.public_bytes(Encoding.PEM).decode() for each in certificates)


def failed(authority: Authority, text: Any, deviation: float = 4) -> list[str]:
    """The fields that are wrong."""
    wanted = Wanted(KEY, "CS001", "CSO", [authority.root.parsed], deviation)
    return [
        check.path.removeprefix("$.certificateChain")
        for check in chain.judged(text, wanted)
        if not check.ok
    ]


def test_a_certificate_of_the_root_is_good(authority: Authority) -> None:
    assert failed(authority, pem(authority.certify("CS001", KEY))) == []


@pytest.mark.parametrize("order", [(0, 1), (1, 0), (2, 1, 0), (0, 1, 2)])
def test_a_chain_may_come_in_any_order(authority: Authority, order: Sequence[int]) -> None:
    leaf = authority.certify("CS001", KEY, by_sub=True)
    chain_of = (leaf, authority.sub, authority.root.parsed)
    assert failed(authority, pem(*(chain_of[i] for i in order))) == []


def test_a_missing_sub_ca_leads_nowhere(authority: Authority) -> None:
    assert failed(authority, pem(authority.certify("CS001", KEY, by_sub=True))) == [" signatures"]


def test_who_is_no_authority_signs_nothing(authority: Authority, tmp_path: Path) -> None:
    other = Authority(tmp_path)
    other.root = authority.root
    other.sub = authority.certify("Somebody", other.sub_key.public_key())
    leaf = other.certify("CS001", KEY, by_sub=True)
    assert failed(authority, pem(leaf, other.sub)) == [" signatures"]


def test_an_expired_sub_ca_signs_nothing(authority: Authority, tmp_path: Path) -> None:
    other = Authority(tmp_path)
    other.root = authority.root
    period = (NOW[0] - 9 * DAY, NOW[0] - DAY)
    other.sub = authority.certify("Old", other.sub_key.public_key(), ca=True, period=period)
    leaf = other.certify("CS001", KEY, by_sub=True)
    assert failed(authority, pem(leaf, other.sub)) == [" signatures"]


def test_another_root_of_the_same_name_is_another(authority: Authority, tmp_path: Path) -> None:
    assert failed(authority, pem(Authority(tmp_path).certify("CS001", KEY))) == [" signatures"]


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"name": "CS002"}, " commonName"),
        ({"owner": "Somebody"}, " organizationName"),
        ({"period": (NOW[0] - 9 * DAY, NOW[0] - DAY)}, " validity"),
        ({"period": (NOW[0] + DAY, NOW[1])}, " validity"),
    ],
)
def test_each_wrong_field_is_named(
    authority: Authority, changes: dict[str, Any], wrong: str
) -> None:
    assert failed(
        authority, pem(authority.certify(**{"name": "CS001", "key": KEY, **changes}))
    ) == [wrong]


@pytest.mark.parametrize(("ahead", "wrong"), [(30, []), (90, [" validity"])])
def test_clocks_may_be_apart(authority: Authority, ahead: int, wrong: list[str]) -> None:
    start = datetime.now(UTC) + timedelta(seconds=ahead)
    certificate = authority.certify("CS001", KEY, period=(start, NOW[1]))
    assert failed(authority, pem(certificate), deviation=60) == wrong


def test_another_key_is_named(authority: Authority) -> None:
    other = ec.generate_private_key(ec.SECP256R1()).public_key()
    assert failed(authority, pem(authority.certify("CS001", other))) == [" public key"]


@pytest.mark.parametrize(
    "text",
    ["", "nonsense", None, 7, "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----"],
)
def test_what_cannot_be_read_is_named(authority: Authority, text: Any) -> None:
    assert failed(authority, text) == [""]


# What a CSMS shows


def shown(authority: Authority, key: Any, names: Sequence[str], name: str) -> x509.Certificate:
    alternatives = x509.SubjectAlternativeName([pki.alternative_name(each) for each in names])
    builder = (
        x509.CertificateBuilder()
        .subject_name(pki.distinguished_name(name, "CSO"))
        .issuer_name(authority.root.parsed.subject)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW[0])
        .not_valid_after(NOW[1])
    )
    if names:
        builder = builder.add_extension(alternatives, critical=False)
    return builder.sign(pki.private_key(authority.root), hashes.SHA256())


@pytest.mark.parametrize(
    ("name", "names", "good"),
    [
        ("csms.example", [], True),
        ("CSMS.example", ["other.example"], True),
        ("public.example", ["csms.example", "public.example"], True),
        ("public.example", ["csms.example"], False),
        ("the CSMS", ["csms.example"], False),
        ("*.example", ["*.example"], False),
    ],
)
def test_the_common_name_is_the_endpoint_s(
    authority: Authority, name: str, names: list[str], *, good: bool
) -> None:
    certificate = shown(authority, KEY, names, name)
    found = {check.path: check.ok for check in tls_probe.judged(certificate, "csms.example")}
    assert found == {"key": True, "serial number": True, "subject commonName": good}


@pytest.mark.parametrize(
    ("key", "good"),
    [
        (rsa.generate_private_key(public_exponent=65537, key_size=1024), False),
        (rsa.generate_private_key(public_exponent=65537, key_size=2048), True),
        (ec.generate_private_key(ec.SECP192R1()), False),
        (ec.generate_private_key(ec.SECP224R1()), True),
        (ed25519.Ed25519PrivateKey.generate(), True),
    ],
    ids=["RSA 1024", "RSA 2048", "EC 192", "EC 224", "Ed25519"],
)
def test_keys_have_a_shortest_length(authority: Authority, key: Any, *, good: bool) -> None:
    certificate = shown(authority, key.public_key(), [], "csms.example")
    [check] = [c for c in tls_probe.judged(certificate, "csms.example") if c.path == "key"]
    assert check.ok is good


def test_a_bad_station_is_bad_in_one_way_only(authority: Authority, tmp_path: Path) -> None:
    pair = pki.issue_station(tmp_path, "x", authority.root, "CS001", "CSO", Flaw.EXPIRED)
    wanted = Wanted(pair.parsed.public_key(), "CS001", "CSO", [authority.root.parsed], 4)
    assert [c.path for c in chain.judged(pair.pem, wanted) if not c.ok] == [
        "$.certificateChain validity"
    ]
