"""Time stands still while anything is on its way between two ends of a loop."""

from __future__ import annotations

import asyncio
import errno
import io
import socket
import struct

import aiohttp
import pytest
from aiohttp import web

from harness import clock
from harness.tests.simulated_time import (
    GRID,
    echo,
    in_no_time,
    lasting,
    served,
    silence,
    simulated,
    tls_contexts,
)


def test_a_server_that_never_answers() -> None:
    async def main() -> None:
        async with served(silence) as address:
            reader, writer = await asyncio.open_connection(*address)
            writer.write(b"anybody?")
            with lasting(60), pytest.raises(TimeoutError):
                async with asyncio.timeout(60):
                    await reader.read(1)
            writer.close()

    simulated(main())


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", "0.0.0.0", None])
def test_an_exchange_takes_no_time(host: str | None) -> None:
    async def main() -> None:
        server = await asyncio.start_server(echo, host, 0)
        for listening in server.sockets:
            own, port = listening.getsockname()[:2]
            to = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(own, own)
            with in_no_time():
                reader, writer = await asyncio.open_connection(to, port)
                for _ in range(20):
                    writer.write(b"x" * 1000)
                    await reader.readexactly(1000)
            with lasting(3600):
                await clock.sleep(3600)
            writer.close()
        server.close()
        await server.wait_closed()

    simulated(main())


@pytest.mark.parametrize("secured", [False, True], ids=["TCP", "TLS"])
def test_big_transfers_take_no_time(*, secured: bool) -> None:
    size = 10_000_000

    async def main() -> None:
        server_side, client_side = tls_contexts() if secured else (None, None)
        async with served(echo, ssl=server_side) as address, asyncio.timeout(1):
            reader, writer = await asyncio.open_connection(*address, ssl=client_side)

            async def send() -> None:
                for _ in range(10):
                    writer.write(bytes(size // 10))
                    await writer.drain()

            sending = asyncio.create_task(send())
            received = await reader.readexactly(size)
            await sending
            assert len(received) == size
            writer.close()

    simulated(main())


def test_a_reader_that_has_paused_lets_time_go_on() -> None:
    async def slow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await clock.sleep(100)
        await echo(reader, writer)

    async def main() -> None:
        async with served(slow) as address:
            reader, writer = await asyncio.open_connection(*address)
            writer.write(bytes(20_000_000))
            with lasting(100, at_most=0.1):
                assert await reader.read(1)
            writer.transport.abort()

    simulated(main())


def test_refused() -> None:
    async def main() -> None:
        with socket.socket() as bound:
            bound.bind(("127.0.0.1", 0))
            with in_no_time(), pytest.raises(ConnectionRefusedError) as refused:
                await asyncio.open_connection(*bound.getsockname())
            assert refused.value.errno == errno.ECONNREFUSED

    simulated(main())


def test_the_end_is_seen_before_time_moves() -> None:
    async def main() -> None:
        async with served(silence) as address:
            reader, writer = await asyncio.open_connection(*address)
            seen = asyncio.create_task(reader.read())
            with in_no_time():
                writer.write_eof()  # A half-close, which the server answers with its own end.
                assert await seen == b""
            writer.close()

    simulated(main())


@pytest.mark.parametrize("how", ["unread bytes", "linger"])
def test_a_reset_is_seen_before_time_moves(how: str) -> None:
    async def rude(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.transport.pause_reading()  # type: ignore[attr-defined]  # It is a socket's.
        await clock.sleep(1)
        if how == "linger":
            end = writer.get_extra_info("socket")
            end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()

    async def main() -> None:
        async with served(rude) as address:
            reader, writer = await asyncio.open_connection(*address)
            writer.write(b"never read")
            with lasting(1), pytest.raises(ConnectionResetError):
                await reader.read()
            with lasting(10):
                await clock.sleep(10)
            writer.close()

    simulated(main())


def test_a_listener_that_closes_refuses_what_it_has_not_accepted() -> None:
    async def main() -> None:
        listener = socket.socket()
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        address = listener.getsockname()
        server = await asyncio.start_server(echo, sock=listener, start_serving=False)
        reader, writer = await asyncio.open_connection(*address)
        with lasting(5):
            await clock.sleep(5)  # Nobody accepts: no reason to wait.
        server.close()
        with in_no_time(), pytest.raises(ConnectionResetError):
            await reader.read()
        writer.close()

    simulated(main())


def test_a_client_that_leaves_before_it_is_accepted_is_heard_out() -> None:
    async def main() -> None:
        heard = asyncio.get_running_loop().create_future()

        async def hear(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            heard.set_result(await reader.read())
            writer.close()

        listener = socket.socket()
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        address = listener.getsockname()
        server = await asyncio.start_server(hear, sock=listener, start_serving=False)
        _, writer = await asyncio.open_connection(*address)
        writer.write(b"short visit")
        writer.close()
        await clock.sleep(1)
        await server.start_serving()
        with in_no_time():
            assert await heard == b"short visit"
        server.close()

    simulated(main())


def test_start_tls() -> None:
    server_side, client_side = tls_contexts()

    async def upgrading(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await writer.start_tls(server_side)
        await echo(reader, writer)

    async def main() -> None:
        async with served(upgrading) as address:
            reader, writer = await asyncio.open_connection(*address)
            with in_no_time():
                await writer.start_tls(client_side, server_hostname="localhost")
                writer.write(b"secret")
                assert await reader.readexactly(6) == b"secret"
            writer.close()

    simulated(main())


def test_a_pair_of_sockets() -> None:
    async def main() -> None:
        ours, theirs = socket.socketpair()
        reader, writer = await asyncio.open_connection(sock=ours)
        other_reader, other_writer = await asyncio.open_connection(sock=theirs)
        with in_no_time():
            writer.write(b"x" * 1_000_000)
            assert len(await other_reader.readexactly(1_000_000)) == 1_000_000
            other_writer.close()
            assert await reader.read() == b""
        with lasting(1000):
            await clock.sleep(1000)
        writer.close()

    simulated(main())


def test_http_both_ways() -> None:
    async def answer(request: web.Request) -> web.Response:
        body = await request.read()
        await clock.sleep(20)
        return web.Response(body=body)

    async def main() -> None:
        application = web.Application(client_max_size=10_000_000)
        application.router.add_post("/", answer)
        runner = web.AppRunner(application)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        url = f"http://127.0.0.1:{runner.addresses[0][1]}/"
        async with aiohttp.ClientSession() as session:
            for _ in range(3):
                with lasting(20):
                    async with session.post(url, data=io.BytesIO(bytes(3_000_000))) as response:
                        assert len(await response.read()) == 3_000_000
            short = aiohttp.ClientTimeout(total=15)  # To aiohttp, until the next whole second.
            with lasting(15, at_most=1 + GRID), pytest.raises(TimeoutError):
                await session.post(url, timeout=short)
        await runner.cleanup()

    simulated(main())
