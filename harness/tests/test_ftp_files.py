"""The file server by FTP, word by word."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest

from harness import clock
from harness.connection.file_server import FileServer
from harness.connection.file_shelf import Outcome
from harness.tests.file_servers import FIRMWARE, client, serving
from harness.tests.simulated_time import simulated

HALF = len(FIRMWARE) // 2


@dataclass
class Client:
    """What a client says and hears."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    host: str

    async def say(self, line: str) -> str:
        """The last line of the answer."""
        self.writer.write(f"{line}\r\n".encode())
        return await self.hear()

    async def hear(self) -> str:
        while (line := (await self.reader.readline()).decode()) and line[3:4] != " ":
            pass
        return line

    async def data(self, command: str, *, source: str = "127.0.0.1") -> tuple[str, Client]:
        """Open a data connection for a command; the first answer, and the connection."""
        port = int((await self.say("EPSV")).split("|")[3])
        reader, writer = await asyncio.open_connection(self.host, port, local_addr=(source, 0))
        return await self.say(command), Client(reader, writer, self.host)

    def vanish(self) -> None:
        """As one whose process is killed."""
        self.writer.transport.abort()


Use = Callable[[FileServer, Client], Awaitable[None]]


async def connected(server: FileServer, *, log_in: bool = True) -> Client:
    named = urlsplit(server.url(""))
    assert named.hostname
    found = Client(*await asyncio.open_connection(named.hostname, named.port), named.hostname)
    assert (await found.hear()).startswith("220 ")
    if log_in:
        assert (await found.say(f"USER {named.username}")).startswith("331 ")
        assert (await found.say(f"PASS {named.password}")).startswith("230 ")
    return found


def served(use: Use, *, log_in: bool = True) -> None:
    async def run() -> None:
        async with serving("FTP") as server:
            station = await connected(server, log_in=log_in)
            await use(server, station)
            station.writer.close()

    simulated(run())


def path_of(url: str) -> str:
    return urlsplit(url).path


def test_a_fetch_goes_on_where_it_was_broken_off() -> None:
    async def use(server: FileServer, station: Client) -> None:
        path = path_of(server.give("firmware.bin", FIRMWARE))
        assert await station.say(f"SIZE {path}") == f"213 {len(FIRMWARE)}\r\n"
        assert (await station.say("REST 1000")).startswith("350 ")
        said, data = await station.data(f"RETR {path}")
        assert said.startswith("150 ")
        assert await data.reader.read() == FIRMWARE[1000:]
        data.writer.close()
        assert (await station.hear()).startswith("226 ")
        (transfer,) = server.shelf.transfers
        assert (transfer.first, transfer.size) == (1000, len(FIRMWARE) - 1000)
        assert not server.shelf.fetched("firmware.bin", len(FIRMWARE))

    served(use)


def test_a_delivery_goes_on_where_it_was_broken_off() -> None:
    async def use(server: FileServer, first: Client) -> None:
        upload = server.take("log")
        _, data = await first.data(f"STOR {path_of(upload.url)}")
        data.writer.write(FIRMWARE[:HALF])
        await data.writer.drain()
        data.writer.close()
        first.writer.close()
        await clock.sleep(1)
        assert upload.file is None

        station = await connected(server)
        assert await station.say(f"SIZE {path_of(upload.url)}") == f"213 {HALF}\r\n"
        _, data = await station.data(f"APPE {path_of(upload.url)}")
        data.writer.write(FIRMWARE[HALF:])
        data.writer.close()
        assert (await station.hear()).startswith("226 ")
        assert upload.file is not None
        assert upload.file.content == FIRMWARE
        ended = [(each.first, each.outcome) for each in server.shelf.transfers]
        assert ended == [(0, Outcome.ABORTED), (HALF, Outcome.COMPLETE)]

    served(use)


@pytest.mark.parametrize("delivers", [True, False])
def test_a_killed_client_is_seen_to_be(delivers: bool) -> None:
    async def use(server: FileServer, station: Client) -> None:
        server.shelf.free.clear()
        upload = server.take("log")
        path = path_of(server.give("firmware.bin", FIRMWARE))
        command = f"STOR {path_of(upload.url)}" if delivers else f"RETR {path}"
        _, data = await station.data(command)
        data.writer.write(FIRMWARE[:HALF] if delivers else b"")
        await clock.sleep(5)
        data.vanish()
        station.vanish()
        await clock.sleep(5)
        assert [each.outcome for each in server.shelf.transfers] == [Outcome.ABORTED]
        assert upload.file is None
        (await connected(server)).writer.close()

    served(use)


def test_who_reads_only_the_beginning_has_not_fetched_all() -> None:
    async def use(server: FileServer, station: Client) -> None:
        _, data = await station.data(f"RETR {path_of(server.give('firmware.bin', FIRMWARE))}")
        await data.reader.readexactly(10)
        data.vanish()
        assert (await station.hear()).startswith("426 ")
        (transfer,) = server.shelf.transfers
        assert transfer.outcome is Outcome.ABORTED

    served(use)


