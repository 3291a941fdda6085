"""The file server: what it gives and takes, and what it saw of it."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import aiohttp
import pytest

from harness import clock
from harness.connection.file_server import FileServer
from harness.connection.file_shelf import Outcome, Shelf
from harness.tests.simulated_time import lasting, simulated, tls_contexts

FIRMWARE = bytes(range(256)) * 1000

Use = Callable[[FileServer, aiohttp.ClientSession], Awaitable[None]]


@asynccontextmanager
async def started(
    *, tls: ssl.SSLContext | None = None, longest: int = 1_000_000
) -> AsyncIterator[FileServer]:
    server = FileServer(Shelf(), "127.0.0.1", "127.0.0.1", 0, tls, longest=longest)
    await server.start()
    try:
        yield server
    finally:
        await server.stop()


def served(use: Use, *, longest: int = 1_000_000) -> None:
    async def run() -> None:
        async with started(longest=longest) as server, aiohttp.ClientSession() as client:
            await use(server, client)

    simulated(run())


def test_a_file_is_fetched_whole() -> None:
    async def use(server: FileServer, client: aiohttp.ClientSession) -> None:
        url = server.give("firmware.bin", FIRMWARE)
        async with client.get(url) as answer:
            assert await answer.read() == FIRMWARE
        (transfer,) = server.shelf.transfers
        assert (transfer.outcome, transfer.size) == (Outcome.COMPLETE, len(FIRMWARE))
        assert server.shelf.fetched("firmware.bin", len(FIRMWARE))

    served(use)


def test_a_file_is_fetched_in_parts() -> None:
    async def use(server: FileServer, client: aiohttp.ClientSession) -> None:
        url = server.give("firmware.bin", FIRMWARE)
        async with client.get(url, headers={"Range": "bytes=1000-"}) as answer:
            assert (answer.status, await answer.read()) == (206, FIRMWARE[1000:])
        assert not server.shelf.fetched("firmware.bin", len(FIRMWARE))
        async with client.get(url, headers={"Range": "bytes=0-999"}) as answer:
            assert answer.headers["Content-Range"] == f"bytes 0-999/{len(FIRMWARE)}"
            assert await answer.read() == FIRMWARE[:1000]
        assert server.shelf.fetched("firmware.bin", len(FIRMWARE))

    served(use)


def test_to_ask_for_its_length_is_not_to_fetch_it() -> None:
    async def use(server: FileServer, client: aiohttp.ClientSession) -> None:
        async with client.head(server.give("firmware.bin", FIRMWARE)) as answer:
            assert answer.content_length == len(FIRMWARE)
        assert not server.shelf.fetched("firmware.bin", len(FIRMWARE))

    served(use)


@pytest.mark.parametrize("path", ["", "firmware.bin", "../firmware.bin", "%2e%2e/etc/passwd"])
def test_nothing_else_is_given(path: str) -> None:
    async def use(server: FileServer, client: aiohttp.ClientSession) -> None:
        server.give("firmware.bin", FIRMWARE)
        async with client.get(server.url(path)) as answer:
            assert answer.status == 404
        assert [each.outcome for each in server.shelf.transfers] == [Outcome.MISSING]

    served(use)


def test_a_held_transfer_ends_when_it_may() -> None:
    async def use(server: FileServer, client: aiohttp.ClientSession) -> None:
        server.shelf.free.clear()
        asyncio.get_running_loop().call_later(200, server.shelf.free.set)
        with lasting(200, at_most=2):
            async with client.get(server.give("firmware.bin", FIRMWARE)) as answer:
                assert await answer.read() == FIRMWARE

    served(use)


def test_who_hangs_up_is_seen_to_have() -> None:
    async def use(server: FileServer, client: aiohttp.ClientSession) -> None:
        server.shelf.free.clear()
        async with client.get(server.give("firmware.bin", FIRMWARE)) as answer:
            await answer.content.readexactly(3)
        await clock.sleep(10)
        (transfer,) = server.shelf.transfers
        assert transfer.outcome is Outcome.ABORTED
        assert 3 <= transfer.size < 10

    served(use)


@pytest.mark.parametrize("method", ["PUT", "POST"])
@pytest.mark.parametrize("added", ["", "/diagnostics.zip"])
def test_a_file_is_delivered(method: str, added: str) -> None:
    async def use(server: FileServer, client: aiohttp.ClientSession) -> None:
        upload = server.take("log")
        async with client.request(method, upload.url + added, data=FIRMWARE) as answer:
            assert answer.ok
        file = await upload.wait(1)
        assert file is not None
        assert (file.name, file.content) == (added.strip("/"), FIRMWARE)

    served(use)


def test_a_delivered_file_has_the_name_that_its_header_tells() -> None:
    async def use(server: FileServer, client: aiohttp.ClientSession) -> None:
        upload = server.take("log")
        header = {"Content-Disposition": 'form-data; name="uploadfile"; filename="../l.zip"'}
        async with client.post(upload.url, data=b"log", headers=header):
            file = await upload.wait(1)
        assert file is not None
        assert file.name == "l.zip"

    served(use)


def test_a_form_delivers_its_first_file() -> None:
    async def use(server: FileServer, client: aiohttp.ClientSession) -> None:
        upload = server.take("log")
        form = aiohttp.FormData({"comment": "none"})
        form.add_field("uploadfile", FIRMWARE, filename="l.zip")
        async with client.post(upload.url, data=form):
            file = await upload.wait(1)
        assert file is not None
        assert (file.name, file.content) == ("l.zip", FIRMWARE)

    served(use)


def test_a_place_takes_one_file() -> None:
    async def use(server: FileServer, client: aiohttp.ClientSession) -> None:
        upload = server.take("log")
        for content, status in ((b"first", 201), (b"second", 404)):
            async with client.put(upload.url, data=content) as answer:
                assert answer.status == status
        assert upload.file is not None
        assert upload.file.content == b"first"

    served(use)


def test_nothing_is_taken_where_nothing_is_expected() -> None:
    async def use(server: FileServer, client: aiohttp.ClientSession) -> None:
        async with client.put(server.url("log"), data=b"log") as answer:
            assert answer.status == 404

    served(use)


def test_what_is_too_long_is_refused() -> None:
    async def use(server: FileServer, client: aiohttp.ClientSession) -> None:
        upload = server.take("log")
        async with client.put(upload.url, data=FIRMWARE) as answer:
            assert answer.status == 413
        assert await upload.wait(1) is None
        assert [each.outcome for each in server.shelf.transfers] == [Outcome.REFUSED]

    served(use, longest=1000)


def test_who_waits_for_a_file_waits_no_longer_than_he_said() -> None:
    async def use(server: FileServer, _client: aiohttp.ClientSession) -> None:
        with lasting(60):
            assert await server.take("log").wait(60) is None

    served(use)


def test_files_are_given_by_https() -> None:
    async def run() -> None:
        ours, theirs = tls_contexts()
        async with (
            started(tls=ours) as server,
            aiohttp.ClientSession() as client,
            client.get(server.give("firmware.bin", FIRMWARE), ssl=theirs) as answer,
        ):
            assert await answer.read() == FIRMWARE

    simulated(run())


@pytest.mark.parametrize(
    ("method", "headers", "missing"),
    [
        ("POST", {}, ("Content-Type", "Content-Disposition")),
        ("POST", {"Content-Type": "text/plain"}, ("Content-Disposition",)),
        ("POST", {"Content-Disposition": "attachment; filename=l.zip"}, ("Content-Type",)),
        ("POST", {"Content-Type": "a/b", "Content-Disposition": "a; filename=l.zip"}, ()),
        ("PUT", {}, ()),
    ],
)
def test_a_post_says_what_it_brings(
    method: str, headers: dict[str, str], missing: tuple[str, ...]
) -> None:
    async def use(server: FileServer, _client: aiohttp.ClientSession) -> None:
        upload = server.take("log")
        async with (
            aiohttp.ClientSession(skip_auto_headers=["Content-Type"]) as client,
            client.request(method, upload.url, data=b"log", headers=headers),
        ):
            file = await upload.wait(1)
        assert file is not None
        assert file.missing == missing

    served(use)


def test_what_is_delivered_after_a_file_is_known() -> None:
    async def use(server: FileServer, client: aiohttp.ClientSession) -> None:
        upload = server.take("log")
        for path in (upload.path, upload.path, "elsewhere"):
            async with client.put(server.url(path), data=b"log"):
                await clock.sleep(1)
        assert [each.path for each in server.shelf.after(upload)] == [upload.path, "elsewhere"]
        assert len(server.shelf.attempts_at(upload.path)) == 2

    served(use)
