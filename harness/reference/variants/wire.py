"""What variants do differently where a field of the configuration would say too little.

Each function changes one embedded system before it starts, in a way that OCPP allows. How the wire
looks is altered by filters on what is sent, what is done by methods replaced on the instance.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any, cast

from harness.reference.rpc import CALL, ERROR, RESULT, Filter, Message, Payload

Alter = Callable[[Any], None]
#: Edits a copy of a payload in place.
Edit = Callable[[Payload], None]

_UTC_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


def nothing(_system: Any) -> None:
    """No change."""


def together(*alters: Alter) -> Alter:
    """Several changes at once."""

    def alter(system: Any) -> None:
        for each in alters:
            each(system)

    return alter


def edited(kind: int, action: str, edit: Edit) -> Alter:
    """Every frame of this kind (``action`` "" for all actions) leaves with an edited payload."""

    def change(message: Message) -> Message:
        if message.kind != kind or action not in ("", message.action):
            return message
        payload = deepcopy(message.payload)
        edit(payload)
        return replace(message, payload=payload)

    return _filtered(change)


def _filtered(change: Callable[[Message], Message]) -> Alter:
    def alter(system: Any) -> None:
        filters: list[Filter] = system.filters
        filters.append(lambda message: [change(message)])

    return alter


def _mapped(value: Any, change: Callable[[str, Any], Any], key: str = "") -> Any:
    """A copy of JSON data in which ``change`` (key, value) was asked for every leaf."""
    if isinstance(value, dict):
        fields = cast(Payload, value)
        return {name: _mapped(inner, change, name) for name, inner in fields.items()}
    if isinstance(value, list):
        return [_mapped(inner, change, key) for inner in cast("list[Any]", value)]
    return change(key, value)


# How JSON, times and ids look


def spacious(system: Any) -> None:
    """JSON with white space and escapes wherever JSON has room for them (RFC 8259)."""

    def encode(message: Message) -> list[Message | str | bytes]:
        text = json.dumps(json.loads(message.encode()), indent=2, separators=(" , ", " : "))
        return [f"\r\n\t{text} \n"]

    filters: list[Filter] = system.filters
    filters.append(encode)


def times(write: Callable[[datetime], str]) -> Alter:
    """All timestamps in another notation of RFC 3339 (Part 2, 1.2: dateTime)."""

    def change(_key: str, value: Any) -> Any:
        if not isinstance(value, str) or not _UTC_TIME.fullmatch(value):
            return value
        return write(datetime.fromisoformat(value))

    return _filtered(lambda message: replace(message, payload=_mapped(message.payload, change)))


def with_offset(moment: datetime) -> str:
    """The same moment in the time zone of a summer in Paris."""
    return moment.astimezone(timezone(timedelta(hours=2))).isoformat(timespec="milliseconds")


def with_nanoseconds(moment: datetime) -> str:
    """The same moment with nine digits after the point."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%f") + "123Z"


