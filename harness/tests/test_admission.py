"""Accepted, refused, or neither: what an attempt to connect says about a CSMS."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from websockets.asyncio.server import ServerConnection, serve
from websockets.http11 import Request, Response
from websockets.typing import Subprotocol

from harness import clock
from harness.connection.station_access import Barrier, Keyring, NotConnected, barrier
from harness.evidence.mask import MASKED
from harness.evidence.transcript import Transcript
from harness.evidence.verdict import CaseStopped, StopKind
from harness.ocppj.frames import Frame, FrameKind
from harness.operators.base import Unsupported
from harness.operators.hands import Buttons
from harness.peers.fake_station import FakeStation
from harness.pki import keys as pki
from harness.pki import keyset
from harness.pki.keys import Flaw
from harness.pki.passwords import PASSWORD, any_password, passwords_in
from harness.spec.editions import DEFAULT
from harness.spec.roles import Role
from harness.steps_csms.admission import (
    expect_accepted,
    expect_refused,
    expect_still_accepted,
    select_security_profile,
    with_password,
)
from harness.sut.model import Limits, Sut

pytestmark = pytest.mark.simulated_time

PASSED = "the-right-password"
Verb = Callable[[FakeStation], Awaitable[None]]


class NoButtons:
    """An operator that can do nothing."""

    async def start(self) -> None:
        pass

    async def close(self) -> None:
        pass

    async def perform(self, action: str, **parameters: Any) -> Any:
        raise Unsupported(f"no {action} {parameters}")


def fake_station(
    url: str, profile: int = 1, keyring: Keyring | None = None, path: Path | None = None
) -> FakeStation:
    limits = Limits(connect=0.5, event=0.5, response=0.5)
    sut = Sut("C", Role.CSMS, url=url, security_profile=profile, password=PASSED, limits=limits)
    log = Transcript("x", path)
    return FakeStation(sut, log, Buttons(NoButtons(), log, sut), keyring)


@asynccontextmanager
async def csms(status: int | None = None, **options: Any) -> AsyncIterator[str]:
    """A server that answers with this status, or lets everybody in who is right; its URL."""

    def decide(connection: ServerConnection, request: Request) -> Response | None:
        right = (
            request.headers.get("Authorization")
            == Keyring().access(SUT, 1).headers["Authorization"]
        )
        return (
            None if status is None or (right and status == 401) else connection.respond(status, "")
        )

    async def keep(connection: ServerConnection) -> None:
        await connection.wait_closed()

    names = [Subprotocol(DEFAULT.subprotocol)]
    scheme = "wss" if "ssl" in options else "ws"
    chosen = {"process_request": decide, **options}
    async with serve(keep, "127.0.0.1", 0, subprotocols=names, **chosen) as server:
        yield f"{scheme}://127.0.0.1:{next(iter(server.sockets)).getsockname()[1]}"


SUT = Sut("C", Role.CSMS, url="ws://x", password=PASSED)


async def refuse(station: FakeStation) -> None:
    wrong = with_password(station, any_password())
    await expect_refused(station, 1, 2, wrong, "A00.FR.204")


async def accept(station: FakeStation) -> None:
    await expect_accepted(station, 1, 2, "A00.FR.204")


async def stopped(station: FakeStation, verb: Verb) -> StopKind | None:
    try:
        await verb(station)
    except CaseStopped as stop:
        return stop.stop.kind
    finally:
        await station.finish()
    return None


@pytest.mark.asyncio
async def test_who_is_right_comes_in_and_who_is_wrong_does_not() -> None:
    async with csms(401) as url:
        station = fake_station(url)
        assert await stopped(station, accept) is None
        assert await stopped(station, refuse) is None
        await expect_still_accepted(station, "A00.FR.204")
        await station.finish()
        assert [v.ok for v in station.transcript.validations] == [True, True, True]


@pytest.mark.asyncio
async def test_letting_everybody_in_is_a_failure() -> None:
    async with csms() as url:
        station = fake_station(url)
        assert await stopped(station, refuse) is StopKind.VALIDATION
        assert "accepted" in str(station.transcript.validations[-1].actual)


@pytest.mark.asyncio
async def test_refusing_everybody_is_a_failure_to_accept_and_no_proof() -> None:
    async with csms(403) as url:
        assert await stopped(fake_station(url), accept) is StopKind.VALIDATION
        assert await stopped(fake_station(url), refuse) is None
        sanity = lambda s: expect_still_accepted(s, "")  # noqa: E731  # one word for it
        assert await stopped(fake_station(url), sanity) is StopKind.UNDRIVABLE


@pytest.mark.asyncio
@pytest.mark.parametrize("verb", [accept, refuse])
async def test_nobody_there_is_no_finding(verb: Verb) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"ws://127.0.0.1:{free.getsockname()[1]}"
        assert await stopped(fake_station(url), verb) is StopKind.UNDRIVABLE


@pytest.mark.asyncio
@pytest.mark.parametrize("verb", [accept, refuse])
async def test_silence_is_neither(verb: Verb) -> None:
    async def say_nothing(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await clock.sleep(2)
        writer.close()

    server = await asyncio.start_server(say_nothing, "127.0.0.1", 0)
    url = f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    assert await stopped(fake_station(url), verb) is StopKind.VALIDATION
    server.close()


@pytest.mark.asyncio
async def test_what_the_station_distrusts_is_no_refusal(tmp_path: Path) -> None:
    keys = keyset.create(tmp_path, "CS001", hosts=("127.0.0.1",))
    expired = pki.server_context(keys.bad_servers[Flaw.EXPIRED])
    keyring = Keyring(keys.old_root.certificate, keys)
    async with csms(401, ssl=expired) as url:
        station = fake_station(url, 2, keyring)
        with pytest.raises(NotConnected) as failure:
            await station.open()
        assert failure.value.barrier is Barrier.DISTRUSTED
        assert await stopped(fake_station(url, 2, keyring), refuse) is StopKind.UNDRIVABLE
        assert await stopped(fake_station(url, 2, keyring), accept) is StopKind.VALIDATION


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("common_name", "other", "taken"),
    [
        ("127.0.0.1", "elsewhere.example", True),
        ("elsewhere.example", "127.0.0.1", True),
        ("elsewhere.example", "other.example", False),
    ],
)
async def test_either_name_is_the_endpoints(
    tmp_path: Path, common_name: str, other: str, *, taken: bool
) -> None:
    root = pki.make_root(tmp_path, "root", "CSO")
    key = pki.generate_key(rsa_key=False)
    subject = pki.distinguished_name(common_name, "CSO")
    names = x509.SubjectAlternativeName([pki.alternative_name(other)])
    start, end = pki.validity(None)
    builder = pki.leaf_builder(subject, key.public_key(), start, end, rsa_key=False)
    builder = builder.add_extension(names, critical=False)
    signed = pki.issue(builder, root.parsed.subject, pki.private_key(root))
    server = pki.server_context([pki.store(tmp_path, "server", signed, key)])
    async with csms(ssl=server) as url:
        station = fake_station(url, 2, Keyring(root.certificate))
        with nullcontext() if taken else pytest.raises(NotConnected) as failure:
            await station.open()
        assert (station.wire is not None) is taken
        assert failure is None or failure.value.barrier is Barrier.DISTRUSTED
        await station.finish()


@pytest.mark.asyncio
async def test_a_redirect_is_a_refusal() -> None:
    async with csms() as elsewhere:

        def redirect(connection: ServerConnection, _request: Request) -> Response:
            response = connection.respond(301, "")
            response.headers["Location"] = elsewhere
            return response

        async with csms(process_request=redirect) as url:
            station = fake_station(url)
            with pytest.raises(NotConnected) as failure:
                await station.open()
    assert failure.value.barrier is Barrier.REFUSED


def test_a_handshake_that_takes_too_long_is_silence() -> None:
    assert barrier(ConnectionAbortedError("SSL handshake is taking longer")) is Barrier.SILENT


@pytest.mark.asyncio
async def test_a_csms_that_expects_another_profile_is_no_failure() -> None:
    async with csms(403) as url:
        station = fake_station("ws://127.0.0.1:1")
        station.sut = replace(station.sut, security_profile=2, endpoints={1: url})
        # The operator cannot tell the CSMS that the station comes in profile 1 now.
        with pytest.raises(CaseStopped) as s:
            await select_security_profile(station, 1)
    assert s.value.stop.kind is StopKind.BEFORE


@pytest.mark.asyncio
async def test_a_profile_without_endpoint_does_not_apply() -> None:
    station = fake_station("ws://127.0.0.1:1")
    with pytest.raises(CaseStopped, match="security profile 3; the CSMS is described with 1") as s:
        await select_security_profile(station, 3)
    assert s.value.stop.kind is StopKind.NOT_APPLICABLE


# Passwords


def test_passwords_are_passwords() -> None:
    assert all(PASSWORD.fullmatch(any_password()) for _ in range(100))
    assert any_password() != any_password()


@pytest.mark.parametrize(
    ("data", "found"),
    [
        ([{"component": {"name": "X"}, "variable": {"name": "basicauthPASSWORD"}}], []),
        ("nonsense", []),
        ([7, {"component": 7}], []),
    ],
)
def test_what_cannot_be_read_sets_no_password(data: Any, found: list[str]) -> None:
    assert passwords_in({"setVariableData": data}) == found


@pytest.mark.asyncio
async def test_a_password_that_is_set_is_not_written_down(tmp_path: Path) -> None:
    secret = any_password()
    path = tmp_path / "x.jsonl"
    async with csms() as url:
        station = fake_station(url, path=path)
        await station.connect()
        assert station.wire is not None
        item = {
            "component": {"name": "SecurityCtrlr"},
            "variable": {"name": "BasicAuthPassword"},
            "attributeValue": secret,
        }
        frame = Frame(FrameKind.CALL, "1", "SetVariables", {"setVariableData": [item]})
        await station.received(station.wire, frame, 0)
        await station.finish()
    assert not station.broken
    written = path.read_text("utf-8")
    assert "BasicAuthPassword" in written
    assert MASKED in written
    assert secret not in written
    assert station.keyring.secrets == [secret]
