"""How the fake station gets into a CSMS under test: where, in which security profile, as whom."""

from __future__ import annotations

import asyncio
import base64
import ssl
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from websockets.exceptions import InvalidHandshake, InvalidURI

from harness import clock
from harness.pki import keys as pki
from harness.pki.endpoint_name import check_either_name
from harness.pki.keys import KeyPair
from harness.pki.keyset import Pki
from harness.sut.model import Sut

T = TypeVar("T")

#: Seconds between the first two attempts, and at most between two.
_AGAIN = 0.2
_LONGEST = 10.0


class Barrier(StrEnum):
    """Why there is no connection."""

    #: The CSMS said no: an HTTP status, a TLS alert, or it hung up.
    REFUSED = "refused"
    #: Nobody listens there.
    UNREACHABLE = "unreachable"
    #: No answer in time.
    SILENT = "silent"
    #: The CSMS showed a certificate that the station must not trust.
    DISTRUSTED = "distrusted"


class NotConnected(Exception):
    """There is no connection; the message says how that came.

    ``status``: the HTTP status that said so, 0 for none.
    """

    def __init__(self, barrier: Barrier, text: str, status: int = 0) -> None:
        super().__init__(text)
        self.barrier = barrier
        self.status = status

    @property
    def what(self) -> str:
        """The same as data: ``connection refused 401``."""
        return f"connection {self.barrier}{f' {self.status}' if self.status else ''}"

    @property
    def is_absence(self) -> bool:
        """Whether nobody answered at all."""
        return self.barrier in (Barrier.UNREACHABLE, Barrier.SILENT)


async def is_listening(url: str, seconds: float) -> bool:
    """Whether a TCP connection to the endpoint is taken within so many seconds."""
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "wss" else 80)
    try:
        async with asyncio.timeout(seconds):
            _, writer = await asyncio.open_connection(parts.hostname, port)
    except (OSError, TimeoutError):
        return False
    writer.transport.abort()
    return True


@dataclass(frozen=True)
class Access:
    """One way in: the endpoint, its security profile, what is shown there.

    ``password``: None where no credentials are sent; ``certificate``: the one that ``tls`` shows.
    """

    profile: int
    url: str
    user: str = ""
    password: str | None = None
    tls: ssl.SSLContext | None = None
    certificate: KeyPair | None = None

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers of the connection request (Part 2, A00.FR.203)."""
        if self.password is None:
            return {}
        return {"Authorization": basic(self.user, self.password)}


@dataclass
class Keyring:
    """What the station holds from case to case: whom it trusts, what it shows.

    ``ca``: the roots of the CSMS, None for those of this machine; ``station_ca``: the roots of the
    station's own certificates; ``passwords`` and ``certificates``: those that the CSMS has set or
    signed, the likeliest to be taken first; none is ever dropped, for only an attempt shows which
    one a CSMS takes. ``renewed``: a certificate that it has signed and that was not used yet;
    ``folder`` for keys that are ``made`` during a case; ``secrets`` that came up on the way.
    """

    ca: Path | None = None
    keys: Pki | None = None
    station_ca: Path | None = None
    folder: Path | None = None
    passwords: list[str] = field(default_factory=list[str])
    certificates: list[KeyPair] = field(default_factory=list[KeyPair])
    renewed: KeyPair | None = None
    made: int = 0
    secrets: list[str] = field(default_factory=list[str])

    def access(self, sut: Sut, profile: int) -> Access:
        """The way in that a station of this security profile takes."""
        url = sut.urls[profile]
        own = self.own if profile == 3 else None
        tls = self.context(own) if url.startswith("wss") else None
        if profile not in (1, 2):
            return Access(profile, url, tls=tls, certificate=own)
        return Access(profile, url, sut.identity, self.password(sut) or None, tls)

    def password(self, sut: Sut) -> str:
        """The one that the CSMS is thought to take."""
        return next(iter(self.passwords), sut.password)

    def offered(self, password: str) -> None:
        """The CSMS has set this password; whether it takes it is not known yet."""
        if password not in self.passwords:
            self.passwords.append(password)

    def signed(self, pair: KeyPair) -> None:
        """The CSMS has signed this certificate, which the station accepted."""
        self.renewed = pair
        self.certificates.append(pair)

    def taken(self, access: Access) -> None:
        """The CSMS has let the station in by this: it is tried first from now on."""
        if access.password:
            self.passwords = [access.password, *_without(self.passwords, access.password)]
        if access.certificate is not None:
            others = _without(self.certificates, access.certificate)
            self.certificates = [access.certificate, *others]

    def ways_in(self, sut: Sut, access: Access) -> list[Access]:
        """This way in, then the same one with what else the CSMS may take in its place."""
        if access.password:
            known = [*self.passwords, sut.password]
            others = dict.fromkeys(_without(known, access.password))
            return [access, *(replace(access, password=each) for each in others)]
        if access.certificate is not None:
            first = [self.keys.station] if self.keys else []
            kept = [*self.certificates, *_without(first, *self.certificates)]
            shown = _without(kept, access.certificate)
            return [access, *(self.showing(access, each) for each in shown)]
        return [access]

    @property
    def own(self) -> KeyPair | None:
        """The station's certificate."""
        return next(iter(self.certificates), self.keys.station if self.keys else None)

    def showing(self, access: Access, pair: KeyPair) -> Access:
        """That way in with this certificate."""
        return replace(access, tls=self.context(pair), certificate=pair)

    def context(self, pair: KeyPair | None) -> ssl.SSLContext:
        """TLS that trusts the CSMS's roots and shows this certificate."""
        if self.ca is not None:
            context = pki.client_context(self.ca, pair)
            check_either_name(context)
            return context
        context = ssl.create_default_context()
        if pair is not None:
            context.load_cert_chain(pair.certificate, pair.key)
        return context


def _without(items: Iterable[T], *those: T) -> list[T]:
    return [each for each in items if each not in those]


def basic(user: str, password: str) -> str:
    """The value of an HTTP Basic Authorization header."""
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


#: What an attempt to connect may come to.
FAILURES = (OSError, InvalidHandshake, InvalidURI, TimeoutError)


def barrier(error: BaseException) -> Barrier:
    """What stood in the way of an attempt that ended in one of ``FAILURES``."""
    match error:
        case ssl.SSLCertVerificationError():
            return Barrier.DISTRUSTED
        # The event loop ends a TLS handshake that takes too long by ConnectionAbortedError.
        case TimeoutError() | ConnectionAbortedError():
            return Barrier.SILENT
        case InvalidHandshake() | ssl.SSLError() | ConnectionResetError() | BrokenPipeError():
            return Barrier.REFUSED
        case _:
            return Barrier.UNREACHABLE


async def attempts(patience: float) -> AsyncIterator[None]:
    """Now, then with growing pauses (Part 4, 5.3), the last time when so many seconds are over."""
    deadline, pause = clock.monotonic() + patience, _AGAIN
    while True:
        yield
        left = deadline - clock.monotonic()
        if left <= 0:
            return
        await clock.sleep(min(pause, left))
        pause = min(2 * pause, _LONGEST)
