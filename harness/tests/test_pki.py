"""Keys and certificates: real handshakes on loopback, file modes, hash data."""

from __future__ import annotations

import asyncio
import hashlib
import os
import shutil
import ssl
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from harness import clock
from harness.pki import keys as pki
from harness.pki import keyset
from harness.pki.certificate_hash import hash_data
from harness.pki.keys import Flaw, KeyPair
from harness.pki.keyset import Pki

pytestmark = pytest.mark.simulated_time

NO_CHECK_TIME = 0x200000  # OpenSSL's X509_V_FLAG_NO_CHECK_TIME, which Python does not name
SUITES = [*pki.CIPHERS]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Pki:
    return keyset.create(tmp_path_factory.mktemp("certs"), "CS001", vendor="Vendor")


async def handshake(
    server: ssl.SSLContext, client: ssl.SSLContext, name: str = "localhost"
) -> ssl.SSLObject:
    """A full handshake and a byte from the server, so that its verdict on the client is in, too."""

    async def greet(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"x")
        await writer.drain()
        writer.close()

    listening = await asyncio.start_server(greet, "127.0.0.1", 0, ssl=server)
    port = listening.sockets[0].getsockname()[1]
    try:
        reader, writer = await asyncio.wait_for(
            asyncio.open_connection("127.0.0.1", port, ssl=client, server_hostname=name), 5
        )
        try:
            if await asyncio.wait_for(reader.read(1), 5) != b"x":
                raise ConnectionResetError("the server hung up")
            return writer.get_extra_info("ssl_object")
        finally:
            writer.close()
    finally:
        listening.close()


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1"])
@pytest.mark.asyncio
async def test_good_server_is_accepted(made: Pki, name: str) -> None:
    client = pki.client_context(made.old_root.certificate)
    await handshake(pki.server_context([made.servers[0]]), client, name)


@pytest.mark.asyncio
async def test_roots_are_independent(made: Pki) -> None:
    with pytest.raises(ssl.SSLCertVerificationError):
        await handshake(
            pki.server_context(made.servers_new), pki.client_context(made.old_root.certificate)
        )
    await handshake(
        pki.server_context(made.servers_new), pki.client_context(made.new_root.certificate)
    )


@pytest.mark.parametrize(
    ("flaw", "reason"),
    [
        (Flaw.EXPIRED, "expired"),
        (Flaw.NOT_YET_VALID, "not yet valid"),
        (Flaw.UNKNOWN_ROOT, "unable to get local issuer|self.signed"),
        (Flaw.WRONG_NAME, "Hostname mismatch"),
        (Flaw.WILDCARD, "Hostname mismatch"),
    ],
)
@pytest.mark.asyncio
async def test_bad_server_is_refused(made: Pki, flaw: Flaw, reason: str) -> None:
    client = pki.client_context(made.old_root.certificate)
    with pytest.raises(ssl.SSLCertVerificationError, match=reason):
        await handshake(pki.server_context(made.bad_servers[flaw]), client)


@pytest.mark.parametrize("flaw", list(Flaw))
@pytest.mark.asyncio
async def test_bad_server_has_no_other_flaw(made: Pki, flaw: Flaw) -> None:
    root = made.unknown_root if flaw is Flaw.UNKNOWN_ROOT else made.old_root
    client = pki.client_context(root.certificate)
    if flaw in (Flaw.WRONG_NAME, Flaw.WILDCARD):
        client.check_hostname = False
    if flaw in (Flaw.EXPIRED, Flaw.NOT_YET_VALID):
        client.verify_flags |= ssl.VerifyFlags(NO_CHECK_TIME)
    await handshake(pki.server_context(made.bad_servers[flaw]), client)


@pytest.mark.parametrize("days", [-400, -20, 2, 400])
def test_certificates_fit_a_clock_that_is_not_the_machines(tmp_path: Path, days: int) -> None:
    """OpenSSL asks the machine, the systems ask the clock, and both are content."""

    async def shake_hands() -> None:
        made = keyset.create(tmp_path, "CS001")
        client = pki.client_context(made.old_root.certificate)
        await handshake(pki.server_context(made.servers), client)
        for flaw in (Flaw.EXPIRED, Flaw.NOT_YET_VALID):
            with pytest.raises(ssl.SSLError):
                await handshake(pki.server_context(made.bad_servers[flaw]), client)
        good, now = made.servers[0].parsed, clock.now()
        assert good.not_valid_before_utc < now < good.not_valid_after_utc
        assert made.bad_servers[Flaw.EXPIRED][0].parsed.not_valid_after_utc < now
        assert made.bad_servers[Flaw.NOT_YET_VALID][0].parsed.not_valid_before_utc > now

    start = datetime.now(UTC) + timedelta(days=days)
    clock.run(shake_hands(), simulated=True, start=start)


