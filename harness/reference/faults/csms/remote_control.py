"""Faults in what a CSMS asks of stations (block F), and in what it makes of what comes."""

from __future__ import annotations

import asyncio
from typing import Any

from harness.reference.faults.base import (
    Alter,
    Change,
    Fault,
    MarkTriggered,
    When,
    all_of,
    inside,
    put,
    replaces,
    request,
    without,
)
from harness.reference.faults.csms.words import (
    dead_button,
    hangs_up,
    judges,
    never_sends,
    refuses,
    refuses_event,
    sync,
)
from harness.reference.rpc import CallError, Payload

_START = "RequestStartTransaction"
_TRIGGER = "TriggerMessage"
_SOMEBODY = {"idToken": "50DEB0D1", "type": "ISO14443"}
_REFUSED = {"idTokenInfo": {"status": "Invalid"}}


def _by(trigger: str) -> When:
    return lambda event: event["triggerReason"] == trigger


def _other_evse(name: str) -> Change:
    """EVSE 2 in place of 1, and the other way round, where this field names one."""

    def change(payload: Payload) -> None:
        if name in payload:
            payload[name] = 3 - payload[name]

    return change


def _wants(message: str) -> When:
    return lambda payload: payload["requestedMessage"] == message


def _names_no_request(payload: Payload) -> bool:
    return "requestId" not in payload


def _is_everywhere(payload: Payload) -> bool:
    return "evse" not in payload and payload["requestedMessage"] in (
        "MeterValues",
        "TransactionEvent",
    )


@replaces("answers.answer")
async def _starts_by_itself(
    csms: Any,
    original: Any,
    mark_triggered: MarkTriggered,
    station: Any,
    action: str,
    payload: Payload,
) -> Payload:
    if action == "TransactionEvent" and _by("CablePluggedIn")(payload):
        mark_triggered()
        driver = {"idToken": {"idToken": "AABBCCDD", "type": "ISO14443"}, "evseId": 1}
        started = asyncio.create_task(csms.requests.quietly(station, _START, driver))
        csms.__dict__.setdefault("starting", []).append(started)
    return await original(station, action, payload)


def _once_per_driver() -> Alter:
    """A driver for whom a transaction was requested is taken for one who charges elsewhere."""
    wanted: set[str] = set()

    @replaces("requests.send")
    async def send(
        _csms: Any,
        original: Any,
        _mark_triggered: MarkTriggered,
        station: Any,
        action: str,
        payload: Payload,
    ) -> Payload:
        if action == _START:
            wanted.add(str(payload["idToken"]))
        return await original(station, action, payload)

    def judgement(action: str, payload: Payload, right: str, _before: int) -> str:
        known = action == "Authorize" and str(payload["idToken"]) in wanted
        return "ConcurrentTx" if known else right

    return all_of(send, judges(judgement))


@replaces("answers.transaction_event")
def _no_end_without_cable(
    _csms: Any, original: Any, mark_triggered: MarkTriggered, station: Any, event: Payload
) -> Payload:
    known = station.transactions.get(event["transactionInfo"]["transactionId"])
    plugged = known is not None and any(map(_by("CablePluggedIn"), known.events.values()))
    if event["eventType"] == "Ended" and not plugged:
        mark_triggered()
        raise CallError("InternalError")
    return original(station, event)


@replaces("answers.transaction_event")
def _latest_transaction_alone(
    _csms: Any, original: Any, mark_triggered: MarkTriggered, station: Any, event: Payload
) -> Payload:
    latest = next(reversed(station.transactions), None)
    this = event["transactionInfo"]["transactionId"]
    if this in station.transactions and this != latest:
        mark_triggered()
        raise CallError("InternalError")
    return original(station, event)


