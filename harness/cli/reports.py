"""Where reports that a command writes lie, and what they point to."""

from __future__ import annotations

import os
from pathlib import Path


def report_of(folder: Path, seen_from: Path) -> str:
    """Address of a folder's report for a file beside ``seen_from``, "" if there is none."""
    report = folder / "results.html"
    if not report.is_file():
        return ""
    return Path(os.path.relpath(report, seen_from.parent)).as_posix()


def write(path: Path, text: str) -> None:
    """Write a report, in a folder that may be new."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8", "replace")
