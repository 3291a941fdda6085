"""Which file defines which faults and variants."""

from __future__ import annotations

import importlib
import pkgutil
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from harness.reference import faults, variants
from harness.spec.roles import Role
from harness.testbed.kits import KITS

Named = tuple[Role, str]


def faults_in(file: str) -> frozenset[Named]:
    """The faults that a file (relative to the root) defines."""
    return _by_file(faults.__name__).get(file, frozenset())


def variants_in(file: str) -> frozenset[Named]:
    """The variants that a file (relative to the root) defines."""
    return _by_file(variants.__name__).get(file, frozenset())


@cache
def _by_file(package: str) -> Mapping[str, frozenset[Named]]:
    owners = {
        id(each): (role, name)
        for role, kit in KITS.items()
        for table in (kit.faults, kit.variants)
        for name, each in table.items()
    }
    found: defaultdict[str, set[Named]] = defaultdict(set)
    for name in _modules(package):
        for each in vars(importlib.import_module(name)).values():
            found[f"{name.replace('.', '/')}.py"] |= {
                owners[id(one)] for one in _values(each) if id(one) in owners
            }
    return {file: frozenset(names) for file, names in found.items()}


def _modules(package: str) -> Iterator[str]:
    root = importlib.import_module(package)
    for module in pkgutil.walk_packages(root.__path__, f"{package}."):
        if not module.ispkg:
            yield module.name


def _values(each: Any) -> Iterator[object]:
    """What a table of a module holds, be it a mapping or a tuple."""
    if isinstance(each, Mapping):
        yield from each.values()  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType]  # of whatever is in a module
    elif isinstance(each, tuple):
        yield from each  # pyright: ignore[reportUnknownVariableType]  # of whatever is in a module
