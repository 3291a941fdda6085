"""Words for the faults of a CSMS, on top of those of ``base``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.reference.faults.base import Alter, Fault, MarkTriggered, When, always, replaces
from harness.reference.rpc import CallError, Payload

#: Boots and is accepted: whatever has to do with something else leaves it as it is.
QUIET = "TC_B_01_CSMS"


def fault(
    name: str,
    what: str,
    alter: Alter,
    red: Mapping[str, str],
    *,
    leaves: tuple[str, ...] = (QUIET,),
    variant: str = "",
    verdict: str = "FAIL",
) -> Fault:
    """A fault that leaves at least the quiet case as it is."""
    return Fault(name, what, alter, red, leaves, variant, verdict)


def at(step: str, *numbers: str) -> dict[str, str]:
    """The CSMS cases of block B with these numbers, all red at that step."""
    return {f"TC_B_{number}_CSMS": step for number in numbers}


def in_a(step: str, *numbers: str) -> dict[str, str]:
    """The CSMS cases of block A with these numbers, all red at that step."""
    return {f"TC_A_{number}_CSMS": step for number in numbers}


def leaving(*numbers: str) -> tuple[str, ...]:
    """The quiet case, and these of block A."""
    return (QUIET, *(f"TC_A_{number}_CSMS" for number in numbers))


def never_sends(*actions: str) -> Alter:
    """The button for these requests does nothing; without actions, no button does anything."""

    async def ask(
        _csms: Any,
        original: Any,
        mark_triggered: MarkTriggered,
        station: Any,
        action: str,
        payload: Payload,
    ) -> Payload:
        if actions and action not in actions:
            return await original(station, action, payload)
        mark_triggered()
        return {}

    return replaces("requests.ask")(ask)


def refuses_event(when: When) -> Alter:
    """TransactionEvents are answered by a CALLERROR where ``when`` holds for them."""

    def act(
        _csms: Any, original: Any, mark_triggered: MarkTriggered, station: Any, payload: Payload
    ) -> Payload:
        if when(payload):
            mark_triggered()
            raise CallError("InternalError")
        return original(station, payload)

    return replaces("answers.transaction_event")(act)


def sends_twice(action: str) -> Alter:
    """The button sends its request again as soon as the first one was answered."""

    async def ask(
        _csms: Any,
        original: Any,
        mark_triggered: MarkTriggered,
        station: Any,
        asked: str,
        payload: Payload,
    ) -> Payload:
        answer = await original(station, asked, payload)
        if asked == action:
            mark_triggered()
            await original(station, asked, payload)
        return answer

    return replaces("requests.ask")(ask)


def after_boot_sends(status: str, action: str, payload: Payload) -> Alter:
    """Having answered a BootNotification with this status, it sends a request of its own."""

    async def after_boot(
        _csms: Any, original: Any, mark_triggered: MarkTriggered, station: Any, *, trigger: bool
    ) -> None:
        await original(station, trigger=trigger)
        if station.registration == status:
            mark_triggered()
            await station.rpc.call(action, payload)

    return replaces("requests.after_boot")(after_boot)


def sync(path: str, answer: Any, *, when: When = always) -> Alter:
    """A method of ``Answers`` for a request that, where ``when`` holds for it, returns this."""

    def act(
        _csms: Any, original: Any, mark_triggered: MarkTriggered, station: Any, payload: Payload
    ) -> Payload:
        if not when(payload):
            return original(station, payload)
        mark_triggered()
        return dict(answer)

    return replaces(path)(act)
