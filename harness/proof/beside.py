"""Files beside the module of a case: ``test_tc_b_20_cs.lock.yaml``."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from harness.proof.embedded_run import case_functions
from harness.spec.roles import Role
from harness.testbed.kits import KITS

_NAME = re.compile(r"test_(?P<case_id>tc_[a-z]+_\d+_(?:cs|csms))\.[a-z.]+")


def case_of(path: Path) -> str:
    """The id of the case whose module or neighbour the file is by its name, or ""."""
    found = _NAME.fullmatch(path.name)
    return found["case_id"].upper() if found else ""


def path_beside(case_id: str, suffix: str) -> Path:
    """Where the file of a case with this suffix (".lock.yaml") is or belongs.

    Raises:
        KeyError: there is no such case.
    """
    return _module(case_id).with_suffix(suffix)


def files_beside(suffix: str) -> Iterator[tuple[str, Path]]:
    """The files with this suffix that there are, each with the id of its case, sorted.

    Raises:
        LookupError: a file lies beside no case.
    """
    for role in Role:
        root = importlib.import_module(KITS[role].cases).__path__[0]
        for path in sorted(Path(root).rglob(f"test_*{suffix}")):
            case_id = case_of(path)
            if case_id not in case_functions(role) or path_beside(case_id, suffix) != path:
                raise LookupError(f"{path} lies beside no case")
            yield case_id, path


@cache
def _module(case_id: str) -> Path:
    for role in Role:
        function = case_functions(role).get(case_id)
        if function is not None:
            return Path(function.scenario.__code__.co_filename)
    raise KeyError(case_id)
