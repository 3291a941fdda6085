"""The catalogue of test cases: titles, requirements and the place of each in Part 5."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any

from harness.spec.edition import Edition
from harness.spec.editions import DEFAULT
from harness.spec.roles import Role


@dataclass(frozen=True)
class Certification:
    """Place of a case in a certification profile (Part 5, chapter 4).

    ``status`` is "M" (mandatory) or "C" (conditional); ``features`` the condition in the grammar of
    ``harness.sut.pics``; ``erratum`` the section of the errata sheet that changed the entry.
    """

    profile: str
    status: str
    features: str = ""
    erratum: str = ""


@dataclass(frozen=True)
class Row:
    """A test case of Part 6.

    ``needs`` is the condition of a case that no certification profile lists; ``errata`` counts the
    corrections of its page; ``first`` marks the Core and Advanced Security set.
    """

    id: str
    role: Role
    block: str
    title: str
    use_cases: str
    requirements: tuple[str, ...]
    certification: tuple[Certification, ...]
    needs: str
    errata: int
    first: bool

    @property
    def folder(self) -> str:
        """The block as the name of a folder: f_remote_control."""
        return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", self.block).lower()


@cache
def load(edition: Edition = DEFAULT) -> Mapping[str, Row]:
    """Every row by case id, in the order of Part 6; read once, read-only."""
    data: dict[str, Any] = edition.catalogue
    blocks: dict[str, str] = data["blocks"]
    rows = {case_id: _row(case_id, entry, blocks) for case_id, entry in data["cases"].items()}
    return MappingProxyType(rows)


def row(case_id: str, edition: Edition = DEFAULT) -> Row:
    """The row of ``case_id``.

    Raises:
        KeyError: there is no such case; the message names the nearest ones.
    """
    rows = load(edition)
    if case_id in rows:
        return rows[case_id]
    near = difflib.get_close_matches(case_id.upper(), rows, n=3)
    hint = f"; did you mean {', '.join(near)}?" if near else ""
    raise KeyError(f"there is no test case {case_id!r} in Part 6{hint}")


def profiles(edition: Edition = DEFAULT) -> tuple[str, ...]:
    """The names of the certification profiles of Part 5, those with the most cases first."""
    rows = load(edition).values()
    counted = Counter(entry.profile for row in rows for entry in row.certification)
    return tuple(name for name, _ in counted.most_common())


def of_profiles(names: Sequence[str], edition: Edition = DEFAULT) -> frozenset[str]:
    """The ids of the cases of these certification profiles.

    Raises:
        KeyError: there is no profile of a name; the message lists those there are.
    """
    known = profiles(edition)
    if unknown := [name for name in names if name not in known]:
        raise KeyError(f"no certification profile {unknown[0]!r}; there are {', '.join(known)}")
    rows = load(edition).values()
    return frozenset(r.id for r in rows if any(e.profile in names for e in r.certification))


def _row(case_id: str, entry: Mapping[str, Any], blocks: Mapping[str, str]) -> Row:
    letter, suffix = case_id[3], case_id.rsplit("_", 1)[1]
    requirements: str = entry.get("requirements", "")
    return Row(
        id=case_id,
        role=Role(suffix),
        block=blocks[letter],
        title=entry["title"],
        use_cases=entry.get("use_cases", ""),
        requirements=tuple(requirements.split(", ")) if requirements else (),
        certification=tuple(Certification(**each) for each in entry.get("certification", ())),
        needs=entry.get("needs", ""),
        errata=entry.get("errata", 0),
        first=entry.get("first", False),
    )
