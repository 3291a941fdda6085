"""What an endpoint learns of a station that knocks: ClientHello, certificate, credentials."""

from __future__ import annotations

import asyncio
import base64
import ssl
import struct
import warnings
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException
from websockets.typing import Subprotocol

from harness.connection.client_hello import DEFLATE, NO_COMPRESSION, Hello
from harness.connection.endpoint import Endpoint, ExpectedCredentials, Service
from harness.connection.hello_reader import NoHello, hello_length, read_offer
from harness.connection.old_tls import speaks_old
from harness.connection.tls_server import Tls
from harness.ocppj.connection_attempt import TLS_1_1, TLS_1_2, TLS_1_3, Attempt
from harness.ocppj.connection_end import ConnectionEnd
from harness.ocppj.frames import Frame, Malformed, Wire
from harness.pki import keys as pki
from harness.pki import keyset
from harness.pki.keys import Flaw
from harness.pki.keyset import Pki
from harness.spec.editions import DEFAULT
from harness.tests.fuzzing import examples

pytestmark = pytest.mark.simulated_time

PASSWORD = "0123456789abcdef"


def in_records(hello: bytes, size: int) -> bytes:
    """The same message in records of at most ``size`` bytes."""
    message = hello[5:]
    parts = [message[n : n + size] for n in range(0, len(message), size)]
    return b"".join(struct.pack("!BHH", 22, 0x0301, len(part)) + part for part in parts)


def with_versions(hello: bytes, *versions: int) -> bytes:
    """The hello with the extension that names versions one by one."""
    listed = b"".join(struct.pack("!H", each) for each in versions)
    extension = struct.pack("!HH", 43, len(listed) + 1) + bytes([len(listed)]) + listed
    body = bytearray(hello[9:])
    place = 34
    place += 1 + body[place]
    place += 2 + struct.unpack_from("!H", body, place)[0]
    place += 1 + body[place]
    (length,) = struct.unpack_from("!H", body, place)
    body[place : place + 2] = struct.pack("!H", length + len(extension))
    body += extension
    message = b"\x01" + len(body).to_bytes(3, "big") + body
    return struct.pack("!BHH", 22, 0x0301, len(message)) + message


# -- ClientHello


@pytest.mark.parametrize("size", [1, 7, 100, 10_000])
def test_an_offer_is_read_from_any_records(size: int) -> None:
    hello = Hello(TLS_1_2, (0xC02B, 0x009C), (NO_COMPRESSION, DEFLATE)).encode()
    data = in_records(hello, size)
    assert hello_length(data) == len(data)
    offer = read_offer(data)
    assert offer.newest == TLS_1_2
    assert min(offer.versions) <= TLS_1_1
    assert offer.suites == {0xC02B, 0x009C}
    assert offer.compressions == {0, 1}


def test_a_hello_says_when_it_is_whole() -> None:
    hello = Hello(TLS_1_2).encode()
    assert {hello_length(hello[:n]) for n in range(len(hello))} == {None}
    assert hello_length(hello) == hello_length(hello + b"more") == len(hello)


def test_versions_that_are_named_count_alone() -> None:
    hello = Hello(TLS_1_2).encode()
    grease = 0x4A4A
    assert read_offer(with_versions(hello, grease, TLS_1_3, TLS_1_2)).versions == (TLS_1_3, TLS_1_2)
    assert not speaks_old(read_offer(with_versions(hello, TLS_1_3, TLS_1_2)))
    assert speaks_old(read_offer(with_versions(hello, TLS_1_2, TLS_1_1)))
    assert speaks_old(read_offer(hello))
    assert not speaks_old(read_offer(Hello(TLS_1_2, (0xC02B, 0xC02C)).encode()))


@pytest.mark.parametrize(
    "data",
    [b"GET / HTTP/1.1\r\n\r\n", b"\x16\x02\x01\x00\x05\x01\x00\x00\x01\x00", b"\x15\x03\x01"],
)
def test_what_is_no_hello_is_said_so(data: bytes) -> None:
    with pytest.raises(NoHello):
        read_offer(data[: hello_length(data)])


@given(st.binary(max_size=400))
@examples(300)
def test_any_bytes_are_a_hello_or_none(data: bytes) -> None:
    for text in (data, b"\x16\x03\x01" + data, Hello(TLS_1_2).encode()[:60] + data):
        with suppress(NoHello):
            length = hello_length(text)
            assert length is None or read_offer(text[:length]).versions


