"""How stations show that differ in what they tell of logs."""

from __future__ import annotations

from harness.ocppj.frames import FrameKind
from harness.proof.embedded_run import Outcome
from harness.tests.signs.sign import Sign, frames, payloads


def _failed_twice(outcome: Outcome) -> bool:
    told = payloads(outcome, FrameKind.CALL, "LogStatusNotification")
    return sum(each["status"] == "UploadFailure" for each in told) > 1


def _cancelled_first(outcome: Outcome) -> bool:
    answers = frames(outcome, FrameKind.CALLRESULT, "GetLog")
    calls = frames(outcome, FrameKind.CALL, "LogStatusNotification")
    cancelled = [f.t for f in answers if f.frame.payload["status"] == "AcceptedCanceled"]
    told = [f.t for f in calls if f.frame.payload["status"] == "AcceptedCanceled"]
    return bool(cancelled and told) and told[0] < cancelled[0]


def _told_again(outcome: Outcome) -> bool:
    told = payloads(outcome, FrameKind.CALL, "LogStatusNotification")
    return sum(each["status"] == "Uploading" for each in told) > 1


def _named_nowhere(outcome: Outcome) -> bool:
    return any(v.path == "name" and not v.actual for v in outcome.result.validations)


LOGS = {
    "log-attempts-told": Sign(_failed_twice),
    "log-tried-again": Sign(_told_again),
    "log-by-put": Sign(_named_nowhere),
    "log-cancelled-first": Sign(_cancelled_first),
}