def in_whole_seconds(moment: datetime) -> str:
    """The second in which the moment is."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def short_ids(system: Any) -> None:
    """Message ids that are no UUIDs: a counter after a letter (Part 4, 4.1.4: at most 36 chars)."""
    numbers = itertools.count(1)
    # Of its own for each system: ids must not come again after one is replaced by another.
    start = f"m{id(system):x}-"
    system.new_message_id = lambda: f"{start}{next(numbers)}"


def short_transaction_ids(system: Any) -> None:
    """Transaction ids that are no UUIDs (E01.FR.08 wants them unique, no more)."""
    numbers = itertools.count(1)
    start = f"{id(system) % 10**9}:"
    system.transactions.new_id = lambda: f"{start}{next(numbers)}"


def custom_data(kind: int) -> Alter:
    """A customData in every such frame (Part 2, 1.2: allowed in every message)."""

    def edit(payload: Payload) -> None:
        payload["customData"] = {
            "vendorId": "org.example.harness",
            "note": "äöü ☃",
            "list": [1, {}],
        }

    return edited(kind, "", edit)


# Optional fields


_REASONS = {
    "Accepted": "NoError",
    "EmptyResultSet": "NotFound",
    "NotSupported": "UnsupportedParam",
}


def _explain(payload: Payload) -> None:
    if "status" in payload and "statusInfo" not in payload:
        reason = _REASONS.get(payload["status"], "InvalidState")
        payload["statusInfo"] = {"reasonCode": reason, "additionalInfo": "for the log"}
    for result in [*payload.get("getVariableResult", []), *payload.get("setVariableResult", [])]:
        if result["attributeStatus"] in ("Accepted", "RebootRequired"):
            result["attributeStatusInfo"] = {"reasonCode": "NoError"}


#: statusInfo in every answer that may have one, good or bad.
explained = edited(RESULT, "", _explain)


def _introduce(payload: Payload) -> None:
    payload["chargingStation"]["modem"] = {
        "iccid": "8988303000000000000",
        "imsi": "204080000000001",
    }


#: BootNotification with all its optional fields.
introduced = edited(CALL, "BootNotification", _introduce)


def _by_default(payload: Payload) -> None:
    if payload.get("tbc") is False:
        del payload["tbc"]
    for item in payload.get("reportData", []):
        for attribute in item["variableAttribute"]:
            for name, value in (("type", "Actual"), ("mutability", "ReadWrite")):
                if attribute.get(name) == value:
                    del attribute[name]
            for name in ("persistent", "constant"):
                attribute.pop(name, None)
    for data in payload.get("eventData", []):
        data.pop("cleared", None)
    for metered in payload.get("meterValue", []):
        for sampled in metered["sampledValue"]:
            for name, value in _SAMPLED.items():
                if sampled.get(name) == value:
                    del sampled[name]


#: What a SampledValueType means by itself (Part 2, datatypes).
_SAMPLED: Mapping[str, Any] = {
    "context": "Sample.Periodic",
    "measurand": "Energy.Active.Import.Register",
    "location": "Outlet",
    "unitOfMeasure": {"unit": "Wh"},
}

#: Fields that have their default value are left out: tbc, type, mutability, persistent, constant,
#: and those of measurements.
by_default = edited(CALL, "", _by_default)


def _in_full(payload: Payload) -> None:
    if "transactionInfo" in payload:
        payload.setdefault("offline", False)


#: What has its default value is said all the same: offline.
in_full = edited(CALL, "TransactionEvent", _in_full)


def _backwards(payload: Payload) -> None:
    for name in ("getVariableResult", "setVariableResult", "reportData"):
        if name in payload:
            payload[name].reverse()
    for item in payload.get("reportData", []):
        item["variableAttribute"].reverse()


#: Results and reported variables in the reverse order: no requirement fixes it.
backwards = together(
    edited(RESULT, "GetVariables", _backwards),
    edited(RESULT, "SetVariables", _backwards),
    edited(CALL, "NotifyReport", _backwards),
)


def _recased(write: Callable[[str], str]) -> Callable[[Payload], Payload]:
    def inside(payload: Any, key: str = "") -> Any:
        if isinstance(payload, dict):
            fields = cast(Payload, payload)
            named = key in ("component", "variable")
            return {
                name: write(inner)
                if named and name in ("name", "instance") and isinstance(inner, str)
                else inside(inner, name)
                for name, inner in fields.items()
            }
        if isinstance(payload, list):
            return [inside(inner, key) for inner in cast("list[Any]", payload)]
        return payload

    return inside


def names(write: Callable[[str], str]) -> Alter:
    """Names and instances of components and variables in another case (they compare without)."""
    recase = _recased(write)
    return _filtered(lambda message: replace(message, payload=recase(message.payload)))


def _without_instance(payload: Any) -> None:
    """Every component and variable without instance says so by an empty one."""
    if isinstance(payload, dict):
        fields = cast(Payload, payload)
        for name in ("component", "variable"):
            if isinstance(fields.get(name), dict):
                fields[name].setdefault("instance", "")
        for inside in fields.values():
            _without_instance(inside)
    elif isinstance(payload, list):
        for inside in cast("list[Any]", payload):
            _without_instance(inside)


#: An absent instance is written as an empty one, in answers, reports and requests (B06.FR.15).
empty_instances = together(
    edited(CALL, "", _without_instance), edited(RESULT, "", _without_instance)
)


def _small_tokens(key: str, value: Any) -> Any:
    return value.lower() if key == "idToken" and isinstance(value, str) else value


#: idTokens in lower case (IdTokenType: case-insensitive).
small_tokens = _filtered(
    lambda message: replace(message, payload=_mapped(message.payload, _small_tokens))
)


def error_details(system: Any) -> None:
    """CALLERRORs with details (Part 4, 4.2.3: what is in them is not fixed)."""

    def detail(message: Message) -> list[Message | str | bytes]:
        if message.kind != ERROR:
            return [message]
        return [replace(message, payload={"cause": "see the log", "line": 12})]

    filters: list[Filter] = system.filters
    filters.append(detail)