def test_a_transfer_can_be_broken_off() -> None:
    async def use(server: FileServer, station: Client) -> None:
        server.shelf.free.clear()
        await station.data(f"RETR {path_of(server.give('firmware.bin', FIRMWARE))}")
        await clock.sleep(5)
        assert (await station.say("ABOR")).startswith("426 ")
        assert (await station.hear()).startswith("226 ")
        assert (await station.say("NOOP")).startswith("200 ")
        assert [each.outcome for each in server.shelf.transfers] == [Outcome.ABORTED]

    served(use)


def test_what_was_delivered_can_be_given_its_name_at_the_end() -> None:
    async def use(server: FileServer, station: Client) -> None:
        upload = server.take("log")
        path = path_of(upload.url)
        _, data = await station.data(f"STOR {path}/l.part")
        data.writer.write(b"log")
        data.writer.close()
        await station.hear()
        assert (await station.say(f"RNFR {path}/l.part")).startswith("350 ")
        assert (await station.say("RNTO /elsewhere")).startswith("553 ")
        await station.say(f"RNFR {path}/l.part")
        assert (await station.say(f"RNTO {path}/l.zip")).startswith("250 ")
        assert upload.file is not None
        assert (upload.file.name, upload.file.content) == ("l.zip", b"log")

    served(use)


def test_folders_are_those_of_the_files_and_none_is_made() -> None:
    async def use(server: FileServer, station: Client) -> None:
        folder, name = path_of(server.give("firmware.bin", FIRMWARE))[1:].split("/")
        assert (await station.say(f"CWD {folder}")).startswith("250 ")
        assert await station.say("PWD") == f'257 "/{folder}"\r\n'
        assert (await station.say(f"SIZE {name}")).startswith("213 ")
        _, data = await station.data("NLST")
        assert await data.reader.read() == b"firmware.bin\r\n"
        data.writer.close()
        assert (await station.hear()).startswith("226 ")
        for up in ("CDUP", "CDUP", "CWD ../../.."):
            assert (await station.say(up)).startswith("250 ")
            assert await station.say("PWD") == '257 "/"\r\n'
        for refused in ("CWD etc", "MKD new", "CWD new", "DELE x", f"RMD {folder}", "SITE EXEC ls"):
            assert (await station.say(refused))[0] == "5"
        _, data = await station.data("LIST -a /")
        assert await data.reader.read() == b""

    served(use)


def test_a_data_connection_of_somebody_else_gets_nothing() -> None:
    async def use(server: FileServer, station: Client) -> None:
        path = path_of(server.give("firmware.bin", FIRMWARE))
        _, stranger = await station.data(f"RETR {path}", source="127.0.0.3")
        assert await stranger.reader.read() == b""
        assert not server.shelf.transfers

    served(use)


def test_nobody_connects() -> None:
    async def use(server: FileServer, station: Client) -> None:
        path = path_of(server.give("firmware.bin", FIRMWARE))
        assert (await station.say(f"RETR {path}")).startswith("425 ")
        assert (await station.say("PASV")).startswith("227 ")
        assert (await station.say(f"RETR {path}")).startswith("150 ")
        assert (await station.hear()).startswith("425 ")

    served(use)


def test_before_the_login_nothing_is_told() -> None:
    async def use(server: FileServer, station: Client) -> None:
        path = path_of(server.give("firmware.bin", FIRMWARE))
        for command in (f"SIZE {path}", f"RETR {path}", "EPSV", "PASV", "PWD", "NLST", "CWD /"):
            assert (await station.say(command)).startswith("530 ")
        assert (await station.say("AUTH TLS")).startswith("502 ")

    served(use, log_in=False)


def test_who_is_told_ftps_does_not_come_in_by_ftp() -> None:
    async def run() -> None:
        async with serving("FTPS") as server:
            named = urlsplit(server.give("firmware.bin", FIRMWARE))
            station = await connected(server, log_in=False)
            assert (await station.say(f"USER {named.username}")).startswith("530 ")
            assert (await station.say(f"PASS {named.password}")).startswith("530 ")
            assert (await station.say(f"SIZE {named.path}")).startswith("530 ")
            assert {each.outcome for each in server.shelf.transfers} == {Outcome.DENIED}
            station.writer.close()

    simulated(run())


@pytest.mark.parametrize("noise", [b"\x00\xff\n" * 5, b"A" * 1_000_000, b"\x16\x03\x01\x02\x00"])
@pytest.mark.parametrize("kind", ["FTP", "FTPS"])
def test_noise_ends_at_most_its_own_session(kind: str, noise: bytes) -> None:
    async def run() -> None:
        async with serving(kind) as server:
            url = server.give("firmware.bin", FIRMWARE)
            _, writer = await asyncio.open_connection("127.0.0.1", urlsplit(url).port)
            writer.write(noise)
            await clock.sleep(100)
            writer.transport.abort()
            assert await client(kind, url).fetch() == FIRMWARE

    simulated(run())
