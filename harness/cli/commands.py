"""The commands there are, in the order in which ``--help`` lists them."""

from __future__ import annotations

from harness.cli import (
    cases,
    csms,
    diff,
    examples,
    gate,
    github,
    init,
    lock,
    matrix,
    merge,
    mutate,
    new,
    plan,
    probe,
    rejudge,
    report,
    results,
    station,
    trust,
)

COMMANDS = (
    station.COMMAND,
    csms.COMMAND,
    report.COMMAND,
    results.COMMAND,
    gate.COMMAND,
    github.COMMAND,
    diff.COMMAND,
    matrix.COMMAND,
    merge.COMMAND,
    rejudge.COMMAND,
    cases.COMMAND,
    new.COMMAND,
    examples.COMMAND,
    init.COMMAND,
    plan.COMMAND,
    probe.COMMAND,
    mutate.COMMAND,
    lock.COMMAND,
    trust.COMMAND,
)
