"""Lock files: which faults turn a case red besides those whose purpose it is, and at which step.

They are written by ``python -m harness lock`` and compared by everything else.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import yaml

from harness.proof.beside import files_beside, path_beside

SUFFIX = ".lock.yaml"
#: In place of a step: the case does not mind the fault, though it is about something near.
GREEN = "green"
_SECTIONS = {"faults", "dropped"}


class LockError(Exception):
    """A lock file cannot be used; the message says why."""


def _nothing() -> dict[str, str]:
    return {}


@dataclass(frozen=True)
class Lock:
    """What a lock file says, by the name of the fault.

    ``faults``: the step at which the case turns red, or GREEN. ``dropped``: why a fault that once
    turned it red does so no longer.
    """

    faults: Mapping[str, str] = field(default_factory=_nothing)
    dropped: Mapping[str, str] = field(default_factory=_nothing)


def load(case_id: str) -> Lock:
    """The lock of a case; one that says nothing where there is no file.

    Raises:
        LockError: the file is not understood.
    """
    path = path_beside(case_id, SUFFIX)
    return read(path) if path.exists() else Lock()


def load_all() -> dict[str, Lock]:
    """Every lock by the id of its case.

    Raises:
        LockError: a file is not understood or lies beside no case.
    """
    try:
        return {case_id: read(path) for case_id, path in files_beside(SUFFIX)}
    except LookupError as error:
        raise LockError(str(error)) from error


def read(path: Path) -> Lock:
    """What a file says.

    Raises:
        LockError: it is not understood.
    """
    found: Any = yaml.load(path.read_text("utf-8"), Loader=yaml.CSafeLoader)
    sections = cast(dict[str, Any], found) if isinstance(found, dict) else {"": found}
    if unknown := sorted(sections.keys() - _SECTIONS):
        raise LockError(f"{path.name}: unknown {', '.join(unknown)}")
    for name, entries in sections.items():
        if not isinstance(entries, dict) or not all(
            isinstance(text, str) for text in cast(dict[str, Any], entries).values()
        ):
            raise LockError(f"{path.name}: {name} does not map names to texts")
    return Lock(**sections)


def write(case_id: str, lock: Lock) -> None:
    """Write the file of a case; nothing to say, no file."""
    path = path_beside(case_id, SUFFIX)
    if lock.faults or lock.dropped:
        path.write_text(text(case_id, lock), "utf-8")
    else:
        path.unlink(missing_ok=True)


def text(case_id: str, lock: Lock) -> str:
    """The file's text, sorted."""
    lines = [f"# Written by: python -m harness lock --case {case_id}"]
    for section, entries in (("faults", lock.faults), ("dropped", lock.dropped)):
        if entries:
            lines.append(f"{section}:")
            lines += [f"  {name}: {_quoted(said)}" for name, said in sorted(entries.items())]
    return "\n".join(lines) + "\n"


def _quoted(said: str) -> str:
    return said if said == GREEN else json.dumps(said, ensure_ascii=False)
