"""The TLS of an endpoint of the fake CSMS, with what a station shows in the handshake.

The bytes of the station go through a socket pair to a TLS server of the event loop: so the
ClientHello can be read on the way (RFC 8446, 4.1.2), which no library tells.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

from harness.connection.hello_reader import NoHello, hello_length, read_offer
from harness.connection.old_tls import old_answer, old_context, speaks_old
from harness.connection.streams import Stream, splice
from harness.ocppj.connection_attempt import Attempt, Offer
from harness.pki import keys as pki
from harness.pki.keys import KeyPair

#: Seconds for a handshake: a small controller takes some for a key of RSA.
PATIENCE = 30.0
_HANDSHAKE, _ALERT = 22, 21


@dataclass(frozen=True)
class Tls:
    """How an endpoint does TLS: what it shows, and under which roots a station must be (profile 3).

    ``old``: it knows nothing above TLS 1.1.
    """

    pairs: tuple[KeyPair, ...]
    client_roots: tuple[Path, ...] = ()
    old: bool = False

    def context(self) -> ssl.SSLContext:
        """Made anew for each attempt: a resumed session would show the certificate of another."""
        if self.old:
            return old_context(self.pairs)
        context = pki.server_context(self.pairs)
        if self.client_roots:
            # A key that is too short is for a case to find, not for the library (TC_A_07_CS).
            context.set_ciphers(":".join((*pki.CIPHERS, "@SECLEVEL=0")))
            context.verify_mode = ssl.CERT_REQUIRED
        for root in self.client_roots:
            context.load_verify_locations(root)
        return context


class HandshakeFailed(Exception):
    """There is no TLS connection; ``attempt`` says how far it came."""

    def __init__(self, reason: str, attempt: Attempt) -> None:
        super().__init__(reason)
        self.attempt = attempt


@asynccontextmanager
async def secured(
    station: Stream, tls: Tls, begun: bytes = b""
) -> AsyncGenerator[tuple[Stream, Attempt]]:
    """Do the handshake; the plain stream and what the station showed.

    ``begun``: what was read of it already.

    Raises:
        HandshakeFailed: it came to nothing.
    """
    hello, offer = await _hello(station, begun)
    attempt = Attempt(offer)
    if tls.old and not speaks_old(offer):
        raise await _put_off(station, tls.pairs[0], attempt)
    ours, theirs = socket.socketpair()
    encrypted = Stream(*await asyncio.open_connection(sock=ours))
    await encrypted.write(hello)
    passing = asyncio.create_task(splice(station, encrypted))
    try:
        plain = await _shake_hands(theirs, tls.context(), attempt)
        try:
            yield plain, _agreed(attempt, plain)
        finally:
            plain.close()
    finally:
        # What the server has to say last (an alert) is on its way: let it arrive.
        await asyncio.wait([passing], timeout=1)
        passing.cancel()


async def _hello(station: Stream, data: bytes) -> tuple[bytes, Offer]:
    try:
        async with asyncio.timeout(PATIENCE):
            while (length := hello_length(data)) is None:
                more = await station.read()
                if not more:
                    said = f"after {len(data)} bytes" if data else "before a ClientHello"
                    raise HandshakeFailed(f"closed {said}", Attempt())
                data += more
        return data, read_offer(data[:length])
    except TimeoutError:
        raise HandshakeFailed(f"no ClientHello within {PATIENCE:g} s", Attempt()) from None
    except NoHello as error:
        raise HandshakeFailed(str(error), Attempt()) from error


async def _shake_hands(end: socket.socket, context: ssl.SSLContext, attempt: Attempt) -> Stream:
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    protocol = asyncio.StreamReaderProtocol(reader)
    try:
        transport, _ = await loop.connect_accepted_socket(
            lambda: protocol, end, ssl=context, ssl_handshake_timeout=PATIENCE
        )
    except ConnectionAbortedError as error:  # the event loop's word for a time-out
        end.close()
        raise HandshakeFailed(str(error), replace(attempt, lingered=True)) from error
    except (OSError, EOFError) as error:
        end.close()
        reason = getattr(error, "reason", None) or str(error) or "closed during the handshake"
        raise HandshakeFailed(reason, attempt) from error
    return Stream(reader, asyncio.StreamWriter(transport, protocol, reader, loop))


def _agreed(attempt: Attempt, plain: Stream) -> Attempt:
    tls = cast(ssl.SSLObject, plain.writer.get_extra_info("ssl_object"))
    suite = tls.cipher()
    return replace(
        attempt,
        version=tls.version() or "",
        suite=suite[0] if suite else "",
        certificate=tls.getpeercert(binary_form=True),
    )


async def _put_off(station: Stream, pair: KeyPair, attempt: Attempt) -> HandshakeFailed:
    """Answer with TLS 1.1 a station that did not offer it, and see whether it goes on."""
    await station.write(old_answer(pair))
    try:
        async with asyncio.timeout(PATIENCE):
            reaction = await station.read()
    except TimeoutError:
        reason = f"neither went on nor closed within {PATIENCE:g} s"
        return HandshakeFailed(reason, replace(attempt, lingered=True))
    if reaction[:1] == bytes([_HANDSHAKE]):
        expect_transaction_continues = replace(attempt, version="TLSv1.1")
        return HandshakeFailed(
            "went on with TLS 1.1, which it had not offered", expect_transaction_continues
        )
    said = f"alert {reaction[6]}" if reaction[:1] == bytes([_ALERT]) and len(reaction) > 6 else ""
    return HandshakeFailed(said or "closed by the station", attempt)
