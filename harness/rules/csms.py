"""Standing rules for a CSMS under test: its clock, its word on idTokens, its restraint."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, cast

from harness.evidence.matchers import parse_time
from harness.evidence.values import brief, literal
from harness.evidence.verdict import Severity
from harness.ocppj.frames import FrameKind, Payload
from harness.ocppj.inbox import Traffic
from harness.ocppj.payloads import inner, objects
from harness.ocppj.variables import Variable, key_of
from harness.rules.frames import Breach, CaseLog, Rule
from harness.spec.background import BACKGROUND_OF_CSMS


def _responses(log: CaseLog, *actions: str) -> Iterator[Traffic]:
    for frame in log.of_sut:
        if frame.frame.kind is FrameKind.CALLRESULT and frame.frame.action in actions:
            yield frame


def current_time_is_now(log: CaseLog) -> Iterator[Breach]:
    """The currentTime in boot and heartbeat responses is the time of the answer."""
    for frame in _responses(log, "BootNotification", "Heartbeat"):
        moment = parse_time(frame.frame.payload.get("currentTime"))
        tolerated = timedelta(seconds=log.sut.deviation)
        if moment is not None and abs(moment - frame.at) > tolerated:
            expected = f"{frame.at.isoformat()} ± {log.sut.deviation:g} s"
            yield Breach.of(
                frame, "$.currentTime", expected, moment.isoformat(), "B01.FR.06, G02.FR.05"
            )


def boot_interval_is_usable(log: CaseLog) -> Iterator[Breach]:
    """The interval in a BootNotificationResponse is a number of seconds that a station can wait."""
    for frame in _responses(log, "BootNotification"):
        interval: Any = frame.frame.payload.get("interval")
        if type(interval) is int and interval < 0:
            yield Breach.of(frame, "$.interval", "0 or more", interval, "B01.FR.04")


def id_tokens_are_answered(log: CaseLog) -> Iterator[Breach]:
    """A TransactionEvent with an idToken is answered with idTokenInfo."""
    for frame in _responses(log, "TransactionEvent"):
        request = cast(Traffic, frame.answers).frame.payload
        if "idToken" in request and "idTokenInfo" not in frame.frame.payload:
            yield Breach.of(
                frame, "$.idTokenInfo", "present", "absent", "E01.FR.12, E02.FR.02, E03.FR.02"
            )


def accepted_token_stays_accepted(log: CaseLog) -> Iterator[Breach]:
    """The answer to an event without idToken turns no driver away who has a valid one.

    A station acts on a status that is not Accepted whatever the event was (E05.FR.02, E05.FR.10).
    """
    valid = {log.sut.tokens.valid.id_token.upper(), log.sut.tokens.valid2.id_token.upper()}
    drivers: dict[str, str] = {}
    for frame in _responses(log, "TransactionEvent"):
        request = cast(Traffic, frame.answers).frame.payload
        transaction = str(inner(request, "transactionInfo").get("transactionId"))
        if "idToken" in request:
            drivers[transaction] = str(inner(request, "idToken").get("idToken")).upper()
            continue
        status = inner(frame.frame.payload, "idTokenInfo").get("status", "Accepted")
        driver = drivers.get(transaction)
        if status != "Accepted" and (driver is None or driver in valid):
            # Nobody to turn away yet: no requirement is broken.
            severity = Severity.WARNING if driver is None else Severity.FAILURE
            expected = "Accepted or absent: the event names no idToken"
            path = "$.idTokenInfo.status"
            yield Breach.of(frame, path, expected, status, "E01.FR.11, E05.FR.01", severity)


def group_id_token_is_consistent(log: CaseLog) -> Iterator[Breach]:
    """An idToken that has a group is told with it whenever a driver is authorized."""
    told: dict[tuple[str, str], str] = {}
    infos = list(_authorizations(log))
    for _, token, info in infos:
        group = str(inner(info, "groupIdToken").get("idToken", "")).upper()
        told[token] = told.get(token) or group
    for frame, token, info in infos:
        group = str(inner(info, "groupIdToken").get("idToken", "absent"))
        if told[token] and group.upper() != told[token]:
            expected = f"{told[token]}, as told elsewhere in this case of {token[0]}"
            path = "$.idTokenInfo.groupIdToken.idToken"
            yield Breach.of(frame, path, expected, group, "C01.FR.06, E01.FR.12")


def _authorizations(log: CaseLog) -> Iterator[tuple[Traffic, tuple[str, str], Payload]]:
    """Answers that accept an idToken, with the idToken; what ends an authorization is none."""
    for frame in _responses(log, "Authorize", "TransactionEvent"):
        request = cast(Traffic, frame.answers).frame.payload
        token, info = inner(request, "idToken"), inner(frame.frame.payload, "idTokenInfo")
        if info.get("status") == "Accepted" and request.get("triggerReason") != "StopAuthorized":
            yield frame, (str(token.get("idToken")).upper(), str(token.get("type"))), info


def message_languages_are_ordered(log: CaseLog) -> Iterator[Breach]:
    """A driver's second language is told only beside a first one, and is another one."""
    for frame in _responses(log, "Authorize", "TransactionEvent"):
        info = inner(frame.frame.payload, "idTokenInfo")
        first, second = info.get("language1"), info.get("language2")
        if second is not None and first is None:
            path = "$.idTokenInfo.language2"
            yield Breach.of(frame, path, "absent without language1", second, "C01.FR.10")
        elif second is not None and first == second:
            path = "$.idTokenInfo.language2"
            yield Breach.of(frame, path, "another one than language1", second, "C01.FR.11")


