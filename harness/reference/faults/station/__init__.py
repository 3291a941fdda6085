"""Faults of the embedded charging station."""

from __future__ import annotations

from collections.abc import Mapping

from harness.reference.faults.base import Fault, by_name
from harness.reference.faults.station import (
    additional,
    addressing,
    afterwards,
    authorization,
    authorization_refusals,
    availability,
    boot,
    cache,
    certificates,
    deeds,
    delivery,
    hollow,
    network,
    offline,
    passwords,
    profiles,
    reboots,
    reconnections,
    remote_control,
    reports,
    resets,
    samples,
    selection,
    start,
    stop,
    tls,
    transactions,
    triggers,
    variables,
    wire,
)

STATION: Mapping[str, Fault] = by_name(
    (
        *additional.FAULTS,
        *boot.FAULTS,
        *cache.FAULTS,
        *variables.FAULTS,
        *addressing.FAULTS,
        *reports.FAULTS,
        *selection.FAULTS,
        *resets.FAULTS,
        *deeds.FAULTS,
        *hollow.FAULTS,
        *reboots.FAULTS,
        *transactions.FAULTS,
        *samples.FAULTS,
        *network.FAULTS,
        *reconnections.FAULTS,
        *offline.FAULTS,
        *start.FAULTS,
        *stop.FAULTS,
        *delivery.FAULTS,
        *afterwards.FAULTS,
        *passwords.FAULTS,
        *tls.FAULTS,
        *certificates.FAULTS,
        *profiles.FAULTS,
        *authorization.FAULTS,
        *authorization_refusals.FAULTS,
        *remote_control.FAULTS,
        *triggers.FAULTS,
        *availability.FAULTS,
        *wire.FAULTS,
    )
)
