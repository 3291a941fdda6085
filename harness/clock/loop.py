"""An event loop whose time is simulated: it moves on to the next timer when everything is quiet.

Only public methods of asyncio's loop are overridden, and sockets are counted from where they come
in (``create_connection``, ``create_server``, ``connect_accepted_socket``). Sockets of a UNIX pair
need no count: what is written is there to be read at once.
"""

from __future__ import annotations

import asyncio
import selectors
import socket
import threading
import time
from collections.abc import Callable, Generator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from datetime import UTC, datetime
from typing import Any

from harness.clock.connecting import Target, connected
from harness.clock.foreign import Foreign
from harness.clock.servers import SeveralServers
from harness.clock.sockets import CountedSocket, Ledger, is_loopback
from harness.clock.timekeeper import Timekeeper

#: Real seconds of a wait after which it is looked again how long it has lasted. A process that was
#: stopped meanwhile has waited no longer than this.
_SLICE = 1.0
_TCP = (socket.AF_INET, socket.AF_INET6)
#: Arguments of ``create_connection`` that say where to; happy eyeballs are not wanted on loopback.
_WHERE = ("family", "proto", "flags", "local_addr")
_RACE = ("happy_eyeballs_delay", "interleave", "all_errors")
#: Arguments of ``create_server`` that do not say where.
_SERVING = ("backlog", "ssl", "ssl_handshake_timeout", "ssl_shutdown_timeout", "start_serving")
Poll = Callable[[float | None], "list[tuple[selectors.SelectorKey, int]]"]


class Stuck(RuntimeError):
    """Something that holds the clock did not come to an end."""


class _Selector(selectors.DefaultSelector):
    """Asks the loop how long to wait."""

    wait: Callable[[Poll, float | None], list[tuple[selectors.SelectorKey, int]]]

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        return self.wait(super().select, timeout)

    def watched(self, fd: int) -> int:
        """For which events a file descriptor is registered."""
        try:
            return self.get_key(fd).events
        except KeyError:
            return 0