def nothing_is_sent_to_rejected_station(log: CaseLog) -> Iterator[Breach]:
    """To a station that it has rejected, a CSMS sends nothing but what makes it boot again.

    TC_B_31_CSMS lets a TriggerMessage follow a Rejected boot; B03.FR.03 forbids the rest.
    """
    rejected = False
    for frame in log.of_sut:
        if frame.frame.action == "BootNotification":
            rejected = frame.frame.payload.get("status") == "Rejected"
        elif rejected and frame.frame.kind is FrameKind.CALL and not _boot_trigger(frame):
            yield Breach.of(frame, "", "nothing sent", "sent while Rejected", "B03.FR.03")


def no_transaction_is_requested_while_pending(log: CaseLog) -> Iterator[Breach]:
    """Before it has accepted a station, a CSMS neither starts nor stops transactions."""
    registration = ""
    for frame in log.of_sut:
        action = frame.frame.action
        if action == "BootNotification":
            registration = str(frame.frame.payload.get("status"))
        elif registration == "Pending" and action in _TRANSACTIONAL:
            expected = "not sent before the station is Accepted"
            yield Breach.of(frame, "", expected, "sent while Pending", "B02.FR.05")


_TRANSACTIONAL = ("RequestStartTransaction", "RequestStopTransaction")


def _boot_trigger(frame: Traffic) -> bool:
    wanted = frame.frame.payload.get("requestedMessage")
    return frame.frame.action == "TriggerMessage" and wanted == "BootNotification"


def schedules_are_in_order(log: CaseLog) -> Iterator[Breach]:
    """The periods of a charging schedule come in the order of their startPeriod."""
    for frame in log.of_sut:
        if frame.frame.kind is FrameKind.CALL and frame.frame.action == "SetChargingProfile":
            yield from _disorder(frame)


def _disorder(frame: Traffic) -> Iterator[Breach]:
    profile = inner(frame.frame.payload, "chargingProfile")
    for index, schedule in enumerate(objects(profile, "chargingSchedule")):
        periods = objects(schedule, "chargingSchedulePeriod")
        starts = [p["startPeriod"] for p in periods if type(p.get("startPeriod")) is int]
        if starts != sorted(starts):
            path = f"$.chargingProfile.chargingSchedule[{index}].chargingSchedulePeriod"
            yield Breach.of(frame, path, "increasing startPeriod", starts, "Part 6, 3.1")


#: Requests whose length a station limits: their list, and the requirement.
_LIMITED = {
    "GetVariables": ("getVariableData", "B06.FR.05"),
    "SetVariables": ("setVariableData", "B05.FR.11"),
}


