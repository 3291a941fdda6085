"""How stations differ in the form and order of what they send."""

from __future__ import annotations

from collections.abc import Mapping

from harness.reference.rpc import CALL, RESULT
from harness.reference.variants import station_behaviour as behaviour
from harness.reference.variants import wire
from harness.reference.variants.variant import Variant

MESSAGES: Mapping[str, Variant] = {
    "notify-event": Variant(
        "connector states by NotifyEvent (E02.FR.05, G01)", {"connector_events": "NotifyEvent"}
    ),
    "notify-event-and-status": Variant(
        "connector states by both messages", {"connector_events": "both"}
    ),
    "notify-event-of-evse-too": Variant(
        "several events in one message (N07)",
        {"connector_events": "NotifyEvent"},
        alter=behaviour.many_events_in_one,
    ),
    "background-traffic": Variant("extra legal messages", {"background_traffic": True}),
    "aligned-meter-values": Variant(
        "clock-aligned meter values (J01)", {"values": {"AlignedDataCtrlr.Interval": "60"}}
    ),
    "keeps-aligned-values": Variant(
        "clock-aligned values may be kept for the end of a transaction (2.7.15)",
        {
            "values": {
                "AlignedDataCtrlr.TxEndedMeasurands": "Energy.Active.Import.Register",
                "AlignedDataCtrlr.TxEndedInterval": "300",
            }
        },
    ),
    "aligned-values-in-events": Variant(
        "clock-aligned values of a transaction come in its events (J01.FR.22)",
        {"aligned_in_events": True},
    ),
    "slow": Variant("slow but in time", {"response_delay": 2.0}),
    "slow-queue": Variant(
        "no time is set for events that were kept (E04.FR.02)", alter=behaviour.slow_to_deliver
    ),
    "states-late": Variant(
        "transaction events before connector states (Part 6, 2.1)", alter=behaviour.states_late
    ),
    "explained": Variant("statusInfo in every answer", alter=wire.explained),
    "custom-data": Variant(
        "customData in every message (Part 2, 1.2)",
        alter=wire.together(wire.custom_data(CALL), wire.custom_data(RESULT)),
    ),
    "error-details": Variant("details in CALLERRORs", alter=wire.error_details),
    "offline-in-full": Variant("offline has a default, which may be said", alter=wire.in_full),
    "short-ids": Variant("message ids that are no UUIDs", alter=wire.short_ids),
    "spacious": Variant("white space in JSON (RFC 8259)", alter=wire.spacious),
    "time-with-offset": Variant(
        "timestamps with an offset (RFC 3339)", alter=wire.times(wire.with_offset)
    ),
    "time-in-nanoseconds": Variant(
        "timestamps with nine digits (RFC 3339)", alter=wire.times(wire.with_nanoseconds)
    ),
    "time-in-seconds": Variant(
        "timestamps without fraction (RFC 3339)", alter=wire.times(wire.in_whole_seconds)
    ),
    "clock-ahead": Variant(
        "a clock of its own, less than 4 s ahead (Part 6, 2.1)",
        {"values": {"ClockCtrlr.TimeSource": "RealTimeClock"}, "clock_offset": 2.5},
    ),
    "clock-behind": Variant(
        "a clock of its own, less than 4 s behind (Part 6, 2.1)",
        {"values": {"ClockCtrlr.TimeSource": "RealTimeClock"}, "clock_offset": -2.5},
    ),
}
