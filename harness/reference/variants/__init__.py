"""Conforming variants of the embedded systems: what a station or CSMS may choose differently.

Each must pass every case that applies to it.
"""

from __future__ import annotations

from collections.abc import Mapping

from harness.reference.variants.boot import BOOT
from harness.reference.variants.csms import PLAIN_CSMS
from harness.reference.variants.drivers import DRIVERS
from harness.reference.variants.earlier import EARLIER
from harness.reference.variants.firmware import FIRMWARE
from harness.reference.variants.hardware import HARDWARE
from harness.reference.variants.intervals import STATION_INTERVALS
from harness.reference.variants.messages import MESSAGES
from harness.reference.variants.reports import REPORTS
from harness.reference.variants.security import SECURITY
from harness.reference.variants.strange import STRANGE_CSMS, STRANGE_STATION
from harness.reference.variants.transactions import TRANSACTIONS
from harness.reference.variants.variant import Fields, Variant

__all__ = ["CSMS", "STATION", "Fields", "Variant"]

STATION: Mapping[str, Variant] = {
    **TRANSACTIONS,
    **DRIVERS,
    **EARLIER,
    **FIRMWARE,
    **HARDWARE,
    **REPORTS,
    **MESSAGES,
    **BOOT,
    **SECURITY,
    **STATION_INTERVALS,
    **STRANGE_STATION,
}
CSMS: Mapping[str, Variant] = {**PLAIN_CSMS, **STRANGE_CSMS}
