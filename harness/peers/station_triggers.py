"""What the fake station answers to TriggerMessage: it sends what it says that it sends (F06)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from harness.ocppj.frames import Payload
from harness.ocppj.payloads import inner
from harness.peers.answering import Reply
from harness.peers.answers import now

#: Messages about something that is not going on (F06.FR.15-16).
_IDLE = ("FirmwareStatusNotification", "LogStatusNotification")


def trigger_answer(
    payload: Payload,
    states: Mapping[tuple[int, int], str],
    send: Callable[[str, Payload], Awaitable[None]],
    *,
    accepted: bool,
) -> Reply:
    """Accepted, and the message is sent then; or why it is not.

    ``states``: what was last reported of each connector; ``accepted``: the last boot was.
    """
    wanted = str(payload["requestedMessage"])
    match wanted:
        case "BootNotification" if accepted:
            return Reply({"status": "Rejected"})  # F06.FR.17
        case "Heartbeat":
            content: Payload = {}
        case "StatusNotification":
            evse = inner(payload, "evse")
            place = evse.get("id"), evse.get("connectorId")
            if place not in states:
                return Reply({"status": "Rejected"})
            content = {
                "timestamp": now(),
                "connectorStatus": states[place],  # pyright: ignore[reportArgumentType]  # a key of it
                "evseId": place[0],
                "connectorId": place[1],
            }
        case _ if wanted in _IDLE:
            content = {"status": "Idle"}
        case _:
            return Reply({"status": "NotImplemented"})  # F06.FR.08
    return Reply({"status": "Accepted"}, then=lambda: send(wanted, content))
