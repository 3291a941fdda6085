"""A headless Chromium, driven by its DevTools protocol."""

from __future__ import annotations

import base64
import json
import re
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from websockets.sync.client import ClientConnection, connect

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
PHONE, DESKTOP = (390, 844), (1280, 800)
_QUIET = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    *("--disable-dev-shm-usage", "--remote-debugging-port=0"),
]


@dataclass
class Page:
    """One tab."""

    connection: ClientConnection
    _ids: int = 0
    events: list[str] = field(default_factory=list[str])

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        """A command of the protocol, and what it answers."""
        self._ids += 1
        self.connection.send(json.dumps({"id": self._ids, "method": method, "params": params}))
        while True:
            said = json.loads(self.connection.recv(timeout=30))
            if said.get("id") == self._ids:
                assert "error" not in said, said
                return said["result"]
            self.events.append(said.get("method", ""))

    def open(self, url: str, size: tuple[int, int], *, dark: bool = False) -> None:
        """Go there, as a device with a screen of that many pixels."""
        width, height = size
        self.call(
            *("Emulation.setDeviceMetricsOverride",),
            **{"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600},
        )
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.call("Emulation.setEmulatedMedia", features=[scheme])
        self.call("Page.navigate", url=url)

    def js(self, expression: str) -> Any:
        """The value of an expression in the page."""
        found = self.call(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True
        )
        assert "exceptionDetails" not in found, found
        return found["result"].get("value")

    def until(self, expression: str, seconds: float = 30) -> Any:
        """Wait until it holds."""
        # What is looked at may not be there yet.
        tried = f"(() => {{ try {{ return Boolean({expression}); }} catch {{ return false; }} }})()"
        return until(lambda: self.js(tried), expression, seconds)

    def press(self, key: str) -> None:
        """A key on the keyboard: Tab or Enter."""
        code = {"Tab": 9, "Enter": 13}[key]
        text = {"text": "\r"} if key == "Enter" else {}
        for kind in ("keyDown", "keyUp"):
            more = text if kind == "keyDown" else {}
            fields = {"key": key, "code": key, "windowsVirtualKeyCode": code, **more}
            self.call("Input.dispatchKeyEvent", type=kind, **fields)

    def picture(self, path: Path) -> None:
        """What it looks like."""
        path.write_bytes(base64.b64decode(self.call("Page.captureScreenshot")["data"]))


def until(look: Callable[[], Any], what: str, seconds: float = 30) -> Any:
    """The first result of ``look`` that holds."""
    end = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < end, f"not so within {seconds:g} s: {what}"
        time.sleep(0.05)
    return found


class Relay:
    """A connection to a port that can be dropped: all that goes through it ends at once."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._open: set[socket.socket] = set()
        self._up = True
        self._server = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._server.getsockname()[1]}"
        self._spawn(self._accept)

    def drop(self) -> None:
        """End what goes through, and let nothing through."""
        self._up = False
        for each in list(self._open):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def mend(self) -> None:
        """Let through what comes from now on."""
        self._up = True

    def close(self) -> None:
        """For good."""
        self.drop()
        self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._server.accept()
                if not self._up:
                    near.close()
                    continue
                far = socket.create_connection(("127.0.0.1", self._port))
                self._open |= {near, far}
                self._spawn(self._copy, near, far)
                self._spawn(self._copy, far, near)

    def _copy(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while piece := source.recv(65536):
                target.sendall(piece)
        for each in (source, target):
            self._open.discard(each)
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()

    @staticmethod
    def _spawn(work: Callable[..., None], *arguments: Any) -> None:
        threading.Thread(target=work, args=arguments, daemon=True).start()


@contextmanager
def relay(port: int) -> Generator[Relay]:
    """One that ends with the context."""
    between = Relay(port)
    try:
        yield between
    finally:
        between.close()


@dataclass(frozen=True)
class Browser:
    """A running one."""

    port: str

    @contextmanager
    def page(self, through: Relay | None = None) -> Generator[Page]:
        """A new tab, of a device of its own; ``through`` is between it and the world."""
        way: dict[str, Any] = {}
        if through is not None:
            way = {"proxyServer": through.address, "proxyBypassList": "<-loopback>"}
        with connect(self._whole, max_size=None) as connection:
            whole = Page(connection)
            context = whole.call("Target.createBrowserContext", **way)["browserContextId"]
            target = whole.call("Target.createTarget", url="about:blank", browserContextId=context)
            where = f"ws://127.0.0.1:{self.port}/devtools/page/{target['targetId']}"
            with connect(where, max_size=None) as tab:
                yield Page(tab)

    @property
    def _whole(self) -> str:
        with urlopen(f"http://127.0.0.1:{self.port}/json/version") as answer:
            return json.load(answer)["webSocketDebuggerUrl"]


@contextmanager
def browser(folder: Path) -> Generator[Browser]:
    """A browser with a profile of its own, which ends with the context."""
    assert CHROMIUM is not None
    command = [CHROMIUM, *_QUIET, f"--user-data-dir={folder / 'profile'}", "about:blank"]
    log = folder / "chromium.log"
    with log.open("w") as stderr, subprocess.Popen(command, stderr=stderr) as process:
        try:
            found = until(
                lambda: re.search(r"DevTools listening on ws://[^:]+:(\d+)/", log.read_text()),
                "a browser that listens",
            )
            yield Browser(found[1])
        finally:
            process.terminate()
            process.wait(20)