class SimulatedLoop(asyncio.SelectorEventLoop):
    """Time stands still while something of this loop is on its way or being done.

    While something of others is (a child process, a connection with another process), it goes at
    the real pace. Otherwise it moves on to the next timer.

    ``start``: wall time at the start, the real one if absent. ``patience``: real seconds after
    which a wait for something of our own is an error.
    """

    def __init__(self, start: datetime | None = None, patience: float = 30.0) -> None:
        self._clock = Timekeeper(start or datetime.now(UTC))
        self._patience = patience
        self._ledger = Ledger()
        self._holds: dict[object, str] = {}
        self._paces: dict[object, str] = {}
        self._others = Foreign()
        self._thread = 0
        self._watching = _Selector()
        self._watching.wait = self._wait
        super().__init__(self._watching)

    # What users ask

    @property
    def simulated(self) -> bool:
        """Whether time is simulated; settable: both ways it goes on from where it is."""
        return self._clock.simulated

    @simulated.setter
    def simulated(self, wanted: bool) -> None:
        self._clock.simulated = wanted

    @property
    def clock(self) -> Timekeeper:
        """The time, and how it has passed."""
        return self._clock

    def time(self) -> float:
        """Monotonic seconds."""
        return self._clock.monotonic()

    @contextmanager
    def hold(self, why: str) -> Generator[None]:
        """Time stands still meanwhile; from any thread."""
        with self._during(self._holds, why):
            yield

    @contextmanager
    def real_pace(self, why: str) -> Generator[None]:
        """Time goes as fast as the real one meanwhile; from any thread."""
        with self._during(self._paces, why):
            yield

    @contextmanager
    def _during(self, reasons: dict[object, str], why: str) -> Generator[None]:
        token = object()
        reasons[token] = why
        try:
            yield
        finally:
            del reasons[token]
            if threading.get_ident() != self._thread:
                with suppress(RuntimeError):  # The loop is closed.
                    self.call_soon_threadsafe(_look_again)

    # Waiting

    def _wait(self, poll: Poll, timeout: float | None) -> list[tuple[selectors.SelectorKey, int]]:
        if not self._clock.simulated:
            return poll(timeout)
        self._thread = threading.get_ident()
        self._clock.tick()
        ready = poll(0)
        if ready or (timeout is not None and timeout <= 0):
            return ready
        # Looked at again after it is known that nothing is on its way: what a thread handed over
        # before it gave its hold back is there by then.
        ready = self._until_quiet(poll) or poll(0)
        if ready:
            return ready
        if self._foreign():
            return self._really(poll, timeout)
        if timeout is None:
            return poll(None)
        self._clock.jump(timeout)
        return []

    def _until_quiet(self, poll: Poll) -> list[tuple[selectors.SelectorKey, int]]:
        waited = 0.0
        while pending := self._pending():
            began = time.monotonic()
            ready = poll(min(_SLICE, self._patience))
            if ready:
                return ready
            waited += min(time.monotonic() - began, _SLICE)
            if waited >= self._patience:
                self._clock.simulated = False  # So that what is left can be tidied up.
                raise Stuck(f"the clock has waited {waited:.0f} s for {pending}")
        return []

    def _really(self, poll: Poll, timeout: float | None) -> list[tuple[selectors.SelectorKey, int]]:
        began = time.monotonic()
        ready = poll(timeout)
        took = time.monotonic() - began
        self._clock.pass_by(took if timeout is None or ready else max(took, timeout))
        return ready

    def _pending(self) -> str:
        held = next(iter(list(self._holds.values())), "")
        return held or self._ledger.pending(self._watching.watched)

    def _foreign(self) -> str:
        pace = next(iter(list(self._paces.values())), "")
        return pace or self._others.reason() or self._ledger.foreign()

    # Work that holds the clock

    def run_in_executor(
        self, executor: Executor | None, func: Callable[..., Any], *args: Any
    ) -> asyncio.Future[Any]:
        """Time stands still until the job is done and its result is known."""
        token, what = object(), f"the job {getattr(func, '__qualname__', func)!s}"

        def job(*args: Any) -> Any:
            with self.hold(what), _asked_by_this_thread(self):
                return func(*args)

        in_a_thread = executor is None or isinstance(executor, ThreadPoolExecutor)
        self._holds[token] = what
        try:
            future = super().run_in_executor(executor, job if in_a_thread else func, *args)
        except BaseException:
            del self._holds[token]
            raise
        future.add_done_callback(lambda _: self._holds.pop(token))
        return future

    async def shutdown_default_executor(self, *args: Any, **options: Any) -> None:
        """Time stands still until the threads have ended."""
        with self.hold("the end of the executor's threads"):
            await super().shutdown_default_executor(*args, **options)

    # Sockets

    async def sock_connect(self, sock: socket.socket, address: Any) -> None:
        """On this machine it is the kernel that answers: time stands still for it."""
        why, host = f"the connection to {address}", str(address[0])
        local = sock.family not in _TCP or is_loopback(host) or host == "localhost"
        with self.hold(why) if local else self.real_pace(why):
            self._ledger.connecting += 1
            try:
                await super().sock_connect(sock, address)
                if isinstance(sock, CountedSocket):
                    self._ledger.connected(sock)
            finally:
                self._ledger.connecting -= 1

    async def create_connection(
        self,
        protocol_factory: Any,
        host: Any = None,
        port: Any = None,
        *,
        ssl: Any = None,
        sock: socket.socket | None = None,
        server_hostname: str | None = None,
        **options: Any,
    ) -> Any:
        """Connect with a socket that counts; addresses are tried one after the other."""
        where = {name: options.pop(name) for name in _WHERE if name in options}
        for name in _RACE:
            options.pop(name, None)
        if sock is None and (host is not None or port is not None):
            sock = await connected(self, Target(host, port, **where))
            if ssl and server_hostname is None:
                server_hostname = host
        return await super().create_connection(
            protocol_factory,
            sock=None if sock is None else self._counted(sock),
            ssl=ssl,
            server_hostname=server_hostname,
            **options,
        )

    async def create_server(
        self, protocol_factory: Any, host: Any = None, port: Any = None, **options: Any
    ) -> Any:
        """Serve with sockets that count."""
        given: socket.socket | None = options.get("sock")
        if given is not None:
            sockets = [CountedSocket.of(given)]
        else:
            where: Any = {**options, "start_serving": False}
            bound = await super().create_server(protocol_factory, host, port, **where)
            sockets = [CountedSocket(fileno=each.dup().detach()) for each in bound.sockets]
            bound.close()
        serving = {name: options[name] for name in _SERVING if name in options}
        servers: list[asyncio.Server] = []
        for sock in sockets:
            self._ledger.listening(sock)
            servers.append(await super().create_server(protocol_factory, sock=sock, **serving))
        return servers[0] if len(servers) == 1 else SeveralServers(servers)

    async def connect_accepted_socket(
        self, protocol_factory: Any, sock: socket.socket, **options: Any
    ) -> Any:
        """Serve on a connection that was accepted elsewhere, or on one end of a pair."""
        counted = self._counted(sock)
        return await super().connect_accepted_socket(protocol_factory, counted, **options)

    def _counted(self, sock: socket.socket) -> socket.socket:
        if isinstance(sock, CountedSocket):
            return sock
        if sock.family in _TCP and sock.type == socket.SOCK_STREAM and type(sock) is socket.socket:
            counted = CountedSocket.of(sock)
            self._ledger.connected(counted)
            return counted
        self._others.look_at(sock)
        return sock

    async def sendfile(self, *_: Any, **_options: Any) -> int:
        """Not counted, so not offered: callers read the file and write it themselves."""
        raise NotImplementedError("use writes")

    async def sock_recv(self, sock: socket.socket, n: int) -> bytes:
        """Receive; on a socket that is not counted at the real pace, as below."""
        with self._pace_of(sock):
            return await super().sock_recv(sock, n)

    async def sock_recv_into(self, sock: socket.socket, buf: Any) -> int:
        """Receive into a buffer."""
        with self._pace_of(sock):
            return await super().sock_recv_into(sock, buf)

    async def sock_sendall(self, sock: socket.socket, data: Any) -> None:
        """Send."""
        with self._pace_of(sock):
            await super().sock_sendall(sock, data)

    async def sock_accept(self, sock: socket.socket) -> tuple[socket.socket, Any]:
        """Accept."""
        with self._pace_of(sock):
            return await super().sock_accept(sock)

    def _pace_of(self, sock: socket.socket) -> AbstractContextManager[None]:
        if isinstance(sock, CountedSocket):
            return nullcontext()
        return self.real_pace(f"the socket {sock.fileno()}, which is not counted")

    # What others do

    async def subprocess_exec(self, *args: Any, **options: Any) -> Any:
        """Start a program: the real pace until it ends."""
        with self.real_pace("the start of a child process"):
            transport, protocol = await super().subprocess_exec(*args, **options)
        self._others.children.add(transport)
        return transport, protocol

    async def subprocess_shell(self, *args: Any, **options: Any) -> Any:
        """Start a command: the real pace until it ends."""
        with self.real_pace("the start of a child process"):
            transport, protocol = await super().subprocess_shell(*args, **options)
        self._others.children.add(transport)
        return transport, protocol

    async def connect_read_pipe(self, protocol_factory: Any, pipe: Any) -> Any:
        """Read a pipe: the real pace until it is closed."""
        return self._outside(await super().connect_read_pipe(protocol_factory, pipe))

    async def connect_write_pipe(self, protocol_factory: Any, pipe: Any) -> Any:
        """Write into a pipe: the real pace until it is closed."""
        return self._outside(await super().connect_write_pipe(protocol_factory, pipe))

    async def create_datagram_endpoint(self, *args: Any, **options: Any) -> Any:
        """Datagrams are not counted: the real pace until it is closed."""
        return self._outside(await super().create_datagram_endpoint(*args, **options))

    async def create_unix_connection(self, *args: Any, **options: Any) -> Any:
        """Connect to a UNIX socket: the real pace, unless it is one end of a pair of our own."""
        made = await super().create_unix_connection(*args, **options)
        return made if options.get("sock") else self._outside(made)

    async def create_unix_server(self, *args: Any, **options: Any) -> Any:
        """Serve on a UNIX socket: the real pace until it ends."""
        server = await super().create_unix_server(*args, **options)
        self._others.servers.add(server)
        return server

    def _outside(self, made: tuple[Any, Any]) -> tuple[Any, Any]:
        self._others.transports.add(made[0])
        return made

    def add_reader(self, fd: Any, callback: Any, *args: Any) -> None:
        """Watch a descriptor: the real pace as long as it is watched."""
        super().add_reader(fd, callback, *args)
        self._others.descriptors.add(_number(fd))

    def remove_reader(self, fd: Any) -> bool:
        """Watch it no more."""
        self._others.descriptors.discard(_number(fd))
        return super().remove_reader(fd)


_job_of = threading.local()


@contextmanager
def _asked_by_this_thread(loop: SimulatedLoop) -> Generator[None]:
    _job_of.loop = loop
    try:
        yield
    finally:
        del _job_of.loop


def simulated_loop() -> SimulatedLoop | None:
    """The loop that runs in this thread, or whose job does; None if it is of another kind."""
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        loop = getattr(_job_of, "loop", None)
    return loop if isinstance(loop, SimulatedLoop) else None


def _number(fd: Any) -> int:
    return fd if isinstance(fd, int) else fd.fileno()


def _look_again() -> None:
    """Nothing to do: the loop only has to go round."""
