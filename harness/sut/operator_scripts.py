"""The templates of the kinds http and websocket, read: what is sent, and what the reply must be.

A template is one exchange or ``steps`` of them; a list of templates is a choice by their ``when``.
``template_contract`` says what the keys mean.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from harness.sut.operator_settings import OperatorSettingsError, Settings
from harness.sut.template_contract import HTTP, WEBSOCKET, keys
from harness.sut.template_text import Expression, TemplateTextError, expression

_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
_NOT_IMPLEMENTED = 501
_EVERY = 0.5
#: The key of conditions that is an expression and no pointer.
_THAT = "that"


@dataclass(frozen=True)
class Conditions:
    """What a reply must be: of one of these statuses, by JSON pointers so, and by an expression.

    ``statuses``: none means any.
    """

    statuses: tuple[int, ...] = ()
    fields: Mapping[str, Any] = field(default_factory=dict[str, Any])
    that: Expression | None = None


@dataclass(frozen=True)
class Request:
    """An HTTP request, its texts not filled in yet; at most one of ``json`` and ``body`` is set."""

    method: str
    url: str
    query: Mapping[str, Any]
    headers: Mapping[str, Any]
    json: Any
    body: str | None


@dataclass(frozen=True)
class Frame:
    """A frame to send, its texts not filled in yet, and how to know the reply.

    ``send``: None where a step only waits.
    """

    send: Any
    match: Conditions


@dataclass(frozen=True)
class Exchange:
    """Something sent, and what becomes of the reply.

    ``until``: it is done again every so many seconds until the reply is so, ``within`` so many
    seconds in all; None for the timeout of the operator.
    """

    sent: Request | Frame
    expect: Conditions
    unsupported: Conditions | None
    until: Conditions | None
    every: float
    within: float | None


@dataclass(frozen=True)
class Script:
    """What is done for an action, if ``when`` holds; ``result``: a JSON pointer or a text."""

    exchanges: tuple[Exchange, ...]
    when: Expression | None = None
    result: str | None = None


Scripts = Mapping[str, tuple[Script, ...]]


def scripts(kind: str, where: str, actions: Mapping[str, Any]) -> Scripts:
    """The templates of an operator by their names; ``where`` is their path in the description.

    Raises:
        OperatorSettingsError: one of them is none.
    """
    return {name: choices(kind, f"{where}.{name}", each) for name, each in actions.items()}


def choices(kind: str, where: str, template: Any) -> tuple[Script, ...]:
    """One template, or those of a list in their order.

    Raises:
        OperatorSettingsError: it is none.
    """
    if not isinstance(template, list):
        return (_script(kind, where, template),)
    listed = cast("list[Any]", template)
    if not listed:
        raise OperatorSettingsError(where, "is an empty list", "write one template or several")
    return tuple(_script(kind, f"{where}.{at}", each) for at, each in enumerate(listed))


def exchange(kind: str, where: str, settings: Any, *, first: bool = True) -> Exchange:
    """One exchange.

    Raises:
        OperatorSettingsError: it is none.
    """
    return _exchange(kind, Settings(where, settings, keys(kind, around=False)), first=first)


def _script(kind: str, where: str, template: Any) -> Script:
    around, own = keys(kind, around=True), keys(kind, around=False)
    several = isinstance(template, Mapping) and "steps" in template
    read = Settings(where, template, around if several else (*around, *own))
    if several:
        steps = [
            exchange(kind, f"{where}.steps.{at}", each, first=at == 0)
            for at, each in enumerate(read.items("steps"))
        ]
        if not steps:
            raise read.wrong("is an empty list", "write one exchange or several", "steps")
    else:
        steps = [_exchange(kind, read)]
    return Script(
        tuple(steps),
        _expression(read, "when") if "when" in read else None,
        read.text("result") if "result" in read else None,
    )


def _exchange(kind: str, read: Settings, *, first: bool = True) -> Exchange:
    conditions = _OF_KIND[kind]
    sent = _request(read) if kind == HTTP else _frame(read, first=first)
    unsupported = conditions(read, "unsupported") if "unsupported" in read else None
    if unsupported is None and kind == HTTP:
        unsupported = Conditions((_NOT_IMPLEMENTED,))
    return Exchange(
        sent,
        conditions(read, "expect") if "expect" in read else Conditions(),
        unsupported,
        conditions(read, "until") if "until" in read else None,
        read.seconds("every", _EVERY),
        read.seconds("within", _EVERY) if "within" in read else None,
    )


def _request(read: Settings) -> Request:
    method = read.text("method", "POST").upper()
    if method not in _METHODS:
        raise read.wrong(f"is {method!r}", f"write one of {', '.join(_METHODS)}", "method")
    if "json" in read and "body" in read:
        raise read.wrong("has both json and body", "keep one of them")
    return Request(
        method,
        read.text("url"),
        read.mapping("query"),
        read.mapping("headers"),
        read.any("json"),
        read.text("body") if "body" in read else None,
    )


def _frame(read: Settings, *, first: bool) -> Frame:
    if first and "send" not in read:
        raise read.wrong("needs send", "add 'send: …', the frame to send")
    match = _of_frame(read, "match")
    if not match.fields and match.that is None:
        what = "needs match, without which any frame would pass for the reply"
        raise read.wrong(what, "add 'match: {/id: \"{request_id}\"}', for example")
    return Frame(read.any("send"), match)


def _of_reply(read: Settings, name: str) -> Conditions:
    """Conditions of an HTTP reply, or a list of statuses alone."""
    if isinstance(read.any(name), list):
        return Conditions(_statuses(read, name))
    inner = Settings(f"{read.where}.{name}", read.mapping(name), ("status", "json", _THAT))
    that = _expression(inner, _THAT) if _THAT in inner else None
    fields = inner.mapping("json")
    _pointers(inner.where + ".json", fields)
    return Conditions(_statuses(inner, "status"), fields, that)


def _of_frame(read: Settings, name: str) -> Conditions:
    """Conditions of a frame."""
    given = dict(read.mapping(name))
    that = Settings(f"{read.where}.{name}", given, tuple(given))
    found = _expression(that, _THAT) if _THAT in given else None
    given.pop(_THAT, None)
    _pointers(f"{read.where}.{name}", given)
    return Conditions((), given, found)


_OF_KIND: Mapping[str, Callable[[Settings, str], Conditions]] = {
    HTTP: _of_reply,
    WEBSOCKET: _of_frame,
}


def _pointers(where: str, fields: Mapping[str, Any]) -> None:
    for pointer in fields:
        if pointer and not pointer.startswith("/"):
            instead = f"write /{pointer}, from the outermost object on"
            raise OperatorSettingsError(f"{where}.{pointer}", "is no JSON pointer", instead)


def _statuses(read: Settings, name: str) -> tuple[int, ...]:
    given = read.any(name)
    values = cast("list[Any]", given if isinstance(given, list) else [given])
    if given is None:
        return ()
    if not all(type(value) is int and 100 <= value <= 599 for value in values):
        raise read.wrong("must be a list of HTTP statuses", "write [200, 202], for example", name)
    return tuple(values)


def _expression(read: Settings, name: str) -> Expression:
    text = read.text(name).strip().removeprefix("{{").removesuffix("}}").strip()
    try:
        return expression(text)
    except TemplateTextError as error:
        instead = "write an expression of Jinja, such as payload.type == 'OnIdle'"
        raise read.wrong(f"cannot be read ({error})", instead, name) from error
