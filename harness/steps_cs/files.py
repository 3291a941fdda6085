"""Files that a station delivers and fetches, which lasts as long as a case wants (N01, L01)."""

from __future__ import annotations

import base64
import itertools
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import cast

from cryptography.hazmat.primitives.serialization import Encoding

from harness.connection.file_server import FileServer
from harness.ocppj.frames import Payload
from harness.peers.answers import in_the_future
from harness.peers.fake_csms import FakeCSMS
from harness.pki import keys as pki
from harness.pki.certificate_hash import hash_data
from harness.states_cs import CertificateInstalled

_PROTOCOLS = "OCPPCommCtrlr.FileTransferProtocols"
_MANUFACTURER = "ManufacturerRootCertificate"
_request_ids = itertools.count(7001)


def new_request_id() -> int:
    """A requestId of its own for every transfer."""
    return next(_request_ids)


@asynccontextmanager
async def slow_files(csms: FakeCSMS) -> AsyncGenerator[FileServer]:
    """A server whose transfers do not end before the block does, or ``free`` is set."""
    told = (await csms.variables.read(_PROTOCOLS)).get(_PROTOCOLS, "HTTP")
    if "HTTP" not in {each.strip() for each in told.split(",")}:
        raise csms.undrivable(f"the harness takes and gives files by HTTP, the station by {told}")
    listen = csms.sut.listen
    server = FileServer(listen.bind, listen.host, listen.port_files)
    try:
        await server.start()
    except OSError as error:
        raise csms.undrivable(f"no port to take and give files at: {error}") from error
    try:
        yield server
    finally:
        await server.stop()


async def let_transfer_end(
    csms: FakeCSMS, server: FileServer, step: int, action: str, *last: str
) -> None:
    """Let the transfer end and claim what the station says of it: no subject of the case."""
    server.free.set()

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


def _read(file: str) -> str:
    return Path(file).read_text(encoding="ascii")


async def signing_certificate(csms: FakeCSMS) -> str:
    """PEM of a firmware signing certificate that the station trusts.

    The vendor's, where the description has one; else under a root of the harness, which the
    station is given for as long as the case lasts (M05).
    """
    own = csms.sut.signing_certificate_file
    if own:
        return _read(own)
    folder = csms.link.keys.old_root.certificate.parent
    root = pki.make_root(folder, "manufacturer_root", "Harness")
    pem = root.parsed.public_bytes(Encoding.PEM).decode("ascii")
    csms.changes.roots_added.append(hash_data(root.parsed, root.parsed))
    await csms.reach(CertificateInstalled(_MANUFACTURER, pem))
    leaf = pki.issue_station(folder, "firmware_signing", root, "Firmware Signing", "Harness")
    return leaf.parsed.public_bytes(Encoding.PEM).decode("ascii")


def wrongly_signed(server: FileServer, certificate: str, *, seconds_ago: float) -> dict[str, str]:
    """FirmwareType: due since then, its signing certificate good, its signature none of it."""
    server.files["firmware"] = b"no firmware"
    return {
        "location": server.url("firmware"),
        "retrieveDateTime": in_the_future(-seconds_ago),
        "signingCertificate": certificate,
        "signature": base64.b64encode(bytes(64)).decode("ascii"),
    }
