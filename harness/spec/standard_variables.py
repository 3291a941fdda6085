"""Which variables Part 2 defines (Referenced Components and Variables)."""

from __future__ import annotations

from functools import cache

from harness.spec.edition import Edition


@cache
def _standard(edition: Edition) -> dict[str, frozenset[str]]:
    table: dict[str, list[str]] = edition.table("standard_variables")
    return {c.lower(): frozenset(n.lower() for n in names) for c, names in table.items()}


def is_standardized(component: str, name: str, edition: Edition) -> bool:
    """Whether a component has a variable of this name; vendors may add others."""
    table = _standard(edition)
    if component.lower() not in table:
        return False
    return name.lower() in table[component.lower()] or name.lower() in table["generic"]
