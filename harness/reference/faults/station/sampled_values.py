"""Faults in the sampled meter values of a transaction (J02)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from harness import clock
from harness.reference.faults.base import Alter, Fault, MarkTriggered, replaces, request
from harness.reference.rpc import Payload


def _one_measurand(context: str) -> Alter:
    """Values of this context have the first measurand alone."""

    @replaces("meter.sample")
    def act(
        _station: Any,
        original: Any,
        mark_triggered: MarkTriggered,
        evse: Any,
        name: str,
        of: str,
    ) -> list[Payload]:
        values: list[Payload] = original(evse, name, of)
        for value in values if of == context else ():
            if len(value["sampledValue"]) > 1:
                mark_triggered()
                value["sampledValue"] = value["sampledValue"][:1]
        return values

    return act


@replaces("transactions._collect")
async def _keeps_every_other(
    station: Any, _original: Any, mark_triggered: MarkTriggered, evse: Any
) -> None:
    while (interval := station.model.number("SampledDataCtrlr.TxEndedInterval")) > 0:
        await clock.sleep(2 * interval)
        name = "SampledDataCtrlr.TxEndedMeasurands"
        mark_triggered()
        values = station.meter.sample(evse, name, "Sample.Periodic")
        evse.transaction.later_values.extend(values)


@replaces("transactions.update")
def _begin_is_lost(
    _station: Any,
    original: Any,
    mark_triggered: MarkTriggered,
    evse: Any,
    trigger: str,
    **fields: Any,
) -> None:
    if evse.transaction is not None and evse.transaction.begin_due:
        mark_triggered()
        evse.transaction.begin_due = False
    original(evse, trigger, **fields)


@replaces("meter.sample")
def _begin_of_long_ago(
    station: Any, original: Any, mark_triggered: MarkTriggered, evse: Any, name: str, context: str
) -> list[Payload]:
    values: list[Payload] = original(evse, name, context)
    for value in values if context == "Transaction.Begin" else ():
        mark_triggered()
        value["timestamp"] = (station.clock() - timedelta(minutes=10)).isoformat()
    return values


def _told_again() -> Alter:
    """Values of the begin come with the next event, too."""
    kept: dict[str, Any] = {}

    def act(event: Payload) -> None:
        number = event["transactionInfo"]["transactionId"]
        if "meterValue" in event:
            kept.setdefault(number, event["meterValue"])
        elif event["eventType"] == "Updated" and number in kept:
            event["meterValue"] = kept[number]

    return request("TransactionEvent", act)


@replaces("meter.reading")
def _energy_in_volts(
    _station: Any, original: Any, mark_triggered: MarkTriggered, evse: Any, measurand: str
) -> tuple[str, str]:
    mark_triggered()
    return original(evse, measurand)[0], "V"


@replaces("transactions.update")
def _every_other_told(
    _station: Any,
    original: Any,
    mark_triggered: MarkTriggered,
    evse: Any,
    trigger: str,
    **fields: Any,
) -> None:
    if trigger != "MeterValuePeriodic":
        original(evse, trigger, **fields)
        return
    evse.skipped = not getattr(evse, "skipped", False)
    if evse.skipped:
        mark_triggered()
        return
    original(evse, trigger, **fields)


FAULTS = (
    Fault(
        "begin-of-one-measurand",
        "The begin of a transaction has the first measurand alone.",
        _one_measurand("Transaction.Begin"),
        requirement="E01.FR.09",
        shows=("TC_J_07_CS", "2"),
    ),
    Fault(
        "begin-lost-where-evse-is-not-known",
        "Values of the begin are not told later where the EVSE is not known at the start.",
        _begin_is_lost,
        requirement="E01.FR.17",
        shows=("TC_J_08_CS", "1"),
        variant="one-reader",
    ),
    Fault(
        "samples-of-one-measurand",
        "Samples have the first measurand alone.",
        _one_measurand("Sample.Periodic"),
        requirement="J02.FR.11",
        shows=("TC_J_09_CS", "1"),
    ),
    Fault(
        "every-other-sample-told",
        "Of the samples of a transaction, every other one is not told.",
        _every_other_told,
        requirement="J02.FR.11",
        shows=("TC_J_09_CS", "1"),
    ),
    Fault(
        "every-other-sample-kept",
        "Samples of the end are taken at twice their interval.",
        _keeps_every_other,
        requirement="Part 2, 2.7.5",
        shows=("TC_J_10_CS", "1"),
    ),
    Fault(
        "end-of-one-measurand",
        "The end of a transaction has the first measurand alone.",
        _one_measurand("Transaction.End"),
        requirement="E06.FR.11",
        shows=("TC_J_10_CS", "1"),
    ),
    Fault(
        "begin-values-of-long-ago",
        "What is told of the begin of a transaction was measured ten minutes before.",
        _begin_of_long_ago,
        requirement="E01.FR.09",
        shows=("TC_J_07_CS", "2"),
    ),
    Fault(
        "begin-values-told-again",
        "Values of the begin of a transaction are told in its next event, too.",
        _told_again(),
        requirement="E01.FR.09",
        shows=("TC_J_07_CS", "2"),
    ),
    Fault(
        "every-value-in-volts",
        "The unit of every value is V.",
        _energy_in_volts,
        requirement="Part 2, 2.49",
        shows=("TC_J_09_CS", "units_fit_their_measurand"),
    ),
)
