"""Faults of a CSMS in data of vendors: DataTransfer and customData (block P)."""

from __future__ import annotations

from harness.reference.faults.base import Fault
from harness.reference.faults.csms.words import refuses, sync
from harness.reference.rpc import Payload


def _has_custom_data(payload: Payload) -> bool:
    return "customData" in payload


def _is_extended_below(payload: Payload) -> bool:
    return "customData" in payload["transactionInfo"]


FAULTS = (
    Fault(
        "takes-unknown-data",
        "Data of a vendor that nobody has heard of is Accepted.",
        sync("answers.data_transfer", {"status": "Accepted"}),
        "P02.FR.06",
        ("TC_P_02_CSMS", "2"),
    ),
    Fault(
        "refuses-custom-data",
        "A StatusNotification with customData is answered by a CALLERROR.",
        refuses("StatusNotification", _has_custom_data),
        "Part 4, 9",
        ("TC_P_03_CSMS", "2"),
    ),
    Fault(
        "refuses-nested-custom-data",
        "A TransactionEvent with customData in its transactionInfo is answered by a CALLERROR.",
        refuses("TransactionEvent", _is_extended_below),
        "Part 4, 9",
        ("TC_P_03_CSMS", "4"),
    ),
)