def item_limits_are_kept(log: CaseLog) -> Iterator[Breach]:
    """A request has no more elements than the station has said it takes (ItemsPerMessage)."""
    told: dict[str, int] = {}
    for frame in log.traffic:
        if frame.sent and frame.frame.kind is FrameKind.CALLRESULT:
            told |= _limits_told(frame.frame.payload)
        if frame.frame.kind is FrameKind.CALLRESULT and frame.frame.action == "NotifyReport":
            told |= _limits_told(cast(Traffic, frame.answers).frame.payload)
        name, requirement = _LIMITED.get(frame.frame.action, ("", ""))
        limit = told.get(frame.frame.action.lower())
        if frame.sent or frame.frame.kind is not FrameKind.CALL or limit is None:
            continue
        count = len(objects(frame.frame.payload, name))
        if count > limit:
            yield Breach.of(frame, f"$.{name}", f"at most {limit} elements", count, requirement)


def _limits_told(payload: Payload) -> dict[str, int]:
    """ItemsPerMessage by its instance in lower case, as far as this message of ours tells it."""
    values = [
        *((item, item) for item in objects(payload, "getVariableResult")),
        *(
            (item, attribute)
            for item in objects(payload, "reportData")
            for attribute in objects(item, "variableAttribute")
        ),
    ]
    found: dict[str, int] = {}
    for item, attribute in values:
        variable = key_of(item)
        value = attribute.get("attributeValue", attribute.get("value", ""))
        if variable.names == ("devicedatactrlr", "itemspermessage") and value:
            found[(variable.instance or "").lower()] = int(value)
    return found


def variables_are_set_once(log: CaseLog) -> Iterator[Breach]:
    """A SetVariablesRequest does not set the same attribute twice."""
    for frame in log.of_sut:
        if frame.frame.kind is not FrameKind.CALL or frame.frame.action != "SetVariables":
            continue
        seen: set[tuple[Variable, str]] = set()
        for index, item in enumerate(objects(frame.frame.payload, "setVariableData")):
            address = (key_of(item), str(item.get("attributeType", "Actual")))
            if address in seen:
                path = f"$.setVariableData[{index}]"
                yield Breach.of(frame, path, "set once", f"{address[0]} again", "B05.FR.13")
            seen.add(address)


#: Answers after which a station is doing what it was asked to.
_TAKEN = ("Accepted", "AcceptedCanceled", "AcceptedWithMeterValues", "Scheduled", "Unlocked")


#: What may come by itself, but does the same to a station only once.
_TAKEN_ONCE = ("CertificateSigned", "SetNetworkProfile")


def no_identical_request_is_repeated(log: CaseLog) -> Iterator[Breach]:
    """What a station has accepted to do is not ordered again when nobody asked for it again.

    No requirement forbids it: a warning.
    """
    taken: set[str] = set()
    answers = {id(f.answers): f.frame.payload.get("status") for f in log.traffic if f.sent}
    for arrival in log.arrivals:
        if arrival.action in BACKGROUND_OF_CSMS and arrival.action not in _TAKEN_ONCE:
            continue
        order = f"{arrival.action} {json.dumps(arrival.payload, sort_keys=True, default=str)}"
        if order in taken and not arrival.claimed_by:
            name = arrival.traffic.name
            actual = f"sent again: {brief(literal(arrival.payload), 200)}"
            expected, warning = "sent once: the first was accepted", Severity.WARNING
            yield Breach(name, "", expected, actual, severity=warning)
        if answers.get(id(arrival.traffic)) in _TAKEN:
            taken.add(order)


CSMS: tuple[Rule, ...] = (
    current_time_is_now,
    boot_interval_is_usable,
    id_tokens_are_answered,
    accepted_token_stays_accepted,
    group_id_token_is_consistent,
    message_languages_are_ordered,
    nothing_is_sent_to_rejected_station,
    no_transaction_is_requested_while_pending,
    item_limits_are_kept,
    variables_are_set_once,
    no_identical_request_is_repeated,
    schedules_are_in_order,
)
