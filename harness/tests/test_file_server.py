"""The file server by HTTP: parts, forms, and the names of what is delivered."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import aiohttp
import pytest

from harness import clock
from harness.connection.file_server import FileServer
from harness.tests.file_servers import FIRMWARE, serving
from harness.tests.simulated_time import lasting, simulated

Use = Callable[[FileServer, aiohttp.ClientSession], Awaitable[None]]


def served(use: Use) -> None:
    async def run() -> None:
        async with serving() as server, aiohttp.ClientSession() as client:
            await use(server, client)

    simulated(run())


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


def test_who_waits_for_a_file_waits_no_longer_than_he_said() -> None:
    async def use(server: FileServer, _client: aiohttp.ClientSession) -> None:
        with lasting(60):
            assert await server.take("log").wait(60) is None

    served(use)


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
