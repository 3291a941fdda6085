"""Shared by the tests of the operators."""

import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

from aiohttp import web

from harness.operators import Operator, make
from harness.spec.roles import Role
from harness.sut.model import OperatorSpec, Sut

SUT = Sut("Product", Role.STATION, identity="CS 1")


def operator(kind: str, **settings: Any) -> Operator:
    """An operator of this kind with these settings."""
    return make(OperatorSpec(kind, settings), SUT)


@asynccontextmanager
async def served(app: web.Application) -> AsyncIterator[str]:
    """The URL at which an interface listens meanwhile, without a slash at its end."""
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@contextmanager
def deaf_port() -> Iterator[int]:
    """A port that refuses connections, and that nobody else can take meanwhile."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield bound.getsockname()[1]
