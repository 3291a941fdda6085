"""Messages that several parts of a station send."""

from __future__ import annotations

from harness.reference.rpc import Payload


def event_notification(
    event_id: int, now: str, component: Payload, variable: str, value: str, trigger: str
) -> Payload:
    """NotifyEventRequest about one variable."""
    event: Payload = {
        "eventId": event_id,
        "timestamp": now,
        "trigger": trigger,
        "actualValue": value,
        "eventNotificationType": "HardWiredNotification",
        "component": component,
        "variable": {"name": variable},
    }
    return {"generatedAt": now, "seqNo": 0, "tbc": False, "eventData": [event]}
