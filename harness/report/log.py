"""Reads a case's transcript back (JSON Lines, as harness.evidence.transcript writes it)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from harness.evidence.transcript import Entry, Kind


@dataclass(frozen=True)
class Log:
    """The entries of a transcript and, for each line that was left out, its number."""

    entries: tuple[Entry, ...] = ()
    skipped: tuple[int, ...] = ()


#: What is not told to people.
_FOR_MACHINES = (Kind.LOG, Kind.VERDICT)


def read_log(path: Path | None, *, whole: bool = False) -> Log:
    """The transcript at ``path``; torn and foreign lines are left out. None reads as empty.

    ``whole``: with what only those need who judge it again.
    """
    if path is None:
        return Log()
    entries: list[Entry] = []
    skipped: list[int] = []
    # Transcripts of a killed run may end in the middle of a character.
    with path.open(encoding="utf-8", errors="replace", newline="\n") as lines:
        for number, line in enumerate(lines, start=1):
            entry = _entry(line)
            if entry is None:
                skipped.append(number)
            elif whole or entry.kind not in _FOR_MACHINES:
                entries.append(entry)
    return Log(tuple(entries), tuple(skipped))


def _entry(line: str) -> Entry | None:
    try:
        data: Any = json.loads(line)
        if not isinstance(data, dict):
            return None
        rest = cast(dict[str, Any], data)
        at = datetime.fromisoformat(rest.pop("at"))
        return Entry(at, float(rest.pop("t")), Kind(rest.pop("kind")), rest)
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
