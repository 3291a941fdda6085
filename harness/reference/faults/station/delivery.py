"""Faults of events that are kept, retried or asked about, where block E looks at them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from harness.reference.faults.base import MarkTriggered, put, replaces, request, response, without
from harness.reference.faults.station.words import block_e, fault, never_sends, only_answers
from harness.reference.rpc import Payload
from harness.reference.station.outbox import Outgoing

_TX = "TransactionEvent"
_STATUS = "GetTransactionStatus"


@replaces("outbox._deliver")
async def _gives_up(
    _station: Any, original: Any, mark_triggered: MarkTriggered, item: Outgoing
) -> None:
    if await original(item) is not None:
        mark_triggered()


@replaces("outbox._deliver")
async def _never_gives_up(
    _station: Any, original: Any, mark_triggered: MarkTriggered, item: Outgoing
) -> float | None:
    if item.attempts > 0:
        mark_triggered()
        item.attempts = 0
    return await original(item)


@replaces("outbox._deliver")
async def _retries_at_once(
    _station: Any, original: Any, mark_triggered: MarkTriggered, item: Outgoing
) -> float | None:
    if await original(item) is None:
        return None
    mark_triggered()
    return 0.0


@replaces("outbox._deliver")
async def _gives_up_late(
    station: Any, original: Any, mark_triggered: MarkTriggered, item: Outgoing
) -> float | None:
    before = item.attempts
    wait = await original(item)
    if wait is not None or item.attempts == before:
        return wait
    mark_triggered()
    interval = station.model.number("OCPPCommCtrlr.MessageAttemptInterval[TransactionEvent]")
    return float(interval * item.attempts) + 0.4


@replaces("outbox._deliver")
async def _pauses_alike(
    station: Any, original: Any, mark_triggered: MarkTriggered, item: Outgoing
) -> float | None:
    if await original(item) is None:
        return None
    mark_triggered()
    interval = station.model.number("OCPPCommCtrlr.MessageAttemptInterval[TransactionEvent]")
    return 1.6 * interval


@replaces("outbox._answered")
def _tells_it_again(
    station: Any, original: Any, mark_triggered: MarkTriggered, item: Outgoing, answer: Payload
) -> None:
    original(item, answer)
    if item.attempts == 1:
        mark_triggered()
        item.attempts = 2
        station.memory.queue.append(item)


@replaces("outbox.keep")
def _keeps_nothing(
    station: Any,
    original: Any,
    mark_triggered: MarkTriggered,
    action: str,
    payload: Payload,
    *rest: Any,
) -> None:
    if station.online:
        original(action, payload, *rest)
    else:
        mark_triggered()


@replaces("outbox.keep")
def _keeps_last_sample(
    station: Any,
    original: Any,
    mark_triggered: MarkTriggered,
    action: str,
    payload: Payload,
    *rest: Any,
) -> None:
    for item in () if station.online else list(station.memory.queue):
        if (
            payload.get("triggerReason")
            == "MeterValuePeriodic"
            == item.payload.get("triggerReason")
        ):
            mark_triggered()
            station.memory.queue.remove(item)
            payload["seqNo"] = item.payload["seqNo"]
            evse = station.transactions.find(payload["transactionInfo"]["transactionId"])
            evse.transaction.seq_no = payload["seqNo"] + 1
    original(action, payload, *rest)


def _stamps_now(event: Payload) -> None:
    event["timestamp"] = datetime.now(UTC).isoformat()


@replaces("authorization.session_of_group")
def _knows_no_groups(
    _station: Any, _original: Any, mark_triggered: MarkTriggered, *_arguments: Any
) -> None:
    mark_triggered()


_KEPT = {**block_e("1", "43"), **block_e("3", "31", "40", "44", "45"), **block_e("5", "29", "33")}

FAULTS = (
    fault(
        "status-without-queue",
        "Whatever is asked about, nothing is said to be in the queue.",
        response(_STATUS, put(messagesInQueue=False)),
        {**block_e("4", "29", "33"), **block_e("2", "31")},
    ),
    fault(
        "status-with-queue",
        "Whatever is asked about, something is said to be in the queue.",
        response(_STATUS, put(messagesInQueue=True)),
        block_e("2", "28", "30", "32", "34"),
    ),
    fault(
        "status-never-ongoing",
        "No transaction is said to go on.",
        response(_STATUS, put(ongoingIndicator=False)),
        {**block_e("4", "29", "33"), **block_e("2", "30", "34")},
    ),
    fault(
        "status-always-ongoing",
        "Every transaction is said to go on.",
        response(_STATUS, put(ongoingIndicator=True)),
        {**block_e("4", "33"), **block_e("2", "28", "31", "32", "34")},
    ),
    fault(
        "status-empty",
        "Only the queue is told of, never whether a transaction goes on.",
        only_answers(_STATUS, {"messagesInQueue": False}),
        {**block_e("2", "28", "30", "31", "32"), **block_e("4", "29", "33")},
    ),
    fault(
        "kept-events-as-any-other",
        "What happened offline is not marked.",
        request(_TX, without("offline")),
        {**_KEPT, **block_e("1", "16")},
    ),
    fault(
        "keeps-nothing",
        "What happens offline is lost.",
        _keeps_nothing,
        {**block_e("3", "40", "44", "45"), **block_e("1", "43", "16"), **block_e("4", "29", "33")},
    ),
    fault(
        "offline-meter-values-lost",
        "Events of an offline period come without meter values.",
        request(_TX, without("meterValue"), when=lambda event: event.get("offline") is True),
        {**block_e("3", "40"), **block_e("5", "29", "33")},
    ),
    fault(
        "offline-last-sample-alone",
        "Of the meter values of an offline period the last alone is kept.",
        _keeps_last_sample,
        {**block_e("3", "40"), **block_e("5", "29", "33")},
    ),
    fault(
        "offline-stamped-when-sent",
        "What happened offline has the time at which it is told.",
        request(_TX, _stamps_now, when=lambda event: event.get("offline") is True),
        {**block_e("3", "40"), **block_e("5", "29", "33")},
    ),
    fault(
        "offline-end-lost",
        "That a transaction ended offline is never told.",
        never_sends(_TX, when=lambda event: event["eventType"] == "Ended"),
        {**block_e("1", "43"), **block_e("2", "31"), **block_e("3", "44", "45")},
    ),
    fault(
        "offline-start-lost",
        "That a transaction began offline is never told.",
        never_sends(_TX, when=lambda event: event["eventType"] == "Started"),
        block_e("1", "16", "43"),
    ),
    fault(
        "no-groups",
        "A token of the same group stops nothing.",
        _knows_no_groups,
        block_e("3", "45"),
    ),
    fault(
        "gives-up-at-once",
        "An event that fails is not sent again.",
        _gives_up,
        block_e("5", "41", "42", "50", "51"),
    ),
    fault(
        "never-gives-up",
        "An event that fails is sent again for ever.",
        _never_gives_up,
        block_e("5", "41", "50"),
    ),
    fault(
        "gives-up-late",
        "An event that fails is sent once more than configured, a little late.",
        _gives_up_late,
        block_e("5", "41", "50"),
    ),
    fault(
        "retries-pause-alike",
        "The pause before a further attempt does not grow.",
        _pauses_alike,
        block_e("5", "50"),
    ),
    fault(
        "retries-at-once",
        "An event that fails is sent again without a pause.",
        _retries_at_once,
        block_e("5", "41", "42", "50", "51"),
    ),
    fault(
        "delivered-but-sent-again",
        "An event that was taken at the second attempt is sent once more.",
        _tells_it_again,
        block_e("5", "42", "51"),
    ),
)
