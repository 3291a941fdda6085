"""run.json: what a run writes down of itself before its first case, and of what it comes across.

Keys: ``started``; ``run`` as in results.json; ``identity``; ``told``, what the system said of
itself; ``asked``, the ids of the cases that were to run; ``problems`` of a merge.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, cast

from harness.evidence.results import ALL, NotRun, Results, RunInfo

#: In the results folder while it fills.
RUN_FILE = "run.json"


def kept(folder: Path) -> dict[str, Any]:
    """What stands there; nothing if there is none to read."""
    try:
        found = json.loads((folder / RUN_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return cast("dict[str, Any]", found) if isinstance(found, dict) else {}


def listed(facts: dict[str, Any], key: str) -> list[str]:
    """A list of texts under a key, empty if there is none."""
    found = facts.get(key)
    return [str(each) for each in cast("list[object]", found)] if isinstance(found, list) else []


def started(folder: Path) -> str:
    """When the run of that folder began, "" if there was none."""
    return str(kept(folder).get("started", ""))


def missing(asked: Iterable[str], results: Results) -> list[str]:
    """The cases that were to run and of which there is neither a result nor a reason."""
    left_out: tuple[NotRun, ...] = results.not_run
    there = {case.id for case in results.cases} | {case.id for case in left_out}
    return sorted(set(asked) - there)


def selected(earlier: RunInfo | None, now: str, *, whole: bool) -> str:
    """The selection of a run that goes on with an earlier one: what both together were to run.

    ``whole``: the earlier one has a result of each of its cases; whatever is run again of one that
    was to run all, it is still all.
    """
    if earlier is None or now == ALL:
        return now
    if earlier.selection == ALL:
        return ALL if whole else now
    return "; ".join(dict.fromkeys([*earlier.selection.split("; "), now]))
