"""Measured values as messages have them (SampledValueType)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from harness.ocppj.frames import Payload

#: The measurand of a sampledValue that names none.
REGISTER = "Energy.Active.Import.Register"


def measurand_of(sampled: Payload) -> str:
    """What was measured (SampledValueType, measurand)."""
    return str(sampled.get("measurand", REGISTER))


def in_base_unit(value: Any, unit: Payload) -> Decimal | None:
    """A value without multiplier and kilo (UnitOfMeasureType); None where it is no number."""
    multiplier = unit.get("multiplier", 0)
    if not isinstance(value, int | float | Decimal) or not isinstance(multiplier, int):
        return None
    kilo = 3 if str(unit.get("unit", "")).startswith("k") else 0
    return Decimal(str(value)).scaleb(multiplier + kilo)
