"""The embedded station and CSMS alone, against whatever is at the other end."""

from __future__ import annotations

import asyncio
import logging
import secrets
import signal
from collections.abc import Callable, Coroutine, Generator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.x509.oid import NameOID
from websockets.asyncio.server import ServerConnection
from websockets.http11 import Request, Response

from harness.pki import keyset
from harness.reference.csms import CallError, Csms, CsmsConfig, Disconnected, Listener, TlsFiles
from harness.reference.csms.stations import Station as KnownStation
from harness.reference.rpc import Answer, Payload
from harness.reference.station import Station, StationConfig
from harness.reference.station import connection as link
from harness.sut.model import Token

#: Exit code of a task that a signal ended before it was done.
INTERRUPTED = 130

Say = Callable[[str], None]


class NotDone(Exception):
    """What was to be done alone came to nothing; the message says why."""


def supervised(work: Coroutine[Any, Any, int], *, stopped: int) -> int:
    """Run ``work`` to its exit code; SIGINT and SIGTERM end it in good order, with ``stopped``."""

    async def run() -> int:
        task = asyncio.ensure_future(work)
        loop = asyncio.get_running_loop()
        for each in (signal.SIGINT, signal.SIGTERM):
            # Loops of Windows know no signals; there asyncio itself cancels at Ctrl-C.
            with suppress(NotImplementedError):
                loop.add_signal_handler(each, task.cancel)
        try:
            return await task
        except asyncio.CancelledError:
            return stopped

    return asyncio.run(run())


# -- the station


@dataclass(frozen=True)
class Exchange:
    """A CALL of the station and its answer; ``answer`` is None if there was none to use."""

    action: str
    payload: Payload
    answer: Payload | None


class Watch:
    """Everything that a station sends and is sent, told line by line, and waited for."""

    def __init__(self, station: Station, say: Say) -> None:
        self.exchanges: list[Exchange] = []
        self._say = say
        self._news = asyncio.Condition()
        self._call, self._handle = station.call, station.handle
        station.call, station.handle = self._calling, self._handling

    async def until(self, what: str, holds: Callable[[], bool], within: float) -> None:
        """Wait until ``holds()``, looked at after each exchange.

        Raises:
            NotDone: not within that many seconds.
        """
        try:
            async with asyncio.timeout(within), self._news:
                await self._news.wait_for(holds)
        except TimeoutError as error:
            seen = ", ".join(e.action for e in self.exchanges[-6:]) or "nothing"
            text = f"{what}: not within {within:g} s; the last messages were: {seen}"
            raise NotDone(text) from error

    def some(self, action: str, holds: Callable[[Exchange], bool], since: int = 0) -> bool:
        """Whether one of the exchanges from number ``since`` on is of that kind."""
        return any(e.action == action and holds(e) for e in self.exchanges[since:])

    async def _calling(self, action: str, payload: Payload) -> Payload:
        answer: Payload | None = None
        outcome = "answered"
        try:
            answer = await self._call(action, payload)
            outcome = str(answer.get("status", outcome))
            return answer
        except (CallError, TimeoutError, Disconnected) as error:
            outcome = f"{type(error).__name__} {error}".strip()
            raise
        finally:
            self._say(f"-> {action}: {outcome}")
            await self._note(Exchange(action, payload, answer))

    async def _note(self, exchange: Exchange) -> None:
        async with self._news:
            self.exchanges.append(exchange)
            self._news.notify_all()

    async def _handling(self, action: str, payload: Payload) -> Answer:
        try:
            answer = await self._handle(action, payload)
        except CallError as error:
            self._say(f"<- {action}: {error}")
            raise
        self._say(f"<- {action}: {answer.payload.get('status', 'answered')}")
        return answer


class _Failures(logging.Handler):
    """Tells why there is no connection, once for each reason in a row."""

    def __init__(self, say: Say) -> None:
        super().__init__(logging.INFO)
        self._say = say
        self._last = ""

    def emit(self, record: logging.LogRecord) -> None:
        """See ``logging.Handler``."""
        text = record.getMessage()
        if text != self._last:
            self._say(text)
        self._last = text


@contextmanager
def _failures_told(say: Say) -> Generator[None]:
    """Whoever runs a station wants to know why the CSMS does not take it."""
    log, handler = link.log, _Failures(say)
    before = log.level
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    # What the root logger is not to show, it is not to be handed: its level does not hold here.
    log.propagate = logging.getLogger().isEnabledFor(logging.INFO)
    try:
        yield
    finally:
        log.propagate = True
        log.setLevel(before)
        log.removeHandler(handler)


@dataclass(frozen=True)
class Charge:
    """One charging session: where, who, and how many seconds each part of it may take."""

    token: Token
    evse: int = 1
    connector: int = 1
    within: float = 60.0


async def run_station(config: StationConfig, charge: Charge | None, say: Say) -> int:
    """Run a station until it is cancelled or, with ``charge``, until that is done.

    Raises:
        NotDone: the charging session could not be had.
    """
    station = Station(config)
    watch = Watch(station, say)
    with _failures_told(say):
        await station.start()
        try:
            if charge is None:
                await asyncio.Event().wait()
            else:
                await _charge(station, watch, charge)
                say("done: plugged in, authorized, charged, stopped, unplugged")
        finally:
            await station.stop()
    return 0


