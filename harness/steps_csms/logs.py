"""Logs that a CSMS asks a station for, and what it is told of them (N01)."""

from __future__ import annotations

from typing import Any, cast

from harness.evidence.transcript import Kind
from harness.ocppj.frames import Payload
from harness.peers.fake_station import FakeStation
from harness.steps_csms.locations import url_check
from harness.steps_csms.request_ids import new_check
from harness.steps_csms.telling import tell

#: Beside the step: the requestIds that the operator is asked to choose.
_IDS = 90


async def asked_for_log(
    station: FakeStation,
    step: int,
    answer_step: int,
    status: str,
    log_type: str = "",
    *,
    after: Any = None,
) -> Any:
    """Have the CSMS ask for a log, and answer with this status; the requestId.

    ``log_type``: the one of the page; else it is no matter which. ``after``: the requestId of an
    upload that is under way.
    """
    location = station.sut.configured.log_location
    wish: Payload = {"requestId": _IDS + step, "log": {"remoteLocation": location}}
    if not log_type:
        wish["logType"] = "DiagnosticsLog"
    judged: dict[str, Any] = {"logType": log_type} if log_type else {}
    named = {} if status == "Rejected" else {"filename": "station.log"}  # N01.FR.01
    request = await station.requested(
        step,
        answer_step,
        "GetLog",
        answer={"status": status, **named},
        wish=wish,
        **judged,
        requirement="N01.FR.03, N01.FR.04",
    )
    payload = cast(Payload, request.payload)
    checks = [url_check("$.log.remoteLocation", payload.get("log", {}).get("remoteLocation"))]
    station.judge(step, "GetLogRequest", checks, "N01.FR.02", frame=request.id)
    number = payload["requestId"]
    if after is not None:
        checks = [new_check(number, after)]
        station.judge(step, "GetLogRequest", checks, "N01.FR.07", frame=request.id)
    return number


async def tell_log(
    station: FakeStation, step: int, answer_step: int, status: str, request_id: Any
) -> None:
    """Tell how far the upload is."""
    if status == "Uploaded":
        note = "there is no such log: the harness only says that it was uploaded"
        station.transcript.add(Kind.NOTE, text=note)
    await tell(
        station, step, answer_step, "LogStatusNotification", status=status, requestId=request_id
    )
