"""Faults in what a CSMS asks of stations (block F)."""

from __future__ import annotations

from harness.reference.faults.base import Fault, request, without

FAULTS = (
    Fault(
        "triggers-everywhere",
        "A message is triggered for all EVSEs where the operator named one.",
        request("TriggerMessage", without("evse")),
        "F06.FR.02",
        ("TC_F_11_CSMS", "1"),
    ),
)
