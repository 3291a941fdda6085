"""Faults of the embedded charging station."""

from __future__ import annotations

from collections.abc import Mapping

from harness.reference.faults.base import Fault, by_name
from harness.reference.faults.station import (
    addressing,
    boot,
    network,
    offline,
    reports,
    resets,
    selection,
    transactions,
    variables,
    wire,
)

STATION: Mapping[str, Fault] = by_name(
    (
        *boot.FAULTS,
        *variables.FAULTS,
        *addressing.FAULTS,
        *reports.FAULTS,
        *selection.FAULTS,
        *resets.FAULTS,
        *transactions.FAULTS,
        *network.FAULTS,
        *offline.FAULTS,
        *wire.FAULTS,
    )
)
