"""The file server by SFTP: what else a client may ask for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import asyncssh
import pytest

from harness import clock
from harness.connection import sftp_files
from harness.connection.file_server import FileServer
from harness.connection.file_shelf import Outcome
from harness.tests.file_servers import FIRMWARE, client, serving
from harness.tests.simulated_time import simulated

HALF = len(FIRMWARE) // 2
#: What asyncssh's server does for every file system alike.
_HARMLESS = {
    "channel", "connection", "convert_attrs", "env", "exit", "format_group", "format_longname",
    "format_user", "lock", "logger", "map_path", "reverse_map_path", "unlock",
}  # fmt: skip

Use = Callable[[FileServer, asyncssh.SFTPClient], Awaitable[None]]


@asynccontextmanager
async def connected(server: FileServer) -> AsyncIterator[asyncssh.SSHClientConnection]:
    named = urlsplit(server.url(""))
    assert named.hostname
    assert named.port
    async with asyncssh.connect(
        named.hostname,
        named.port,
        username=named.username or "",
        password=named.password,
        known_hosts=None,
        client_keys=None,
        config=None,
        agent_path=None,
        gss_host=None,
    ) as connection:
        yield connection


def served(use: Use) -> None:
    async def run() -> None:
        async with (
            serving("SFTP") as server,
            connected(server) as connection,
            connection.start_sftp_client() as station,
        ):
            await use(server, station)

    simulated(run())


def path_of(url: str) -> str:
    return urlsplit(url).path


def test_a_fetch_goes_on_where_it_was_broken_off() -> None:
    async def use(server: FileServer, station: asyncssh.SFTPClient) -> None:
        path = path_of(server.give("firmware.bin", FIRMWARE))
        assert await station.getsize(path) == len(FIRMWARE)
        async with station.open(path, "rb") as file:
            assert await file.read(1000, 500) == FIRMWARE[500:1500]
            assert await file.read(-1, HALF) == FIRMWARE[HALF:]
        seen = [(each.first, each.size, each.outcome) for each in server.shelf.transfers]
        assert seen == [(500, 1000, Outcome.ABORTED), (HALF, HALF, Outcome.COMPLETE)]

    served(use)


def test_a_delivery_goes_on_where_it_was_broken_off() -> None:
    async def run() -> None:
        async with serving("SFTP") as server:
            upload = server.take("log")
            path = path_of(upload.url)
            async with connected(server) as killed, killed.start_sftp_client() as station:
                file = await station.open(path, "wb")
                await file.write(FIRMWARE[:HALF])
                killed.abort()
            await clock.sleep(1)
            assert upload.file is None
            async with connected(server) as connection, connection.start_sftp_client() as station:
                assert await station.getsize(path) == HALF
                async with station.open(path, "ab") as file:
                    await file.write(FIRMWARE[HALF:])
            assert upload.file is not None
            assert upload.file.content == FIRMWARE
            ended = [(each.first, each.outcome) for each in server.shelf.transfers]
            assert ended == [(0, Outcome.ABORTED), (HALF, Outcome.COMPLETE)]

    simulated(run())


def test_what_was_delivered_can_be_given_its_name_at_the_end() -> None:
    async def use(server: FileServer, station: asyncssh.SFTPClient) -> None:
        upload = server.take("log")
        path = path_of(upload.url)
        async with station.open(f"{path}/l.part", "wb") as file:
            await file.write(b"log")
        with pytest.raises(asyncssh.SFTPError):
            await station.rename(f"{path}/l.part", "/elsewhere")
        await station.posix_rename(f"{path}/l.part", f"{path}/l.zip")
        assert upload.file is not None
        assert upload.file.name == "l.zip"

    served(use)


def test_nothing_else_is_there() -> None:
    async def use(server: FileServer, station: asyncssh.SFTPClient) -> None:
        path = path_of(server.give("firmware.bin", FIRMWARE))
        assert await station.listdir("/") == []
        assert await station.listdir(path.rpartition("/")[0]) == ["firmware.bin"]
        assert await station.realpath("../../etc") == "/etc"
        refused: list[Awaitable[object]] = [
            station.stat("/etc/passwd"),
            station.mkdir("/new"),
            station.remove(path),
            station.rmdir("/"),
            station.symlink("/etc/passwd", "/link"),
            station.link(path, "/link"),
            station.readlink("/etc"),
            station.statvfs("/"),
            station.open("/etc/passwd", "rb"),
            station.open("/new", "wb"),
            station.open(path, "wb"),
        ]
        for each in refused:
            with pytest.raises(asyncssh.SFTPError):
                await each

    served(use)


def test_no_shell_and_no_other_connection() -> None:
    async def run() -> None:
        async with serving("SFTP") as server, connected(server) as connection:
            with pytest.raises(asyncssh.Error):
                await connection.run("true")
            with pytest.raises(asyncssh.Error):
                await connection.open_connection("127.0.0.1", 22)
            with pytest.raises(asyncssh.ChannelListenError):
                await connection.forward_remote_port("127.0.0.1", 0, "127.0.0.1", 22)

    simulated(run())


def test_every_call_that_could_reach_the_disk_is_ours() -> None:
    theirs = {name for name in vars(asyncssh.SFTPServer) if not name.startswith("_")}
    ours = {name for name in vars(sftp_files._Files) if not name.startswith("_")}
    assert theirs - ours == _HARMLESS


def test_noise_ends_at_most_its_own_session() -> None:
    async def run() -> None:
        async with serving("SFTP") as server:
            url = server.give("firmware.bin", FIRMWARE)
            _, writer = await asyncio.open_connection("127.0.0.1", urlsplit(url).port)
            writer.write(b"GET / HTTP/1.1\r\n" * 1000)
            await clock.sleep(100)
            writer.transport.abort()
            assert await client("SFTP", url).fetch() == FIRMWARE

    simulated(run())
