"""Where the faults of a block's cases are written."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable, Iterator
from pathlib import Path

from harness.reference.faults.base import Fault
from harness.spec.catalogue import row
from harness.spec.roles import Role
from harness.testbed.kits import KITS


def fault_files(case_id: str) -> tuple[str, ...]:
    """The files, from the root of the project, with faults whose purpose is a case of this block.

    The one to begin where the block has none yet.

    Raises:
        KeyError: there is no such case.
    """
    known = row(case_id)
    folder = f"harness/reference/faults/{KITS[known.role].system}"
    found = [
        f"{folder}/{name}.py"
        for name, faults in _tables(known.role)
        if any(fault.shows[0].startswith(f"TC_{known.block[0]}_") for fault in faults)
    ]
    return tuple(found) or (f"{folder}/{known.folder[2:]}.py",)


def _tables(role: Role) -> Iterator[tuple[str, Iterable[Fault]]]:
    """The modules with faults of a role, by name, each with its faults."""
    package = importlib.import_module(f"harness.reference.faults.{KITS[role].system}")
    for module in pkgutil.iter_modules([str(Path(str(package.__file__)).parent)]):
        faults = getattr(importlib.import_module(f"{package.__name__}.{module.name}"), "FAULTS", ())
        yield module.name, faults
