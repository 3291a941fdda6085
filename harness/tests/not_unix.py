"""``python -m harness.tests.not_unix [ARGUMENT…]``: pytest where what only Unix has is missing.

What the harness itself asks for is missing, in its modules alone: the standard library of this
machine needs its own. Without arguments every module of the harness and every case is imported.
"""

from __future__ import annotations

import asyncio
import importlib
import os
import pkgutil
import selectors
import socket
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

import pytest

MODULES = {"fcntl", "grp", "pty", "pwd", "resource", "syslog", "termios", "tty"}
#: Of what Windows lacks, that which neither the standard library here nor other packages ask for.
OF_OS = ("O_NOCTTY", "fchmod", "forkpty", "getpgid", "killpg", "mkfifo", "openpty")
PACKAGES = ("harness", "cases_cs", "cases_csms")


class _Missing:
    """Finds nothing of what is missing, if it is a module of ours that asks."""

    def find_spec(self, name: str, *_: object) -> ModuleSpec | None:
        if name in MODULES and _asked_by_us():
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return None


def _asked_by_us() -> bool:
    frame = sys._getframe(2)
    while frame.f_back and frame.f_globals.get("__name__", "").startswith("importlib"):
        frame = frame.f_back
    return frame.f_globals.get("__name__", "").split(".")[0] in PACKAGES


def _pair(*_: object) -> tuple[socket.socket, socket.socket]:
    """As on Windows: over TCP."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        one = socket.create_connection(server.getsockname())
        other, _address = server.accept()
    return one, other


def simulate() -> None:
    """From here on this process has no more of Unix than has to be."""
    for name in MODULES:
        sys.modules.pop(name, None)
    sys.meta_path.insert(0, _Missing())  # type: ignore[arg-type]
    for name in OF_OS:
        if hasattr(os, name):
            delattr(os, name)
    del socket.AF_UNIX
    socket.socketpair = _pair  # type: ignore[assignment]
    selectors.DefaultSelector = selectors.SelectSelector  # type: ignore[misc]

    def no_signals(self: object, *_: Any) -> None:
        raise NotImplementedError

    asyncio.SelectorEventLoop.add_signal_handler = no_signals  # type: ignore[method-assign]


def everything() -> list[ModuleType]:
    """All modules of the harness but its tests, and all cases."""
    found = []
    for package in map(importlib.import_module, PACKAGES):
        for each in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not each.name.startswith("harness.tests") and not each.name.endswith("__main__"):
                found.append(importlib.import_module(each.name))
    return found


def main(arguments: Sequence[str]) -> int:
    simulate()
    if arguments:
        return int(pytest.main([*arguments]))
    print(len(everything()))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
