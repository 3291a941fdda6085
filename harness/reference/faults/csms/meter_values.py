"""Meter values that a CSMS does not take (J)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from harness.reference.faults.base import Alter, Fault, MarkTriggered, replaces
from harness.reference.faults.csms.words import refuses, refuses_event
from harness.reference.rpc import CallError, Payload

_TAKEN, _EVENT_TAKEN = "J01.FR.18", "J02.FR.19"


def _sampled(payload: Payload) -> Iterator[Payload]:
    for reading in payload.get("meterValue", []):
        yield from reading["sampledValue"]


def _tells(payload: Payload, context: str, kind: str = "", *, signed: bool = False) -> bool:
    contexts = {
        sampled["context"] for sampled in _sampled(payload) if not signed or _is_signed(sampled)
    }
    return context in contexts and kind in ("", payload["eventType"])


def _is_signed(sampled: Payload) -> bool:
    return "signedMeterValue" in sampled


def _of_the_main_meter(payload: Payload) -> bool:
    return payload["evseId"] == 0


def _periodic(payload: Payload) -> bool:
    return any(event["trigger"] == "Periodic" for event in payload["eventData"])


def _one_of(context: str) -> Alter:
    """Of readings with this context, each transaction may have one in an event of its own."""
    told: set[str] = set()

    def act(
        _csms: Any, original: Any, mark_triggered: MarkTriggered, station: Any, event: Payload
    ) -> Payload:
        if event["eventType"] == "Updated" and _tells(event, context):
            transaction = event["transactionInfo"]["transactionId"]
            if transaction in told:
                mark_triggered()
                raise CallError("InternalError")
            told.add(transaction)
        return original(station, event)

    return replaces("answers.transaction_event")(act)


@replaces("answers.check_payload")
def _idle_refused(
    csms: Any, original: Any, mark_triggered: MarkTriggered, action: str, payload: Payload
) -> None:
    original(action, payload)
    known = (t for station in csms.stations.values() for t in station.transactions.values())
    if action == "MeterValues" and any(not transaction.ended for transaction in known):
        mark_triggered()
        raise CallError("InternalError")


FAULTS = (
    Fault(
        "main-meter-values-refused",
        "Meter values of the whole station are answered by a CALLERROR.",
        refuses("MeterValues", _of_the_main_meter),
        requirement=_TAKEN,
        shows=("TC_J_01_CSMS", "2"),
    ),
    Fault(
        "periodic-events-refused",
        "What a periodic monitor tells is answered by a CALLERROR.",
        refuses("NotifyEvent", _periodic),
        requirement="N08.FR.02",
        shows=("TC_J_01_CSMS", "2"),
    ),
    Fault(
        "meter-values-beside-a-transaction-refused",
        "While a transaction runs, meter values without one are answered by a CALLERROR.",
        _idle_refused,
        requirement=_TAKEN,
        shows=("TC_J_02_CSMS", "2"),
    ),
    Fault(
        "second-clock-value-refused",
        "The second clock-aligned reading in a transaction is answered by a CALLERROR.",
        _one_of("Sample.Clock"),
        requirement=_EVENT_TAKEN,
        shows=("TC_J_02_CSMS", "4"),
    ),
    Fault(
        "clock-values-at-the-end-refused",
        "An end with clock-aligned readings is answered by a CALLERROR.",
        refuses_event(lambda event: _tells(event, "Sample.Clock", "Ended")),
        requirement=_EVENT_TAKEN,
        shows=("TC_J_03_CSMS", "1>EVDisconnected 4"),
    ),
    Fault(
        "signed-clock-values-refused",
        "An end with signed clock-aligned readings is answered by a CALLERROR.",
        refuses_event(lambda event: _tells(event, "Sample.Clock", "Ended", signed=True)),
        requirement=_EVENT_TAKEN,
        shows=("TC_J_04_CSMS", "1>EVDisconnected 4"),
    ),
    Fault(
        "values-at-the-start-refused",
        "A start with readings is answered by a CALLERROR.",
        refuses_event(lambda event: _tells(event, "Transaction.Begin", "Started")),
        requirement=_EVENT_TAKEN,
        shows=("TC_J_07_CSMS", "1>EVConnectedPreSession 4"),
    ),
    Fault(
        "late-values-of-the-start-refused",
        "Readings of the start that come after it are answered by a CALLERROR.",
        refuses_event(lambda event: _tells(event, "Transaction.Begin", "Updated")),
        requirement=_EVENT_TAKEN,
        shows=("TC_J_08_CSMS", "2>EVConnectedPreSession 4"),
    ),
    Fault(
        "second-sample-refused",
        "The second sample of a transaction is answered by a CALLERROR.",
        _one_of("Sample.Periodic"),
        requirement=_EVENT_TAKEN,
        shows=("TC_J_09_CSMS", "2"),
    ),
    Fault(
        "samples-at-the-end-refused",
        "An end with samples of the time before is answered by a CALLERROR.",
        refuses_event(lambda event: _tells(event, "Sample.Periodic", "Ended")),
        requirement=_EVENT_TAKEN,
        shows=("TC_J_10_CSMS", "1>EVDisconnected 4"),
    ),
    Fault(
        "signed-samples-refused",
        "An end with signed samples is answered by a CALLERROR.",
        refuses_event(lambda event: _tells(event, "Sample.Periodic", "Ended", signed=True)),
        requirement=_EVENT_TAKEN,
        shows=("TC_J_11_CSMS", "1>EVDisconnected 4"),
    ),
)