FAULTS = (
    Fault(
        "starts-for-somebody-else",
        "A transaction is requested for another idToken than the operator named.",
        request(_START, put(idToken=_SOMEBODY)),
        "F01.FR.04",
        ("TC_F_01_CSMS", "1"),
    ),
    Fault(
        "starts-at-another-evse",
        "A transaction is requested at another EVSE than the operator named.",
        request(_START, _other_evse("evseId")),
        "F02.FR.14",
        ("TC_F_02_CSMS", "1"),
    ),
    Fault(
        "start-never-asked",
        "The button for RequestStartTransaction does nothing.",
        never_sends(_START),
        "F01.FR.04",
        ("TC_F_01_CSMS", "1"),
    ),
    Fault(
        "start-asked-too-early",
        "A transaction is requested for each cable, and not when somebody wants it.",
        all_of(_starts_by_itself, dead_button(_START)),
        "F01.FR.04",
        ("TC_F_01_CSMS", "1"),
    ),
    Fault(
        "starts-with-default-profile",
        "The charging profile of a start is one for all transactions.",
        request(_START, inside("chargingProfile", put(chargingProfilePurpose="TxDefaultProfile"))),
        "F01.FR.09",
        ("TC_F_01_CSMS", "requested_profiles_are_of_the_transaction"),
        variant="tells-more-of-a-start",
    ),
    Fault(
        "starts-with-profile-of-a-transaction",
        "The charging profile of a start names a transaction.",
        request(_START, inside("chargingProfile", put(transactionId="T-1"))),
        "F02.FR.19",
        ("TC_F_02_CSMS", "requested_profiles_are_of_the_transaction"),
        variant="tells-more-of-a-start",
    ),
    Fault(
        "driver-of-remote-start-refused",
        "A driver for whom a transaction was requested is refused as the station asks.",
        _once_per_driver(),
        "F02.FR.09",
        ("TC_F_02_CSMS", "4"),
    ),
    Fault(
        "remote-start-refused-later",
        "The driver for whom a transaction was requested is refused as it starts.",
        sync("answers.transaction_event", _REFUSED, when=_by("RemoteStart")),
        "F02.FR.11",
        ("TC_F_03_CSMS", "4"),
    ),
    Fault(
        "end-without-cable-refused",
        "The end of a transaction without cable is answered by a CALLERROR.",
        _no_end_without_cable,
        "Part 4, 4.2.2",
        ("TC_F_04_CSMS", "6"),
    ),
    Fault(
        "unlocks-at-another-evse",
        "A connector of another EVSE is unlocked than the operator named.",
        request("UnlockConnector", _other_evse("evseId")),
        "F05.FR.01",
        ("TC_F_06_CSMS", "1"),
    ),
    Fault(
        "unlocks-another-connector",
        "Another connector of the EVSE is unlocked than the operator named.",
        request("UnlockConnector", put(connectorId=2)),
        "F05.FR.01",
        ("TC_F_06_CSMS", "1"),
    ),
    Fault(
        "triggers-everywhere",
        "A message is triggered for all EVSEs where the operator named one.",
        request(_TRIGGER, without("evse")),
        "F06.FR.02",
        ("TC_F_11_CSMS", "1"),
    ),
    Fault(
        "triggers-at-one-evse",
        "A message is triggered for one EVSE where the operator meant all.",
        request(_TRIGGER, put(evse={"id": 1}), when=_is_everywhere),
        "F06.FR.11",
        ("TC_F_12_CSMS", "1"),
    ),
    Fault(
        "triggers-at-evse-zero",
        "Writes EVSE 0 for all EVSEs.",
        request(_TRIGGER, put(evse={"id": 0}), when=_is_everywhere),
        "F06.FR.11",
        ("TC_F_14_CSMS", "1"),
    ),
    Fault(
        "triggers-at-another-evse",
        "A message is triggered for another EVSE than the operator named.",
        request(_TRIGGER, inside("evse", _other_evse("id"))),
        "F06.FR.02",
        ("TC_F_13_CSMS", "1"),
    ),
    Fault(
        "meter-values-of-one-evse",
        "Meter values of another EVSE than the first are answered by a CALLERROR.",
        refuses("MeterValues", lambda payload: payload["evseId"] != 1),
        "Part 4, 4.2.2",
        ("TC_F_12_CSMS", "4"),
    ),
    Fault(
        "triggered-events-refused",
        "An event that was triggered is answered by a CALLERROR.",
        refuses_event(_by("Trigger")),
        "Part 4, 4.2.2",
        ("TC_F_13_CSMS", "4"),
    ),
    Fault(
        "latest-transaction-alone",
        "Events of another transaction than the latest are answered by a CALLERROR.",
        _latest_transaction_alone,
        "Part 4, 4.2.2",
        ("TC_F_14_CSMS", "4"),
    ),
    Fault(
        "log-status-refused",
        "The status of a log is answered by a CALLERROR where it names no request.",
        refuses("LogStatusNotification", _names_no_request),
        "N01.FR.13",
        ("TC_F_15_CSMS", "4"),
    ),
    Fault(
        "firmware-status-refused",
        "The status of a firmware update is answered by a CALLERROR where there is none.",
        refuses("FirmwareStatusNotification", _names_no_request),
        "L01.FR.20",
        ("TC_F_18_CSMS", "4"),
    ),
    Fault(
        "triggers-log-for-heartbeat",
        "A LogStatusNotification is triggered where the operator wants a heartbeat.",
        request(
            _TRIGGER,
            put(requestedMessage="LogStatusNotification"),
            when=_wants("Heartbeat"),
        ),
        "F06.FR.01",
        ("TC_F_20_CSMS", "1"),
    ),
    Fault(
        "connector-of-trigger-forgotten",
        "The state of an EVSE is triggered where the operator named its connector.",
        request(_TRIGGER, inside("evse", without("connectorId"))),
        "F06.FR.13",
        ("TC_F_23_CSMS", "1"),
    ),
    Fault(
        "another-connector-triggered",
        "The state of another connector is triggered than the operator named.",
        request(_TRIGGER, inside("evse", put(connectorId=2)), when=_wants("StatusNotification")),
        "F06.FR.02, F06.FR.13",
        ("TC_F_24_CSMS", "3"),
    ),
    Fault(
        "triggers-another-certificate",
        "A station certificate is triggered where the operator wants the combined one.",
        request(
            _TRIGGER,
            put(requestedMessage="SignChargingStationCertificate"),
            when=_wants("SignCombinedCertificate"),
        ),
        "F06.FR.01",
        ("TC_F_27_CSMS", "1"),
    ),
    Fault(
        "hangs-up-on-what-is-missing",
        "A station that does not have a message loses its connection.",
        hangs_up(_TRIGGER, "NotImplemented"),
        "F06.FR.08",
        ("TC_F_27_CSMS", "post"),
    ),
)
