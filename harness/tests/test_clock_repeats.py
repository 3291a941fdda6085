"""Simulated time goes the same way every time, however busy the machine is."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from websockets.asyncio.client import connect
from websockets.asyncio.server import ServerConnection, serve

from harness import clock
from harness.clock import SimulatedLoop
from harness.tests.simulated_time import (
    GRID,
    echo,
    here,
    in_no_time,
    lasting,
    passed,
    served,
    simulated,
    tls_contexts,
)


async def echo_messages(connection: ServerConnection) -> None:
    async for message in connection:
        await clock.sleep(0.25)
        await connection.send(message)


def test_websockets_keep_alive_for_hours() -> None:
    async def main() -> None:
        async with serve(echo_messages, "127.0.0.1", 0, ping_interval=20) as server:
            host, port = next(iter(server.sockets)).getsockname()
            async with connect(f"ws://{host}:{port}", ping_interval=30) as connection:
                with in_no_time():
                    await (await connection.ping())
                with lasting(3 * 3600, at_most=10):
                    await clock.sleep(3 * 3600)
                assert connection.latency < GRID
                with lasting(0.25):
                    await connection.send("still there?")
                    assert await connection.recv() == "still there?"

    simulated(main())


def exchanges(stations: int, number: int) -> list[tuple[int, int, str]]:
    """Millisecond, station and message of each answer, over TLS."""
    server_side, client_side = tls_contexts()

    async def main() -> list[tuple[int, int, str]]:
        log = list[tuple[int, int, str]]()

        async def station(name: int, url: str) -> None:
            async with connect(url, ssl=client_side, ping_interval=3) as connection:
                for turn in range(number):
                    message = f"{name}/{turn} " + "x" * (turn * 997 % 50_000)
                    await connection.send(message)
                    assert await connection.recv() == message
                    log.append((int(passed().elapsed * 1000), name, message.split()[0]))
                    await clock.sleep(0.1 * (name + 1))

        async with serve(echo_messages, "127.0.0.1", 0, ssl=server_side) as server:
            url = f"wss://127.0.0.1:{next(iter(server.sockets)).getsockname()[1]}"
            await asyncio.gather(*(station(each, url) for each in range(stations)))
        return log

    return simulated(main())


@pytest.mark.slow
def test_a_busy_machine_changes_nothing() -> None:
    idle = exchanges(3, 130)
    busy = [
        subprocess.Popen([sys.executable, "-c", "while True: pass"])
        for _ in range(2 * (os.cpu_count() or 1))
    ]
    try:
        assert exchanges(3, 130) == idle
    finally:
        for each in busy:
            each.kill()
            each.wait()


@given(
    conversations=st.lists(
        st.lists(
            st.tuples(st.integers(0, 200_000), st.sampled_from([0, 0.001, 0.3, 60, 3600])),
            max_size=5,
        ),
        min_size=1,
        max_size=3,
    )
)
@settings(max_examples=25)
def test_the_same_conversations_go_the_same_way(
    conversations: list[list[tuple[int, float]]],
) -> None:
    async def main() -> list[list[tuple[int, int]]]:
        logs: list[list[tuple[int, int]]] = [[] for _ in conversations]

        async def talk(number: int, address: tuple[str, int]) -> None:
            reader, writer = await asyncio.open_connection(*address)
            for size, pause in conversations[number]:
                writer.write(bytes(size))
                got = await reader.readexactly(size)
                logs[number].append((int(passed().elapsed * 1000), len(got)))
                await clock.sleep(pause)
            writer.close()

        async with served(echo) as address:
            await asyncio.gather(*(talk(number, address) for number in range(len(logs))))
        return logs

    assert simulated(main()) == simulated(main())


class Logging(asyncio.Protocol):
    """Writes down in which millisecond its connection ends."""

    def __init__(self, name: str, log: list[tuple[int, str]]) -> None:
        self.name, self.log = name, log
        self.transport: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.note("made")

    def eof_received(self) -> bool:
        self.note("end of the other")
        return True

    def connection_lost(self, _exc: Exception | None) -> None:
        self.note("lost")

    def note(self, what: str) -> None:
        self.log.append((int(passed().elapsed * 1000), f"{self.name} {what}"))

    def do(self, action: str) -> None:
        if self.transport is None or self.transport.is_closing():
            return
        match action:
            case "end" if self.transport.can_write_eof():
                with suppress(OSError):  # What it wrote before was answered with a reset.
                    self.transport.write_eof()
            case "close":
                self.transport.close()
            case "abort":
                self.transport.abort()
            case "pause":
                self.transport.pause_reading()
            case "resume":
                self.transport.resume_reading()
            case "write" | "write much":
                with suppress(RuntimeError):  # After its end.
                    self.transport.write(bytes(3_000_000 if "much" in action else 100))
            case _:
                pass


ACTIONS = ["write", "write much", "end", "close", "abort", "pause", "resume"]


@pytest.mark.parametrize("secured", [False, True], ids=["TCP", "TLS"])
@given(
    plans=st.lists(
        st.lists(st.tuples(st.booleans(), st.sampled_from(ACTIONS)), max_size=8),
        min_size=1,
        max_size=3,
    )
)
@settings(max_examples=60)
def test_whatever_connections_do_the_clock_goes_on(
    plans: list[list[tuple[bool, str]]],
    *,
    secured: bool,
) -> None:
    server_side, client_side = tls_contexts() if secured else (None, None)

    async def one(number: int, plan: list[tuple[bool, str]], log: list[tuple[int, str]]) -> None:
        loop = here()
        server_end = Logging(f"server {number}", log)
        server = await loop.create_server(lambda: server_end, "127.0.0.1", 0, ssl=server_side)
        where = server.sockets[0].getsockname()
        _, client_end = await loop.create_connection(
            lambda: Logging(f"client {number}", log), *where, ssl=client_side
        )
        for at_server, action in plan:
            (server_end if at_server else client_end).do(action)
            await clock.sleep(100)
        for end in (server_end, client_end):
            end.do("abort")
        server.close()

    async def main() -> list[tuple[int, str]]:
        log = list[tuple[int, str]]()
        await asyncio.gather(*(one(number, plan, log) for number, plan in enumerate(plans)))
        await clock.sleep(100)
        return sorted(log)

    def run() -> list[tuple[int, str]]:
        with asyncio.Runner(loop_factory=lambda: SimulatedLoop(patience=3)) as runner:
            return runner.run(main())

    assert run() == run()
