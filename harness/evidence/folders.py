"""Folders that several processes write to."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock


@contextmanager
def alone_in(folder: Path) -> Generator[None]:
    """Wait until nobody else is, in any process; the folder is there."""
    with FileLock(folder / ".lock", poll_interval=0.01):
        yield
