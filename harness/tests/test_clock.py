"""Simulated time: it stands still while anything is under way, and moves on when nothing is."""

from __future__ import annotations

import asyncio
import datetime as dt
import errno
import io
import ipaddress
import os
import signal
import socket
import ssl
import struct
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

import aiohttp
import pytest
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from websockets.asyncio.client import connect
from websockets.asyncio.server import ServerConnection, serve

from harness import clock
from harness.clock import Report, SimulatedLoop

Result = TypeVar("Result")

#: Seconds of real time in which a test of simulated time is over, on a busy machine too.
SOON = 5.0
#: Simulated time moves on to the next whole millisecond.
GRID = 0.0011


def simulated(main: Coroutine[Any, Any, Result]) -> Result:
    async def to_the_end() -> Result:
        result = await main
        await clock.sleep(1)  # What was closed ends.
        return result

    return clock.run(to_the_end(), simulated=True)


def here() -> SimulatedLoop:
    loop = asyncio.get_running_loop()
    assert isinstance(loop, SimulatedLoop)
    return loop


def passed() -> Report:
    found = clock.report()
    assert found is not None
    return found


@contextmanager
def lasting(seconds: float, *, at_most: float = GRID) -> Iterator[None]:
    """What is inside takes so much simulated time, and little real time."""
    began, really = clock.monotonic(), time.monotonic()
    yield
    assert seconds <= clock.monotonic() - began <= seconds + at_most
    assert time.monotonic() - really < SOON


