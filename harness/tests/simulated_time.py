"""What the tests of simulated time share."""

from __future__ import annotations

import asyncio
import datetime as dt
import ipaddress
import ssl
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from harness import clock
from harness.clock import Report, SimulatedLoop

Result = TypeVar("Result")
TlsContexts = tuple[ssl.SSLContext, ssl.SSLContext]

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


@cache
def tls_contexts() -> TlsContexts:
    """The contexts of a server and of its client."""
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
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with TemporaryDirectory() as folder:
        both = Path(folder) / "both.pem"
        both.write_bytes(certificate.public_bytes(Encoding.PEM) + private)
        server.load_cert_chain(both)
    authority = certificate.public_bytes(Encoding.PEM).decode()
    return server, ssl.create_default_context(cadata=authority)


Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


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
