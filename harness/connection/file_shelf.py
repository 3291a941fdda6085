"""Files that a station may fetch and has delivered, and what it did about them (L01, N01).

Whatever the protocol: a file server serves one shelf, and nothing beside it.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from pathlib import PurePosixPath

from harness import clock

#: Bytes of the longest file that is taken.
LONGEST = 100_000_000


def resolved(folder: str, path: str) -> str:
    """The path from the top, seen from a folder; nothing leads above the top.

    Of clients who write ``~`` for the folder where they begin, that is the top.
    """
    parts: list[str] = []
    for part in PurePosixPath("/", folder, path).parts[1:]:
        if part == "..":
            del parts[-1:]
        elif parts or part != "~":
            parts.append(part)
    return "/".join(parts)


class Outcome(StrEnum):
    """How a transfer ended, so far."""

    UNDER_WAY = "under way"
    COMPLETE = "complete"
    ABORTED = "aborted"
    MISSING = "there is no such file"
    REFUSED = "refused"
    DENIED = "not logged in"


class TooLong(Exception):
    """A station delivers more than it may."""


@dataclass
class Transfer:
    """One attempt of a station at a file: ``first`` is the byte it began with, ``size`` how many.

    ``delivers``: it brought the file, else it fetched it. ``path`` is the one it named.
    """

    name: str
    delivers: bool
    path: str = ""
    begun: datetime = field(default_factory=clock.now)
    ended: datetime | None = None
    first: int = 0
    size: int = 0
    outcome: Outcome = Outcome.UNDER_WAY

    def end(self, outcome: Outcome) -> None:
        """It is over."""
        self.outcome, self.ended = outcome, clock.now()

    def __str__(self) -> str:
        verb = "delivered" if self.delivers else "fetched"
        since = f" from byte {self.first}" if self.first else ""
        return f"{verb} {self.size} bytes of {self.name}{since}: {self.outcome}"


@dataclass(frozen=True)
class File:
    """What a station delivered: under which name, "" if it told none of its own.

    ``missing``: the headers that a POST owes, and this one left out (N01.FR.19).
    """

    name: str
    content: bytes
    missing: tuple[str, ...] = ()


@dataclass
class Upload:
    """A place of its own for one file that a station is to deliver: its ``path`` and ``url``.

    ``part`` is what came of it before the connection broke, for those who go on from there (N01).
    """

    name: str
    path: str
    url: str
    file: File | None = None
    part: bytes = b""
    _came: asyncio.Event = field(default_factory=asyncio.Event)

    def take(self, file: File) -> None:
        """The file is here, whole."""
        self.file = file
        self._came.set()

    async def wait(self, seconds: float) -> File | None:
        """What was delivered, once all of it is here; None if it is not within ``seconds``."""
        try:
            async with asyncio.timeout(seconds):
                await self._came.wait()
        except TimeoutError:
            return None
        return self.file

    def named(self, path: str) -> str:
        """The name in a path that belongs to it, "" if that is not the station's own."""
        return "" if path == self.path else PurePosixPath(path).name


