"""Which part of the cases a run is about: in words, and as shards."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Sequence
from functools import cache

from harness.evidence.results import ALL
from harness.run.implemented import implemented
from harness.spec.catalogue import load as load_catalogue
from harness.testbed.kits import KITS


def selection(
    keyword: str,
    cases: Sequence[str],
    paths: Sequence[str],
    profiles: Sequence[str] = (),
    others: Iterable[str] = (),
) -> str:
    """What was selected, in words; ``others``: whatever else leaves cases out."""
    parts = [f"-k {keyword}"] if keyword else []
    parts += [f"--case {case}" for case in cases]
    parts += [f"--profile {shlex.quote(profile)}" for profile in profiles]
    parts += others
    parts += [path for path in paths if _is_part(path)]
    return " ".join(parts) or ALL


def _is_part(path: str) -> bool:
    """Whether it names less than all cases of a role: a test, a module, the folder of a block."""
    names = re.split(r"[/\\.]", path.rstrip("/\\"))
    packages = {kit.cases for kit in KITS.values()}
    block = bool(packages & set(names)) and names[-1] not in packages
    return "::" in path or path.endswith(".py") or block


def in_shard(case_id: str, shard: tuple[int, int]) -> bool:
    """Cases are dealt one by one in the order of the catalogue, whatever else is selected."""
    number, parts = shard
    return parts == 1 or _deal().index(case_id) % parts == number - 1


@cache
def _deal() -> list[str]:
    """Those that there are first, so that the shards are of one size."""
    there = implemented()
    return sorted(load_catalogue(), key=lambda case_id: case_id not in there)
