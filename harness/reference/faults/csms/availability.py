"""Faults in the availability that a CSMS sets (block G)."""

from __future__ import annotations

from harness.reference.faults.base import Fault, request, without

FAULTS = (
    Fault(
        "makes-all-inoperative",
        "The whole station is made inoperative where the operator named one EVSE.",
        request("ChangeAvailability", without("evse")),
        "G03.FR.01",
        ("TC_G_03_CSMS", "1>Unavailable 1"),
    ),
)
