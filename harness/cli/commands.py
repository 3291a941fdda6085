"""The commands there are, in the order in which ``--help`` lists them."""

from __future__ import annotations

from harness.cli import cases, csms, gate, lock, mutate, new, plan, probe, report, station, trust

COMMANDS = (
    station.COMMAND,
    csms.COMMAND,
    report.COMMAND,
    gate.COMMAND,
    cases.COMMAND,
    new.COMMAND,
    plan.COMMAND,
    probe.COMMAND,
    mutate.COMMAND,
    lock.COMMAND,
    trust.COMMAND,
)
