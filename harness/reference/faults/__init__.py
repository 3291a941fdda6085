"""Named faults of the embedded systems: small deviations, each with the cases it must turn red."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from harness.sut import Role


def named(role: Role, name: str) -> Callable[[Any], None]:
    """The alteration by its name; nothing for "".

    Raises:
        KeyError: there is no fault of this name.
    """
    if not name:
        return lambda _system: None
    raise KeyError(f"no fault {name!r} for role {role}")
