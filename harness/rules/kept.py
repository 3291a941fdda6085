"""Standing rules for a charging station under test: what it has taken over, it holds.

A boot or another connection may change what a station holds, and another variable may depend on
the one that was set: what came before is not compared with what comes after.
"""

from __future__ import annotations

from collections.abc import Iterator

from harness.evidence.matchers import parse_time
from harness.evidence.values import UNREADABLE
from harness.ocppj.frames import FrameKind, Payload
from harness.ocppj.inbox import Opened, Traffic
from harness.ocppj.payloads import objects
from harness.ocppj.variables import Variable, key_of, same_value
from harness.rules.frames import Breach, CaseLog, Rule

_Address = tuple[Variable, str]
_CHANGES = ("Accepted", "RebootRequired")


def accepted_values_are_held(log: CaseLog) -> Iterator[Breach]:
    """A variable that was set has the value that was accepted."""
    held: dict[_Address, str] = {}
    for event in log.events:
        if isinstance(event, Opened):
            held.clear()
        if not isinstance(event, Traffic) or event.sent or event.frame.kind is FrameKind.CALLERROR:
            continue
        if event.frame.action == "BootNotification":
            held.clear()
        elif event.frame.action == "SetVariables" and event.answers is not None:
            changed = any(item.get("attributeStatus") in _CHANGES for item in _results(event))
            held = dict(_taken(event)) if changed else held
        elif event.frame.action == "GetVariables":
            yield from _differing(event, held)


def _taken(answer: Traffic) -> Iterator[tuple[_Address, str]]:
    """What is held for certain after that answer; a value that waits for a reboot is not yet."""
    statuses = {_address(item): item.get("attributeStatus") for item in _results(answer)}
    request = answer.answers.frame.payload if answer.answers else {}
    for item in objects(request, "setVariableData"):
        address, value = _address(item), item.get("attributeValue")
        if statuses.get(address) == "Accepted" and isinstance(value, str):
            yield address, value


def _differing(event: Traffic, held: dict[_Address, str]) -> Iterator[Breach]:
    for number, item in enumerate(_results(event)):
        seen, wanted = item.get("attributeValue"), held.get(_address(item))
        if wanted is None or not isinstance(seen, str) or same_value(seen, wanted):
            continue
        # A moment that was set passes, and a station may have the next one by then.
        if parse_time(wanted) is None:
            path = f"$.getVariableResult[{number}].attributeValue ({_address(item)[0]})"
            yield Breach.of(event, path, f"{wanted}, as it was set", seen, "B05.FR.10")


def _results(answer: Traffic) -> list[Payload]:
    name = "setVariableResult" if answer.frame.action == "SetVariables" else "getVariableResult"
    return [item for item in objects(answer.frame.payload, name) if _is_named(item)]


def _is_named(item: Payload) -> bool:
    try:
        key_of(item)
    except UNREADABLE:
        return False
    return True


def _address(item: Payload) -> _Address:
    return key_of(item), str(item.get("attributeType", "Actual"))


def accepted_lists_are_held(log: CaseLog) -> Iterator[Breach]:
    """The local authorization list has the version that was accepted."""
    version: object = None
    for frame in log.of_sut:
        request = frame.answers
        if request is None or frame.frame.kind is not FrameKind.CALLRESULT:
            continue
        if (
            frame.frame.action == "SendLocalList"
            and frame.frame.payload.get("status") == "Accepted"
        ):
            version = request.frame.payload.get("versionNumber")
        told = frame.frame.payload.get("versionNumber")
        if frame.frame.action == "GetLocalListVersion" and version is not None and told != version:
            expected = f"{version}, as it was sent"
            source = "D01.FR.01, D02.FR.01"
            yield Breach.of(frame, "$.versionNumber", expected, told, source)


KEPT: tuple[Rule, ...] = (
    accepted_values_are_held,
    accepted_lists_are_held,
)
