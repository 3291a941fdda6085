"""Words for the faults of a CSMS, on top of those of ``base``."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

from harness.reference.faults.base import Alter, Change, MarkTriggered, When, always, replaces
from harness.reference.rpc import CallError, Payload


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


def serves_unaccepted(served: Callable[[str], bool]) -> Alter:
    """A station that is not accepted is served where it sends one of these actions."""

    def check(
        _csms: Any,
        original: Any,
        mark_triggered: MarkTriggered,
        station: Any,
        action: str,
        payload: Payload,
    ) -> None:
        try:
            original(station, action, payload)
        except CallError:
            if not served(action):
                raise
            mark_triggered()

    return replaces("answers.check_accepted")(check)


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


def sends_besides(action: str, change: Change, *, when: When = always) -> Alter:
    """Having sent its request, the button sends another one like it, changed."""

    async def ask(
        _csms: Any,
        original: Any,
        mark_triggered: MarkTriggered,
        station: Any,
        asked: str,
        payload: Payload,
    ) -> Payload:
        answer = await original(station, asked, payload)
        if asked == action and when(payload):
            mark_triggered()
            other = deepcopy(payload)
            change(other)
            await original(station, asked, other)
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


#: What is said of an idToken: ``(message, request payload, what is right, times asked before)``.
Judgement = Callable[[str, Payload, str, int], str]


def judges(judgement: Judgement) -> Alter:
    """What is said of idTokens, in answers to Authorize and TransactionEvent."""

    @replaces("answers.answer")
    async def answer(
        csms: Any,
        original: Any,
        mark_triggered: MarkTriggered,
        station: Any,
        action: str,
        payload: Payload,
    ) -> Payload:
        response: Payload = await original(station, action, payload)
        info: Payload | None = response.get("idTokenInfo")
        if action not in ("Authorize", "TransactionEvent") or info is None:
            return response
        right: str = info["status"]
        asked = csms.asked_of.setdefault(str(payload.get("idToken")), [])
        said = judgement(action, payload, right, len(asked))
        asked.append(right)
        if said != right:
            mark_triggered()
        return {**response, "idTokenInfo": {**info, "status": said}}

    def alter(csms: Any, mark_triggered: MarkTriggered) -> None:
        csms.asked_of = {}
        answer(csms, mark_triggered)

    return alter


def dead_button(dead: str) -> Alter:
    """The button for this request does nothing; what the CSMS sends by itself, it still sends."""

    async def ask(
        _csms: Any,
        original: Any,
        mark_triggered: MarkTriggered,
        station: str,
        action: str,
        payload: Payload,
    ) -> Payload:
        if action != dead:
            return await original(station, action, payload)
        mark_triggered()
        return {}

    return replaces("ask")(ask)


def hangs_up(action: str, status: str) -> Alter:
    """A station that answers a request so loses its connection."""

    async def send(
        _csms: Any,
        original: Any,
        mark_triggered: MarkTriggered,
        station: Any,
        asked: str,
        payload: Payload,
    ) -> Payload:
        answer: Payload = await original(station, asked, payload)
        if asked == action and answer.get("status") == status:
            mark_triggered()
            await station.connection.close()
        return answer

    return replaces("requests.send")(send)


def refuses(refused: str, when: When) -> Alter:
    """Requests of this action are answered by a CALLERROR where ``when`` holds for them."""

    def check(
        _csms: Any, original: Any, mark_triggered: MarkTriggered, action: str, payload: Payload
    ) -> None:
        original(action, payload)
        if action == refused and when(payload):
            mark_triggered()
            raise CallError("InternalError")

    return replaces("answers.check_payload")(check)
