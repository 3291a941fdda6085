"""The one time-stamped log of a case: everything that happened, in the order it happened."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any

from harness import clock
from harness.evidence.values import json_number
from harness.evidence.verdict import Stage, Validation
from harness.live.feed import Feed


class Kind(StrEnum):
    """What an entry of the transcript records."""

    SENT = "sent"
    RECEIVED = "received"
    CONNECTION = "connection"
    TLS = "tls"
    OPERATOR = "operator"
    ACT = "act"
    STEP = "step"
    NOTE = "note"
    VALIDATION = "validation"
    #: For those who judge again: what the rules looked at, and how the case ended.
    LOG = "log"
    VERDICT = "verdict"


@dataclass(frozen=True)
class Entry:
    """One line of the transcript.

    ``at`` is UTC wall time, ``t`` seconds since the case began (monotonic). ``data`` is plain JSON:
    for frames ``{"type": 2|3|4, "id", "action", "payload"}`` (CALLERROR: ``code``,
    ``description``, ``details`` in place of ``payload``; of the harness's own CALLs also
    ``step`` and ``stage``) or ``{"raw": text, "problem": why}`` for
    text that is no OCPP-J frame; for connections ``{"event": "opened" | "closed" | "refused" …}``;
    for operator actions ``{"action", "parameters", "outcome", "step", "stage"}``; for acts of the
    harness that are no message ``{"act", "facts", "step", "stage"}``; for steps
    ``{"step", "text"}``.
    """

    at: datetime
    t: float
    kind: Kind
    data: dict[str, Any]


def plain(value: Any) -> Any:
    """``value`` as plain JSON data: exact decimals become numbers, unknown objects their text."""
    if isinstance(value, Decimal):
        return json_number(value)
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]  # JSON objects are untyped
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]  # pyright: ignore[reportUnknownVariableType]  # JSON arrays are untyped
    if value is None or isinstance(value, (str, int, float, bool)):
        return value
    return str(value)


_JSON = json.JSONEncoder(default=plain, ensure_ascii=False)

Mask = Callable[[str], str]


@dataclass
class Transcript:
    """Log of one case, kept in memory and written as JSON Lines while the case runs.

    ``mask`` replaces secrets in every line before it is stored on disk.
    """

    case_id: str
    path: Path | None = None
    mask: Mask = lambda text: text
    entries: list[Entry] = field(default_factory=list[Entry])
    validations: list[Validation] = field(default_factory=list[Validation])
    #: The part of the case that is being written down: its stage, and the states around it.
    stage: Stage = Stage.MAIN
    section: str = ""
    #: Why the case is to be left out after all, "" if it is not.
    skipped: str = ""
    #: Who is told of it while it goes on.
    live: Feed = field(default_factory=Feed)
    _began: float = field(default_factory=clock.monotonic)

    def __post_init__(self) -> None:
        if self.path is not None:
            self.path.parent.mkdir(parents=True, exist_ok=True)

    @property
    def began(self) -> float:
        """When the case began, in monotonic seconds."""
        return self._began

    def add(self, kind: Kind, **data: Any) -> Entry:
        """Append an entry and return it."""
        entry = Entry(clock.now(), clock.monotonic() - self._began, kind, data)
        self.entries.append(entry)
        self._write(entry)
        return entry

    def validate(self, validation: Validation) -> Validation:
        """Record a validation."""
        self.validations.append(validation)
        self.add(Kind.VALIDATION, **asdict(validation))
        return validation

    def _write(self, entry: Entry) -> None:
        if self.path is None:
            return
        line = {
            "at": entry.at.isoformat(timespec="microseconds"),
            "t": round(entry.t, 6),
            "kind": entry.kind,
            **entry.data,
        }
        text = self.mask(_JSON.encode(line)) + "\n"
        with self.path.open("ab", buffering=0) as log:
            # Half a surrogate pair has no UTF-8; its escape stands for it, in JSON as in Python.
            log.write(text.encode("utf-8", "backslashreplace"))
