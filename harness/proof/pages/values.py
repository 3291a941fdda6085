"""What a page says of a value, against what was wanted of it and against what was sent.

A page's value is a JSON literal, or

- ``absent``, ``present``, ``any``;
- ``<now>``: the time of sending, ``<now - 7200>`` two hours before; ``<new>``: a value not yet
  used in such a message, ``<new uuid>`` a UUID of that kind; ``<text>``, ``<number>``,
  ``<hexadecimal>``, ``<signed reading>``: any of that kind;
- ``<configured.offline_threshold + 60>``: a value of the description of the system, reckoned with
  ``+``, ``-``, ``*`` and ``max(…, …)``;
- ``<GetBaseReportRequest.requestId>``: the value in the last such message before,
  ``<SignCertificateRequest[0].csr>`` that in the first one;
- ``<identity>Invalid``, ``<a>,<b>``: a text with such values in it;
- ``{pem: {subject, issuer, key, valid}}``: a certificate or a request (see ``pem``); its ``key`` as
  ``<SignCertificateRequest.csr>`` is the key of that;
- ``{one_of: [...]}``, ``{not: value}``, ``{at_most: 5}``, ``{at_least: 5}``, ``{contains: {...}}``,
  ``{each: ...}``, ``{length: 3}`` (an array, a text), ``{near: <now>, seconds: 4}``,
  ``{fact: name, ...}``;
- ``{on_clock: 900}``: a time that is a multiple of so many seconds since midnight;
  ``{measured: {context, last, seconds, signed}}``: readings of a transaction so far apart, then
  one of now with the context ``last``;
- ``{part_of: <reported.variables>, length: 3}``: three elements of that list, none of them twice;
  ``{rest_of: <reported.FullInventory>}``: elements of it that no earlier such message had.
"""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, cast

from harness.evidence.matchers import MISSING, parse_time
from harness.proof.pages import pem
from harness.proof.pages.measured import is_measured, is_on_clock
from harness.proof.pages.signed import is_signed

#: Seconds between the making of a time and the sending of its message.
_AT_ONCE = 2.0
_NOW = re.compile(r"now( [+-] \d+)?")
_NAME = re.compile(r"<([^<>]+)>")
_LOOKED_UP = re.compile(r"\w+(\.\w+|\[\d+\])*")
_OPERATIONS: Mapping[type[ast.operator], Callable[[Decimal, Decimal], Decimal]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
}
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_DIGITS = re.compile(r"[0-9a-f]+")
_KINDS: Mapping[str, Callable[[Any], bool]] = {
    "text": lambda value: isinstance(value, str) and bool(value),
    "hexadecimal": lambda value: isinstance(value, str) and bool(_DIGITS.fullmatch(value)),
    "signed reading": is_signed,
    "number": lambda value: isinstance(value, (int, float, Decimal)) and value is not True,
}

_OF_A_KIND = frozenset({"now", "new", "new uuid", *_KINDS})


class UnknownName(Exception):
    """A page uses a name that nothing stands for; the message says which."""


@dataclass(frozen=True)
class Scope:
    """What names stand for at one moment of a run.

    ``look_up``: a path like ``configured.offline_threshold`` or ``ResetRequest.evseId``, MISSING
    where nothing is there; ``used``: whether a value, or an element of an array, stood in an
    earlier such message; ``at``: now.
    """

    look_up: Callable[[str], Any]
    used: Callable[[Any], bool]
    at: datetime


