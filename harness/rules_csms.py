"""Standing rules for a CSMS under test: its clock, its word on idTokens, its restraint."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, cast

from harness.inbox import Traffic
from harness.match import parse_time
from harness.payloads import inner, objects
from harness.rules import Breach, CaseLog, Rule
from harness.wire import FrameKind


def _responses(log: CaseLog, *actions: str) -> Iterator[Traffic]:
    for frame in log.of_sut:
        if frame.frame.kind is FrameKind.CALLRESULT and frame.frame.action in actions:
            yield frame


def current_time_is_now(log: CaseLog) -> Iterator[Breach]:
    """The currentTime in boot and heartbeat responses is the time of the answer."""
    for frame in _responses(log, "BootNotification", "Heartbeat"):
        moment = parse_time(frame.frame.payload.get("currentTime"))
        tolerated = timedelta(seconds=log.sut.deviation)
        if moment is not None and abs(moment - frame.at) > tolerated:
            expected = f"{frame.at.isoformat()} ± {log.sut.deviation:g} s"
            yield Breach(
                frame.name, "$.currentTime", expected, moment.isoformat(), "B01.FR.06, G02.FR.05"
            )


def boot_interval_is_usable(log: CaseLog) -> Iterator[Breach]:
    """The interval in a BootNotificationResponse is a number of seconds that a station can wait."""
    for frame in _responses(log, "BootNotification"):
        interval: Any = frame.frame.payload.get("interval")
        if type(interval) is int and interval < 0:
            yield Breach(frame.name, "$.interval", "0 or more", interval, "B01.FR.04")


def id_tokens_are_answered(log: CaseLog) -> Iterator[Breach]:
    """A TransactionEvent with an idToken is answered with idTokenInfo."""
    for frame in _responses(log, "TransactionEvent"):
        request = cast(Traffic, frame.answers).frame.payload
        if "idToken" in request and "idTokenInfo" not in frame.frame.payload:
            yield Breach(
                frame.name, "$.idTokenInfo", "present", "absent", "E01.FR.12, E02.FR.02, E03.FR.02"
            )


def rejected_stations_are_left_alone(log: CaseLog) -> Iterator[Breach]:
    """To a station that it has rejected, a CSMS sends nothing but what makes it boot again.

    TC_B_31_CSMS lets a TriggerMessage follow a Rejected boot; B03.FR.03 forbids the rest.
    """
    rejected = False
    for frame in log.of_sut:
        if frame.frame.action == "BootNotification":
            rejected = frame.frame.payload.get("status") == "Rejected"
        elif rejected and frame.frame.kind is FrameKind.CALL and not _boot_trigger(frame):
            yield Breach(frame.name, "", "nothing sent to a rejected station", "sent", "B03.FR.03")


def _boot_trigger(frame: Traffic) -> bool:
    wanted = frame.frame.payload.get("requestedMessage")
    return frame.frame.action == "TriggerMessage" and wanted == "BootNotification"


def schedules_are_in_order(log: CaseLog) -> Iterator[Breach]:
    """The periods of a charging schedule come in the order of their startPeriod."""
    for frame in log.of_sut:
        if frame.frame.kind is FrameKind.CALL and frame.frame.action == "SetChargingProfile":
            yield from _disorder(frame)


def _disorder(frame: Traffic) -> Iterator[Breach]:
    profile = inner(frame.frame.payload, "chargingProfile")
    for index, schedule in enumerate(objects(profile, "chargingSchedule")):
        periods = objects(schedule, "chargingSchedulePeriod")
        starts = [p["startPeriod"] for p in periods if type(p.get("startPeriod")) is int]
        if starts != sorted(starts):
            path = f"$.chargingProfile.chargingSchedule[{index}].chargingSchedulePeriod"
            yield Breach(frame.name, path, "increasing startPeriod", starts, "Part 6, 3.1")


CSMS: tuple[Rule, ...] = (
    current_time_is_now,
    boot_interval_is_usable,
    id_tokens_are_answered,
    rejected_stations_are_left_alone,
    schedules_are_in_order,
)
