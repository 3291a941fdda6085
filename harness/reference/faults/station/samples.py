"""Faults of meter values and of the flags of transactions: TC_E_*."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from harness.reference.faults.base import Alter, Fault, MarkTriggered, method, replaces
from harness.reference.rpc import Payload
from harness.reference.station.meter import REGISTER

Change = Callable[[Payload], None]


def _sampled(variable: str, change: Change) -> Alter:
    """What is sampled for this variable is changed, value by value."""

    def sample(
        _station: Any,
        original: Any,
        mark_triggered: MarkTriggered,
        evse: Any,
        name: str,
        context: str,
        **named: Any,
    ) -> list[Payload]:
        readings: list[Payload] = original(evse, name, context, **named)
        for reading in readings if name.endswith(variable) else []:
            mark_triggered()
            change(reading)
        return [reading for reading in readings if reading["sampledValue"]]

    return replaces("meter.sample")(sample)


def _each(**fields: Any) -> Change:
    def change(reading: Payload) -> None:
        for value in reading["sampledValue"]:
            value.update(fields)

    return change


def _nothing(reading: Payload) -> None:
    reading["sampledValue"].clear()


def _twice(reading: Payload) -> None:
    reading["sampledValue"] *= 2


def _in_kilo(reading: Payload) -> None:
    for value in reading["sampledValue"]:
        if value["measurand"] == REGISTER:
            value["unitOfMeasure"] = {"unit": "kWh"}


def _without_power(reading: Payload) -> None:
    for value in reading["sampledValue"]:
        if value["measurand"] != REGISTER:
            value["value"] = 0.0


def _below_zero(reading: Payload) -> None:
    for value in reading["sampledValue"]:
        if value["measurand"] == REGISTER:
            value["value"] -= 10000.0


def _long_ago(reading: Payload) -> None:
    reading["timestamp"] = "2026-01-01T00:00:00Z"


def _events(trigger: str, change: Change) -> Alter:
    """TransactionEvents with this trigger reason are changed."""

    def send(_station: Any, original: Any, mark_triggered: MarkTriggered, event: Payload) -> None:
        if event["triggerReason"] == trigger:
            mark_triggered()
            change(event)
        original(event)

    return replaces("events.send")(send)


def _calls_it_clock(event: Payload) -> None:
    event["triggerReason"] = "MeterValueClock"


def _clock_throughout(event: Payload) -> None:
    event["triggerReason"] = "MeterValueClock"
    for reading in event.get("meterValue", []):
        _each(context="Sample.Clock")(reading)


def _every_other() -> Alter:
    """Every other periodic sample is not taken."""
    count = 0

    def update(
        _station: Any,
        original: Any,
        mark_triggered: MarkTriggered,
        evse: Any,
        trigger: str,
        **named: Any,
    ) -> None:
        nonlocal count
        if trigger == "MeterValuePeriodic":
            count += 1
            if count % 2:
                mark_triggered()
                return
        original(evse, trigger, **named)

    return replaces("transactions.update")(update)


def _lower(reading: Payload) -> None:
    for value in reading["sampledValue"]:
        value["value"] -= 100_000


@replaces("meter.register")
def _stands_still(_station: Any, original: Any, mark_triggered: MarkTriggered, evse: Any) -> float:
    read: float = original(evse)
    if read == evse.energy_wh:
        return read
    mark_triggered()
    return evse.energy_wh


def _kept_once(station: Any, mark_triggered: MarkTriggered) -> None:
    """What is kept for the end of a transaction has the register as it was kept first."""
    original, kept = station.meter.sample, dict[int, float]()

    def sample(evse: Any, name: str, context: str) -> list[Payload]:
        readings: list[Payload] = original(evse, name, context)
        if context.startswith("Sample.") and "Ended" in name:
            for value in (v for each in readings for v in each["sampledValue"]):
                if value["measurand"].endswith(".Register"):
                    mark_triggered()
                    value["value"] = kept.setdefault(evse.id, value["value"])
        return readings

    station.meter.sample = sample


@replaces("call")
async def _dates_anew(
    station: Any, original: Any, mark_triggered: MarkTriggered, action: str, payload: Payload
) -> Payload:
    if action == "TransactionEvent" and payload.get("offline"):
        mark_triggered()
        payload["timestamp"] = station.now()
    answer: Payload = await original(action, payload)
    return answer


def _stays_offline(
    _station: Any, original: Callable[..., Any], mark_triggered: MarkTriggered
) -> Callable[..., Any]:
    """Once it was offline, every event says so, also much later."""
    lost: list[bool] = []

    def send(event: Payload) -> None:
        if event.get("offline"):
            lost.append(True)
        elif lost:
            mark_triggered()
            event["offline"] = True
        original(event)

    return send


def _moves() -> Alter:
    """The event that ends a transaction names another EVSE."""

    def send(_station: Any, original: Any, mark_triggered: MarkTriggered, event: Payload) -> None:
        if event["eventType"] == "Ended":
            mark_triggered()
            event["evse"] = {"id": 2, "connectorId": 1}
        original(event)

    return replaces("events.send")(send)


FAULTS = (
    Fault(
        "begin-values-missing",
        "Has no meter values in the first event of a transaction.",
        _sampled("TxStartedMeasurands", _nothing),
        requirement="E01.FR.09",
        shows=("TC_E_09_CS", "configured_values_are_told"),
    ),
    Fault(
        "begin-values-of-another-measurand",
        "Tells the voltage at the beginning in place of what is configured.",
        _sampled("TxStartedMeasurands", _each(measurand="Voltage")),
        requirement="E01.FR.09",
        shows=("TC_E_10_CS", "configured_values_are_told"),
    ),
    Fault(
        "begin-values-of-the-clock",
        "Calls the values of the beginning values of the clock.",
        _sampled("TxStartedMeasurands", _each(context="Sample.Clock")),
        requirement="E01.FR.09",
        shows=("TC_E_03_CS", "configured_values_are_told"),
    ),
    Fault(
        "end-values-missing",
        "Has no meter values in the last event of a transaction.",
        _sampled("TxEndedMeasurands", _nothing),
        requirement="E06.FR.11",
        shows=("TC_E_08_CS", "configured_values_are_told"),
    ),
    Fault(
        "end-values-of-another-measurand",
        "Tells the power at the end in place of what is configured.",
        _sampled("TxEndedMeasurands", _each(measurand="Power.Active.Import")),
        requirement="E06.FR.11",
        shows=("TC_E_20_CS", "configured_values_are_told"),
    ),
    Fault(
        "samples-told-twice",
        "Tells every sample twice.",
        _sampled("TxUpdatedMeasurands", _twice),
        requirement="J02.FR.02",
        shows=("TC_E_40_CS", "samples_are_told_once"),
    ),
    Fault(
        "every-other-sample-missing",
        "Takes every other sample only.",
        _every_other(),
        requirement="J02.FR.11",
        shows=("TC_E_40_CS", "3"),
    ),
    Fault(
        "samples-sent-by-the-clock",
        "Sends its samples with the trigger reason of clock-aligned values.",
        _events("MeterValuePeriodic", _calls_it_clock),
        requirement="J02.FR.11",
        shows=("TC_E_29_CS", "meter_triggers_fit_their_values"),
    ),
    Fault(
        "samples-of-the-clock",
        "Takes clock-aligned values in place of the samples of the interval.",
        _events("MeterValuePeriodic", _clock_throughout),
        requirement="J02.FR.11",
        shows=("TC_E_33_CS", "5"),
    ),
    Fault(
        "samples-of-other-context",
        "Calls its samples values of some other context.",
        _sampled("TxUpdatedMeasurands", _each(context="Other")),
        requirement="J02.FR.11",
        shows=("TC_J_09_CS", "1"),
    ),
    Fault(
        "register-in-kilo",
        "Says kWh where it counts Wh.",
        _sampled("Measurands", _in_kilo),
        requirement="Part 2, 2.49",
        shows=("TC_J_09_CS", "registers_follow_the_power"),
    ),
    Fault(
        "current-told-as-none",
        "Measures no current, however much energy flows.",
        _sampled("TxEndedMeasurands", _without_power),
        requirement="Part 2, 3.50",
        shows=("TC_J_10_CS", "registers_follow_the_power"),
    ),
    Fault(
        "register-below-zero",
        "Has an energy register that begins below zero.",
        _sampled("Measurands", _below_zero),
        requirement="Part 2, 3.50",
        shows=("TC_J_07_CS", "registers_only_grow"),
    ),
    Fault(
        "register-goes-back",
        "Reads less from its energy register at the end of a transaction than before.",
        _sampled("TxEndedMeasurands", _lower),
        requirement="J02.FR.16",
        shows=("TC_E_15_CS", "registers_only_grow"),
    ),
    Fault(
        "register-stands-still",
        "Reads the same from its energy register as long as energy flows.",
        _stands_still,
        requirement="J02.FR.16",
        shows=("TC_J_09_CS", "registers_follow_the_power"),
    ),
    Fault(
        "kept-register-repeated",
        "Keeps one and the same value of the register for the end of a transaction.",
        _kept_once,
        requirement="J02.FR.16",
        shows=("TC_J_03_CS", "registers_follow_the_power"),
    ),
    Fault(
        "triggered-values-of-long-ago",
        "Sends values that were measured months ago when it is asked for those of now.",
        _sampled("AlignedDataCtrlr.Measurands", _long_ago),
        requirement="F06.FR.06",
        shows=("TC_F_11_CS", "readings_are_recent"),
    ),
    Fault(
        "event-values-of-long-ago",
        "Tells the values of a transaction as measured months before.",
        _sampled("TxUpdatedMeasurands", _long_ago),
        requirement="F06.FR.07",
        shows=("TC_F_13_CS", "readings_are_recent"),
    ),
    Fault(
        "offline-events-dated-anew",
        "Dates what happened offline to the moment at which it tells of it.",
        _dates_anew,
        requirement="E04.FR.03, E11.FR.02",
        shows=("TC_E_31_CS", "offline_flag_is_not_kept"),
    ),
    Fault(
        "offline-for-good",
        "Once it was offline, marks everything as having happened offline.",
        method("events.send", _stays_offline),
        requirement="E04.FR.03, E11.FR.02",
        shows=("TC_E_16_CS", "offline_flag_is_not_kept"),
    ),
    Fault(
        "transaction-moves",
        "Names another EVSE at the end of a transaction.",
        _moves(),
        requirement="E01.FR.16",
        shows=("TC_E_06_CS", "transactions_stay_where_they_are"),
    ),
)