@contextmanager
def in_no_time() -> Iterator[None]:
    with lasting(0):
        yield


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """The contexts of a server and of its client."""
    folder = tmp_path_factory.mktemp("tls")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    today, day = dt.datetime.now(dt.UTC), dt.timedelta(days=1)
    local = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(today - day)
        .not_valid_after(today + day)
        .add_extension(x509.SubjectAlternativeName([local, x509.DNSName("localhost")]), False)
        .sign(key, hashes.SHA256())
    )
    pem = folder / "both.pem"
    pem.write_bytes(
        certificate.public_bytes(Encoding.PEM)
        + key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(pem)
    client = ssl.create_default_context(cafile=str(pem))
    return server, client


Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
Ends = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@asynccontextmanager
async def served(
    handler: Handler, host: str = "127.0.0.1", ssl: ssl.SSLContext | None = None
) -> AsyncIterator[tuple[str, int]]:
    server = await asyncio.start_server(handler, host, 0, ssl=ssl)
    try:
        yield server.sockets[0].getsockname()[:2]
    finally:
        server.close()


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    except ConnectionError:
        pass
    writer.close()


async def silence(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read()
    writer.close()


# Timers


def test_hours_pass_in_milliseconds() -> None:
    async def main() -> None:
        before = clock.now()
        with lasting(30 * 3600, at_most=3 * GRID):  # The loop waits for a day at most at a time.
            await clock.sleep(30 * 3600)
        assert clock.now() - before >= dt.timedelta(hours=30)

    simulated(main())


def test_wall_and_monotonic_and_loop_time_go_together() -> None:
    async def main() -> None:
        loop, wall, steady = here(), clock.now(), clock.monotonic()
        assert wall.utcoffset() == dt.timedelta(0)
        await clock.sleep(86.4)
        assert loop.time() == clock.monotonic()
        assert (clock.now() - wall).total_seconds() == pytest.approx(clock.monotonic() - steady)

    simulated(main())


def test_timers_come_in_their_order_whenever_they_were_set() -> None:
    async def main() -> list[float]:
        loop, came = here(), list[float]()
        for delay in (3, 1, 2, 0.001, 1.5):
            loop.call_later(delay, came.append, delay)
        await clock.sleep(10)
        return came

    assert simulated(main()) == [0.001, 1, 1.5, 2, 3]


@given(delays=st.lists(st.integers(0, 10**6).map(lambda n: n / 77), min_size=1, max_size=20))
@settings(max_examples=30)
def test_no_timer_comes_early_or_a_millisecond_late(delays: list[float]) -> None:
    async def main() -> list[tuple[float, float]]:
        loop, came = here(), list[tuple[float, float]]()
        began = loop.time()
        for delay in delays:
            loop.call_later(delay, lambda d: came.append((d, loop.time() - began)), delay)
        await clock.sleep(max(delays) + 1)
        return came

    came = simulated(main())
    assert [delay for delay, _ in came] == sorted(delays)
    assert all(delay - 1e-8 <= at < delay + GRID for delay, at in came)


def test_what_comes_later_has_a_later_time() -> None:
    async def main() -> list[float]:
        times = list[float]()
        for _ in range(500):
            times.append(clock.monotonic())
            await clock.sleep(0)
        return times

    times = simulated(main())
    assert times == sorted(set(times))
    assert times[-1] - times[0] < 0.001


def test_many_rounds_do_not_change_the_millisecond_of_what_follows() -> None:
    async def main(rounds: int) -> int:
        for _ in range(rounds):
            await clock.sleep(0)
        await clock.sleep(5)
        return round(passed().elapsed * 1000)

    assert simulated(main(1)) == simulated(main(3000))


def test_polling_without_waiting_meets_its_deadline() -> None:
    async def main() -> None:
        async def poll() -> None:
            while True:
                await clock.sleep(0)

        with pytest.raises(TimeoutError):
            await asyncio.wait_for(poll(), 0.3)

    simulated(main())


def test_timeouts_expire_at_their_instant() -> None:
    async def main() -> None:
        with lasting(60), pytest.raises(TimeoutError):
            async with asyncio.timeout(60):
                await asyncio.get_running_loop().create_future()
        with lasting(5), pytest.raises(TimeoutError):
            await asyncio.wait_for(asyncio.Event().wait(), 5)
        with lasting(7):
            await asyncio.wait([asyncio.create_task(asyncio.Event().wait())], timeout=7)

    simulated(main())


# Connections


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
def test_big_transfers_take_no_time(
    tls: tuple[ssl.SSLContext, ssl.SSLContext], *, secured: bool
) -> None:
    size = 10_000_000

    async def main() -> None:
        server_side, client_side = tls if secured else (None, None)
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


def test_start_tls(tls: tuple[ssl.SSLContext, ssl.SSLContext]) -> None:
    server_side, client_side = tls

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


# WebSockets


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


def exchanges(
    tls: tuple[ssl.SSLContext, ssl.SSLContext], stations: int, number: int
) -> list[tuple[int, int, str]]:
    """Millisecond, station and message of each answer, over TLS."""
    server_side, client_side = tls

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
def test_a_busy_machine_changes_nothing(tls: tuple[ssl.SSLContext, ssl.SSLContext]) -> None:
    idle = exchanges(tls, 3, 130)
    busy = [
        subprocess.Popen([sys.executable, "-c", "while True: pass"])
        for _ in range(2 * (os.cpu_count() or 1))
    ]
    try:
        assert exchanges(tls, 3, 130) == idle
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


# Whatever connections do


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
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_connections_do_the_clock_goes_on(
    tls: tuple[ssl.SSLContext, ssl.SSLContext],
    plans: list[list[tuple[bool, str]]],
    *,
    secured: bool,
) -> None:
    server_side, client_side = tls if secured else (None, None)

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


# Work in flight


def test_a_job_holds_the_clock_and_asks_it() -> None:
    async def main() -> None:
        began, late = time.monotonic(), list[float]()
        here().call_later(0.001, lambda: late.append(time.monotonic() - began))

        def job() -> float:
            time.sleep(0.3)
            return clock.monotonic()

        with in_no_time():
            before = clock.monotonic()
            assert 0 <= await asyncio.to_thread(job) - before < 0.001
            assert not late
        await clock.sleep(1)
        assert late[0] >= 0.3

    simulated(main())


def test_a_job_that_nobody_waits_for_any_more_still_holds_the_clock() -> None:
    async def main() -> None:
        ended = threading.Event()

        def job() -> None:
            time.sleep(0.3)
            ended.set()

        waiting = asyncio.create_task(asyncio.to_thread(job))
        await clock.sleep(0)
        waiting.cancel()
        await clock.sleep(10)
        assert ended.is_set()

    simulated(main())


def test_a_hold_of_another_thread() -> None:
    async def main() -> None:
        loop, came, holding = here(), list[str](), threading.Event()

        def work() -> None:
            with loop.hold("a thread of our own"):
                holding.set()
                time.sleep(0.2)
                loop.call_soon_threadsafe(came.append, "work")

        thread = threading.Thread(target=work)
        thread.start()
        holding.wait()
        loop.call_later(0.01, came.append, "timer")
        await clock.sleep(1)
        thread.join()
        assert came == ["work", "timer"]

    simulated(main())


def test_what_is_still_held_after_long_is_told() -> None:
    async def main() -> None:
        with clock.hold("a job that hangs"):
            await clock.sleep(1)

    with (
        asyncio.Runner(loop_factory=lambda: SimulatedLoop(patience=0.2)) as runner,
        pytest.raises(clock.Stuck, match="a job that hangs"),
    ):
        runner.run(main())


def test_bytes_that_are_not_read_hold_the_clock() -> None:
    async def main() -> None:
        async with served(silence) as address:
            _, writer = await asyncio.open_connection(*address)
            await clock.sleep(1)
            for end in here()._ledger.ends.values():
                end.sent += 3  # As if the kernel took its time with them.
            await clock.sleep(1)
            writer.close()

    with (
        asyncio.Runner(loop_factory=lambda: SimulatedLoop(patience=0.2)) as runner,
        pytest.raises(clock.Stuck, match="3 bytes to"),
    ):
        runner.run(main())


# What others do


def test_a_child_process_takes_its_real_time() -> None:
    async def main() -> None:
        began, really = clock.monotonic(), time.monotonic()
        child = await asyncio.create_subprocess_exec("sleep", "0.2")
        await child.wait()
        assert 0.15 < clock.monotonic() - began <= time.monotonic() - really + GRID
        with lasting(3600):
            await clock.sleep(3600)

    simulated(main())


def test_a_deadline_for_a_child_process() -> None:
    async def main() -> None:
        child = await asyncio.create_subprocess_exec("sleep", "60", stdout=subprocess.PIPE)
        really = time.monotonic()
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.2):
                await child.communicate()
        assert 0.15 < time.monotonic() - really < SOON
        child.kill()
        await child.wait()

    simulated(main())


def test_what_a_child_process_says() -> None:
    async def main() -> None:
        program = "import time; time.sleep(0.1); print(input())"
        child = await asyncio.create_subprocess_exec(
            sys.executable, "-c", program, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        async with asyncio.timeout(SOON):
            said, _ = await child.communicate(b"hello\n")
        assert said == b"hello\n"

    simulated(main())


def test_a_connection_of_another_process_goes_at_the_real_pace() -> None:
    async def main() -> None:
        late = socket.create_server(("127.0.0.1", 0))

        def answer() -> None:
            end, _ = late.accept()
            time.sleep(0.2)
            end.sendall(b"at last")
            end.close()

        thread = threading.Thread(target=answer)  # To the loop, as another process.
        thread.start()
        reader, writer = await asyncio.open_connection(*late.getsockname())
        began = clock.monotonic()
        async with asyncio.timeout(SOON):
            assert await reader.read() == b"at last"
        assert 0.1 < clock.monotonic() - began < SOON
        writer.close()
        thread.join()
        late.close()
        with lasting(3600):
            await clock.sleep(3600)

    simulated(main())


def test_a_watched_descriptor_goes_at_the_real_pace() -> None:
    async def main() -> None:
        reading, writing = os.pipe()
        timer = threading.Timer(0.2, os.write, (writing, b"x"))
        timer.start()
        typed = asyncio.Event()
        here().add_reader(reading, typed.set)
        async with asyncio.timeout(SOON):
            await typed.wait()
        here().remove_reader(reading)
        timer.join()
        os.close(reading)
        os.close(writing)
        assert 0.15 < passed().elapsed < SOON

    simulated(main())


def test_signals_are_heard() -> None:
    async def main() -> None:
        heard = asyncio.Event()
        here().add_signal_handler(signal.SIGUSR1, heard.set)
        os.kill(os.getpid(), signal.SIGUSR1)
        await heard.wait()
        here().remove_signal_handler(signal.SIGUSR1)

    simulated(main())


def test_a_keyboard_interrupt_ends_the_run() -> None:
    async def main() -> None:
        timer = threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGINT))
        timer.start()
        await asyncio.get_running_loop().create_future()

    with pytest.raises(KeyboardInterrupt):
        simulated(main())


