"""Measured values as messages have them (SampledValueType)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation, Overflow
from typing import Any

from harness.evidence.matchers import parse_time
from harness.ocppj.frames import Payload
from harness.ocppj.payloads import inner, objects

#: The measurand of a sampledValue that names none.
REGISTER = "Energy.Active.Import.Register"


def measurand_of(sampled: Payload) -> str:
    """What was measured (SampledValueType, measurand)."""
    return str(sampled.get("measurand", REGISTER))


def in_base_unit(value: Any, unit: Payload) -> Decimal | None:
    """A value without multiplier and kilo (UnitOfMeasureType); None where it is no number or none
    that can be had."""
    multiplier = unit.get("multiplier", 0)
    if not isinstance(value, int | float | Decimal) or not isinstance(multiplier, int):
        return None
    kilo = 3 if str(unit.get("unit", "")).startswith("k") else 0
    try:
        return Decimal(str(value)).scaleb(multiplier + kilo)
    except (InvalidOperation, Overflow):  # no such power of ten
        return None


@dataclass(frozen=True)
class Sample:
    """One sampledValue; ``meter`` tells apart what can be read, ``told`` is its context as sent.

    ``value`` is in the base unit; ``signature`` is its signedMeterValue.
    """

    moment: datetime | None
    told: str
    measurand: str
    meter: tuple[str, ...]
    value: Decimal | None
    signature: Payload | None

    @property
    def context(self) -> str:
        """The context, with the default of the schema."""
        return self.told or "Sample.Periodic"

    @property
    def signed(self) -> bool:
        """Whether there is a signed value beside the plain one."""
        return self.signature is not None


def samples(payload: Payload) -> Iterator[Sample]:
    """Every sampledValue of a MeterValuesRequest or a TransactionEventRequest."""
    for reading in objects(payload, "meterValue"):
        for sampled in objects(reading, "sampledValue"):
            measurand = measurand_of(sampled)
            places = (str(sampled.get("phase", "")), str(sampled.get("location", "Outlet")))
            yield Sample(
                parse_time(reading.get("timestamp")),
                str(sampled.get("context", "")),
                measurand,
                (measurand, *places),
                in_base_unit(sampled.get("value"), inner(sampled, "unitOfMeasure")),
                inner(sampled, "signedMeterValue") if "signedMeterValue" in sampled else None,
            )


def next_point(moment: datetime, interval: int) -> datetime:
    """The first moment after this one that is a multiple of ``interval`` seconds since midnight."""
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    passed = (moment - midnight) // timedelta(seconds=interval)
    return midnight + timedelta(seconds=(passed + 1) * interval)
