"""Files that a station delivers and fetches, which last as long as a case wants (N01, L01)."""

from __future__ import annotations

import itertools
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import cast

from harness.connection.file_login import Login
from harness.connection.file_server import Access, FileServer
from harness.connection.file_shelf import Outcome, Shelf, Transfer
from harness.connection.tls_server import Tls
from harness.evidence.matchers import Check, fact
from harness.evidence.transcript import Kind
from harness.ocppj.frames import Payload
from harness.peers.answers import in_the_future
from harness.peers.fake_csms import FakeCSMS
from harness.pki.firmware import make_signer
from harness.steps_cs.root_store import install, root_of_manufacturer
from harness.sut.model import FILE_PROTOCOLS, Image

_PROTOCOLS = "OCPPCommCtrlr.FileTransferProtocols"
_request_ids = itertools.count(7001)


def new_request_id() -> int:
    """A requestId of its own for every transfer."""
    return next(_request_ids)


@asynccontextmanager
async def file_server(csms: FakeCSMS, *, held: bool = False) -> AsyncGenerator[FileServer]:
    """A server for the files of the case, by a protocol that the station speaks.

    ``held``: no transfer ends before the block does, or ``shelf.free`` is set. What the station
    fetches and delivers is written down.
    """
    listen, login = csms.sut.listen, Login()
    csms.hide(login.user, login.password)
    access = Access(await _protocol(csms), listen.bind, listen.host, listen.port_files)
    shelf = Shelf(lambda transfer: _note(csms, transfer))
    if held:
        shelf.free.clear()
    server = FileServer(shelf, access, login, Tls(csms.link.keys.servers))
    try:
        await server.start()
    except OSError as error:
        reason = f"no port to take and give files at: {error}"
        raise csms.undrivable(reason, "files") from error
    try:
        yield server
    finally:
        await server.stop()


async def _protocol(csms: FakeCSMS) -> str:
    told = (await csms.variables.read(_PROTOCOLS)).get(_PROTOCOLS, "HTTP")
    named = csms.sut.listen.file_protocol
    for each in (named,) if named else FILE_PROTOCOLS:
        if each in {name.strip() for name in told.split(",")}:
            return each
    ours = named or " and ".join(FILE_PROTOCOLS)
    reason = f"the harness takes and gives files by {ours}, the station by {told}"
    raise csms.undrivable(reason, "files")


def _note(csms: FakeCSMS, transfer: Transfer) -> None:
    csms.transcript.add(Kind.NOTE, text=f"file server: {transfer}")


async def let_transfer_end(
    csms: FakeCSMS, server: FileServer, step: int, action: str, *last: str
) -> None:
    """Let the transfer end and claim what the station says of it: no subject of the case."""
    server.shelf.free.set()

    def told(payload: Payload) -> bool:
        return payload.get("status") in last

    await csms.inbox.wait(
        lambda: (
            any(
                a.action == action and told(cast(Payload, a.payload))
                for a in csms.inbox.unclaimed()
            )
            or None
        ),
        csms.sut.limits.event,
    )
    for arrival in csms.inbox.unclaimed():
        if arrival.action in (action, "SecurityEventNotification"):
            csms.claim(step, arrival)


def judge_begun(csms: FakeCSMS, server: FileServer, step: int, requirement: str) -> None:
    """The transfer that the station tells of has been seen, of a file that is there."""
    begun = [
        t for t in server.shelf.transfers if t.outcome not in (Outcome.MISSING, Outcome.DENIED)
    ]
    seen = "; ".join(map(str, begun))
    check = Check("", "a transfer", seen or "none", bool(seen), fact("transfer"))
    csms.judge(step, "file server", [check], requirement)


def _read(file: str) -> str:
    return Path(file).read_text(encoding="ascii")


async def signing_certificate(csms: FakeCSMS, image: Image | None = None) -> str:
    """PEM of a firmware signing certificate that the station trusts.

    The vendor's, where the description has one; else under a root of the harness, which the
    station is given for as long as the case lasts (M05).
    """
    own = (image or csms.sut.firmware).certificate_file
    if own:
        return _read(own)
    signer = make_signer()
    await install(csms, "Before", root_of_manufacturer(signer.root))
    return signer.pem


def wrongly_signed(server: FileServer, certificate: str, *, seconds_ago: float) -> dict[str, str]:
    """FirmwareType: due since then, its signing certificate good, its signature none of it."""
    return {
        "location": server.give("firmware", b"no firmware"),
        "retrieveDateTime": in_the_future(-seconds_ago),
        "signingCertificate": certificate,
        "signature": make_signer().sign(b"other firmware"),
    }
