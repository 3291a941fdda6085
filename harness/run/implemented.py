"""Which cases of the catalogue have a module: ``test_tc_b_01_cs.py`` is TC_B_01_CS."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import resources
from importlib.resources.abc import Traversable

from harness.testbed.kits import KITS

_PREFIX, _SUFFIX = "test_tc_", ".py"


def implemented() -> frozenset[str]:
    """Ids of the cases that have a module; nothing is imported."""
    names = (name for kit in KITS.values() for name in _files(kit.cases))
    return frozenset(
        name.removeprefix("test_").removesuffix(_SUFFIX).upper()
        for name in names
        if name.startswith(_PREFIX) and name.endswith(_SUFFIX)
    )


def _files(package: str) -> Iterator[str]:
    waiting: list[Traversable] = [resources.files(package)]
    while waiting:
        for entry in waiting.pop().iterdir():
            if entry.is_dir():
                waiting.append(entry)
            else:
                yield entry.name
