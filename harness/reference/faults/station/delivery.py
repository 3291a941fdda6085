"""Faults of events that are kept, retried or asked about, where block E looks at them."""

from __future__ import annotations

from typing import Any

from harness import clock
from harness.reference.faults.base import (
    Fault,
    MarkTriggered,
    When,
    put,
    replaces,
    request,
    response,
    without,
)
from harness.reference.faults.station.words import never_sends, only_answers
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


def _happened_offline(kind: str) -> When:
    return lambda event: event.get("offline") is True and event["eventType"] == kind


def _stamps_now(event: Payload) -> None:
    event["timestamp"] = clock.now().isoformat()


@replaces("authorization.session_of_group")
def _knows_no_groups(
    _station: Any, _original: Any, mark_triggered: MarkTriggered, *_arguments: Any
) -> None:
    mark_triggered()


FAULTS = (
    Fault(
        "status-always-ongoing",
        "Every transaction is said to go on.",
        response(_STATUS, put(ongoingIndicator=True)),
        requirement="E14.FR.06",
        shows=("TC_E_33_CS", "4"),
    ),
    Fault(
        "status-empty",
        "Only the queue is told of, never whether a transaction goes on.",
        only_answers(_STATUS, {"messagesInQueue": False}),
        requirement="E14.FR.01",
        shows=("TC_E_28_CS", "2"),
    ),
    Fault(
        "kept-events-as-any-other",
        "What happened offline is not marked.",
        request(_TX, without("offline")),
        requirement="E12.FR.02",
        shows=("TC_E_43_CS", "1"),
    ),
    Fault(
        "keeps-nothing",
        "What happens offline is lost.",
        _keeps_nothing,
        requirement="E11.FR.02, E11.FR.03",
        shows=("TC_E_40_CS", "3"),
    ),
    Fault(
        "offline-meter-values-lost",
        "Events of an offline period come without meter values.",
        request(_TX, without("meterValue"), when=lambda event: event.get("offline") is True),
        requirement="E11.FR.02, E11.FR.03",
        shows=("TC_E_40_CS", "3"),
    ),
    Fault(
        "offline-last-sample-alone",
        "Of the meter values of an offline period the last alone is kept.",
        _keeps_last_sample,
        requirement="E02.FR.10, E11.FR.01, E11.FR.03",
        shows=("TC_E_40_CS", "3"),
    ),
    Fault(
        "offline-stamped-when-sent",
        "What happened offline has the time at which it is told.",
        request(_TX, _stamps_now, when=lambda event: event.get("offline") is True),
        requirement="E02.FR.10, E11.FR.01, E11.FR.03",
        shows=("TC_E_40_CS", "3"),
    ),
    Fault(
        "offline-end-lost",
        "That a transaction ended offline is never told.",
        never_sends(_TX, when=_happened_offline("Ended")),
        requirement="E12.FR.02",
        shows=("TC_E_43_CS", "1"),
    ),
    Fault(
        "offline-start-lost",
        "That a transaction began offline is never told.",
        never_sends(_TX, when=_happened_offline("Started")),
        requirement="E04.FR.02",
        shows=("TC_E_16_CS", "1"),
    ),
    Fault(
        "no-groups",
        "A token of the same group stops nothing.",
        _knows_no_groups,
        requirement="E07.FR.02, E02.FR.13",
        shows=("TC_E_45_CS", "3"),
    ),
    Fault(
        "gives-up-at-once",
        "An event that fails is not sent again.",
        _gives_up,
        requirement="E13.FR.02",
        shows=("TC_E_41_CS", "5"),
    ),
    Fault(
        "never-gives-up",
        "An event that fails is sent again for ever.",
        _never_gives_up,
        requirement="E13.FR.04",
        shows=("TC_E_41_CS", "5"),
    ),
    Fault(
        "gives-up-late",
        "An event that fails is sent once more than configured, a little late.",
        _gives_up_late,
        requirement="E13.FR.04",
        shows=("TC_E_41_CS", "5"),
    ),
    Fault(
        "retries-pause-alike",
        "The pause before a further attempt does not grow.",
        _pauses_alike,
        requirement="E13.FR.03",
        shows=("TC_E_50_CS", "5"),
    ),
    Fault(
        "retries-at-once",
        "An event that fails is sent again without a pause.",
        _retries_at_once,
        requirement="E13.FR.03",
        shows=("TC_E_41_CS", "5"),
    ),
    Fault(
        "delivered-but-sent-again",
        "An event that was taken at the second attempt is sent once more.",
        _tells_it_again,
        requirement="E13.FR.02",
        shows=("TC_E_42_CS", "5"),
    ),
)
