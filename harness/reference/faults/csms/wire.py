"""What a CSMS does wrong whatever it is about: frames, ids, schemas, the WebSocket (Part 4)."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from websockets.typing import Subprotocol

from harness import clock
from harness.reference.faults.base import (
    Alter,
    Fault,
    MarkTriggered,
    all_of,
    drop,
    error,
    frame,
    put,
    replaces,
    request,
    response,
)
from harness.reference.faults.csms.words import never_sends
from harness.reference.rpc import RESULT, Message, Payload

#: Later than any case waits for an answer of an embedded system.
LATE = 45.0


def _instead(sent: Callable[[Message], list[Message | str | bytes]]) -> Alter:
    """In place of every CALLRESULT."""
    return frame(RESULT, "", sent)


def _named_ids(name: str) -> Alter:
    """All CALLs have this message id."""

    def new(_csms: Any, _original: Any, mark_triggered: MarkTriggered) -> str:
        mark_triggered()
        return name

    return replaces("new_message_id")(new)


@replaces("requests.send")
async def _gives_up(
    _csms: Any,
    original: Any,
    _triggered: MarkTriggered,
    station: Any,
    action: str,
    payload: Payload,
) -> Payload:
    """No waiting for an answer to an id that the reference system itself could not read."""
    async with asyncio.timeout(0.3):
        return await original(station, action, payload)


@replaces("answers.answer")
async def _answers_late(
    _csms: Any,
    original: Any,
    mark_triggered: MarkTriggered,
    station: Any,
    action: str,
    payload: Payload,
) -> Payload:
    mark_triggered()
    await clock.sleep(LATE)
    return await original(station, action, payload)


@replaces("answers.answer")
async def _answers_nothing_but_braces(
    _csms: Any, _original: Any, mark_triggered: MarkTriggered, *_: Any
) -> Payload:
    mark_triggered()
    return {}


@replaces("select_subprotocol")
def _speaks_another_version(
    _csms: Any, _original: Any, mark_triggered: MarkTriggered, _offered: Any
) -> Any:
    mark_triggered()
    return Subprotocol("ocpp1.6")


@replaces("select_subprotocol")
def _names_no_version(
    _csms: Any, _original: Any, mark_triggered: MarkTriggered, _offered: Any
) -> None:
    mark_triggered()


def _kind_as_text(message: Message) -> str:
    return json.dumps([str(message.kind), message.id, message.payload])


def _with_action(message: Message) -> str:
    return json.dumps([message.kind, message.id, message.action, message.payload])


FAULTS = (
    Fault(
        "braces-to-everything",
        "Answers {} to everything and starts nothing.",
        all_of(_answers_nothing_but_braces, never_sends()),
        requirement="Part 4, 4.1.7",
        shows=("TC_B_01_CSMS", "1>Booted 2"),
    ),
    Fault(
        "no-button-works",
        "Answers everything properly and starts nothing.",
        never_sends(),
        requirement="B06.FR.01-04",
        shows=("TC_B_06_CSMS", "1"),
    ),
    Fault(
        "internal-error-to-everything",
        "Answers InternalError to everything.",
        error("", "InternalError"),
        requirement="Part 4, 4.2.3",
        shows=("TC_B_01_CSMS", "1>Booted 2"),
    ),
    Fault(
        "answers-nothing",
        "Takes everything and answers nothing.",
        drop(""),
        requirement="Part 4, 4.1.1",
        shows=("TC_B_01_CSMS", "1>Booted 2"),
    ),
    Fault(
        "answers-late",
        "Takes longer for every answer than a station waits.",
        _answers_late,
        requirement="Part 4, 4.1.1",
        shows=("TC_B_01_CSMS", "1>Booted 2"),
    ),
    Fault(
        "heartbeat-unanswered",
        "Does not answer a Heartbeat.",
        drop("Heartbeat"),
        requirement="Part 4, 4.1.1",
        shows=("TC_A_11_CSMS", "post"),
    ),
    Fault(
        "dead-in-the-end",
        "Answers neither a Heartbeat nor what else may be asked at any time.",
        all_of(drop("Heartbeat"), drop("DataTransfer")),
        requirement="Part 4, 4.1.1",
        shows=("TC_B_01_CSMS", "alive"),
    ),
    Fault(
        "answers-with-another-id",
        "Answers with a message id of its own.",
        _instead(lambda message: [replace(message, id=f"re:{message.id}"[:36])]),
        requirement="Part 4, 4.1.4",
        shows=("TC_B_01_CSMS", "1>Booted 2"),
    ),
    Fault(
        "answers-twice",
        "Sends every answer twice.",
        _instead(lambda message: [message, message]),
        requirement="Part 4, 4.1.4",
        shows=("TC_B_01_CSMS", "answers_belong_to_calls"),
    ),
    Fault(
        "answers-in-binary",
        "Sends its answers in binary WebSocket messages.",
        _instead(lambda message: [message.encode().encode()]),
        requirement="Part 4, 4.1-4.2",
        shows=("TC_B_01_CSMS", "1>Booted 2"),
    ),
    Fault(
        "answers-no-json",
        "Sends something that looks like JSON, and is not.",
        _instead(lambda message: [message.encode().replace('"', "'")]),
        requirement="Part 4, 4.1-4.2",
        shows=("TC_B_01_CSMS", "1>Booted 2"),
    ),
    Fault(
        "answers-with-kind-as-text",
        "Writes the message type as text.",
        _instead(lambda message: [_kind_as_text(message)]),
        requirement="Part 4, 4.2.2",
        shows=("TC_B_01_CSMS", "1>Booted 2"),
    ),
    Fault(
        "answers-with-action",
        "Writes the action into its CALLRESULTs.",
        _instead(lambda message: [_with_action(message)]),
        requirement="Part 4, 4.2.2",
        shows=("TC_B_01_CSMS", "1>Booted 2"),
    ),
    Fault(
        "extra-property-answered",
        "Adds a property of its own to an answer.",
        response("StatusNotification", put(status="Accepted")),
        requirement="Part 4, 4.1.7",
        shows=("TC_B_01_CSMS", "payloads_follow_schema"),
    ),
    Fault(
        "null-answered",
        "Writes null for what it has no value for.",
        response("BootNotification", put(statusInfo=None)),
        requirement="Part 4, 4.1.7",
        shows=("TC_B_01_CSMS", "payloads_follow_schema"),
    ),
    Fault(
        "extra-property-asked",
        "Adds a property of its own to a request.",
        request("SetNetworkProfile", put(reason="migration")),
        requirement="Part 4, 4.1.7",
        shows=("TC_B_42_CSMS", "payloads_follow_schema"),
    ),
    Fault(
        "null-asked",
        "Writes null for what its operator left out.",
        request("GetBaseReport", put(customData=None)),
        requirement="Part 4, 4.1.7",
        shows=("TC_B_12_CSMS", "payloads_follow_schema"),
    ),
    Fault(
        "ids-not-unique",
        "Uses the same message id for all its CALLs.",
        _named_ids("1"),
        requirement="Part 4, 4.1.4",
        shows=("TC_B_08_CSMS", "message_ids_are_unique"),
    ),
    Fault(
        "ids-too-long",
        "Uses message ids of more than 36 characters.",
        all_of(_named_ids("urn:uuid:4f0c2bd2-9a5c-4c0e-8f0e-3a1d5a2b7c9d"), _gives_up),
        requirement="Part 4, 4.1.4",
        shows=("TC_B_20_CSMS", "message_ids_are_unique"),
    ),
    Fault(
        "speaks-another-version",
        "Chooses a sub-protocol that the station does not offer.",
        _speaks_another_version,
        requirement="Part 4, 3.1.2",
        shows=("TC_B_01_CSMS", "subprotocol_is_agreed"),
    ),
    Fault(
        "names-no-version",
        "Agrees to no sub-protocol.",
        _names_no_version,
        requirement="Part 4, 3.1.2",
        shows=("TC_B_01_CSMS", "subprotocol_is_agreed"),
    ),
)