# -- credentials


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("Basic " + base64.b64encode(b"CS001:pass:word").decode(), ("CS001", "pass:word")),
        ("basic " + base64.b64encode(b"CS001:").decode(), ("CS001", "")),
        ("Basic " + base64.b64encode(b"CS001").decode(), None),
        ("Basic CS001:password", None),
        ("Bearer " + base64.b64encode(b"CS001:x").decode(), None),
        ("", None),
    ],
)
def test_credentials_are_those_of_http_basic(header: str, expected: tuple[str, str] | None) -> None:
    shown = Attempt(path="/ocpp/CS001", authorization=header).credentials
    assert (None if shown is None else (shown.user, shown.password)) == expected


def test_nothing_printed_holds_the_password() -> None:
    header = "Basic " + base64.b64encode(f"CS001:{PASSWORD}".encode()).decode()
    attempt = Attempt(path="/CS001", authorization=header)
    printed = f"{attempt} {attempt.credentials} {ExpectedCredentials('CS001', (PASSWORD,))}"
    assert PASSWORD not in printed
    assert header.split()[1] not in printed


# -- an endpoint


@dataclass
class Listener:
    """Who is told what happens at the endpoint."""

    wires: list[Wire] = field(default_factory=list[Wire])
    refusals: list[tuple[str, Attempt]] = field(default_factory=list[tuple[str, Attempt]])
    told: asyncio.Event = field(default_factory=asyncio.Event)

    def opened(self, wire: Wire) -> None:
        self.wires.append(wire)
        self.told.set()

    def closed(self, wire: Wire, end: ConnectionEnd) -> None: ...

    def refused(self, endpoint: str, reason: str, attempt: Attempt) -> None:
        assert endpoint == "1"
        self.refusals.append((reason, attempt))
        self.told.set()

    async def received(self, wire: Wire, item: Frame | Malformed, t: float) -> None: ...


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Pki:
    return keyset.create(tmp_path_factory.mktemp("keys"), "CS001")


@asynccontextmanager
async def endpoint(service: Service) -> AsyncIterator[tuple[Endpoint, Listener]]:
    listener = Listener()
    made = Endpoint("1", listener, service, "localhost", "127.0.0.1", 0)
    await made.start()
    try:
        yield made, listener
    finally:
        await made.stop()


def served(keys: Pki, *, old: bool = False, flaw: Flaw | None = None) -> Service:
    pairs = keys.servers if flaw is None else keys.bad_servers[flaw]
    return Service(ExpectedCredentials("CS001"), Tls(pairs, old=old))


async def knock(made: Endpoint, context: ssl.SSLContext | None) -> str:
    """What became of an attempt, as the station sees it."""
    try:
        async with connect(
            f"{made.url}/CS001",
            host="127.0.0.1",
            ssl=context,
            subprotocols=[Subprotocol(DEFAULT.subprotocol)],
            open_timeout=5,
        ):
            return "open"
    except (OSError, WebSocketException, TimeoutError) as error:
        return type(error).__name__


@pytest.mark.asyncio
async def test_an_attempt_says_what_was_agreed(keys: Pki) -> None:
    context = pki.client_context(keys.old_root.certificate, keys.station)
    tls = Tls(keys.servers, (keys.old_root.certificate,))
    async with endpoint(Service(ExpectedCredentials("CS001"), tls)) as (made, listener):
        assert await knock(made, context) == "open"
    attempt = listener.wires[0].attempt
    assert attempt.version == "TLSv1.3"
    assert attempt.offer is not None
    assert attempt.offer.newest == TLS_1_3
    assert attempt.parsed_certificate == keys.station.parsed
    assert (attempt.path, attempt.identity) == ("/CS001", "CS001")


@pytest.mark.asyncio
async def test_a_certificate_is_for_every_kind_of_station(keys: Pki) -> None:
    for suites in ("ECDHE-ECDSA-AES256-GCM-SHA384", "AES128-GCM-SHA256:AES256-GCM-SHA384"):
        context = pki.client_context(keys.old_root.certificate)
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        context.set_ciphers(suites)
        async with endpoint(served(keys)) as (made, listener):
            assert await knock(made, context) == "open"
        assert listener.wires[0].attempt.suite in suites