class Shelf:
    """The files of one case; every place has a name that nobody can guess, and none twice.

    ``note`` is told of a transfer when it begins and when it ends. ``longest``: bytes of the
    longest file that is taken.
    """

    def __init__(
        self,
        note: Callable[[Transfer], None] = lambda _transfer: None,
        *,
        longest: int = LONGEST,
    ) -> None:
        #: Everything that the station did.
        self.transfers: list[Transfer] = []
        #: Set when transfers may end.
        self.free = asyncio.Event()
        self.free.set()
        self.longest = longest
        self._note = note
        self._offers: dict[str, bytes] = {}
        self._uploads: dict[str, Upload] = {}

    def offer(self, name: str, content: bytes) -> str:
        """Give a file; the path under which it is."""
        path = f"{uuid.uuid4().hex}/{name}"
        self._offers[path] = content
        return path

    def expect(self, name: str, url: Callable[[str], str]) -> Upload:
        """Take a file at a place of its own, whose address ``url`` makes of its path."""
        path = f"{uuid.uuid4().hex}/{name}"
        self._uploads[path] = Upload(name, path, url(path))
        return self._uploads[path]

    def offered(self, path: str) -> bytes | None:
        """The file there, if there is one."""
        return self._offers.get(path)

    def size(self, path: str) -> int:
        """Bytes of the file there, fetched or delivered, whole or in part so far."""
        content, place = self._offers.get(path), self._place_of(path)
        if content is None and place is not None:
            content = place.file.content if place.file is not None else place.part
        return len(content or b"")

    def is_known(self, path: str) -> bool:
        """Whether a file is there, or may be."""
        return path in self._offers or self._place_of(path) is not None

    def place(self, path: str) -> Upload | None:
        """Where a file for this path goes: a station may add a file name of its own."""
        found = self._place_of(path)
        return found if found is not None and found.file is None else None

    def _place_of(self, path: str) -> Upload | None:
        return self._uploads.get(path) or self._uploads.get(_folder(path))

    def is_folder(self, path: str) -> bool:
        """Whether files can be below this path; a place for an upload is a folder too."""
        known = [*self._offers, *(f"{each}/" for each in self._uploads)]
        return not path or any(each.startswith(f"{path}/") for each in known)

    def names(self, path: str) -> list[str]:
        """The files that can be fetched at this path or in this folder."""
        return [PurePosixPath(each).name for each in self._offers if path in (each, _folder(each))]

    def missed(self, path: str, *, delivers: bool = False) -> None:
        """The station asked for something that is not there."""
        missing = self.begin(PurePosixPath(path).name, delivers=delivers, path=path)
        self.end(missing, Outcome.MISSING)

    def denied(self) -> None:
        """The station did not show the user and password that it was given."""
        self.end(self.begin("anything", delivers=False), Outcome.DENIED)

    def rename(self, path: str, to: str) -> bool:
        """Give a delivered file another name in its place; whether it could be."""
        place = self._place_of(path)
        if place is None or place.file is None or place is not self._place_of(to):
            return False
        place.file = replace(place.file, name=PurePosixPath(to).name)
        return True

    def begin(self, name: str, *, delivers: bool, path: str = "", first: int = 0) -> Transfer:
        """The station has begun a transfer."""
        transfer = Transfer(name, delivers, path, first=first)
        self.transfers.append(transfer)
        self._note(transfer)
        return transfer

    def end(self, transfer: Transfer, outcome: Outcome) -> None:
        """The transfer is over."""
        transfer.end(outcome)
        self._note(transfer)

    def attempts_at(self, path: str) -> list[Transfer]:
        """What the station did at a path, at one with a name of its own added, or at its folder."""
        return [
            each for each in self.transfers if _is_in(each.path, path) or _is_in(path, each.path)
        ]

    def after(self, upload: Upload) -> list[Transfer]:
        """What the station has begun to deliver since the file was here, whole."""
        ends = [
            each.ended
            for each in self.attempts_at(upload.path)
            if each.outcome is Outcome.COMPLETE and each.ended is not None
        ]
        return [each for each in self.transfers if each.delivers and ends and each.begun > ends[0]]

    def fetched(self, name: str, length: int, until: datetime | None = None) -> bool:
        """Whether the station has every byte of a file by now, in however many parts.

        ``until``: what was begun by then alone counts.
        """
        reached = 0
        parts = sorted(
            (each.first, each.first + each.size)
            for each in self.transfers
            if each.name == name and not each.delivers
            if until is None or each.begun < until
        )
        for first, end in parts:
            if first > reached:
                break
            reached = max(reached, end)
        return reached >= length


def _folder(path: str) -> str:
    return path.rpartition("/")[0]


def _is_in(path: str, folder: str) -> bool:
    """Whether a path is a folder or below it."""
    return bool(folder) and f"{path}/".startswith(f"{folder}/")
