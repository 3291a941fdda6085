"""What a CSMS does wrong with stations that boot (B01, B02, B03) and with TriggerMessage (F06)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from harness import clock
from harness.reference.faults.base import (
    Fault,
    MarkTriggered,
    drop,
    error,
    put,
    replaces,
    response,
    without,
)
from harness.reference.faults.csms.words import after_boot_sends, never_sends, serves_unaccepted
from harness.reference.rpc import ERROR, CallError, Payload

AFTER_RESET = ("RemoteReset", "ScheduledReset")


@replaces("answers.boot_status")
def _never_accepts(
    _csms: Any,
    original: Any,
    mark_triggered: MarkTriggered,
    station: Any,
    plan: Any,
    payload: Payload,
) -> str:
    status: str = original(station, plan, payload)
    if status != "Accepted":
        return status
    mark_triggered()
    return "Pending"


@replaces("answers.boot_status")
def _rejects_what_it_should_accept(
    _csms: Any,
    original: Any,
    mark_triggered: MarkTriggered,
    station: Any,
    plan: Any,
    payload: Payload,
) -> str:
    status: str = original(station, plan, payload)
    if status != "Accepted":
        return status
    mark_triggered()
    return "Rejected"


@replaces("answers.boot_status")
def _accepts_at_once(
    _csms: Any,
    original: Any,
    mark_triggered: MarkTriggered,
    station: Any,
    plan: Any,
    payload: Payload,
) -> str:
    status: str = original(station, plan, payload)
    if status == "Accepted":
        return status
    mark_triggered()
    return "Accepted"


@replaces("answers.boot_status")
def _pending_after_reset(
    _csms: Any,
    original: Any,
    mark_triggered: MarkTriggered,
    station: Any,
    plan: Any,
    payload: Payload,
) -> str:
    if payload["reason"] not in AFTER_RESET:
        return original(station, plan, payload)
    mark_triggered()
    return "Pending"


@replaces("answers.boot_notification")
def _forgets_its_acceptance(
    _csms: Any, original: Any, mark_triggered: MarkTriggered, station: Any, payload: Payload
) -> Payload:
    waiting = station.registration == "Pending"
    answer: Payload = original(station, payload)
    if waiting and answer["status"] == "Accepted":
        mark_triggered()
        station.registration = "Pending"
    return answer


@replaces("answers.boot_notification")
def _forgets_acceptance_after_reset(
    _csms: Any, original: Any, mark_triggered: MarkTriggered, station: Any, payload: Payload
) -> Payload:
    answer: Payload = original(station, payload)
    if payload["reason"] in AFTER_RESET:
        mark_triggered()
        station.registration = "Pending"
    return answer


@replaces("answers.now")
def _an_hour_behind(_csms: Any, _original: Any, mark_triggered: MarkTriggered) -> str:
    mark_triggered()
    return _stamp(clock.now() - timedelta(hours=1))


@replaces("answers.now")
def _local_time(_csms: Any, _original: Any, mark_triggered: MarkTriggered) -> str:
    mark_triggered()
    return _stamp(clock.now() + timedelta(hours=2))


@replaces("answers.now")
def _without_zone(_csms: Any, original: Any, mark_triggered: MarkTriggered) -> str:
    mark_triggered()
    return str(original()).removesuffix("Z")


def _stamp(moment: datetime) -> str:
    return moment.replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


@replaces("answers.heartbeat")
def _clock_stands_still(
    _csms: Any, _original: Any, mark_triggered: MarkTriggered, _station: Any, _payload: Payload
) -> Payload:
    mark_triggered()
    return {"currentTime": "2020-01-01T00:00:00Z"}


@replaces("requests.after_boot")
async def _hangs_up_while_pending(
    _csms: Any, original: Any, mark_triggered: MarkTriggered, station: Any, *, trigger: bool
) -> None:
    await original(station, trigger=trigger)
    if station.registration == "Pending":
        mark_triggered()
        await station.connection.close()


@replaces("answers.check_accepted")
def _refuses_by_another_code(
    _csms: Any,
    original: Any,
    mark_triggered: MarkTriggered,
    station: Any,
    action: str,
    payload: Payload,
) -> None:
    try:
        original(station, action, payload)
    except CallError as refused:
        mark_triggered()
        raise CallError("GenericError") from refused


FAULTS = (
    Fault(
        "boot-never-accepted",
        "Answers Pending to every station, whatever its operator wants.",
        _never_accepts,
        requirement="B01.FR.02",
        shows=("TC_B_01_CSMS", "1>Booted 2"),
    ),
    Fault(
        "boot-rejected",
        "Rejects a station that it knows and should accept.",
        _rejects_what_it_should_accept,
        requirement="B01.FR.02",
        shows=("TC_B_01_CSMS", "1>Booted 2"),
    ),
    Fault(
        "boot-accepted-at-once",
        "Accepts every station at once, also where it was told to let it wait.",
        _accepts_at_once,
        requirement="B02.FR.01",
        shows=("TC_B_02_CSMS", "2"),
    ),
    Fault(
        "boot-pending-after-reset",
        "Answers Pending to a station that boots because it was told to.",
        _pending_after_reset,
        requirement="B01.FR.02",
        shows=("TC_B_20_CSMS", "4"),
    ),
    Fault(
        "acceptance-forgotten",
        "Accepts a station that has waited, and goes on refusing what it reports.",
        _forgets_its_acceptance,
        requirement="Part 4, 4.2.2",
        shows=("TC_B_02_CSMS", "6"),
    ),
    Fault(
        "acceptance-forgotten-after-reset",
        "Accepts a station that it has reset, and refuses what it reports.",
        _forgets_acceptance_after_reset,
        requirement="Part 4, 4.2.2",
        shows=("TC_B_20_CSMS", "6"),
    ),
    Fault(
        "current-time-an-hour-off",
        "Its clock is an hour behind.",
        _an_hour_behind,
        requirement="B01.FR.06, G02.FR.05",
        shows=("TC_B_01_CSMS", "current_time_is_now"),
    ),
    Fault(
        "current-time-local",
        "Writes the local time and calls it UTC.",
        _local_time,
        requirement="B01.FR.06, G02.FR.05",
        shows=("TC_B_01_CSMS", "current_time_is_now"),
    ),
    Fault(
        "current-time-without-zone",
        "Writes times without a time zone.",
        _without_zone,
        requirement="Part 4, 4.1.7",
        shows=("TC_B_01_CSMS", "payloads_follow_schema"),
    ),
    Fault(
        "heartbeat-time-stands-still",
        "Answers every Heartbeat with the same old time.",
        _clock_stands_still,
        requirement="B01.FR.06, G02.FR.05",
        shows=("TC_A_11_CSMS", "current_time_is_now"),
    ),
    Fault(
        "boot-interval-missing",
        "Leaves the interval out of its BootNotificationResponse.",
        response("BootNotification", without("interval")),
        requirement="Part 4, 4.1.7",
        shows=("TC_B_01_CSMS", "payloads_follow_schema"),
    ),
    Fault(
        "boot-interval-negative",
        "Answers a BootNotification with an interval below zero.",
        response("BootNotification", put(interval=-1)),
        requirement="B01.FR.04",
        shows=("TC_B_01_CSMS", "boot_interval_is_usable"),
    ),
    Fault(
        "boot-interval-as-text",
        "Writes the interval as text.",
        response("BootNotification", put(interval="60")),
        requirement="Part 4, 4.1.7",
        shows=("TC_B_01_CSMS", "payloads_follow_schema"),
    ),
    Fault(
        "boot-status-in-lower-case",
        "Writes the registration status in lower case.",
        response("BootNotification", put(status="accepted")),
        requirement="Part 4, 4.1.7",
        shows=("TC_B_01_CSMS", "1>Booted 2"),
    ),
    Fault(
        "connector-status-refused",
        "Answers every StatusNotification with InternalError.",
        error("StatusNotification", "InternalError"),
        requirement="Part 4, 4.2.2",
        shows=("TC_B_01_CSMS", "1>Booted 4"),
    ),
    Fault(
        "connector-status-not-answered",
        "Never answers a StatusNotification.",
        drop("StatusNotification"),
        requirement="Part 4, 4.1.1",
        shows=("TC_B_01_CSMS", "1>Booted 4"),
    ),
    Fault(
        "connector-event-refused",
        "Answers every NotifyEvent by a CALLERROR.",
        error("NotifyEvent", "NotSupported"),
        requirement="G01.FR.04",
        shows=("TC_B_20_CSMS", "6"),
    ),
    Fault(
        "connector-event-not-answered",
        "Never answers a NotifyEvent.",
        drop("NotifyEvent"),
        requirement="Part 4, 4.1.1",
        shows=("TC_E_09_CSMS", "2"),
    ),
    Fault(
        "unaccepted-station-heard-by-events",
        "Takes what a station that it has not accepted says of its connectors in NotifyEvent.",
        serves_unaccepted(lambda action: action == "NotifyEvent"),
        requirement="B02.FR.09, B03.FR.07",
        shows=("TC_B_30_CSMS", "post"),
    ),
    Fault(
        "pending-station-hung-up-on",
        "Closes the connection of a station that is to wait.",
        _hangs_up_while_pending,
        requirement="B02.FR.06",
        shows=("TC_B_02_CSMS", "3"),
    ),
    Fault(
        "pending-station-told-to-charge",
        "Starts a transaction at a station that it has not accepted yet.",
        after_boot_sends(
            "Pending",
            "RequestStartTransaction",
            {"remoteStartId": 7, "idToken": {"idToken": "AABBCCDD", "type": "ISO14443"}},
        ),
        requirement="B02.FR.05",
        shows=("TC_B_02_CSMS", "no_transaction_is_requested_while_pending"),
    ),
    Fault(
        "rejected-station-asked",
        "Asks a station that it has rejected for a report.",
        after_boot_sends(
            "Rejected", "GetBaseReport", {"requestId": 7, "reportBase": "FullInventory"}
        ),
        requirement="B03.FR.03",
        shows=("TC_B_30_CSMS", "nothing_is_sent_to_rejected_station"),
    ),
    Fault(
        "unaccepted-station-served",
        "Answers a station that it has not accepted like any other.",
        serves_unaccepted(lambda _action: True),
        requirement="B02.FR.09, B03.FR.07",
        shows=("TC_B_30_CSMS", "4"),
    ),
    Fault(
        "unaccepted-station-other-code",
        "Refuses a station that it has not accepted with GenericError.",
        _refuses_by_another_code,
        requirement="B02.FR.09, B03.FR.07",
        shows=("TC_B_30_CSMS", "4"),
    ),
    Fault(
        "unaccepted-station-not-answered",
        "Does not answer a station that it has not accepted.",
        drop("StatusNotification", ERROR),
        requirement="B02.FR.09, B03.FR.07",
        shows=("TC_B_30_CSMS", "4"),
    ),
    Fault(
        "trigger-not-sent",
        "Does not send TriggerMessage when told to.",
        never_sends("TriggerMessage"),
        requirement="F06.FR.01",
        shows=("TC_B_31_CSMS", "3"),
    ),
)
