"""The texts of an operator's templates, read: what stands as it is, and what is put in.

``{name}`` is a parameter, ``{payload.type}`` a part of one, ``{name?}`` one that may be absent and
``{...payload}`` all entries of one. ``{{ … }}`` is an expression of Jinja over the same names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any, cast

from jinja2 import StrictUndefined, TemplateSyntaxError, meta
from jinja2.environment import TemplateExpression
from jinja2.sandbox import ImmutableSandboxedEnvironment

_PLACEHOLDER = re.compile(r"\{(\.\.\.)?([A-Za-z_]\w*(?:\.[\w-]+)*)(\??)\}", re.ASCII)

#: Of Jinja expressions alone: whoever writes a description also writes other braces.
_JINJA = ImmutableSandboxedEnvironment(
    block_start_string="\x00%",
    block_end_string="%\x00",
    comment_start_string="\x00#",
    comment_end_string="#\x00",
    undefined=StrictUndefined,
    keep_trailing_newline=True,
)
_GLOBALS = cast("dict[str, Any]", _JINJA.globals)  # pyright: ignore[reportUnknownMemberType]  # Jinja leaves it open
_GLOBALS["timedelta"] = timedelta


class TemplateTextError(ValueError):
    """A text that is no template; the message says what is wrong with it."""


@dataclass(frozen=True)
class Placeholder:
    """``{name}`` as it is written (``text``); ``spread``: all entries of it, beside others."""

    text: str
    names: tuple[str, ...]
    optional: bool = False
    spread: bool = False


@dataclass(frozen=True)
class Expression:
    """``{{ … }}`` as it is written (``text``), what it evaluates, and which names that takes."""

    text: str
    evaluate: TemplateExpression
    names: frozenset[str]


Piece = str | Placeholder | Expression


@cache
def pieces(text: str) -> tuple[Piece, ...]:
    """What a text is made of, in order.

    Raises:
        TemplateTextError: an expression in it is none.
    """
    if "{{" not in text:
        return tuple(_placeholders(text))
    try:
        return tuple(_lexed(text))
    except TemplateSyntaxError as error:
        raise TemplateTextError(f"{text!r} has no expression between {{{{ and }}}}") from error


@cache
def expression(source: str) -> Expression:
    """An expression, written without the braces around it.

    Raises:
        TemplateTextError: it is none.
    """
    try:
        tree = _JINJA.parse(f"{{{{ {source} }}}}")
        evaluate = _JINJA.compile_expression(source, undefined_to_none=False)
    except TemplateSyntaxError as error:
        raise TemplateTextError(f"{source!r} is no expression: {error.message}") from error
    names = meta.find_undeclared_variables(tree) - set(_GLOBALS)
    return Expression(source, evaluate, frozenset(names))


def whole(text: str) -> Placeholder | Expression | None:
    """What a text stands for that is nothing but one placeholder or expression."""
    found = pieces(text)
    return found[0] if len(found) == 1 and not isinstance(found[0], str) else None


def names_in(template: Any) -> Iterator[str]:
    """The names in all texts of a template, as they are written: ``payload.type``.

    Raises:
        TemplateTextError: an expression in it is none.
    """
    if isinstance(template, str):
        for piece in pieces(template):
            if isinstance(piece, Placeholder):
                yield ".".join(piece.names)
            elif isinstance(piece, Expression):
                yield from sorted(piece.names)
    elif isinstance(template, Mapping):
        for key, value in cast("Mapping[Any, Any]", template).items():
            yield from names_in(key)
            yield from names_in(value)
    elif isinstance(template, list):
        for each in cast("list[Any]", template):
            yield from names_in(each)


def _placeholders(text: str) -> Iterator[Piece]:
    end = 0
    for match in _PLACEHOLDER.finditer(text):
        if match.start() > end:
            yield text[end : match.start()]
        spread, name, optional = match.groups()
        yield Placeholder(match[0], tuple(name.split(".")), bool(optional), bool(spread))
        end = match.end()
    if end < len(text):
        yield text[end:]


def _lexed(text: str) -> Iterator[Piece]:
    inside: list[str] | None = None
    for _, kind, value in _JINJA.lex(text):
        if kind == "variable_begin":
            inside = []
        elif kind == "variable_end":
            yield expression("".join(inside or ()).strip())
            inside = None
        elif inside is not None:
            inside.append(value)
        else:
            yield from _placeholders(value)
    if inside is not None:
        raise TemplateTextError(f"{text!r} has {{{{ without }}}}")
