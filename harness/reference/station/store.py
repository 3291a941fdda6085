"""What a station keeps in a file, over the end of its process: tokens, and what is inoperative."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from harness.reference.station.state import Known, Memory, Token


def read(file: Path, memory: Memory) -> None:
    """Take up what an earlier process wrote; without a file there is nothing to take up.

    Raises:
        ValueError, KeyError, OSError: it cannot be read.
    """
    if not file.exists():
        return
    data: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    memory.cache = _tokens(data["cache"])
    memory.local_list = _tokens(data["local_list"])
    memory.local_list_version = data["local_list_version"]
    memory.inoperative = {(evse, connector) for evse, connector in data["inoperative"]}


def write(file: Path, memory: Memory) -> None:
    """Write it anew, at once or not at all.

    Raises:
        OSError: it cannot be written.
    """
    data = {
        "cache": _entries(memory.cache),
        "local_list": _entries(memory.local_list),
        "local_list_version": memory.local_list_version,
        "inoperative": sorted(memory.inoperative),
    }
    new = file.with_suffix(f"{file.suffix}.new")
    new.write_text(json.dumps(data, indent=1), encoding="utf-8")
    new.replace(file)


def _entries(tokens: Mapping[Token, Known]) -> list[dict[str, Any]]:
    return [
        {**token.as_json(), "info": entry.info, "updated": entry.updated.isoformat()}
        for token, entry in tokens.items()
    ]


def _tokens(entries: list[dict[str, Any]]) -> dict[Token, Known]:
    return {
        Token.of(each): Known(each["info"], datetime.fromisoformat(each["updated"]))
        for each in entries
    }
