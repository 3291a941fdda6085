"""What Part 5 lets systems declare (chapters 2 and 3, appendices A and B)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from harness.spec.roles import Role


@dataclass(frozen=True)
class Features:
    """The ids of one edition of Part 5.

    ``profiles``: certification profiles. ``counted``: features that belong under ``numbers``.
    ``known``: every id that a system of a role can declare; ``renamed``: older ids, which are still
    understood. ``one_of``: groups of which a system must support at least one. ``start_points`` and
    ``stop_points``: by which features a station declares values of TxStartPoint and TxStopPoint.
    """

    profiles: tuple[str, ...]
    subtypes: tuple[str, ...]
    counted: tuple[str, ...]
    known: Mapping[Role, frozenset[str]]
    renamed: Mapping[Role, Mapping[str, str]]
    one_of: Mapping[Role, tuple[tuple[str, ...], ...]]
    start_points: Mapping[str, str]
    stop_points: Mapping[str, str]

    def only_start_point(self, declared: frozenset[str]) -> str | None:
        """The TxStartPoint if a single one is declared."""
        return _only(self.start_points, declared)

    def only_stop_point(self, declared: frozenset[str]) -> str | None:
        """The TxStopPoint if a single one is declared."""
        return _only(self.stop_points, declared)

    def current(self, role: Role, feature: str) -> str:
        """The id that ``feature`` has today."""
        return self.renamed[role].get(feature, feature)


def _only(points: Mapping[str, str], declared: frozenset[str]) -> str | None:
    found = [point for feature, point in points.items() if feature in declared]
    return found[0] if len(found) == 1 else None
