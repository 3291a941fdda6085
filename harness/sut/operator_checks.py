"""Whether the templates of an operator are such, and name what its contract has."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any, cast

from harness.sut.contract import template_names, template_parameters
from harness.sut.model import OperatorSpec, Sut
from harness.sut.operator_scripts import Script, choices
from harness.sut.operator_settings import OperatorSettingsError
from harness.sut.template_contract import BY_TEMPLATES, COMMAND, words
from harness.sut.template_text import Expression, TemplateTextError, names_in

#: Notes a mistake: path, what is wrong, what to write instead.
_Wrong = Callable[[str, str, str], None]


def check_templates(sut: Sut, wrong: _Wrong) -> None:
    """Report templates that are none, or for what no case asks, and names that nothing fills.

    What is not said by templates is left to the operator, which says so itself.
    """
    path, spec = "operator", sut.operator
    while spec is not None:
        _check(sut, spec, f"{path}.settings.actions", wrong)
        path, spec = f"{path}.fallback", spec.fallback


def _check(sut: Sut, spec: OperatorSpec, path: str, wrong: _Wrong) -> None:
    actions = spec.settings.get("actions")
    if spec.kind not in BY_TEMPLATES or not isinstance(actions, Mapping):
        return
    for name, template in cast("Mapping[str, Any]", actions).items():
        if problem := _unknown(sut, str(name)):
            wrong(f"{path}.{name}", *problem)
        else:
            _check_template(sut, spec.kind, str(name), template, f"{path}.{name}", wrong)


def _unknown(sut: Sut, name: str) -> tuple[str, str] | None:
    known = template_names(sut.role)
    if name in known:
        return None
    verb, _, message = name.partition(".")
    if verb == "ask" and verb in known:
        if message in sut.edition.actions:
            return None
        what, known = f"there is no message {message!r}", tuple(sorted(sut.edition.actions))
        near = difflib.get_close_matches(message, known, n=1)
        return what, f"did you mean ask.{near[0]}?" if near else "write ask.Reset, for example"
    near = difflib.get_close_matches(name, known, n=1)
    instead = f"did you mean {near[0]}?" if near else f"write one of {', '.join(known)}"
    return f"no case asks the operator of a {sut.role} for {name!r}", instead


def _check_template(
    sut: Sut, kind: str, name: str, template: Any, path: str, wrong: _Wrong
) -> None:
    try:
        used = list(
            names_in(template) if kind == COMMAND else _names(choices(kind, path, template))
        )
    except OperatorSettingsError as error:
        wrong(error.path, f"{error.path.removeprefix('operator.')} {error.what}", error.instead)
        return
    except TemplateTextError as error:
        wrong(path, str(error), "write {{ payload.type }}, for example, or one brace for a name")
        return
    own = sorted(template_parameters(sut.role, name))
    known = (*own, *words(kind))
    for each in dict.fromkeys(used):
        if each.partition(".")[0] not in known:
            near = difflib.get_close_matches(each, known, n=1)
            instead = f"did you mean {{{near[0]}}}?" if near else f"it can name {', '.join(known)}"
            wrong(path, f"the template for {name} names {{{each}}}, which {name} has not", instead)


def _names(scripts: tuple[Script, ...]) -> Iterator[str]:
    """The names in all that a template is filled with, wherever in it they stand."""
    waiting: list[Any] = list(scripts)
    while waiting:
        each = waiting.pop(0)
        if isinstance(each, Expression):
            yield from sorted(each.names)
        elif is_dataclass(each) and not isinstance(each, type):
            waiting += [getattr(each, part.name) for part in fields(each)]
        elif isinstance(each, tuple):
            waiting += cast("tuple[Any, ...]", each)
        else:
            yield from names_in(each)
