"""The condition grammar of Part 5: ``C-49 and (C-30 - C-32 or ISO 15118 support) and HFS-8 > 1``.

AND binds more tightly than OR; a range means any of its features. Part 5 writes some ids carelessly
("C.06.1", "C35", "10.1" for options of C-10, "C-36-(or) C-39"); those forms are understood.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from harness.spec.editions import DEFAULT
from harness.spec.roles import Role
from harness.sut.conditions import (
    All,
    AnyOf,
    Condition,
    Feature,
    MoreThan,
    Not,
    PerRole,
    Profile,
    Subtype,
)

_PROFILES = DEFAULT.features.profiles
_NAMES = "|".join(re.escape(name).replace(r"\ ", r"\s*") for name in _PROFILES)
_TOKENS = re.compile(
    rf"""\s*(?:
      (?P<subtype>Product\s+Subtype\s*"[^"]*")
    | (?P<profile>{_NAMES})
    | (?P<id>(?:AQ|AS|SC|HFS|DM|ISO|LA|UI|C|R)[-.]?\d{{1,3}}(?:\.\d+)?|\d+\.\d+)(?!\d)
    | (?P<word>and|or|not)(?![a-z])
    | (?P<range>-\s*(?:\(or\))?)
    | (?P<more>>\s*\d{{1,3}})(?!\d)
    | (?P<paren>[()])
    )""",
    re.ASCII | re.IGNORECASE | re.VERBOSE,
)
_ROLE = re.compile(r"(?:For\s+)?\b(CSMS|CS|Charging\s+Station):", re.ASCII | re.IGNORECASE)
#: Deepest nesting of parentheses and NOT that is read.
_DEEPEST = 30


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    at: int


@cache
def parse(text: str) -> Condition:
    """The condition that ``text`` describes; "" is no condition.

    Raises:
        ValueError: ``text`` is not in the grammar of Part 5; the message says where.
    """
    pieces = _ROLE.split(text)
    if len(pieces) == 1:
        return _condition(text)
    if pieces[0].strip():
        raise ValueError(f"condition {text!r}: {pieces[0].strip()!r} stands before the first role")
    roles = [Role.CSMS if name.upper() == "CSMS" else Role.STATION for name in pieces[1::2]]
    parts = [_condition(piece.strip().rstrip(",")) for piece in pieces[2::2]]
    return PerRole(tuple(zip(roles, parts, strict=True)))


def _condition(text: str) -> Condition:
    tokens = _tokens(text)
    if not tokens:
        return All()
    reader = _Reader(text, tokens)
    found = reader.either()
    reader.end()
    return found


def _tokens(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    at = 0
    while text[at:].strip():
        match = _TOKENS.match(text, at)
        if match is None or match.lastgroup is None:
            raise ValueError(f"condition {text!r}: cannot read {text[at:].strip()!r}")
        tokens.append(_Token(match.lastgroup, match[match.lastgroup], at))
        at = match.end()
    return tokens


def _canonical(written: str) -> str:
    """``written`` as Part 5's feature tables spell it: "C.06.1" is "C-06.1", "10.1" is "C-10.1"."""
    match = re.fullmatch(r"([A-Z]*)[-.]?(\d+)((?:\.\d+)?)", written.upper())
    if match is None:
        raise ValueError(f"{written!r} is no feature id")
    return f"{match[1] or 'C'}-{match[2]}{match[3]}"


class _Reader:
    """Recursive descent over the tokens of one condition."""

    def __init__(self, text: str, tokens: list[_Token]) -> None:
        self._text = text
        self._tokens = tokens
        self._next = 0
        self._depth = 0

    def either(self) -> Condition:
        parts = [self._both()]
        while self._word("or"):
            parts.append(self._both())
        return parts[0] if len(parts) == 1 else AnyOf(tuple(parts))

    def end(self) -> None:
        if self._peek() is not None:
            raise self._error("'and', 'or' or the end")

    def _both(self) -> Condition:
        parts = [self._one()]
        while self._word("and"):
            parts.append(self._one())
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def _one(self) -> Condition:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise self._error("fewer parentheses inside parentheses")
        found = self._simple()
        self._depth -= 1
        return found

    def _simple(self) -> Condition:
        if self._word("not"):
            return Not(self._one())
        if self._take("paren", "("):
            inner = self.either()
            if not self._take("paren", ")"):
                raise self._error("')'")
            return inner
        if token := self._take("profile"):
            return Profile(_profile(token.text))
        if token := self._take("subtype"):
            return Subtype(token.text.split('"')[1])
        if token := self._take("id"):
            return self._feature(_canonical(token.text))
        raise self._error("a feature")

    def _feature(self, feature: str) -> Condition:
        if token := self._take("more"):
            return MoreThan(feature, int(token.text.lstrip("> ")))
        if not self._take("range"):
            return Feature(feature)
        last = self._take("id")
        if last is None:
            raise self._error("the last feature of the range")
        return self._range(feature, _canonical(last.text))

    def _range(self, first: str, last: str) -> Condition:
        kind, low = first.split("-")
        other, high = last.split("-")
        if kind != other or not (low.isdigit() and high.isdigit() and int(low) < int(high)):
            raise ValueError(f"condition {self._text!r}: {first} to {last} is no range")
        numbers = range(int(low), int(high) + 1)
        return AnyOf(tuple(Feature(f"{kind}-{number:0{len(low)}}") for number in numbers))

    def _peek(self) -> _Token | None:
        return self._tokens[self._next] if self._next < len(self._tokens) else None

    def _take(self, kind: str, text: str = "") -> _Token | None:
        token = self._peek()
        if token is None or token.kind != kind or (text and token.text != text):
            return None
        self._next += 1
        return token

    def _word(self, word: str) -> bool:
        token = self._peek()
        if token is None or token.kind != "word" or token.text.lower() != word:
            return False
        self._next += 1
        return True

    def _error(self, wanted: str) -> ValueError:
        token = self._peek()
        found = repr(self._text[token.at :].strip()) if token else "the end"
        return ValueError(f"condition {self._text!r}: expected {wanted}, found {found}")


def _profile(written: str) -> str:
    wanted = re.sub(r"\s", "", written).casefold()
    return next(name for name in _PROFILES if name.replace(" ", "").casefold() == wanted)
