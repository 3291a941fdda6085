"""In words: what came of a connection, and what came instead of what was waited for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from typing import Any

from harness.evidence.matchers import compare, matches
from harness.evidence.values import UNREADABLE, brief, literal
from harness.ocppj.frames import FrameKind, Payload
from harness.ocppj.inbox import Arrival, Broken, Closed, Inbox, Opened, Refused, Traffic

Where = Mapping[str, Any] | Callable[[Payload], bool]

#: What tells one message from another one of the same action.
_TELLING: Mapping[str, tuple[str, ...]] = {
    "BootNotification": ("reason",),
    "FirmwareStatusNotification": ("status",),
    "LogStatusNotification": ("status",),
    "SecurityEventNotification": ("type",),
    "StatusNotification": ("evseId", "connectorId", "connectorStatus"),
    "TransactionEvent": ("eventType", "triggerReason"),
}


def no_connection(inbox: Inbox) -> str:
    """Where there is no connection: why, and what came of the attempts since."""
    ends = [e for e in inbox.events if isinstance(e, (Closed, Opened, Refused))]
    match ends[-1:]:
        case [Closed(end=end)]:
            return f"; no connection ({end})"
        case [Refused(reason=reason)]:
            return f"; no connection (last attempt: {reason})"
        case _:
            earlier = inbox.opened_before and f"none since {inbox.opened_before}"
            return f"; no connection ({earlier or 'never opened'})"


def has_ended(inbox: Inbox, wire: int) -> bool:
    """Whether that connection has ended."""
    return any(isinstance(e, Closed) and e.wire == wire for e in reversed(inbox.events))


def end_of(inbox: Inbox, wire: int) -> str:
    """If that connection has ended: how."""
    ends = [e.end for e in inbox.events if isinstance(e, Closed) and e.wire == wire]
    return f"; the connection was {ends[-1]}" if ends else ""


def strays(inbox: Inbox, call: Traffic) -> str:
    """If anything came since ``call`` on its connection that answers nothing: what."""
    found: list[str] = []
    for event in inbox.events:
        if isinstance(event, Broken) and event.wire == call.wire and event.t >= call.t:
            found.append(f"{event.problem.problem}: {brief(event.problem.excerpt, 200)}")
        if isinstance(event, Traffic) and event.wire == call.wire and event.t >= call.t:
            kind = event.frame.kind
            if not event.sent and kind is not FrameKind.CALL and event.answers is None:
                found.append(f"a {kind.name} with the id {event.frame.id!r} of no open CALL")
    return f"; instead: {', '.join(found[:4])}" if found else ""


def came_instead(
    inbox: Inbox, actions: Collection[str], action: str, where: Where | None, since: int
) -> str:
    """For a time-out: what came instead of ``action``, and why it was not taken.

    ``actions``: those that there are.
    """
    found: list[str] = []
    for arrival in inbox.unclaimed(since):
        if arrival.action not in actions:
            found.append(f"the unknown action {arrival.action!r}")
        elif arrival.action != action:
            found.append(_told(arrival))
        elif isinstance(where, Mapping):
            wrong = next(c for c in compare(where, arrival.payload) if not c.ok)
            seen = brief(literal(wrong.actual), 200)
            found.append(f"{action}Request with {wrong.path} {seen}")
        else:
            found.append(f"{action}Request {brief(literal(arrival.payload), 200)}")
    counted = [f"{n} x {text}" if n > 1 else text for text, n in Counter(found).items()]
    return f"; instead: {', '.join(counted[:8])}" if found else ""


def _told(arrival: Arrival) -> str:
    """The message, with what tells it from others of its action."""
    fields = [arrival.payload.get(name) for name in _TELLING.get(arrival.action, ())]
    said = " ".join(str(brief(literal(value), 40)) for value in fields if value is not None)
    return f"{arrival.action}Request ({said})" if said else f"{arrival.action}Request"


def identified(where: Where | None, payload: Payload) -> bool:
    """Whether a payload is the one that is looked for; one that cannot be read is not."""
    if where is None:
        return True
    if callable(where):
        try:
            return bool(where(payload))
        except UNREADABLE:
            return False
    return matches(where, payload)
