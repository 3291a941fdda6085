"""Named faults of the embedded systems: small deviations, each with a case where it must show."""

from __future__ import annotations

from harness.reference.faults.base import Fault
from harness.reference.faults.csms import CSMS
from harness.reference.faults.questions import OF_CSMS_QUESTIONS, OF_STATION_QUESTIONS
from harness.reference.faults.station import STATION

__all__ = ["CSMS", "OF_CSMS_QUESTIONS", "OF_STATION_QUESTIONS", "STATION", "Fault"]