@pytest.mark.asyncio
async def test_wildcard_matches_its_host_by_the_rules_of_the_web(tmp_path: Path) -> None:
    made = keyset.create(tmp_path, "CS001", hosts=["csms.example.test"])
    client = pki.client_context(made.old_root.certificate)
    server = pki.server_context(made.bad_servers[Flaw.WILDCARD])
    await handshake(server, client, "csms.example.test")
    assert "*.example.test" in common_names(made.bad_servers[Flaw.WILDCARD][0])


@pytest.mark.asyncio
async def test_station_certificate_is_asked_for_and_accepted(made: Pki) -> None:
    server = pki.server_context([made.servers[0]], made.old_root.certificate)
    with pytest.raises((ssl.SSLError, ConnectionResetError)):
        await handshake(server, pki.client_context(made.old_root.certificate))
    await handshake(server, pki.client_context(made.old_root.certificate, made.station))


@pytest.mark.parametrize("flaw", [Flaw.EXPIRED, Flaw.NOT_YET_VALID, Flaw.UNKNOWN_ROOT])
@pytest.mark.asyncio
async def test_bad_station_is_refused(made: Pki, flaw: Flaw) -> None:
    server = pki.server_context([made.servers[0]], made.old_root.certificate)
    client = pki.client_context(made.old_root.certificate, made.bad_stations[flaw])
    with pytest.raises((ssl.SSLError, ConnectionResetError)):
        await handshake(server, client)


@pytest.mark.parametrize("suite", SUITES)
@pytest.mark.asyncio
async def test_every_suite_of_part_2_is_served(made: Pki, tmp_path: Path, suite: str) -> None:
    with_rsa = pki.issue_server(tmp_path, "rsa", made.old_root, ["localhost"], "CSO", rsa_key=True)
    client = pki.client_context(made.old_root.certificate)
    client.maximum_version = ssl.TLSVersion.TLSv1_2
    client.set_ciphers(suite)
    used = (await handshake(pki.server_context([made.servers[0], with_rsa]), client)).cipher()
    assert used is not None
    assert used[0] == suite


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
@pytest.mark.asyncio
async def test_older_tls_is_refused(made: Pki) -> None:
    client = pki.client_context(made.old_root.certificate)
    lenient = pki.server_context([made.servers[0]])
    lenient.minimum_version = ssl.TLSVersion.TLSv1_1
    client.minimum_version = client.maximum_version = ssl.TLSVersion.TLSv1_1
    for context in (client, lenient):
        context.set_ciphers("ALL:@SECLEVEL=0")
    assert (await handshake(lenient, client)).version() == "TLSv1.1"
    strict = pki.server_context([made.servers[0]])
    with pytest.raises((ssl.SSLError, ConnectionResetError)):
        await handshake(strict, client)


# Properties of the certificates


def common_names(pair: KeyPair) -> list[str]:
    names = pair.parsed.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    return [str(name.value) for name in names]


def test_names(made: Pki) -> None:
    assert common_names(made.servers[0]) == ["localhost"]
    assert common_names(made.station) == ["CS001"]
    [wrong] = common_names(made.bad_stations[Flaw.WRONG_NAME])
    assert wrong
    assert "CS001" not in wrong
    owner = made.station.parsed.subject.get_attributes_for_oid(x509.NameOID.ORGANIZATION_NAME)
    assert [name.value for name in owner] == ["Vendor"]


@pytest.fixture
def open_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.mark.usefixtures("open_umask")
def test_keys_are_private_whatever_the_umask(tmp_path: Path) -> None:
    directory = tmp_path / "certs"
    directory.mkdir(mode=0o755)
    (directory / "server.key").touch(mode=0o644)
    keyset.create(directory, "CS001")
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700
    keys = [path for path in directory.iterdir() if "PRIVATE KEY" in path.read_text("ascii")]
    assert len(keys) == 22
    assert {stat.S_IMODE(path.stat().st_mode) for path in keys} == {0o600}


def test_successor_root_is_signed_by_its_predecessor(made: Pki, tmp_path: Path) -> None:
    successor = pki.make_root(tmp_path, "successor", "CSO", signed_by=made.old_root)
    successor.parsed.verify_directly_issued_by(made.old_root.parsed)
    with pytest.raises(ValueError, match="issuer"):
        made.new_root.parsed.verify_directly_issued_by(made.old_root.parsed)


