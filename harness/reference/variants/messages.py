"""How stations differ in the form and order of what they send."""

from __future__ import annotations

from collections.abc import Mapping

from harness.reference import alterations as wire
from harness.reference import station_alterations as ways
from harness.reference.rpc import CALL, RESULT
from harness.reference.variants.personality import Personality

MESSAGES: Mapping[str, Personality] = {
    "notify-event": Personality(
        "connector states by NotifyEvent (E02.FR.05, G01)", {"connector_events": "NotifyEvent"}
    ),
    "notify-event-and-status": Personality(
        "connector states by both messages", {"connector_events": "both"}
    ),
    "notify-event-of-evse-too": Personality(
        "several events in one message (N07)",
        {"connector_events": "NotifyEvent"},
        alter=ways.many_events_in_one,
    ),
    "background-traffic": Personality("extra legal messages", {"background_traffic": True}),
    "aligned-meter-values": Personality(
        "clock-aligned meter values (J01)", {"values": {"AlignedDataCtrlr.Interval": "1"}}
    ),
    "slow": Personality("slow but in time", {"response_delay": 0.05}),
    "states-late": Personality(
        "transaction events before connector states (Part 6, 2.1)", alter=ways.states_late
    ),
    "explained": Personality("statusInfo in every answer", alter=wire.explained),
    "custom-data": Personality(
        "customData in every message (Part 2, 1.2)",
        alter=wire.together(wire.custom_data(CALL), wire.custom_data(RESULT)),
    ),
    "error-details": Personality("details in CALLERRORs", alter=wire.error_details),
    "short-ids": Personality("message ids that are no UUIDs", alter=wire.short_ids),
    "spacious": Personality("white space in JSON (RFC 8259)", alter=wire.spacious),
    "time-with-offset": Personality(
        "timestamps with an offset (RFC 3339)", alter=wire.times(wire.with_offset)
    ),
    "time-in-nanoseconds": Personality(
        "timestamps with nine digits (RFC 3339)", alter=wire.times(wire.with_nanoseconds)
    ),
    "time-in-seconds": Personality(
        "timestamps without fraction (RFC 3339)", alter=wire.times(wire.in_whole_seconds)
    ),
    "clock-ahead": Personality(
        "a clock of its own, less than 4 s ahead (Part 6, 2.1)",
        {"values": {"ClockCtrlr.TimeSource": "RealTimeClock"}, "clock_offset": 2.5},
    ),
    "clock-behind": Personality(
        "a clock of its own, less than 4 s behind (Part 6, 2.1)",
        {"values": {"ClockCtrlr.TimeSource": "RealTimeClock"}, "clock_offset": -2.5},
    ),
}
