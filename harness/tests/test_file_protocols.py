"""The file server by every protocol: what it gives and takes, and what it saw of it."""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from harness import clock
from harness.connection.file_server import FileServer
from harness.connection.file_shelf import Outcome
from harness.reference.station.transfer import TransferFailed
from harness.tests.file_servers import FIRMWARE, KINDS, WITH_LOGIN, client, serving
from harness.tests.simulated_time import lasting, simulated

ROOT = Path(__file__).parents[2]
Use = Callable[[FileServer], Awaitable[None]]

kinds = pytest.mark.parametrize("kind", KINDS)


def served(kind: str, use: Use, *, longest: int = 1_000_000) -> None:
    async def run() -> None:
        async with serving(kind, longest=longest) as server:
            await use(server)

    simulated(run())


def outcomes(server: FileServer) -> set[Outcome]:
    return {each.outcome for each in server.shelf.transfers}


@kinds
def test_a_file_is_fetched_whole(kind: str) -> None:
    async def use(server: FileServer) -> None:
        url = server.give("firmware.bin", FIRMWARE)
        await client(kind, url).look()
        assert not server.shelf.fetched("firmware.bin", len(FIRMWARE))
        assert await client(kind, url).fetch() == FIRMWARE
        assert server.shelf.fetched("firmware.bin", len(FIRMWARE))
        assert outcomes(server) == {Outcome.COMPLETE}

    served(kind, use)


@kinds
def test_a_file_is_delivered(kind: str) -> None:
    async def use(server: FileServer) -> None:
        upload = server.take("log")
        await client(kind, upload.url).deliver("log", FIRMWARE, "POST")
        assert upload.file is not None
        assert upload.file.name in ("", "log")
        assert upload.file.content == FIRMWARE
        (transfer,) = server.shelf.transfers
        assert (transfer.outcome, transfer.size) == (Outcome.COMPLETE, len(FIRMWARE))

    served(kind, use)


@kinds
def test_a_file_is_delivered_in_a_folder(kind: str) -> None:
    async def use(server: FileServer) -> None:
        upload = server.take("log")
        await client(kind, f"{upload.url}/l.zip").deliver("l.zip", FIRMWARE, "POST")
        assert upload.file is not None
        assert (upload.file.name, upload.file.content) == ("l.zip", FIRMWARE)

    served(kind, use)


@kinds
def test_a_delivery_that_breaks_off_is_no_file(kind: str) -> None:
    async def beginning() -> AsyncIterator[bytes]:
        yield FIRMWARE[:1000]
        raise ConnectionResetError

    async def use(server: FileServer) -> None:
        upload = server.take("log")
        with pytest.raises(TransferFailed):
            await client(kind, upload.url).deliver("log", beginning(), "POST")
        await clock.sleep(1)
        assert upload.file is None
        assert outcomes(server) == {Outcome.ABORTED}
        await client(kind, upload.url).deliver("log", FIRMWARE, "POST")
        assert upload.file is not None
        assert upload.file.content == FIRMWARE
        assert not server.shelf.after(upload)

    served(kind, use)


@kinds
def test_attempts_at_a_place_are_those_at_its_folder_too(kind: str) -> None:
    async def use(server: FileServer) -> None:
        with pytest.raises(TransferFailed):
            await client(kind, server.url("nowhere/log")).deliver("log", b"log", "POST")
        assert server.shelf.attempts_at("nowhere/log")
        assert not server.shelf.attempts_at("elsewhere/log")

    served(kind, use)


@kinds
def test_a_place_takes_one_file(kind: str) -> None:
    async def use(server: FileServer) -> None:
        upload = server.take("log")
        await client(kind, upload.url).deliver("log", b"first", "POST")
        with pytest.raises(TransferFailed):
            await client(kind, upload.url).deliver("log", b"second", "POST")
        assert upload.file is not None
        assert upload.file.content == b"first"

    served(kind, use)


@kinds
@pytest.mark.parametrize("path", ["firmware.bin", "a/../../firmware.bin", "../../etc/passwd"])
def test_nothing_else_is_given(kind: str, path: str) -> None:
    async def use(server: FileServer) -> None:
        server.give("firmware.bin", FIRMWARE)
        with pytest.raises(TransferFailed):
            await client(kind, server.url(path)).look()
        with pytest.raises(TransferFailed):
            await client(kind, server.url(path)).fetch()
        assert outcomes(server) == {Outcome.MISSING}

    served(kind, use)


@kinds
@pytest.mark.parametrize("path", ["log", "no-such-folder/log", "../log"])
def test_nothing_is_taken_where_nothing_is_expected(kind: str, path: str) -> None:
    async def use(server: FileServer) -> None:
        upload = server.take("log")
        with pytest.raises(TransferFailed):
            await client(kind, server.url(path)).deliver("log", b"log", "POST")
        assert upload.file is None
        assert outcomes(server) == {Outcome.MISSING}

    served(kind, use)


