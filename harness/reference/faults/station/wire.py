"""Faults that break OCPP-J or Part 2 in any case; each is shown in one or two."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from harness.reference.faults.base import (
    Alter,
    Change,
    Fault,
    MarkTriggered,
    When,
    all_of,
    drop,
    error,
    frame,
    inside,
    put,
    replaces,
    request,
    response,
    without,
)
from harness.reference.rpc import CALL, RESULT, Message, Payload

_TX = "TransactionEvent"
_STATUS = "StatusNotification"
_FAR = 3600.0


def _of_unknown_variable(payload: Payload) -> bool:
    """Whether it answers what TC_B_33 asks for, and no preparation."""
    results: list[Payload] = payload.get("getVariableResult", [])
    return any(result["attributeStatus"] == "UnknownVariable" for result in results)


def _answer(sent: Callable[[Message], list[Message | str | bytes]]) -> Alter:
    """The answer to a request for an unknown variable is sent in another form."""
    return frame(RESULT, "GetVariables", sent, _of_unknown_variable)


def _answers(change: Change) -> Alter:
    return response("GetVariables", change, when=_of_unknown_variable)


def _status(change: Change) -> Alter:
    return request(_STATUS, change)


def _event(change: Change, *, when: When) -> Alter:
    return request(_TX, change, when=when)


def _type(kind: str) -> When:
    return lambda event: event["eventType"] == kind


def _triggered(by: str) -> When:
    return lambda event: event["triggerReason"] == by


def _shift(field: str, seconds: float) -> Change:
    def change(payload: Payload) -> None:
        moment = datetime.fromisoformat(payload[field]) + timedelta(seconds=seconds)
        payload[field] = moment.isoformat().replace("+00:00", "Z")

    return change


def _second_call(message: Message) -> list[Message | str | bytes]:
    """A heartbeat comes right behind, before there is an answer."""
    return [message, json.dumps([2, f"h{message.id[1:]}", "Heartbeat", {}])]


def _ids(make: Callable[[], str]) -> Alter:
    """CALLs have such message ids."""

    def alter(station: Any, mark_triggered: MarkTriggered) -> None:
        def new_id() -> str:
            mark_triggered()
            return make()

        station.new_message_id = new_id

    return alter


def _after_boot(action: str, **payload: Any) -> Alter:
    """Once accepted, it sends this CALL too."""

    async def answered(
        station: Any, original: Any, mark_triggered: MarkTriggered, boot: Payload
    ) -> None:
        await original(boot)
        if boot["status"] == "Accepted":
            mark_triggered()
            station.instructed(action, payload)

    return replaces("registration.answered")(answered)


@replaces("registration.answered")
async def _hangs_up_while_pending(
    station: Any, original: Any, mark_triggered: MarkTriggered, boot: Payload
) -> None:
    await original(boot)
    if boot["status"] == "Pending":
        mark_triggered()
        await station.link.close()


@replaces("link.connection_url")
def _offers_other_identity(
    _station: Any, original: Any, mark_triggered: MarkTriggered, endpoint: str
) -> str:
    mark_triggered()
    return f"{original(endpoint)}0"


def _integer_is_int(data: Payload) -> None:
    if data["dataType"] == "integer":
        data["dataType"] = "int"


def _drop_actual(result: Payload) -> None:
    if result.get("attributeType") == "Actual":
        del result["attributeType"]


@replaces("link.open")
async def _offers_other_subprotocol(
    station: Any, _original: Any, mark_triggered: MarkTriggered, profile: Payload, roots: list[str]
) -> ClientConnection:
    mark_triggered()
    return await connect(
        station.link.connection_url(str(profile["ocppCsmsUrl"])),
        subprotocols=[Subprotocol("ocpp1.6")],
        additional_headers=station.link.credentials(profile),
        ssl=station.link.tls(profile, roots),
        proxy=None,
    )


def _context(name: str) -> Change:
    return inside("meterValue", inside("sampledValue", put(context=name)))


_FRAMES = (
    Fault(
        "deaf-in-the-end",
        "Answers neither a GetVariables nor a TriggerMessage.",
        all_of(drop("GetVariables"), drop("TriggerMessage")),
        requirement="Part 4, 4.1.1",
        shows=("TC_B_20_CS", "alive"),
    ),
    Fault(
        "answer-in-a-binary-frame",
        "Sends an answer as binary.",
        _answer(lambda m: [m.encode().encode()]),
        requirement="Part 4, 4.1-4.2",
        shows=("TC_B_33_CS", "2"),
    ),
    Fault(
        "answer-followed-by-rubbish",
        "Sends something after an answer that is no OCPP-J.",
        _answer(lambda m: [m, "hello"]),
        requirement="Part 4, 4.1-4.2",
        shows=("TC_B_33_CS", "frames_are_ocpp"),
    ),
    Fault(
        "answer-with-an-element-too-many",
        "Puts the action into an answer.",
        _answer(lambda m: [json.dumps([3, m.id, m.action, m.payload])]),
        requirement="Part 4, 4.2.2",
        shows=("TC_B_33_CS", "2"),
    ),
    Fault(
        "answer-to-another-message",
        "Answers with another message id.",
        _answer(lambda m: [replace(m, id="another")]),
        requirement="Part 4, 4.1.4",
        shows=("TC_B_33_CS", "2"),
    ),
    Fault(
        "answer-sent-twice",
        "Sends an answer twice.",
        _answer(lambda m: [m, m]),
        requirement="Part 4, 4.1.4",
        shows=("TC_B_33_CS", "answers_belong_to_calls"),
    ),
    Fault(
        "answer-is-an-unknown-error",
        "Refuses with an error code that OCPP-J does not have.",
        error("Reset", "Refused"),
        requirement="Part 4, 4.3",
        shows=("TC_B_20_CS", "error_codes_are_known"),
    ),
    Fault(
        "message-ids-repeated",
        "Every CALL has the same message id.",
        _ids(lambda: "1"),
        requirement="Part 4, 4.1.4",
        shows=("TC_B_01_CS", "message_ids_are_unique"),
    ),
    Fault(
        "message-ids-too-long",
        "Message ids have more than 36 characters.",
        _ids(lambda: f"{uuid4()}-long"),
        requirement="Part 4, 4.1.4",
        shows=("TC_B_01_CS", "message_ids_are_unique"),
    ),
    Fault(
        "two-calls-at-once",
        "Sends a CALL before the one before it is answered.",
        frame(CALL, _STATUS, _second_call),
        requirement="Part 4, 4.1.1",
        shows=("TC_B_01_CS", "one_call_at_a_time"),
    ),
    Fault(
        "unknown-message",
        "Sends a message that OCPP does not have.",
        _after_boot("SecurityNotification", type="ResetOrReboot"),
        requirement="Part 4, 4.1.6",
        shows=("TC_B_01_CS", "payloads_follow_schema"),
    ),
    Fault(
        "another-subprotocol",
        "Offers the sub-protocol of OCPP 1.6 only.",
        _offers_other_subprotocol,
        requirement="Part 4, 3.1.2",
        shows=("TC_B_01_CS", "connected"),
        verdict="INCONCLUSIVE",
    ),
    Fault(
        "another-identity",
        "Connects under another identity.",
        _offers_other_identity,
        requirement="Part 4, 3.1.1",
        shows=("TC_B_01_CS", "connected"),
        verdict="INCONCLUSIVE",
    ),
)

_SCHEMA = (
    Fault(
        "schema-unknown-property",
        "Adds a property that the schema does not have.",
        _answers(put(vendor="Harness")),
        requirement="Part 4, 4.1.7",
        shows=("TC_B_33_CS", "payloads_follow_schema"),
    ),
    Fault(
        "schema-missing-property",
        "Leaves a required property out.",
        _status(without("timestamp")),
        requirement="Part 4, 4.1.7",
        shows=("TC_B_01_CS", "payloads_follow_schema"),
    ),
    Fault(
        "schema-null",
        "Sends null for what it does not know.",
        response("Reset", put(statusInfo=None)),
        requirement="Part 4, 4.1.7",
        shows=("TC_B_20_CS", "payloads_follow_schema"),
    ),
    Fault(
        "schema-wrong-type",
        "Sends a number as text.",
        request(
            "NotifyReport",
            inside("reportData", inside("variableCharacteristics", put(maxLimit="9"))),
        ),
        requirement="Part 4, 4.1.7",
        shows=("TC_B_12_CS", "payloads_follow_schema"),
    ),
    Fault(
        "schema-unknown-value",
        "Sends a value that an enumeration does not have.",
        request(
            "NotifyReport",
            inside("reportData", inside("variableCharacteristics", _integer_is_int)),
        ),
        requirement="Part 4, 4.1.7",
        shows=("TC_B_12_CS", "payloads_follow_schema"),
    ),
    Fault(
        "schema-too-long",
        "Sends a longer text than the schema allows.",
        request("BootNotification", inside("chargingStation", put(model="M" * 21))),
        requirement="Part 4, 4.1.7",
        shows=("TC_B_01_CS", "payloads_follow_schema"),
    ),
    Fault(
        "schema-no-date",
        "Sends a time that is no RFC 3339 date-time.",
        _status(put(timestamp="21.11.2026 10:00")),
        requirement="Part 4, 4.1.7",
        shows=("TC_B_01_CS", "payloads_follow_schema"),
    ),
)

_CLOCK = (
    Fault(
        "clock-ahead",
        "Its clock is an hour ahead.",
        _status(_shift("timestamp", _FAR)),
        requirement="Part 6, 2.1",
        shows=("TC_B_01_CS", "timestamps_are_current"),
    ),
    Fault(
        "event-times-run-backwards",
        "Later events of a transaction are dated before earlier ones.",
        _event(_shift("timestamp", -_FAR), when=_type("Ended")),
        requirement="Part 6, 2.1",
        shows=("TC_B_22_CS", "sequence_follows_time"),
    ),
    Fault(
        "event-times-long-ago",
        "Events of a transaction are dated before its connection.",
        _event(_shift("timestamp", -_FAR), when=lambda _event: True),
        requirement="Part 6, 2.1",
        shows=("TC_B_22_CS", "event_timestamps_are_in_case"),
    ),
)

_PART_2 = (
    Fault(
        "unasked-boot",
        "Boots again after it was accepted.",
        _after_boot(
            "BootNotification",
            reason="Unknown",
            chargingStation={"model": "M", "vendorName": "V"},
        ),
        requirement="B01.FR.01",
        shows=("TC_B_01_CS", "no_unexpected_message"),
    ),
    Fault(
        "unasked-authorization",
        "Asks about a token that nobody presented.",
        _after_boot("Authorize", idToken={"idToken": "1", "type": "Local"}),
        requirement="C01.FR.04",
        shows=("TC_B_01_CS", "no_unexpected_message"),
    ),
    Fault(
        "progress-of-nothing",
        "Reports the progress of an upload without naming the request.",
        _after_boot("LogStatusNotification", status="Uploading"),
        requirement="N01.FR.07, N01.FR.13",
        shows=("TC_B_01_CS", "status_notification_names_request"),
    ),
    Fault(
        "hangs-up-while-pending",
        "Closes the connection when the CSMS answers Pending.",
        _hangs_up_while_pending,
        requirement="B02.FR.06",
        shows=("TC_B_02_CS", "pending_connections_stay_open"),
    ),
    Fault(
        "connectors-numbered-from-zero",
        "Reports a connector 0.",
        _after_boot(
            _STATUS,
            evseId=0,
            connectorId=0,
            connectorStatus="Available",
            timestamp="2026-01-01T00:00:00Z",
        ),
        requirement="Part 1, 7.1-7.2",
        shows=("TC_B_01_CS", "connectors_are_numbered_from_one"),
    ),
    Fault(
        "attribute-type-only-when-asked",
        "Tells the attribute type only where the request named it.",
        response("GetVariables", inside("getVariableResult", _drop_actual)),
        requirement="B06.FR.11",
        shows=("TC_B_08_CS", "variable_results_answer_their_request"),
    ),
    Fault(
        "online-events-marked-offline",
        "Marks events as offline that it sends at once.",
        _event(put(offline=True), when=_type("Ended")),
        requirement="E04.FR.03",
        shows=("TC_B_22_CS", "offline_flag_is_set"),
    ),
    Fault(
        "meter-values-without-context",
        "Meter values of the end do not say that they are.",
        _event(_context("Sample.Periodic"), when=_type("Ended")),
        requirement="E06.FR.11, E07.FR.08",
        shows=("TC_B_22_CS", "meter_value_context_fits_event"),
    ),
    Fault(
        "remote-start-not-named",
        "Events do not tell which request began a transaction.",
        _event(inside("transactionInfo", without("remoteStartId")), when=_triggered("RemoteStart")),
        requirement="F01.FR.25, F02.FR.01, F02.FR.21",
        shows=("TC_B_22_CS", "remote_starts_name_their_request"),
        variant="remote-only",
    ),
    Fault(
        "remote-stop-reason-missing",
        "Does not tell that a transaction was stopped remotely.",
        _event(inside("transactionInfo", without("stoppedReason")), when=_triggered("RemoteStop")),
        requirement="E06.FR.08",
        shows=("TC_B_21_CS", "3"),
        variant="remote-only",
    ),
)

FAULTS = (*_FRAMES, *_SCHEMA, *_CLOCK, *_PART_2)