def fits(said: Any, value: Any, scope: Scope) -> bool:
    """Whether a value that was sent is what the page says; MISSING stands for an absent one."""
    if isinstance(said, str) and (named := _NAME.fullmatch(said)):
        return _named_fits(named, value, scope)
    if isinstance(said, str) and _NAME.search(said):
        return value is not MISSING and same(_filled(said, scope), value)
    match said:
        case "any":
            return True
        case "absent":
            return value is MISSING
        case "present":
            return value is not MISSING
        case {"one_of": several}:
            return any(fits(each, value, scope) for each in cast(list[Any], several))
        case {"not": other}:
            return not fits(other, value, scope)
        case {"near": "<now>", "seconds": seconds}:
            return _is_near(value, scope.at, _AT_ONCE + _seconds(seconds, scope))
        case {"on_clock": seconds}:
            return is_on_clock(value, _seconds(seconds, scope))
        case {"measured": wanted}:
            seconds = _seconds(cast(dict[str, Any], wanted)["seconds"], scope)
            return is_measured(value, {**wanted, "seconds": seconds}, scope.at)
        case {"part_of": whole, **more}:
            return _is_part(value, whole, scope) and (not more or fits(more, value, scope))
        case {"rest_of": whole}:
            return _is_part(value, whole, scope) and not any(map(scope.used, value))
        case {"contains": element}:
            return _any_fits(element, value, scope)
        case {"length": length}:
            return isinstance(value, (str, list)) and len(cast(str | list[Any], value)) == length
        case {"pem": facts}:
            return _pem_fits(cast(dict[str, Any], facts), value, scope)
        case {"each": element}:
            return isinstance(value, list) and all(
                _object_fits(element, each, scope) for each in cast(list[Any], value)
            )
        case _:
            return value is not MISSING and same(said, value)


def agrees(said: Any, wanted: Any, scope: Scope) -> bool:
    """Whether what was wanted of a value (a matcher as data) is what the page says."""
    wanted = _only_choice(wanted)
    if isinstance(said, str) and (named := _NAME.fullmatch(said)):
        return _named_agrees(named, _plain(wanted), scope)
    if isinstance(said, str) and _NAME.search(said):
        said = _filled(said, scope)
    match said, wanted:
        case ("any", _) | (None, None):
            return True
        case "absent", {"absent": True}:
            return True
        case "present", {"present": True}:
            return True
        case "absent" | "present", _:
            return False
        case {"one_of": several}, {"one_of": alternatives}:
            return _same_choice(cast(list[Any], several), cast(list[Any], alternatives), scope)
        case {"near": _}, {"near": _}:
            return said.get("seconds", 4) == wanted.get("seconds")
        case dict(), dict():
            return _same_object(cast(dict[str, Any], said), cast(dict[str, Any], wanted), scope)
        case list(), {"array": elements}:
            return _same_list(cast(list[Any], said), cast(list[Any], elements), scope)
        case _:
            literal = _plain(wanted)
            return literal is not None and same(said, literal)


def same(one: Any, other: Any) -> bool:
    """The same plain value, however it is written: texts and numbers, without regard to case."""
    return _text(one) == _text(other)


def _text(value: Any) -> str:
    if isinstance(value, (float, Decimal)) and value == value.__trunc__():
        value = int(value)
    return str(value).lower()


def _plain(wanted: Any) -> Any:
    """The literal that a matcher stands for, None if it is another kind."""
    match wanted:
        case {"text": text}:
            return text
        case dict():
            return None
        case _:
            return wanted


def _only_choice(wanted: Any) -> Any:
    match wanted:
        case {"one_of": [only], **rest} if not rest:
            return only
        case _:
            return wanted


def _same_choice(several: list[Any], alternatives: list[Any], scope: Scope) -> bool:
    left = list(alternatives)
    for each in several:
        found = next((one for one in left if agrees(each, one, scope)), None)
        if found is None:
            return False
        left.remove(found)
    return not left


def _same_object(said: dict[str, Any], wanted: dict[str, Any], scope: Scope) -> bool:
    inner = wanted.get("object")
    if isinstance(inner, dict) and "object" not in said:
        wanted = cast(dict[str, Any], inner)
    return said.keys() == wanted.keys() and all(agrees(said[k], wanted[k], scope) for k in said)


def _same_list(said: list[Any], wanted: list[Any], scope: Scope) -> bool:
    return len(said) == len(wanted) and all(
        agrees(one, other, scope) for one, other in zip(said, wanted, strict=True)
    )