@pytest.mark.asyncio
async def test_a_refused_certificate_is_no_request(keys: Pki) -> None:
    context = pki.client_context(keys.old_root.certificate)
    async with endpoint(served(keys, flaw=Flaw.EXPIRED)) as (made, listener):
        assert await knock(made, context) == "SSLCertVerificationError"
        await asyncio.wait_for(listener.told.wait(), 5)
    [(reason, attempt)] = listener.refusals
    assert "TLS handshake failed" in reason
    assert attempt.offer is not None
    assert not attempt.requested


@pytest.mark.asyncio
async def test_a_station_without_tls_does_not_come_in(keys: Pki) -> None:
    async with endpoint(served(keys)) as (made, listener):
        made.service, kept = Service(ExpectedCredentials("CS001")), made.service
        plain = made.url
        made.service = kept
        with pytest.raises((OSError, WebSocketException)):
            await connect(f"{plain}/CS001", host="127.0.0.1", open_timeout=5)
        await asyncio.wait_for(listener.told.wait(), 5)
    [(reason, attempt)] = listener.refusals
    assert "no TLS" in reason
    assert attempt.offer is None


@pytest.mark.asyncio
async def test_tls_meets_an_endpoint_without_it(keys: Pki) -> None:
    async with endpoint(Service(ExpectedCredentials("CS001"))) as (made, listener):
        context = pki.client_context(keys.old_root.certificate)
        url = made.url.replace("ws:", "wss:")
        with pytest.raises((OSError, WebSocketException, TimeoutError)):
            await connect(f"{url}/CS001", host="127.0.0.1", ssl=context, open_timeout=5)
        await asyncio.wait_for(listener.told.wait(), 5)
    assert not any(attempt.requested for _reason, attempt in listener.refusals)


# -- nothing above TLS 1.1


def of_versions(keys: Pki, oldest: str, newest: str) -> ssl.SSLContext:
    context = pki.client_context(keys.old_root.certificate)
    context.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings(action="ignore"):
        context.minimum_version = ssl.TLSVersion[oldest]
        context.maximum_version = ssl.TLSVersion[newest]
    return context


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("oldest", "newest", "taken"),
    [
        ("TLSv1_2", "TLSv1_3", False),
        ("TLSv1_2", "TLSv1_2", False),
        ("TLSv1_3", "TLSv1_3", False),
        ("TLSv1_1", "TLSv1_3", True),
        ("TLSv1_1", "TLSv1_2", True),
    ],
)
async def test_old_tls_is_refused_by_the_station_itself(
    keys: Pki, oldest: str, newest: str, taken: bool
) -> None:
    async with endpoint(served(keys, old=True)) as (made, listener):
        became = await knock(made, of_versions(keys, oldest, newest))
        await asyncio.wait_for(listener.told.wait(), 5)
    assert (became == "open") is taken
    if taken:
        assert listener.wires[0].attempt.version == "TLSv1.1"
        return
    [(reason, attempt)] = listener.refusals
    assert not attempt.requested
    assert not attempt.took_unoffered
    # Words of the server's library for its own refusal.
    assert "unsupported" not in reason.lower()


@pytest.mark.asyncio
async def test_a_station_that_goes_on_with_what_it_did_not_offer_is_seen(keys: Pki) -> None:
    hello = with_versions(Hello(TLS_1_2).encode(), TLS_1_3, TLS_1_2)
    async with endpoint(served(keys, old=True)) as (made, listener):
        port = int(made.url.rsplit(":", 1)[1])
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(hello)
        answer = await reader.read(65536)
        assert struct.unpack_from("!H", answer, 9) == (TLS_1_1,)
        writer.write(struct.pack("!BHH", 22, TLS_1_1, 4) + b"\x10\x00\x00\x00")
        await asyncio.wait_for(listener.told.wait(), 5)
        writer.close()
    [(reason, attempt)] = listener.refusals
    assert attempt.took_unoffered
    assert "went on" in reason


@pytest.mark.asyncio
@pytest.mark.parametrize("said", [b"", b"\x16\x03\x01"])
async def test_who_hangs_up_before_a_hello_has_made_no_attempt(keys: Pki, said: bytes) -> None:
    async with endpoint(served(keys)) as (made, listener):
        port = int(made.url.rsplit(":", 1)[1])
        _reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(said)
        writer.close()
        await asyncio.wait_for(listener.told.wait(), 5)
    [(reason, attempt)] = listener.refusals
    assert "closed" in reason
    assert attempt.offer is None
