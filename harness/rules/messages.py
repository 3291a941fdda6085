"""Standing rules about single messages: error codes, numbers, ids and answers that fit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any, cast

from harness.evidence.values import UNREADABLE
from harness.evidence.verdict import Severity
from harness.ocppj.connection_end import ClosedBy
from harness.ocppj.frames import FrameKind, Payload
from harness.ocppj.inbox import Closed, Traffic
from harness.ocppj.payloads import inner, objects
from harness.ocppj.variables import Variable, key_of
from harness.rules.frames import Breach, CaseLog, Rule

#: Part 4, 4.3.
ERROR_CODES = frozenset(
    {
        "FormatViolation",
        "GenericError",
        "InternalError",
        "MessageTypeNotSupported",
        "NotImplemented",
        "NotSupported",
        "OccurrenceConstraintViolation",
        "PropertyConstraintViolation",
        "ProtocolError",
        "RpcFrameworkError",
        "SecurityError",
        "TypeConstraintViolation",
    }
)


def error_codes_are_known(log: CaseLog) -> Iterator[Breach]:
    """A CALLERROR has a code of OCPP-J and a description of at most 255 characters."""
    for frame in log.of_sut:
        if frame.frame.kind is not FrameKind.CALLERROR:
            continue
        if frame.frame.code not in ERROR_CODES:
            expected, code = "a code of Part 4, table 8", frame.frame.code
            yield Breach.of(frame, "errorCode", expected, code, "Part 4, 4.3")
        if len(frame.frame.description) > 255:
            actual = f"{len(frame.frame.description)} characters"
            yield Breach.of(
                frame, "errorDescription", "at most 255 characters", actual, "Part 4, 4.2.3"
            )


def pending_connections_stay_open(log: CaseLog) -> Iterator[Breach]:
    """While a station is Pending, the system under test does not close the connection."""
    pending: Traffic | None = None
    for event in log.events:
        if isinstance(event, Traffic) and event.frame.kind is FrameKind.CALLRESULT:
            if event.frame.action == "BootNotification":
                pending = event if event.frame.payload.get("status") == "Pending" else None
        elif isinstance(event, Closed) and pending is not None and event.wire == pending.wire:
            if event.end.by is not ClosedBy.HARNESS:
                actual = str(event.end)
                yield Breach("connection", "", "kept open while Pending", actual, "B02.FR.06")
            pending = None


def schedules_are_ordered(log: CaseLog) -> Iterator[Breach]:
    """The periods of every charging schedule come in the order of their startPeriod."""
    for frame in log.of_sut:
        if frame.frame.action == "SetChargingProfile":
            continue  # judged by the rules of a CSMS
        for path, periods in _periods(frame.frame.payload, "$"):
            starts = [p["startPeriod"] for p in periods if type(p.get("startPeriod")) is int]
            if starts != sorted(starts):
                yield Breach.of(
                    frame, path, "increasing startPeriod", starts, "Part 6, 2.1 and 3.1"
                )


def _periods(value: Any, path: str) -> Iterator[tuple[str, list[Payload]]]:
    """Every list of ChargingSchedulePeriods inside a payload."""
    if isinstance(value, list):
        for index, item in enumerate(cast(list[Any], value)):
            yield from _periods(item, f"{path}[{index}]")
    elif isinstance(value, dict):
        fields = cast(Payload, value)
        for name, item in fields.items():
            if name == "chargingSchedulePeriod":
                yield f"{path}.{name}", objects(fields, name)
            else:
                yield from _periods(item, f"{path}.{name}")


#: Requests about variables: names of the lists in request and response, and the requirements.
_LISTS = {
    "GetVariables": ("getVariableData", "getVariableResult", "B06.FR.01-03, B06.FR.11"),
    "SetVariables": ("setVariableData", "setVariableResult", "B05.FR.01-03, B05.FR.12"),
}


def variable_results_answer_their_request(log: CaseLog) -> Iterator[Breach]:
    """Each variable that was asked for is answered once, with the type of its attribute."""
    for frame in log.of_sut:
        if frame.frame.kind is not FrameKind.CALLRESULT or frame.frame.action not in _LISTS:
            continue
        asked, answered, requirement = _LISTS[frame.frame.action]
        request = cast(Traffic, frame.answers).frame.payload
        wanted = Counter(_attributes(request, asked, default="Actual"))
        found = Counter(_attributes(frame.frame.payload, answered, default="no attributeType"))
        if found != wanted:
            yield Breach.of(frame, f"$.{answered}", _listed(wanted), _listed(found), requirement)


def _attributes(payload: Payload, name: str, *, default: str) -> Iterator[tuple[Variable, str]]:
    for item in objects(payload, name):
        try:
            variable = key_of(item)
        except UNREADABLE:
            continue
        yield variable, str(item.get("attributeType", default))


def _listed(attributes: Counter[tuple[Variable, str]]) -> str:
    return str(sorted(f"{variable} {attribute}" for variable, attribute in attributes.elements()))


def connectors_are_numbered_from_one(log: CaseLog) -> Iterator[Breach]:
    """No EVSE and no connector of a report or a transaction has a number below 1."""
    for frame in log.of_sut:
        payload = frame.frame.payload
        match frame.frame.action:
            case "StatusNotification":
                numbers = [(name, payload.get(name)) for name in ("evseId", "connectorId")]
            case "TransactionEvent":
                evse = inner(payload, "evse")
                numbers = [(f"evse.{name}", evse.get(name)) for name in ("id", "connectorId")]
            case _:
                continue
        for name, number in numbers:
            if frame.frame.kind is FrameKind.CALL and type(number) is int and number < 1:
                yield Breach.of(frame, f"$.{name}", "1 or more", number, "Part 1, 7.1-7.2")


def empty_instances_are_left_out(log: CaseLog) -> Iterator[Breach]:
    """A component or variable without instance has no such field, not an empty one.

    It is the same variable all the same (B06.FR.15). The first of each message stands for all.
    """
    seen = set[str]()
    for frame in log.of_sut:
        path = next(_empty_instances(frame.frame.payload, "$"), "")
        if path and frame.name not in seen:
            source, warning = "Part 4, 4.1.5", Severity.WARNING
            yield Breach.of(frame, path, "left out", "an empty text", source, warning)
            seen.add(frame.name)


def _empty_instances(value: Any, path: str) -> Iterator[str]:
    if isinstance(value, list):
        for index, item in enumerate(cast(list[Any], value)):
            yield from _empty_instances(item, f"{path}[{index}]")
    elif isinstance(value, dict):
        for name, item in cast(Payload, value).items():
            if (
                name in ("component", "variable")
                and inner(cast(Payload, value), name).get("instance") == ""
            ):
                yield f"{path}.{name}.instance"
            if name != "customData":
                yield from _empty_instances(item, f"{path}.{name}")


#: Status messages: the request that they report on, the status that needs none, requirements.
_PROGRESS = {
    "FirmwareStatusNotification": ("UpdateFirmware", "L01.FR.10, L01.FR.20"),
    "LogStatusNotification": ("GetLog", "N01.FR.07, N01.FR.13"),
}


def status_notification_names_request(log: CaseLog) -> Iterator[Breach]:
    """Firmware and log status messages carry the requestId of the request that they are about."""
    asked: dict[str, set[Any]] = {}
    for frame in log.traffic:
        if frame.frame.kind is not FrameKind.CALL:
            continue
        if frame.sent:
            known = asked.setdefault(frame.frame.action, set())
            known.add(frame.frame.payload.get("requestId"))
        elif frame.frame.action in _PROGRESS and frame.frame.payload.get("status") != "Idle":
            request, requirement = _PROGRESS[frame.frame.action]
            told = frame.frame.payload.get("requestId", "absent")
            known = asked.get(request, set())
            if told == "absent" or (known and told not in known):
                expected = f"the requestId of {request}Request"
                yield Breach.of(frame, "$.requestId", expected, told, requirement)


def phases_to_use_are_single(log: CaseLog) -> Iterator[Breach]:
    """A charging profile names a phase to use only where it allows a single one."""
    for frame in _orders(log, "SetChargingProfile"):
        for path, periods in _periods(frame.frame.payload, "$"):
            for index, period in enumerate(periods):
                phases = period.get("numberPhases", 3)
                if "phaseToUse" in period and phases != 1:
                    where = f"{path}[{index}].phaseToUse"
                    expected = f"absent with numberPhases {phases}"
                    yield Breach.of(frame, where, expected, period["phaseToUse"], "Part 6, 3.1")


def triggered_connectors_are_named(log: CaseLog) -> Iterator[Breach]:
    """Who triggers a StatusNotification names the connector that it shall be about."""
    for frame in _orders(log, "TriggerMessage"):
        payload = frame.frame.payload
        wanted = payload.get("requestedMessage") == "StatusNotification"
        if wanted and "connectorId" not in inner(payload, "evse"):
            yield Breach.of(frame, "$.evse.connectorId", "present", "absent", "F06.FR.13")


def requested_profiles_are_of_the_transaction(log: CaseLog) -> Iterator[Breach]:
    """A charging profile in a request to start is a TxProfile, and names no transaction."""
    for frame in _orders(log, "RequestStartTransaction"):
        profile = inner(frame.frame.payload, "chargingProfile")
        purpose = profile.get("chargingProfilePurpose", "TxProfile")
        if purpose != "TxProfile":
            path = "$.chargingProfile.chargingProfilePurpose"
            yield Breach.of(frame, path, "TxProfile", purpose, "F01.FR.09, F02.FR.17")
        if "transactionId" in profile:
            path, actual = "$.chargingProfile.transactionId", profile["transactionId"]
            yield Breach.of(frame, path, "absent", actual, "F01.FR.11, F02.FR.19")


def _orders(log: CaseLog, action: str) -> Iterator[Traffic]:
    for frame in log.of_sut:
        if frame.frame.kind is FrameKind.CALL and frame.frame.action == action:
            yield frame


BOTH: tuple[Rule, ...] = (
    error_codes_are_known,
    pending_connections_stay_open,
    schedules_are_ordered,
    empty_instances_are_left_out,
)
OF_STATION: tuple[Rule, ...] = (
    variable_results_answer_their_request,
    connectors_are_numbered_from_one,
    status_notification_names_request,
)
OF_CSMS: tuple[Rule, ...] = (
    phases_to_use_are_single,
    triggered_connectors_are_named,
    requested_profiles_are_of_the_transaction,
)
