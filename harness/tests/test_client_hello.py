"""ClientHellos of our own, and the reactions of servers that are told to react so."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from harness import clock
from harness.connection import client_hello
from harness.connection.client_hello import DEFLATE, NO_COMPRESSION, Hello, Reaction, say_hello
from harness.ocppj.connection_attempt import TLS_1_0, TLS_1_1, TLS_1_2
from harness.steps_csms.tls_probe import compression

pytestmark = pytest.mark.simulated_time

LIMIT = 2.0


def record(kind: int, content: bytes, version: int = TLS_1_1) -> bytes:
    return struct.pack("!BHH", kind, version, len(content)) + content


def server_hello(version: int, suite: int = 0xC014, compressed: int = 0) -> bytes:
    body = struct.pack("!H", version) + bytes(32) + b"\x04abcd"
    body += struct.pack("!HB", suite, compressed)
    return b"\x02" + len(body).to_bytes(3, "big") + body


def alert(number: int, level: int = 2) -> bytes:
    return record(21, bytes([level, number]))


@asynccontextmanager
async def server(*pieces: bytes, hang_up: bool = True) -> AsyncIterator[tuple[int, list[bytes]]]:
    """Sends ``pieces`` one by one when a hello has come; the port, and what came."""
    came: list[bytes] = []
    stop = asyncio.Event()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        came.append(await reader.read(65536))
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            await clock.sleep(0.01)
        if not hang_up:
            await stop.wait()
        writer.close()

    listening = await asyncio.start_server(handle, "127.0.0.1", 0)
    try:
        yield listening.sockets[0].getsockname()[1], came
    finally:
        stop.set()
        listening.close()


async def react(*pieces: bytes, hang_up: bool = True, limit: float = LIMIT) -> client_hello.Answer:
    async with server(*pieces, hang_up=hang_up) as (port, _came):
        return await say_hello("127.0.0.1", port, Hello(TLS_1_1), limit)


HELLO = server_hello(TLS_1_1)


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "pieces",
    [
        (record(22, HELLO),),
        (record(22, HELLO[:20]), record(22, HELLO[20:])),
        tuple(record(22, HELLO)[i : i + 1] for i in range(len(record(22, HELLO)))),
        (record(22, HELLO + b"\x0b\0\0\0"),),
        (alert(112, level=1), record(22, HELLO)),
    ],
    ids=["whole", "in two records", "byte by byte", "with more behind", "after a warning"],
)
async def test_a_server_hello_is_no_end_of_the_handshake(pieces: tuple[bytes, ...]) -> None:
    answer = await react(*pieces)
    assert answer.reaction is Reaction.SERVER_HELLO
    assert (answer.version, answer.suite, answer.compression) == (TLS_1_1, 0xC014, 0)
    assert not answer.terminated
    assert answer.text == "ServerHello, TLS 1.1, cipher suite 0xc014"


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("number", "text"), [(70, "alert protocol_version"), (40, "alert handshake_failure")]
)
async def test_an_alert_ends_the_handshake(number: int, text: str) -> None:
    answer = await react(alert(number), hang_up=False)
    assert answer.terminated
    assert answer.text == text


@pytest.mark.asyncio
async def test_hanging_up_ends_the_handshake() -> None:
    assert (await react()).terminated


@pytest.mark.asyncio
async def test_silence_is_no_end() -> None:
    answer = await react(hang_up=False, limit=0.2)
    assert (answer.reaction, answer.terminated) == (Reaction.SILENCE, False)


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "said",
    [
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
        record(22, b"\x02\0\0\x02\x03\x02"),
        record(22, b"\x0e\0\0\0"),
        record(21, b"\x02"),
        record(22, HELLO, version=0x0102),
    ],
    ids=["HTTP", "short", "another message", "half an alert", "another protocol"],
)
async def test_what_is_no_tls_is_no_refusal(said: bytes) -> None:
    answer = await react(said)
    assert (answer.reaction, answer.terminated) == (Reaction.NO_TLS, False)


@pytest.mark.asyncio
async def test_nobody_there_is_no_refusal() -> None:
    async with server() as (port, _came):
        pass
    with pytest.raises(ConnectionRefusedError):
        await say_hello("127.0.0.1", port, Hello(TLS_1_1), LIMIT)


@pytest.mark.asyncio
@pytest.mark.parametrize(("chosen", "said"), [(0, "none"), (1, "method 1")])
async def test_compression_is_seen_where_it_is_chosen(chosen: int, said: str) -> None:
    answer = await react(record(22, server_hello(TLS_1_2, compressed=chosen)))
    assert compression(answer) == said
    assert (answer.compression == NO_COMPRESSION) is (said == "none")


@pytest.mark.asyncio
@pytest.mark.parametrize("version", client_hello.VERSION_NAMES)
async def test_what_is_offered_is_on_the_wire(version: int) -> None:
    hello = Hello(version, (0x1234, 0x5678), (DEFLATE, NO_COMPRESSION), "csms.example")
    async with server() as (port, came):
        await say_hello("127.0.0.1", port, hello, LIMIT)
    [sent] = came
    kind, record_version, length = struct.unpack("!BHH", sent[:5])
    assert (kind, record_version, length) == (22, min(version, TLS_1_0), len(sent) - 5)
    body = sent[9:]
    assert struct.unpack("!H", body[:2]) == (version,)
    assert body[34:35] == b"\0", "no session to resume"
    assert body[35:41] == struct.pack("!HHH", 4, 0x1234, 0x5678)
    assert body[41:44] == bytes([2, DEFLATE, NO_COMPRESSION])
    names = extensions(body[44:])
    assert names[0][5:] == b"csms.example"
    assert (13 in names) is (version == TLS_1_2)
    assert 43 not in names, "supported_versions would offer more than the version does"


def extensions(data: bytes) -> dict[int, bytes]:
    (total,) = struct.unpack("!H", data[:2])
    assert total == len(data) - 2
    found: dict[int, bytes] = {}
    rest = data[2:]
    while rest:
        number, length = struct.unpack("!HH", rest[:4])
        found[number], rest = rest[4 : 4 + length], rest[4 + length :]
    return found


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", ""])
def test_an_address_is_no_server_name(host: str) -> None:
    named: Callable[[str], bytes] = lambda name: Hello(TLS_1_1, server_name=name).encode()  # noqa: E731  # a word for it
    assert 0 not in extensions(named(host)[9 + 35 + 2 + 2 * len(client_hello.OLD_SUITES) + 2 :])
