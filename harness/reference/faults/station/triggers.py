"""Faults in what a station sends because the CSMS asks for it (F06)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from harness.reference.faults.base import Alter, Fault, MarkTriggered, replaces
from harness.reference.faults.station.words import handles
from harness.reference.rpc import Answer, Payload


@replaces("remote.evses")
def _triggers_all_evses(
    station: Any, original: Any, mark_triggered: MarkTriggered, evse: Payload
) -> list[Any]:
    every = list(station.evses.values())
    if original(evse) != every:
        mark_triggered()
    return every


@replaces("logs.status")
def _idle_while_uploading(station: Any, original: Any, mark_triggered: MarkTriggered) -> Payload:
    if station.logs.uploading:
        mark_triggered()
        return {"status": "Idle"}
    return original()


@replaces("firmware.status")
def _idle_while_downloading(station: Any, original: Any, mark_triggered: MarkTriggered) -> Payload:
    if station.firmware.last["status"] == "Downloading":
        mark_triggered()
        return {"status": "Idle"}
    return original()


def _after(message: str, act: Any) -> Alter:
    """``act(station, original, evse)`` in place of what follows an accepted trigger."""

    def alter(station: Any, mark_triggered: MarkTriggered) -> None:
        original = station.remote.triggers[message]

        async def follow(evse: Payload) -> None:
            mark_triggered()
            await act(station, original, evse)

        station.remote.triggers[message] = follow

    return alter


async def _nothing(_station: Any, _original: Any, _evse: Payload) -> None:
    pass


async def _twice(_station: Any, original: Any, evse: Payload) -> None:
    await original(evse)
    await original(evse)


async def _of_the_first(_station: Any, original: Any, evse: Payload) -> None:
    await original(evse or {"id": 1})


async def _of_the_main_meter(station: Any, _original: Any, _evse: Payload) -> None:
    values = station.remote.meter_values(None, "Trigger")
    station.instructed("MeterValues", values)


async def _of_another_evse(_station: Any, original: Any, evse: Payload) -> None:
    await original({**evse, "id": 3 - evse["id"]})


async def _of_every_evse(station: Any, original: Any, evse: Payload) -> None:
    for each in station.evses:
        await original({**evse, "id": each})


async def _always_available(station: Any, _original: Any, evse: Payload) -> None:
    request = station.availability.status_notification(evse["id"], evse["connectorId"], "Available")
    station.instructed("StatusNotification", request)


async def _as_a_sample(station: Any, _original: Any, _evse: Payload) -> None:
    for each in station.evses.values():
        name = "SampledDataCtrlr.TxUpdatedMeasurands"
        values = station.meter.sample(each, name, "Sample.Periodic")
        station.transactions.update(each, "MeterValuePeriodic", changed=True, values=values)


@replaces("logs.status")
def _last_upload(_station: Any, _original: Any, mark_triggered: MarkTriggered) -> Payload:
    mark_triggered()
    return {"status": "Uploaded", "requestId": 7}


@replaces("firmware.status")
def _installs_for_ever(_station: Any, _original: Any, mark_triggered: MarkTriggered) -> Payload:
    mark_triggered()
    return {"status": "Installing", "requestId": 7}


@handles("TriggerMessage")
async def _wants_no_evse(
    _station: Any, original: Any, mark_triggered: MarkTriggered, asked: Payload
) -> Answer:
    if asked["requestedMessage"] == "FirmwareStatusNotification" and "evse" in asked:
        mark_triggered()
        return Answer({"status": "Rejected"})
    return await original(asked)


@handles("TriggerMessage")
async def _sends_first(
    station: Any, original: Any, mark_triggered: MarkTriggered, asked: Payload
) -> Answer:
    answer: Answer = await original(asked)
    if asked["requestedMessage"] != "StatusNotification":
        return answer
    mark_triggered()
    place = asked["evse"]
    status = station.availability.connector_status(station.evses[place["id"]], place["connectorId"])
    request = station.availability.status_notification(place["id"], place["connectorId"], status)
    await station.call("StatusNotification", request)
    return Answer(answer.payload)


def _boot(station: Any) -> None:
    station.instructed("BootNotification", station.registration.boot_request("Triggered"))


def _sign(station: Any) -> None:
    station.own.renew()


def _sends_in_spite(message: str, send: Callable[[Any], None]) -> Alter:
    """The answer to this trigger says that nothing will be sent, and then something is."""

    async def act(
        station: Any, original: Any, mark_triggered: MarkTriggered, asked: Payload
    ) -> Answer:
        answer: Answer = await original(asked)
        if asked["requestedMessage"] == message and answer.payload["status"] != "Accepted":
            mark_triggered()
            station.later(1, lambda: send(station))
        return answer

    return handles("TriggerMessage")(act)


FAULTS = (
    Fault(
        "idle-while-uploading",
        "While a log is uploaded, a triggered LogStatusNotification says Idle.",
        _idle_while_uploading,
        "F06.FR.14",
        ("TC_F_16_CS", "7"),
    ),
    Fault(
        "idle-while-downloading",
        "While firmware is downloaded, a triggered FirmwareStatusNotification says Idle.",
        _idle_while_downloading,
        "L01.FR.26",
        ("TC_F_19_CS", "7"),
    ),
    Fault(
        "triggers-all-evses",
        "A trigger for one EVSE is followed for all of them.",
        _triggers_all_evses,
        "F06.FR.02",
        ("TC_F_11_CS", "3"),
    ),
    Fault(
        "triggers-first-evse",
        "A trigger for the meter values of all EVSEs is followed for the first one.",
        _after("MeterValues", _of_the_first),
        "F06.FR.11",
        ("TC_F_12_CS", "3"),
    ),
    Fault(
        "triggers-main-meter",
        "A trigger for the meter values of all EVSEs is followed for the main meter alone.",
        _after("MeterValues", _of_the_main_meter),
        "F06.FR.11",
        ("TC_F_12_CS", "3"),
    ),
    Fault(
        "triggers-values-twice",
        "Triggered meter values are sent twice.",
        _after("MeterValues", _twice),
        "F06.FR.10",
        ("TC_F_12_CS", "3"),
    ),
    Fault(
        "triggers-event-in-words",
        "A trigger for a TransactionEvent is accepted, and nothing is sent.",
        _after("TransactionEvent", _nothing),
        "F06.FR.10",
        ("TC_F_13_CS", "3"),
    ),
    Fault(
        "triggers-event-twice",
        "A triggered TransactionEvent is sent twice.",
        _after("TransactionEvent", _twice),
        "F06.FR.10",
        ("TC_F_13_CS", "3"),
    ),
    Fault(
        "triggers-event-as-a-sample",
        "A triggered TransactionEvent is sent as one of the periodic ones.",
        _after("TransactionEvent", _as_a_sample),
        "F06.FR.07",
        ("TC_F_13_CS", "3"),
    ),
    Fault(
        "triggers-first-transaction",
        "A trigger for all transactions is followed for the first one.",
        _after("TransactionEvent", _of_the_first),
        "F06.FR.11",
        ("TC_F_14_CS", "3"),
    ),
    Fault(
        "uploaded-for-ever",
        "While no log is uploaded, a triggered LogStatusNotification says Uploaded.",
        _last_upload,
        "F06.FR.15",
        ("TC_F_15_CS", "3"),
    ),
    Fault(
        "trigger-wants-no-evse",
        "Refuses to send the state of an update where the trigger names an EVSE.",
        _wants_no_evse,
        "F06.FR.03",
        ("TC_F_17_CS", "2"),
    ),
    Fault(
        "installs-for-ever",
        "While nothing is updated, a triggered FirmwareStatusNotification says Installing.",
        _installs_for_ever,
        "F06.FR.16",
        ("TC_F_18_CS", "3"),
    ),
    Fault(
        "triggers-heartbeat-in-words",
        "A trigger for a Heartbeat is accepted, and nothing is sent.",
        _after("Heartbeat", _nothing),
        "F06.FR.10",
        ("TC_F_20_CS", "3"),
    ),
    Fault(
        "triggers-status-of-another",
        "Who asks for the state of a connector gets that of another EVSE.",
        _after("StatusNotification", _of_another_evse),
        "F06.FR.02",
        ("TC_F_23_CS", "3"),
    ),
    Fault(
        "triggers-status-of-all",
        "Who asks for the state of a connector gets that of every EVSE.",
        _after("StatusNotification", _of_every_evse),
        "F06.FR.02",
        ("TC_F_23_CS", "3"),
    ),
    Fault(
        "triggers-status-available",
        "Who asks for the state of a connector hears that it is Available.",
        _after("StatusNotification", _always_available),
        "F06.FR.09",
        ("TC_F_24_CS", "3"),
    ),
    Fault(
        "triggers-status-first",
        "Sends the state of a connector, and then says that it will.",
        _sends_first,
        "F06.FR.04",
        ("TC_F_24_CS", "3"),
    ),
    Fault(
        "triggers-what-it-refuses",
        "Rejects a trigger for BootNotification, and boots in words all the same.",
        _sends_in_spite("BootNotification", _boot),
        "F06.FR.17",
        ("TC_F_26_CS", "2"),
    ),
    Fault(
        "triggers-what-it-lacks",
        "Does not know the message of a trigger, and sends one like it.",
        _sends_in_spite("SignCombinedCertificate", _sign),
        "F06.FR.08",
        ("TC_F_27_CS", "2"),
    ),
)