async def _charge(station: Station, watch: Watch, charge: Charge) -> None:
    token, evse, connector = charge.token, charge.evse, charge.connector

    async def until(what: str, holds: Callable[[], bool]) -> None:
        await watch.until(what, lambda: _authorized(watch) and holds(), charge.within)

    def event(holds: Callable[[Payload], bool]) -> Callable[[], bool]:
        return lambda: watch.some("TransactionEvent", lambda e: holds(e.payload))

    # The states of the connectors are only sent by a station that was accepted.
    await until("accepted", lambda: watch.some("StatusNotification", _answered))
    await station.plug_in(evse, connector)
    await station.present_token(token.id_token, token.type, evse)
    await until(
        "charging", event(lambda p: p["transactionInfo"].get("chargingState") == "Charging")
    )
    await station.present_token(token.id_token, token.type, evse)
    await until("stopped", event(lambda p: p["triggerReason"] == "StopAuthorized"))
    unplugged = len(watch.exchanges)
    await station.unplug(evse, connector)
    await until("ended", event(lambda p: p["eventType"] == "Ended"))
    await until(
        "available again",
        lambda: watch.some("StatusNotification", _available, since=unplugged),
    )
    async with asyncio.timeout(charge.within):
        await station.outbox.delivered()


def _answered(exchange: Exchange) -> bool:
    return exchange.answer is not None


def _available(exchange: Exchange) -> bool:
    return _answered(exchange) and exchange.payload["connectorStatus"] == "Available"


def _authorized(watch: Watch) -> bool:
    """True, as long as the CSMS has not refused the token."""
    for exchange in watch.exchanges:
        info = (exchange.answer or {}).get("idTokenInfo", {})
        status = info.get("status", "Accepted")
        if status != "Accepted":
            raise NotDone(f"the CSMS says {status} of the token ({exchange.action}Response)")
    return True


def serial_number(certificate: Path) -> str:
    """The common name of a station's certificate: its serial number (Part 2, A00.FR.405).

    Raises:
        NotDone: the file is no PEM certificate, or names nobody.
    """
    try:
        subject = x509.load_pem_x509_certificate(certificate.read_bytes()).subject
        return str(subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value)
    except (ValueError, IndexError) as error:
        raise NotDone(f"{certificate} is no certificate with a common name") from error


# -- the CSMS


@dataclass(frozen=True)
class CsmsOptions:
    """How an embedded CSMS is to run alone; ``password`` "" has one made."""

    host: str = "127.0.0.1"
    port: int = 9000
    security_profile: int = 1
    stations: Sequence[str] = ("CS001",)
    password: str = ""
    tokens: Sequence[Token] = ()
    heartbeat_interval: int = 60
    certs: Path = Path("certs")


async def run_csms(options: CsmsOptions, say: Say) -> int:
    """Run a CSMS until it is cancelled.

    Raises:
        OSError: the port is taken, or the certificates cannot be written.
    """
    password = options.password or secrets.token_urlsafe(24)
    keys = _keys(options) if options.security_profile >= 2 else None
    csms = Csms(_csms_config(options, password, keys))
    _overhear(csms, say)
    await csms.start()
    try:
        if options.security_profile in (1, 2) and not options.password:
            say(f"password of the stations: {password}")
        if keys is not None:
            say(f"root certificate: {keys.old_root.certificate}")
        if keys is not None and options.security_profile == 3:
            say(f"client certificate of {options.stations[0]}: {keys.station.certificate}")
            say(f"its key: {keys.station.key}")
        say(f"stations {', '.join(options.stations)} may connect to {csms.url}")
        await asyncio.Event().wait()
    finally:
        await csms.stop()
    return 0


def _keys(options: CsmsOptions) -> keyset.Pki:
    return keyset.create(options.certs / "csms", options.stations[0], hosts=_hosts(options))


def _hosts(options: CsmsOptions) -> list[str]:
    return list(dict.fromkeys([options.host, "localhost", "127.0.0.1"]))


def _csms_config(options: CsmsOptions, password: str, keys: keyset.Pki | None) -> CsmsConfig:
    tls = None
    authority = None
    if keys is not None:
        client_ca = keys.old_root.certificate if options.security_profile == 3 else None
        tls = TlsFiles(tuple((each.certificate, each.key) for each in keys.servers), client_ca)
        authority = (keys.old_root.certificate, keys.old_root.key)
    return CsmsConfig(
        authority=authority,
        host=options.host,
        port=options.port,
        tls=tls,
        security_profile=options.security_profile,
        stations=dict.fromkeys(options.stations, password),
        heartbeat_interval=options.heartbeat_interval,
        tokens={(token.id_token, token.type): "Accepted" for token in options.tokens},
    )


def _overhear(csms: Csms, say: Say) -> None:
    answer, decide = csms.answers.answer, csms.access.decide

    def deciding(
        connection: ServerConnection, request: Request, listener: Listener
    ) -> Response | None:
        refusal = decide(connection, request, listener)
        if refusal is not None:
            say(f"refused {request.path}: HTTP {refusal.status_code} {refusal.reason_phrase}")
        return refusal

    async def answering(station: KnownStation, action: str, payload: Payload) -> Payload:
        try:
            response = await answer(station, action, payload)
        except CallError as error:
            say(f"{station.identity} -> {action}: {error}")
            raise
        say(f"{station.identity} -> {action}: {response.get('status', 'answered')}")
        return response

    csms.answers.answer, csms.access.decide = answering, deciding
