"""Runs that end while the new CSMS root is shown: the next one finds out which root is trusted."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from harness.connection.station_link import StationLink
from harness.pki.keys import KeyPair
from harness.pki.keyset import Pki, create
from harness.spec.roles import Role
from harness.sut.model import Listen, Sut
from harness.testbed.kits import embedded_sut

PASSWORD = "0123456789abcdef"


def described() -> Sut:
    listen = Listen(host="127.0.0.1", bind="127.0.0.1", port=0, port_2=0)
    plain = embedded_sut(Role.STATION)
    return replace(plain, listen=listen, security_profile=2, password=PASSWORD)


def made(folder: Path) -> Pki:
    return create(folder, "serial", hosts=("127.0.0.1",))


@asynccontextmanager
async def serving(folder: Path, *, lasting: bool = True) -> AsyncGenerator[StationLink]:
    """A run, which ends as one that is killed does: nothing is put back."""
    link = StationLink(described(), made(folder), lasting=lasting)
    await link.start()
    try:
        yield link
    finally:
        await link.stop()


class Listener:
    """Is told what became of each attempt."""

    def __init__(self) -> None:
        self.attempts: asyncio.Queue[bool] = asyncio.Queue()

    def opened(self, *_: object) -> None:
        self.attempts.put_nowait(True)

    def closed(self, *_: object) -> None:
        pass

    def refused(self, *_: object) -> None:
        self.attempts.put_nowait(False)

    async def received(self, *_: object) -> None:
        pass


async def comes_in(link: StationLink, trusted: KeyPair, number: int = 1) -> bool:
    """One attempt of a station that trusts a single root, as both ends see it."""
    link.audience = listener = Listener()
    context = ssl.create_default_context(cafile=trusted.certificate)
    url = f"{link.endpoint(number).url}/{described().identity}"
    address = url.replace("wss://", f"wss://{described().identity}:{PASSWORD}@")
    try:
        async with connect(address, ssl=context, subprotocols=[Subprotocol("ocpp2.0.1")]):
            came = True
    except ssl.SSLCertVerificationError:
        came = False
    assert await listener.attempts.get() is came
    return came


async def shown_new(folder: Path, *, lasting: bool = True) -> tuple[KeyPair, KeyPair]:
    """The old and the new root of a run that was killed while it showed the new one."""
    async with serving(folder, lasting=lasting) as link:
        for number in (1, 2):
            link.serve_root(number, new=True)
        return link.keys.old_root, link.keys.new_root


def serial(root: KeyPair) -> int:
    return root.parsed.serial_number


@pytest.mark.asyncio
@pytest.mark.parametrize("number", [1, 2])
async def test_a_station_that_moved_in_a_run_that_was_killed_is_served_by_its_root(
    tmp_path: Path, number: int
) -> None:
    _, moved = await shown_new(tmp_path)
    async with serving(tmp_path) as link:
        tried = [await comes_in(link, moved, number) for _ in range(3)]
        assert tried == [False, True, True]
        assert serial(link.keys.old_root) == serial(moved)
        assert serial(link.keys.new_root) != serial(moved)
        assert await comes_in(link, moved, 3 - number)
    after = made(tmp_path)
    assert (serial(after.old_root), after.root_in_doubt) == (serial(moved), False)


@pytest.mark.asyncio
async def test_a_station_that_stayed_is_served_by_the_root_that_it_was_set_up_with(
    tmp_path: Path,
) -> None:
    kept, other = await shown_new(tmp_path)
    former = serial(other)
    async with serving(tmp_path) as link:
        # A stranger that trusts neither is no reason to go on showing the new one.
        assert not await comes_in(link, link.keys.unknown_root)
        assert [await comes_in(link, kept) for _ in range(2)] == [False, True]
        assert not await comes_in(link, other)
        assert await comes_in(link, kept, 2)
    after = made(tmp_path)
    assert (serial(after.old_root), after.root_in_doubt) == (serial(kept), False)
    assert serial(after.new_root) != former


@pytest.mark.asyncio
async def test_what_a_run_put_back_is_not_in_doubt(tmp_path: Path) -> None:
    async with serving(tmp_path) as link:
        link.serve_root(1, new=True)
        assert await comes_in(link, link.keys.new_root)
        link.serve_root(1, new=False)
        # It may have the new one alone until it has come in by the old one.
        assert made(tmp_path).root_in_doubt
        assert await comes_in(link, link.keys.old_root)
    assert not made(tmp_path).root_in_doubt


@pytest.mark.asyncio
async def test_what_can_be_set_up_anew_leaves_nothing_behind(tmp_path: Path) -> None:
    await shown_new(tmp_path, lasting=False)
    assert not made(tmp_path).root_in_doubt
