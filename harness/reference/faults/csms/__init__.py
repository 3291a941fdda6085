"""Faults of the embedded CSMS: what it does wrong at boot, with variables, reports, resets, …."""

from __future__ import annotations

from collections.abc import Mapping

from harness.reference.faults.base import Fault, by_name
from harness.reference.faults.csms import (
    adversary,
    authorization,
    availability,
    boot,
    credentials,
    customers,
    data_transfer,
    firmware_management,
    logs,
    meter_values,
    network,
    remote_control,
    renewal,
    reports,
    resets,
    root_certificates,
    security,
    tls,
    tokens,
    transactions,
    variables,
    wire,
)

CSMS: Mapping[str, Fault] = by_name(
    [
        *adversary.FAULTS,
        *boot.FAULTS,
        *variables.FAULTS,
        *reports.FAULTS,
        *resets.FAULTS,
        *transactions.FAULTS,
        *tokens.FAULTS,
        *network.FAULTS,
        *wire.FAULTS,
        *security.FAULTS,
        *credentials.FAULTS,
        *customers.FAULTS,
        *data_transfer.FAULTS,
        *logs.FAULTS,
        *tls.FAULTS,
        *renewal.FAULTS,
        *authorization.FAULTS,
        *remote_control.FAULTS,
        *availability.FAULTS,
        *firmware_management.FAULTS,
        *root_certificates.FAULTS,
        *meter_values.FAULTS,
    ]
)
