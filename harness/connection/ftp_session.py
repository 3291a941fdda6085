"""What is said on one control connection of FTP (RFC 959, 2228, 2389, 2428, 3659, 4217)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, suppress
from pathlib import PurePosixPath
from typing import cast

from harness import clock
from harness.connection.file_login import Login
from harness.connection.file_shelf import Outcome, Shelf, TooLong, Upload, resolved
from harness.connection.file_transfers import PART, Delivery, send
from harness.connection.ftp_data import DataPort
from harness.connection.streams import Stream
from harness.connection.tls_server import Tls, secured

#: Seconds after the end of a delivery in which a client that was killed has both ends closed.
_GRACE = 0.1
#: Seconds for a client to close its data connection, where it has read everything.
_GOODBYE = 1.0
#: The end of a telnet command, which some clients send before ABOR (RFC 959, 4.1.3).
_TELNET = b"\xff\xf4\xf2"
_BEFORE_LOGIN = frozenset(
    ["USER", "PASS", "AUTH", "PBSZ", "PROT", "FEAT", "OPTS", "SYST", "NOOP", "QUIT", "CLNT"]
)
#: Answers that are always the same.
_SAID = {
    "ALLO": (202, "Not needed"),
    "CLNT": (200, "Noted"),
    "MODE": (200, "As a stream"),
    "NOOP": (200, "Well"),
    "OPTS": (200, "Noted"),
    "PBSZ": (200, "PBSZ=0"),
    "STRU": (200, "As a file"),
    "SYST": (215, "UNIX Type: L8"),
    "TYPE": (200, "Every byte as it is"),
}
Command = Callable[[str], Awaitable[None]]


class FtpSession:
    """One client, who came by ``control``; with ``tls`` it may ask for that."""

    def __init__(self, shelf: Shelf, login: Login, tls: Tls | None, control: Stream) -> None:
        self._shelf, self._login, self._tls = shelf, login, tls
        self._wire = self._control = control
        self._private = False
        self._user = self._folder = self._renamed = ""
        self._is_in = self._over = False
        self._first = 0
        self._data: DataPort | None = None
        self._transfer: asyncio.Task[None] | None = None
        self._secured = AsyncExitStack()
        self._commands: dict[str, Command] = {
            "ABOR": self._abort,
            "APPE": self._append,
            "AUTH": self._auth,
            "CDUP": lambda _: self._change(".."),
            "CWD": self._change,
            "EPSV": self._extended_passive,
            "FEAT": self._features,
            "LIST": self._list,
            "MKD": self._make_folder,
            "NLST": self._list_names,
            "PASS": self._log_in,
            "PASV": self._passive,
            "PROT": self._protect,
            "PWD": self._tell_folder,
            "QUIT": self._quit,
            "REST": self._restart,
            "RETR": self._retrieve,
            "RNFR": self._rename_from,
            "RNTO": self._rename_to,
            "SIZE": self._size,
            "STOR": self._store,
            "USER": self._name_user,
        }

    async def secure(self, begun: bytes) -> None:
        """Do TLS before the first word (implicit FTPS), of which so much was read.

        Raises:
            HandshakeFailed: it came to nothing.
        """
        self._private = True
        await self._do_tls(begun)

    async def run(self) -> None:
        """Serve the client until it goes.

        Raises:
            OSError: it has hung up.
            HandshakeFailed: it asked for TLS, and does not speak it.
        """
        try:
            await self._say(220, "Files")
            while not self._over and (line := await self._line()):
                verb, _, argument = line.partition(" ")
                await self._obey(verb.upper(), argument)
        finally:
            await self._break_off()
            await self._close_data()
            await self._secured.aclose()

    async def _line(self) -> str:
        """The next command, empty at the end."""
        try:
            line = await self._control.reader.readuntil(b"\n")
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            return ""
        return line.lstrip(_TELNET).decode("utf-8", "replace").rstrip("\r\n") or "NOOP"

    async def _say(self, code: int, text: str) -> None:
        self._control.writer.write(f"{code} {text}\r\n".encode())
        await self._control.writer.drain()

    async def _obey(self, verb: str, argument: str) -> None:
        if self._transfer is not None and verb != "ABOR":
            await asyncio.wait([self._transfer])
            self._transfer = None
        if verb not in _BEFORE_LOGIN and not self._is_in:
            await self._say(530, "Log in first")
        elif verb in _SAID:
            await self._say(*_SAID[verb])
        elif verb in self._commands:
            await self._commands[verb](argument)
        else:
            await self._say(502, "Not here")
        if verb not in ("REST", "PASV", "EPSV", "TYPE", "NOOP"):
            self._first = 0

    # Who it is

    @property
    def _may_log_in(self) -> bool:
        """A password is not said in the clear where there can be TLS."""
        return self._tls is None or self._control is not self._wire

    async def _name_user(self, user: str) -> None:
        self._user, self._is_in = user, False
        if not self._may_log_in:
            self._shelf.denied()  # A URL of FTPS is not one of FTP (N01, remarks).
            await self._say(530, "AUTH TLS first")
            return
        await self._say(331, "And the password?")

    async def _log_in(self, password: str) -> None:
        self._is_in = self._may_log_in and self._login.fits(self._user, password)
        if not self._is_in:
            self._shelf.denied()
        await self._say(*((230, "Welcome") if self._is_in else (530, "Not you")))

    async def _auth(self, how: str) -> None:
        if self._tls is None or how.upper() not in ("TLS", "TLS-C", "SSL"):
            await self._say(504 if self._tls else 502, "Not here")
            return
        await self._say(234, "TLS")
        await self._do_tls()

    async def _do_tls(self, begun: bytes = b"") -> None:
        if self._tls is not None:
            securing = secured(self._wire, self._tls, begun)
            self._control, _ = await self._secured.enter_async_context(securing)

    async def _protect(self, level: str) -> None:
        known = self._tls is not None and level.upper() in ("C", "P")
        if known:
            self._private = level.upper() == "P"
        await self._say(200 if known else 504, level)

    async def _features(self, _argument: str) -> None:
        tls = " AUTH TLS\r\n PBSZ\r\n PROT\r\n" if self._tls else ""
        text = f"211-Features\r\n{tls} EPSV\r\n REST STREAM\r\n SIZE\r\n UTF8\r\n211 End\r\n"
        self._control.writer.write(text.encode())
        await self._control.writer.drain()

    async def _quit(self, _argument: str) -> None:
        self._over = True
        await self._say(221, "Bye")

    # Where it is

    async def _change(self, path: str) -> None:
        wanted = resolved(self._folder, path)
        if self._shelf.is_folder(wanted):
            self._folder = wanted
            await self._say(250, "There")
        else:
            await self._miss(wanted)

    async def _tell_folder(self, _argument: str) -> None:
        await self._say(257, f'"/{self._folder}"')

    async def _make_folder(self, path: str) -> None:
        """Nowhere but where a file is expected: a place that is not there must not come to be."""
        wanted = resolved(self._folder, path)
        await self._say(550, "It is there" if self._shelf.is_folder(wanted) else "Not here")

    async def _size(self, path: str) -> None:
        wanted = resolved(self._folder, path)
        size = self._shelf.size(wanted)
        if self._shelf.is_known(wanted):
            await self._say(*((213, str(size)) if size else (550, "Not yet")))
        else:
            await self._miss(wanted)

    async def _miss(self, path: str, *, delivers: bool = False) -> None:
        self._shelf.missed(path, delivers=delivers)
        await self._say(550, "There is no such thing")

    async def _rename_from(self, path: str) -> None:
        self._renamed = resolved(self._folder, path)
        await self._say(350, "To what?")

    async def _rename_to(self, path: str) -> None:
        done = self._shelf.rename(self._renamed, resolved(self._folder, path))
        await self._say(*((250, "Done") if done else (553, "Not so")))

    # Files

    async def _passive(self, _argument: str) -> None:
        host, port = await self._open_data()
        if ":" in host:
            await self._say(522, "EPSV for this network")
            return
        numbers = ",".join((*host.split("."), str(port >> 8), str(port & 255)))
        await self._say(227, f"Here ({numbers})")

    async def _extended_passive(self, argument: str) -> None:
        if argument.upper() == "ALL":
            await self._say(200, "Well")
            return
        _, port = await self._open_data()
        await self._say(229, f"Here (|||{port}|)")

    async def _open_data(self) -> tuple[str, int]:
        await self._close_data()
        here, there = (self._address(name) for name in ("sockname", "peername"))
        self._data = DataPort(there, self._tls if self._private else None)
        return here, await self._data.open(here)

    def _address(self, name: str) -> str:
        return cast(str, self._wire.writer.get_extra_info(name)[0])

    async def _close_data(self) -> None:
        if self._data is not None:
            data, self._data = self._data, None
            await data.close()

    async def _restart(self, first: str) -> None:
        self._first = int(first) if first.isdecimal() else 0
        await self._say(*((350, "From there") if first.isdecimal() else (501, "Where?")))

    async def _retrieve(self, path: str) -> None:
        wanted = resolved(self._folder, path)
        content = self._shelf.offered(wanted)
        if content is None:
            await self._miss(wanted)
            return
        first = min(self._first, len(content))
        await self._begin(lambda stream: self._give(stream, wanted, content[first:], first))

    async def _give(self, stream: Stream, path: str, content: bytes, first: int) -> None:
        name = PurePosixPath(path).name
        transfer = self._shelf.begin(name, delivers=False, path=path, first=first)
        outcome = Outcome.ABORTED
        try:
            await send(self._shelf, transfer, content, lambda part: _write(stream, part))
            await _see_off(stream)
            outcome = Outcome.COMPLETE
        finally:
            self._shelf.end(transfer, outcome)

    async def _list(self, argument: str) -> None:
        await self._send_names(argument, "-rw------- 1 files files 1 Jan 01 2020 ")

    async def _list_names(self, argument: str) -> None:
        await self._send_names(argument, "")

    async def _send_names(self, argument: str, before: str) -> None:
        path = next((each for each in argument.split() if not each.startswith("-")), "")
        names = self._shelf.names(resolved(self._folder, path))
        text = "".join(f"{before}{name}\r\n" for name in names).encode()
        await self._begin(lambda stream: _write(stream, text))

    async def _append(self, path: str) -> None:
        place = self._shelf.place(resolved(self._folder, path))
        self._first = len(place.part) if place else 0
        await self._store(path)

    async def _store(self, path: str) -> None:
        wanted, first = resolved(self._folder, path), self._first
        place = self._shelf.place(wanted)
        if place is None:
            await self._miss(wanted, delivers=True)
        elif first > len(place.part):
            await self._say(554, "There is nothing to go on from")
        else:
            await self._begin(lambda stream: self._take(stream, place, wanted, first))

    async def _take(self, stream: Stream, place: Upload, path: str, first: int) -> None:
        delivery = Delivery(self._shelf, place, path, first)
        try:
            while piece := await stream.reader.read(PART):
                delivery.put(piece)
            # What a killed client sent ends as a file does; but so does its control connection.
            await clock.sleep(_GRACE)
            if self._control.reader.at_eof():
                return
            await delivery.keep()
        except TooLong:
            delivery.lose(Outcome.REFUSED)
            raise
        finally:
            delivery.lose()

    async def _begin(self, work: Callable[[Stream], Awaitable[None]]) -> None:
        if self._data is None:
            await self._say(425, "PASV or EPSV first")
            return
        await self._say(150, "Begin")
        self._transfer = asyncio.create_task(self._carry_out(self._data, work))

    async def _carry_out(self, data: DataPort, work: Callable[[Stream], Awaitable[None]]) -> None:
        try:
            await work(await data.stream())
            told = 226, "Done"
        except TimeoutError:
            told = 425, "Nobody connected"
        except TooLong:
            told = 552, "Too long"
        except OSError:
            told = 426, "Broken off"
        finally:
            await self._close_data()
        with suppress(OSError):  # It has hung up.
            await self._say(*told)

    async def _abort(self, _argument: str) -> None:
        if self._transfer is not None and not self._transfer.done():
            await self._break_off()
            await self._say(426, "Broken off")
        await self._say(226, "Nothing is under way")

    async def _break_off(self) -> None:
        if self._transfer is not None:
            self._transfer.cancel()
            await asyncio.wait([self._transfer])
            self._transfer = None


async def _see_off(stream: Stream) -> None:
    """Wait for the client to close, where it can be seen how.

    Raises:
        ConnectionError: it closed before it had read everything.
    """
    if stream.writer.can_write_eof():  # Not in TLS.
        stream.writer.write_eof()
        with suppress(TimeoutError):
            async with asyncio.timeout(_GOODBYE):
                await stream.reader.read(1)


async def _write(stream: Stream, part: bytes) -> None:
    stream.writer.write(part)
    await stream.writer.drain()