def _any_fits(element: Any, value: Any, scope: Scope) -> bool:
    items = cast(list[Any], value) if isinstance(value, list) else []
    return any(_object_fits(element, each, scope) for each in items)


def _object_fits(said: Any, value: Any, scope: Scope) -> bool:
    if not isinstance(said, dict) or not isinstance(value, dict):
        return fits(said, value, scope)
    fields, seen = cast(dict[str, Any], said), cast(dict[str, Any], value)
    return all(_object_fits(each, seen.get(key, MISSING), scope) for key, each in fields.items())


def _pem_fits(said: dict[str, Any], value: Any, scope: Scope) -> bool:
    told = pem.told(value, scope.at)
    wanted = dict(said)
    if isinstance(wanted.get("key"), str) and (named := _NAME.fullmatch(wanted["key"])):
        wanted["key"] = pem.told(_literal(named, scope), scope.at).get("key", "none")
    return bool(told) and all(fits(wanted[name], told.get(name, MISSING), scope) for name in wanted)


def _named_fits(named: re.Match[str], value: Any, scope: Scope) -> bool:
    name = named[1]
    if moment := _NOW.fullmatch(name):
        later = timedelta(seconds=int((moment[1] or "0").replace(" ", "")))
        return _is_near(value, scope.at + later, _AT_ONCE)
    if name in ("new", "new uuid"):
        fit = name == "new" or _UUID.fullmatch(str(value))
        return value is not MISSING and bool(fit) and not scope.used(value)
    if name in _KINDS:
        return _KINDS[name](value)
    known = _literal(named, scope)
    return known is not None and value is not MISSING and same(known, value)


def _named_agrees(named: re.Match[str], wanted: Any, scope: Scope) -> bool:
    known = _literal(named, scope)
    if wanted is None:
        return False
    return named[1] in _OF_A_KIND or (known is not None and same(known, wanted))


def _literal(named: re.Match[str], scope: Scope) -> Any:
    """What a name or a sum of names stands for; None where nothing is there, or for a kind."""
    text = named[1]
    if text in _OF_A_KIND:
        return None
    if _LOOKED_UP.fullmatch(text):
        known = scope.look_up(text)
        return None if known is MISSING else known
    try:
        return _reckoned(ast.parse(text, mode="eval").body, scope)
    except SyntaxError:
        raise UnknownName(f"<{text}>") from None
    except LookupError:
        return None


def _reckoned(node: ast.expr, scope: Scope) -> Any:
    match node:
        case ast.Constant(value=int() | float() as number):
            return number
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATIONS:
            return _OPERATIONS[type(op)](_number(left, scope), _number(right, scope))
        case ast.Call(func=ast.Name(id="max"), args=several):
            return max(_number(each, scope) for each in several)
        case ast.Name() | ast.Attribute() | ast.Subscript():
            name = ast.unparse(node)
            known = scope.look_up(name)
            if known is MISSING:
                raise LookupError(name)
            return known
        case _:
            raise UnknownName(f"<{ast.unparse(node)}>")


def _number(node: ast.expr, scope: Scope) -> Decimal:
    return Decimal(str(_reckoned(node, scope)))


def _filled(said: str, scope: Scope) -> str:
    """A text with what its names stand for in their place."""
    return _NAME.sub(lambda named: str(_literal(named, scope)), said)


def _is_near(value: Any, at: datetime, seconds: float) -> bool:
    moment = parse_time(value)
    return moment is not None and abs((moment - at).total_seconds()) <= seconds


def _seconds(said: Any, scope: Scope) -> float:
    """A number of seconds, or what a name of one stands for."""
    named = _NAME.fullmatch(str(said))
    return float(_literal(named, scope) if named else said)


def _is_part(value: Any, whole: Any, scope: Scope) -> bool:
    named = _NAME.fullmatch(str(whole))
    held = _literal(named, scope) if named else None
    if not isinstance(value, list) or not isinstance(held, list):
        return False
    elements, chosen = cast(list[Any], held), cast(list[Any], value)
    return all(element in elements and chosen.count(element) == 1 for element in chosen)
