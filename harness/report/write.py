"""Writes every form of report beside results.json, from it and the transcripts alone."""

from __future__ import annotations

import uuid
from pathlib import Path

from harness.evidence.results import read_results
from harness.report.html import html
from harness.report.junit import junit
from harness.report.markdown import markdown


def write_all(directory: Path) -> None:
    """Write results.md, results.html and junit.xml into ``directory``.

    Raises:
        ResultsError: ``directory/results.json`` is missing or does not fit the schema.
    """
    results = read_results(directory)
    _replace(directory / "results.md", markdown(results).encode("utf-8", "replace"))
    _replace(directory / "results.html", html(results, directory).encode("utf-8"))
    _replace(directory / "junit.xml", junit(results))


def _replace(path: Path, content: bytes) -> None:
    half_done = path.with_name(f".{path.name}.{uuid.uuid4().hex}.tmp")
    try:
        half_done.write_bytes(content)
        half_done.replace(path)
    finally:
        half_done.unlink(missing_ok=True)
