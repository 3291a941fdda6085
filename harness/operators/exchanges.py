"""Does what a script says: its exchanges one after the other, and what their replies mean."""

from __future__ import annotations

import json
import uuid
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from harness import clock
from harness.operators.base import OperatorFailed, Unsupported
from harness.operators.templates import excerpt, fill, given, holds, pointed, unmet
from harness.sut.contract import names_for
from harness.sut.model import Sut
from harness.sut.operator_scripts import Conditions, Exchange, Frame, Script, Scripts

#: A reply as texts name it: ``json``, and of HTTP ``status``, ``headers`` and ``text``.
Reply = dict[str, Any]
#: Sends what an exchange says (``sent``), filled in with these values, and returns the reply.
Send = Callable[[Any, Mapping[str, Any]], Awaitable[Reply]]


def find(
    scripts: Scripts, sut: Sut, action: str, parameters: Mapping[str, Any]
) -> tuple[Script, dict[str, Any]]:
    """The script for an action, and the values that its texts may name.

    Raises:
        Unsupported: there is none, or none whose condition holds.
    """
    values = given(sut, action, parameters)
    names = names_for(sut.role, action, parameters)
    for name in names:
        for script in scripts.get(name, ()):
            if script.when is None or holds(script.when, values):
                return script, values
    fits = " for these parameters" if any(name in scripts for name in names) else ""
    raise Unsupported(f"there is no template for {names[0]}{fits}")


async def run(script: Script, values: Mapping[str, Any], send: Send, limit: float) -> Any:
    """Do all exchanges; the JSON of the last reply, or what ``result`` says.

    ``limit`` in seconds, for an exchange that is repeated.

    Raises:
        Unsupported: a reply says that it cannot be done.
        OperatorFailed: a reply is not as it must be.
    """
    replies: list[Reply] = []
    values = {**values, "replies": replies}
    for exchange in script.exchanges:
        values["reply"] = await _repeated(exchange, values, send, limit)
        replies.append(values["reply"])
    return _result(script, values)


async def once(exchange: Exchange, values: Mapping[str, Any], send: Send) -> Reply:
    """One exchange; the reply.

    Raises:
        Unsupported, OperatorFailed: as ``run``.
    """
    unique = str(uuid.uuid4())
    # Of an HTTP operator this name is the number of a report.
    own = {"request_id": unique} if isinstance(exchange.sent, Frame) else {}
    asked = {**values, "unique": unique, **own}
    reply = {**await send(exchange.sent, asked), "unique": unique}
    _judge(exchange, reply, {**asked, "reply": reply})
    return reply


async def _repeated(
    exchange: Exchange, values: Mapping[str, Any], send: Send, limit: float
) -> Reply:
    within = limit if exchange.within is None else exchange.within
    deadline = clock.monotonic() + within
    while True:
        reply = await once(exchange, values, send)
        if exchange.until is None:
            return reply
        missing = _unmet(exchange.until, reply, {**values, "reply": reply})
        if not missing:
            return reply
        if clock.monotonic() + exchange.every > deadline:
            raise OperatorFailed(f"{missing}, for {within:g} s: {_shown(reply)}")
        await clock.sleep(exchange.every)


def _judge(exchange: Exchange, reply: Reply, values: Mapping[str, Any]) -> None:
    unsupported, status = exchange.unsupported, reply.get("status", 200)
    if unsupported is not None and not _unmet(unsupported, reply, values):
        raise Unsupported(_shown(reply))
    if not exchange.expect.statuses and not 200 <= status < 300:
        raise OperatorFailed(_shown(reply))
    if problem := _unmet(exchange.expect, reply, values):
        raise OperatorFailed(f"{problem}: {_shown(reply)}")


def _unmet(conditions: Conditions, reply: Reply, values: Mapping[str, Any]) -> str:
    if conditions.fields and reply.get("json") is None and reply.get("text"):
        return "it is no JSON"
    return unmet(conditions, reply.get("json"), values, reply.get("status", 0))


def _result(script: Script, values: Mapping[str, Any]) -> Any:
    reply: Reply = values["reply"]
    if script.result is None:
        return reply.get("json")
    if script.result and not script.result.startswith("/"):
        return fill(script.result, values)
    if reply.get("json") is None and reply.get("text"):
        raise OperatorFailed(f"it is no JSON: {_shown(reply)}")
    try:
        return pointed(reply.get("json"), script.result)
    except LookupError as error:
        raise OperatorFailed(f"{error}: {_shown(reply)}") from error


def _shown(reply: Reply) -> str:
    """The beginning of a reply, for a reason."""
    text = reply.get("text")
    said = excerpt(json.dumps(reply.get("json"), ensure_ascii=False) if text is None else text)
    return f"HTTP {reply['status']}: {said}" if "status" in reply else said