# Hash data, against a computation on the bare DER encoding


def elements(der: bytes) -> list[tuple[int, bytes, bytes]]:
    """Tag, content and whole encoding of the elements in ``der``."""
    found: list[tuple[int, bytes, bytes]] = []
    at = 0
    while at < len(der):
        tag, length, start = der[at], der[at + 1], at + 2
        if length & 0x80:
            octets = length & 0x7F
            length, start = int.from_bytes(der[start : start + octets], "big"), start + octets
        found.append((tag, der[start : start + length], der[at : start + length]))
        at = start + length
    return found


def to_be_signed(pair: KeyPair) -> list[tuple[int, bytes, bytes]]:
    whole = elements(pair.parsed.public_bytes(Encoding.DER))[0][1]
    return elements(elements(whole)[0][1])


@pytest.mark.parametrize("algorithm", ["SHA256", "SHA384", "SHA512"])
def test_hash_data(made: Pki, algorithm: str) -> None:
    _, serial, _, issuer_name, *_ = to_be_signed(made.servers[0])
    key_info = to_be_signed(made.old_root)[6][1]
    bit_string = elements(key_info)[1][1]
    digest = getattr(hashlib, algorithm.lower())
    assert hash_data(made.servers[0].parsed, made.old_root.parsed, algorithm) == {
        "hashAlgorithm": algorithm,
        "issuerNameHash": digest(issuer_name[2]).hexdigest(),
        "issuerKeyHash": digest(bit_string[1:]).hexdigest(),
        "serialNumber": serial[1].hex().lstrip("0"),
    }


def test_hash_data_of_a_root_is_about_itself(made: Pki) -> None:
    root = made.old_root.parsed
    own, server = hash_data(root, root), hash_data(made.servers[0].parsed, root)
    assert {k: own[k] for k in ("issuerNameHash", "issuerKeyHash")} == {
        k: server[k] for k in ("issuerNameHash", "issuerKeyHash")
    }
    assert own["serialNumber"] != server["serialNumber"]


def test_unknown_hash_algorithm_is_refused(made: Pki) -> None:
    with pytest.raises(pki.PkiError, match="SHA256"):
        hash_data(made.servers[0].parsed, made.old_root.parsed, "MD5")


def test_root_is_kept_as_long_as_it_is_good(tmp_path: Path) -> None:
    first = keyset.create(tmp_path, "CS001")
    trusted = first.old_root.pem
    assert keyset.create(tmp_path, "CS001").old_root.pem == trusted

    first.old_root.key.write_bytes(first.new_root.key.read_bytes())
    another = keyset.create(tmp_path, "CS001")
    assert another.old_root.pem != trusted
    first.old_root.certificate.write_text("torn", encoding="ascii")
    torn = keyset.create(tmp_path, "CS001")
    assert torn.old_root.parsed.subject == another.old_root.parsed.subject
    assert torn.servers[0].parsed.verify_directly_issued_by(torn.old_root.parsed) is None


def test_a_station_that_has_exchanged_its_root_finds_the_next_one(tmp_path: Path) -> None:
    first = keyset.create(tmp_path, "CS001", linked_roots=True)
    second = keyset.succeed(first)
    assert second.old_root.pem == first.new_root.pem
    assert second.servers[0].parsed.verify_directly_issued_by(first.new_root.parsed) is None
    assert second.new_root.parsed.verify_directly_issued_by(first.new_root.parsed) is None
    assert second.new_root.parsed.subject != first.new_root.parsed.subject
    third = keyset.succeed(second)
    assert [each.pem for each in third.earlier_roots] == [first.old_root.pem, second.old_root.pem]

    again = keyset.create(tmp_path, "CS001", linked_roots=True)
    assert again.old_root.pem == third.old_root.pem
    assert [each.pem for each in again.earlier_roots] == [each.pem for each in third.earlier_roots]
    shutil.rmtree(tmp_path / keyset.SUCCESSOR)
    assert keyset.create(tmp_path, "CS001", linked_roots=True).old_root.pem == first.old_root.pem


def test_several_runs_may_begin_in_one_folder_at_once(tmp_path: Path) -> None:
    with ThreadPoolExecutor() as at_once:
        made = list(at_once.map(lambda _: keyset.create(tmp_path / "CS001", "CS001"), range(5)))
    assert len({each.old_root.pem for each in made}) == 1
    pairs = [pair for each in made for pair in (each.old_root, each.station, *each.servers)]
    for pair in pairs:
        assert pki.private_key(pair).public_key() == pair.parsed.public_key()
