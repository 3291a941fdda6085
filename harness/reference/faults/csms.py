"""Faults of the embedded CSMS."""

from __future__ import annotations

from collections.abc import Mapping

from harness.reference.faults.base import Fault, by_name

CSMS: Mapping[str, Fault] = by_name(())