@kinds
def test_what_is_too_long_is_refused(kind: str) -> None:
    async def use(server: FileServer) -> None:
        upload = server.take("log")
        with pytest.raises(TransferFailed):
            await client(kind, upload.url).deliver("log", FIRMWARE, "POST")
        assert await upload.wait(1) is None
        assert outcomes(server) == {Outcome.REFUSED}

    served(kind, use, longest=1000)


@kinds
def test_held_transfers_end_when_they_may(kind: str) -> None:
    async def use(server: FileServer) -> None:
        server.shelf.free.clear()
        asyncio.get_running_loop().call_later(50, server.shelf.free.set)
        upload = server.take("log")
        with lasting(50, at_most=4):
            content, _ = await asyncio.gather(
                client(kind, server.give("firmware.bin", FIRMWARE)).fetch(),
                client(kind, upload.url).deliver("log", FIRMWARE, "POST"),
            )
        assert content == FIRMWARE
        assert upload.file is not None

    served(kind, use)


@kinds
def test_who_hangs_up_is_seen_to_have(kind: str) -> None:
    async def use(server: FileServer) -> None:
        server.shelf.free.clear()
        url = server.give("firmware.bin", FIRMWARE)
        fetching = asyncio.create_task(client(kind, url).fetch())
        await clock.sleep(10)
        fetching.cancel()
        await asyncio.wait([fetching])
        await clock.sleep(10)
        server.shelf.free.set()
        await clock.sleep(10)
        (transfer,) = server.shelf.transfers
        assert transfer.outcome is Outcome.ABORTED
        assert 0 < transfer.size < len(FIRMWARE)
        assert await client(kind, url).fetch() == FIRMWARE

    served(kind, use)


@kinds
def test_who_stops_lets_nobody_go_on(kind: str) -> None:
    async def use(server: FileServer) -> None:
        server.shelf.free.clear()
        url, upload = server.give("firmware.bin", FIRMWARE), server.take("log")
        under_way = [
            asyncio.create_task(client(kind, url).fetch()),
            asyncio.create_task(client(kind, upload.url).deliver("log", FIRMWARE, "POST")),
        ]
        await clock.sleep(10)
        with lasting(0, at_most=5):
            await server.stop()
        await asyncio.wait(under_way, timeout=10)
        assert all(each.done() for each in under_way)
        assert Outcome.UNDER_WAY not in outcomes(server)
        with pytest.raises(TransferFailed):
            await client(kind, url).fetch()

    served(kind, use)


@pytest.mark.parametrize("kind", WITH_LOGIN)
def test_only_who_shows_user_and_password_comes_in(kind: str) -> None:
    async def use(server: FileServer) -> None:
        url = server.give("firmware.bin", FIRMWARE)
        for stranger in ("anonymous:guest", url.split("//")[1].split(":")[0] + ":guess"):
            before, after = url.split("//")[0], url.split("@")[1]
            with pytest.raises(TransferFailed):
                await client(kind, f"{before}//{stranger}@{after}").fetch()
        assert outcomes(server) == {Outcome.DENIED}

    served(kind, use)


@kinds
def test_it_listens_where_it_is_told_alone(kind: str) -> None:
    async def run() -> None:
        async with serving(kind, bind="127.0.0.2") as server:
            url = server.give("firmware.bin", FIRMWARE)
            with pytest.raises(TransferFailed):
                await client(kind, url.replace("127.0.0.2", "127.0.0.1")).fetch()
            assert not server.shelf.transfers
            if kind in ("HTTP", "FTP", "SFTP"):  # The certificate is for another address.
                assert await client(kind, url).fetch() == FIRMWARE

    simulated(run())


@kinds
def test_no_user_and_no_password_twice(kind: str) -> None:
    async def run() -> None:
        users: list[str] = []
        for _ in range(2):
            async with serving(kind) as server:
                users.append(server.url("").rpartition("@")[0])
        assert (users[0] == users[1] == "") if kind not in WITH_LOGIN else users[0] != users[1]

    simulated(run())


def test_user_and_password_are_written_nowhere(tmp_path: Path) -> None:
    folder = tmp_path / "results"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "cases_cs"]
    chosen = ["--case", "TC_N_25_CS", "--variant", "files-by-sftp", "--results", str(folder)]
    done = subprocess.run(
        [*command, *chosen], cwd=ROOT, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stdout
    written = [each.read_text("utf-8") for each in folder.rglob("*") if each.is_file()]
    urls = [url for text in (*written, done.stdout) for url in re.findall(r"sftp://[^/\"]+", text)]
    assert urls
    assert {url.partition("@")[0] for url in urls} == {"sftp://***:***"}
