"""Faults of a CSMS in what it asks and is told about logs (block N)."""

from __future__ import annotations

from typing import Any

from harness.reference.faults.base import Fault, MarkTriggered, When, inside, put, request
from harness.reference.faults.csms.words import hangs_up, refuses
from harness.reference.rpc import Payload

_ASKS = "GetLog"
_IS_TOLD = "LogStatusNotification"


def _of(log: str) -> When:
    return lambda payload: payload["logType"] == log


def _says(status: str) -> When:
    return lambda payload: payload["status"] == status


def _numbers_all_alike(csms: Any, mark_triggered: MarkTriggered) -> None:
    first: list[int] = []

    def number(payload: Payload) -> None:
        first.append(payload["requestId"])
        payload["requestId"] = first[0]

    request(_ASKS, number)(csms, mark_triggered)


FAULTS = (
    Fault(
        "log-without-address",
        "Where the log is to go is told as a path without protocol and host.",
        request(_ASKS, inside("log", put(remoteLocation="/logs/station.log"))),
        "N01.FR.02",
        ("TC_N_25_CSMS", "1"),
    ),
    Fault(
        "log-numbers-repeated",
        "Two logs are asked for under one requestId.",
        _numbers_all_alike,
        "N01.FR.07",
        ("TC_N_36_CSMS", "5"),
    ),
    Fault(
        "security-log-for-diagnostics",
        "The security log is asked for where the operator wants the diagnostics.",
        request(_ASKS, put(logType="SecurityLog"), when=_of("DiagnosticsLog")),
        "N01.FR.04",
        ("TC_N_25_CSMS", "1"),
    ),
    Fault(
        "diagnostics-for-security-log",
        "The diagnostics are asked for where the operator wants the security log.",
        request(_ASKS, put(logType="DiagnosticsLog"), when=_of("SecurityLog")),
        "N01.FR.03",
        ("TC_N_35_CSMS", "1"),
    ),
    Fault(
        "log-upload-refused",
        "That a log is being uploaded is answered by a CALLERROR.",
        refuses(_IS_TOLD, _says("Uploading")),
        "N01.FR.08",
        ("TC_N_25_CSMS", "4"),
    ),
    Fault(
        "log-end-refused",
        "That a log was uploaded is answered by a CALLERROR.",
        refuses(_IS_TOLD, _says("Uploaded")),
        "N01.FR.09",
        ("TC_N_35_CSMS", "6"),
    ),
    Fault(
        "log-cancelling-refused",
        "That an upload was cancelled is answered by a CALLERROR.",
        refuses(_IS_TOLD, _says("AcceptedCanceled")),
        "N01.FR.20",
        ("TC_N_36_CSMS", "8"),
    ),
    Fault(
        "hangs-up-on-rejected-log",
        "A station that has no log loses its connection.",
        hangs_up(_ASKS, "Rejected"),
        "N01.FR.05",
        ("TC_N_34_CSMS", "post"),
    ),
)
