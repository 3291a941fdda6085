"""Faults that come a moment after all seems to be done."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from typing import Any

from harness.reference.faults.base import Alter, Fault, MarkTriggered
from harness.reference.rpc import CALL, RESULT, Filter, Message

#: Seconds after which they come: more than a message takes, less than a case has to settle.
_A_MOMENT = 0.3

#: What comes after a message; None: nothing.
_Later = Callable[[Message], Message | None]


def _afterwards(later: _Later) -> Alter:
    """A moment after some messages, others follow on the same connection."""

    def alter(station: Any, mark_triggered: MarkTriggered) -> None:
        def look(message: Message) -> list[Message | str | bytes]:
            follower, rpc = later(message), station.link.rpc
            if follower is not None and rpc is not None:

                def send() -> None:
                    mark_triggered()
                    station.spawn(rpc.transmit(follower.encode()))

                station.later(_A_MOMENT, send)
            return [message]

        filters: list[Filter] = station.filters
        filters.append(look)

    return alter


def _call(station_action: str) -> Callable[[Message], bool]:
    return lambda message: message.kind == CALL and message.action == station_action


def _ends_again(message: Message) -> Message | None:
    if not _call("TransactionEvent")(message) or message.payload["eventType"] != "Ended":
        return None
    payload = deepcopy(message.payload)
    payload["seqNo"] += 1
    return replace(message, id=f"{message.id[:30]}again", payload=payload)


def _begins_another(message: Message) -> Message | None:
    if not _call("TransactionEvent")(message) or message.payload["eventType"] != "Ended":
        return None
    payload = {
        "eventType": "Started",
        "timestamp": message.payload["timestamp"],
        "triggerReason": "CablePluggedIn",
        "seqNo": 0,
        "transactionInfo": {"transactionId": f"{message.id[:30]}next"},
    }
    return replace(message, id=f"{message.id[:30]}next", payload=payload)


def _reports_again(message: Message) -> Message | None:
    if not _call("NotifyReport")(message) or message.payload.get("tbc"):
        return None
    return replace(message, id=f"{message.id[:30]}again")


def _answers_again(message: Message) -> Message | None:
    return message if message.kind == RESULT and message.action == "GetVariables" else None


FAULTS = (
    Fault(
        "ends-again-later",
        "A moment after a transaction has ended, it ends once more.",
        _afterwards(_ends_again),
        requirement="E06.FR.01-07",
        shows=("TC_E_07_CS", "no_unexpected_message"),
    ),
    Fault(
        "begins-another-later",
        "A moment after a transaction has ended, another one begins by itself.",
        _afterwards(_begins_another),
        requirement="E01.FR.01-06",
        shows=("TC_E_07_CS", "no_unexpected_message"),
    ),
    Fault(
        "reports-again-later",
        "A moment after a report its last part is sent again.",
        _afterwards(_reports_again),
        requirement="B07.FR.10",
        shows=("TC_B_12_CS", "no_unexpected_message"),
    ),
    Fault(
        "answers-again-later",
        "A moment after an answer it is sent again.",
        _afterwards(_answers_again),
        requirement="Part 4, 4.1.4",
        shows=("TC_B_06_CS", "answers_belong_to_calls"),
    ),
)
