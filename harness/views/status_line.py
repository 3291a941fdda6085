"""The last line of a terminal, which says what goes on, and makes way for what others write."""

from __future__ import annotations

import os
import threading
from contextlib import suppress
from typing import Any, TextIO

from rich.console import Console
from rich.live import Live
from rich.text import Text

from harness.live.facts import Fact, TerminalTaken
from harness.live.so_far import SoFar
from harness.views.words import status

#: Seconds between two looks at what goes on.
_PACE = 0.25
#: Columns of a terminal that does not say how many it has.
_UNKNOWN = 80


def terminal_of(file: Any) -> TextIO:
    """Where ``file`` leads to now, whatever becomes of its descriptor; the file, if it has none."""
    try:
        descriptor = os.dup(file.fileno())
    except (OSError, ValueError, AttributeError):
        return file
    return os.fdopen(descriptor, "w", encoding=file.encoding, errors="replace", buffering=1)


class StatusLine:
    """Drawn from a thread of its own, so that a run is as quick as without it."""

    def __init__(self, so_far: SoFar, file: TextIO) -> None:
        self._so_far = so_far
        self._file = file
        self._console = Console(file=file, force_terminal=True, highlight=False)
        self._live: Live | None = None
        self._may_show = False
        self._lock = threading.Lock()
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._follow, name="status line", daemon=True)
        self._thread.start()

    def hear(self, fact: Fact) -> None:
        """Whoever takes the terminal finds it clear."""
        if isinstance(fact, TerminalTaken):
            with self._lock:
                self._erase()

    def show(self) -> None:
        """Nobody else writes from now on."""
        self._may_show = True

    def hide(self) -> None:
        """Somebody else is going to write."""
        with self._lock:
            self._may_show = False
            self._erase()

    def say(self, text: str) -> None:
        """Write something above it that stays."""
        with self._lock:
            self._erase()
            self._file.write(f"{text}\n")
            self._file.flush()

    def close(self) -> None:
        """Leave nothing behind."""
        self.hide()
        self._closed.set()
        self._thread.join()

    def _follow(self) -> None:
        while not self._closed.wait(_PACE):
            with self._lock, suppress(OSError, ValueError):  # a terminal can go away
                if self._may_show and not self._so_far.terminal_taken:
                    self._draw()
                else:
                    self._erase()

    def _draw(self) -> None:
        with suppress(OSError):
            columns = os.get_terminal_size(self._file.fileno()).columns
            self._console.width = columns or _UNKNOWN
        if self._live is None:
            self._live = Live(
                console=self._console,
                auto_refresh=False,
                transient=True,
                redirect_stdout=False,
                redirect_stderr=False,
            )
            self._live.start()
        text = Text(status(self._so_far), style="dim", no_wrap=True, overflow="ellipsis")
        self._live.update(text, refresh=True)

    def _erase(self) -> None:
        live, self._live = self._live, None
        if live is not None:
            with suppress(OSError, ValueError):
                live.stop()
