"""Named faults of the embedded systems: small deviations, each with a case where it must show."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from harness.reference.faults.base import Fault
from harness.reference.faults.csms import CSMS
from harness.reference.faults.station import STATION
from harness.spec.roles import Role

__all__ = ["CSMS", "STATION", "Fault", "named"]

_FAULTS: Mapping[Role, Mapping[str, Fault]] = {Role.STATION: STATION, Role.CSMS: CSMS}


def named(role: Role, name: str) -> Callable[[Any], None]:
    """The change that a fault makes, by its name; nothing for "" and for a fault of the other role.

    Raises:
        KeyError: there is no fault of this name; the message lists those there are.
    """
    if not name or (name not in _FAULTS[role] and _is_known(name)):
        return lambda _system: None
    if not _is_known(name):
        known = ", ".join(known for faults in _FAULTS.values() for known in faults)
        raise KeyError(f"no fault {name!r}; there are {known or 'none'}")
    fault = _FAULTS[role][name]
    return lambda system: fault.alter(system, lambda: None)


def _is_known(name: str) -> bool:
    return any(name in faults for faults in _FAULTS.values())
