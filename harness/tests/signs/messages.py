"""How stations show that differ in the form and order of what they send."""

from __future__ import annotations

import re

from harness.evidence.matchers import PRESENT
from harness.ocppj.frames import FrameKind
from harness.proof.embedded_run import Outcome
from harness.tests.signs.sign import (
    Holds,
    Sign,
    answer,
    answers_take,
    both,
    call,
    clock_off,
    event,
    frames,
    in_case,
    not_,
    payloads,
    reads,
    some,
    text,
)


def _time(pattern: str) -> Holds:
    moment = rf"'(timestamp|generatedAt|currentTime)': '[-\d]{{10}}T[:\d]{{8}}{pattern}'"
    return lambda o: re.search(moment, text(o)) is not None


WIRE = {
    "short-ids": Sign(lambda o: any(f.frame.id.startswith("m") for f in frames(o, FrameKind.CALL))),
    "time-with-offset": Sign(_time(r"\.\d{3}\+02:00")),
    "time-in-nanoseconds": Sign(_time(r"\.\d{9}Z")),
    "time-in-seconds": Sign(_time("Z")),
    "error-details": Sign(lambda o: any("cause" in p for p in payloads(o, FrameKind.CALLERROR))),
    "slow": Sign(answers_take(1.9)),
}


_CONNECTOR_EVENT = call("NotifyEvent", eventData=[{"component": {"name": "Connector"}}])
_TWO = ["EVSE", "Connector"]
_CUSTOM_ANSWER = answer("GetBaseReport", customData=PRESENT)


def _queue_takes_long(outcome: Outcome) -> bool:
    """Nearly half a minute from the first to the last event that was kept."""
    told = frames(outcome, FrameKind.CALL, "TransactionEvent")
    kept = [frame.t for frame in told if frame.frame.payload.get("offline")]
    return bool(kept) and max(kept) - min(kept) > 25


MESSAGES = {
    "strange": Sign(call("BootNotification", customData={"vendorId": "org.example.☃"})),
    "notify-event": Sign(both(_CONNECTOR_EVENT, not_(call("StatusNotification")))),
    "notify-event-and-status": Sign(both(_CONNECTOR_EVENT, call("StatusNotification"))),
    "notify-event-of-evse-too": Sign(
        some("NotifyEvent", lambda p: [e["component"]["name"] for e in p["eventData"]] == _TWO)
    ),
    "offline-in-full": Sign(event("Authorized", offline=False)),
    "background-traffic": Sign(call("NotifyEvent", eventData=[{"trigger": "Periodic"}])),
    "aligned-meter-values": Sign(call("MeterValues")),
    "keeps-aligned-values": Sign(reads("TxEndedInterval", "300")),
    "aligned-values-in-events": Sign(call("TransactionEvent", triggerReason="MeterValueClock")),
    "slow-queue": Sign(in_case("TC_E_43_CS", _queue_takes_long)),
    "states-late": Sign(clock_off(-5, -1.9)),
    "explained": Sign(answer("GetBaseReport", statusInfo=PRESENT)),
    "custom-data": Sign(both(call("NotifyReport", customData=PRESENT), _CUSTOM_ANSWER)),
    "clock-ahead": Sign(clock_off(1, 4)),
    "clock-behind": Sign(clock_off(-4, -1)),
}
