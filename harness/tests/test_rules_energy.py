"""The rule about energy and registers: logs that break it, and near misses."""

from __future__ import annotations

from typing import Any

import pytest

from harness.evidence.verdict import Severity
from harness.ocppj.metered import REGISTER
from harness.rules.energy import ENERGY
from harness.spec.roles import Role
from harness.tests.stories import CS, Tale, check_both, event, events, found, row_ids, stamp

RULES = {rule.__name__: rule for rule in ENERGY}
EVSE = {"id": 1, "connectorId": 1}


def _read(*samples: Any, at: float) -> Any:
    return [{"timestamp": stamp(at), "sampledValue": list(samples)}]


def _drawn(
    watts: float,
    *registers: float,
    unit: str = "Wh",
    state: str = "Charging",
    every: float = 1800,
    **fields: Any,
) -> Tale:
    """A transaction in that state, at that power; registers every so many seconds."""
    power = {"value": watts, "measurand": "Power.Active.Import", "unitOfMeasure": {"unit": "W"}}
    shown = [
        {"value": each, "measurand": REGISTER, "unitOfMeasure": {"unit": unit}}
        for each in registers
    ]
    first, *others = (
        event(n, timestamp=stamp(every * n), meterValue=_read(each, power, at=every * n))
        for n, each in enumerate(shown, start=1)
    )
    info = {**first.pop("transactionInfo"), "chargingState": state}
    started = event(0, "Started", evse=EVSE, **fields)
    return events(started, {**first, "transactionInfo": info}, *others)


BROKEN: list[tuple[str, Role, Tale, str]] = [
    ("registers_follow_the_power", CS, _drawn(1000, 50, 50, 50), "meterValue"),
    ("registers_follow_the_power", CS, _drawn(1000, 50, 60, 70), "meterValue"),
    ("registers_follow_the_power", CS, _drawn(7000, 2, 2, 2, unit="kWh"), "meterValue"),
    ("registers_follow_the_power", CS, _drawn(22000, 50, 50, 50, every=60), "meterValue"),
    # Wh called kWh, and a power that is none
    (
        "registers_follow_the_power",
        CS,
        _drawn(7000, 0, 3500, 7000, 10500, unit="kWh"),
        "meterValue",
    ),
    ("registers_follow_the_power", CS, _drawn(0, 0, 3500, 7000, 10500), "meterValue"),
]
HELD: list[tuple[str, Role, Tale]] = [
    ("registers_follow_the_power", CS, _drawn(1000, 50, 500, 990)),
    # A station that asks its meter now and then.
    ("registers_follow_the_power", CS, _drawn(22000, 50, 50, 50, every=15)),
    # A register that shows whole kWh, a vehicle that takes nothing, or energy that does not flow.
    ("registers_follow_the_power", CS, _drawn(1000, 2, 2, 2, unit="kWh")),
    ("registers_follow_the_power", CS, _drawn(0, 50, 50, 50)),
    # 6 A of three phases of 230 V, of which one is told as at 200 V; 1000 V of direct current
    ("registers_follow_the_power", CS, _drawn(1200, 0, 2070, 4140, 6210)),
    ("registers_follow_the_power", CS, _drawn(20000, 0, 50000, 100000, 150000)),
    # Whole kWh, a little that is not told, and a power that was told too seldom
    ("registers_follow_the_power", CS, _drawn(0, 0, 1, 1, 2, unit="kWh")),
    ("registers_follow_the_power", CS, _drawn(0, 0, 400, 800, 1200)),
    ("registers_follow_the_power", CS, _drawn(0, 3500, 14500, 20000)),
    ("registers_follow_the_power", CS, _drawn(1000, 50, 50, 50, state="SuspendedEV")),
    ("registers_follow_the_power", CS, _drawn(1000, 50, 50, 50, offline=True)),
]


@pytest.mark.parametrize(("name", "role", "tale", "path"), BROKEN, ids=row_ids(BROKEN))
def test_a_log_that_breaks_the_rule(name: str, role: Role, tale: Tale, path: str) -> None:
    breaches = found(RULES[name], role, tale)
    assert [each for each in breaches if each.severity is Severity.FAILURE]
    assert all(path in breach.path for breach in breaches), breaches


@pytest.mark.parametrize(("name", "role", "tale"), HELD, ids=row_ids(HELD))
def test_a_log_that_keeps_the_rule(name: str, role: Role, tale: Tale) -> None:
    assert found(RULES[name], role, tale) == []


def test_every_rule_has_both() -> None:
    check_both(RULES, BROKEN, HELD)