# One clock for each loop


def test_two_loops_in_two_threads_have_two_clocks() -> None:
    def run(seconds: float, elapsed: list[float]) -> None:
        async def main() -> None:
            for _ in range(10):
                await clock.sleep(seconds)
            elapsed.append(passed().elapsed)

        simulated(main())

    short, long = list[float](), list[float]()
    threads = [
        threading.Thread(target=run, args=(1, short)),
        threading.Thread(target=run, args=(1000, long)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert short[0] == pytest.approx(10, abs=0.02)
    assert long[0] == pytest.approx(10_000, abs=0.02)


def test_another_loop_and_no_loop_have_real_time() -> None:
    async def main() -> None:
        assert abs(clock.monotonic() - time.monotonic()) < SOON
        assert abs((clock.now() - dt.datetime.now(dt.UTC)).total_seconds()) < SOON
        assert not clock.is_simulated()
        assert clock.report() is None
        with clock.hold("nothing"), clock.real_pace("nothing"):
            await clock.sleep(0)

    clock.run(main(), simulated=False)
    assert abs(clock.monotonic() - time.monotonic()) < SOON
    assert clock.now().utcoffset() == dt.timedelta(0)


def test_the_pace_is_switched_and_time_goes_on_from_where_it_is() -> None:
    async def main() -> None:
        loop = here()
        await clock.sleep(3600)
        before, really = clock.monotonic(), time.monotonic()
        loop.simulated = False
        assert not clock.is_simulated()
        await clock.sleep(0.2)
        took = time.monotonic() - really
        assert took >= 0.2
        assert clock.monotonic() - before == pytest.approx(took, abs=0.05)
        loop.simulated = True
        at = clock.monotonic()
        assert at - before >= 0.2
        with lasting(3600):
            await clock.sleep(3600)

    simulated(main())


def test_it_is_told_how_time_passed() -> None:
    async def main() -> Report:
        for _ in range(5):
            await clock.sleep(100)
        return passed()

    told = simulated(main())
    assert told.simulated
    assert told.jumps == 5
    assert told.elapsed == pytest.approx(500, abs=0.01)
    assert 0 < told.real_elapsed < SOON


def test_a_chosen_start() -> None:
    start = dt.datetime(2030, 1, 1, tzinfo=dt.UTC)

    async def main() -> dt.datetime:
        await clock.sleep(90)
        return clock.now()

    with asyncio.Runner(loop_factory=lambda: SimulatedLoop(start)) as runner:
        assert runner.run(main()) - start < dt.timedelta(seconds=91)


def test_the_loop_hides_nothing_of_asyncio() -> None:
    plain, own = asyncio.SelectorEventLoop(), SimulatedLoop()
    try:
        theirs = set(dir(plain))
        private = {name for name in vars(SimulatedLoop) if name.startswith("_")}
        private = {name for name in private if not name.startswith("__")}
        assert not private & theirs
        assert len(vars(own)) == len(vars(plain)) + 8
    finally:
        plain.close()
        own.close()


def test_pytest_asyncio_takes_the_loop_factory(tmp_path: Path) -> None:
    (tmp_path / "pytest.ini").write_text(
        "[pytest]\nasyncio_default_fixture_loop_scope = session\n", "utf-8"
    )
    (tmp_path / "conftest.py").write_text(
        """
from harness import clock

def pytest_asyncio_loop_factories(config, item):
    return {"simulated": clock.loop_factory(simulated=True)}
""",
        "utf-8",
    )
    (tmp_path / "test_it.py").write_text(
        """
import pytest, pytest_asyncio
from harness import clock

pytestmark = pytest.mark.asyncio(loop_scope="session")

@pytest_asyncio.fixture(scope="session")
async def began():
    return clock.monotonic()

async def test_one(began):
    await clock.sleep(3600)

async def test_two(began):
    assert clock.monotonic() - began >= 3600
""",
        "utf-8",
    )
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)]
    places = f"{Path(clock.__file__).parents[2]}{os.pathsep}{os.environ.get('PYTHONPATH', '')}"
    done = subprocess.run(
        command,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": places},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "2 passed" in done.stdout, done.stdout + done.stderr
