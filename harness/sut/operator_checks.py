"""Whether the templates of an operator name what its contract has."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, cast

from harness.sut.contract import template_names, template_parameters
from harness.sut.model import Sut

#: ``{payload.type}`` or ``{name?}`` in a text of a template: its name, the rest, the mark.
PLACEHOLDER = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z0-9_]+)*)(\??)\}")
#: What a template may name besides the parameters of its action.
_ALWAYS = ("identity", "csms_url", "action", "parameters")
#: Kinds that are described by templates, what more these may name, and which keys are not filled.
_TEMPLATES: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "http": ((), ("expect", "unsupported", "result")),
    "websocket": (("request_id",), ("result",)),
    "command": ((), ()),
}

#: Notes a mistake: path, what is wrong, what to write instead.
_Wrong = Callable[[str, str, str], None]


def check_templates(sut: Sut, wrong: _Wrong) -> None:
    """Report templates for what no case asks for, and placeholders that their action cannot fill.

    What is no template at all is left to the operator, which says so itself.
    """
    actions = sut.operator.settings.get("actions")
    if sut.operator.kind not in _TEMPLATES or not isinstance(actions, Mapping):
        return
    for name, template in cast("Mapping[str, Any]", actions).items():
        path = f"operator.settings.actions.{name}"
        if problem := _unknown(sut, str(name)):
            wrong(path, *problem)
        else:
            _check_placeholders(sut, str(name), template, path, wrong)


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


def _check_placeholders(sut: Sut, name: str, template: Any, path: str, wrong: _Wrong) -> None:
    more, unfilled = _TEMPLATES[sut.operator.kind]
    own = sorted(template_parameters(sut.role, name))
    known = {*_ALWAYS, *more, *own}
    for used in dict.fromkeys(_used(template, unfilled)):
        if used.partition(".")[0] not in known:
            near = difflib.get_close_matches(used, known, n=1)
            given = ", ".join([*own, *_ALWAYS, *more])
            instead = f"did you mean {{{near[0]}}}?" if near else f"it can name {given}"
            wrong(path, f"the template for {name} names {{{used}}}, which {name} has not", instead)


def _used(template: Any, unfilled: tuple[str, ...]) -> Iterator[str]:
    """The names in the texts of a template."""
    if isinstance(template, str):
        yield from (match[1] for match in PLACEHOLDER.finditer(template))
    elif isinstance(template, Mapping):
        for key, value in cast("Mapping[str, Any]", template).items():
            if key not in unfilled:
                yield from _used(value, ())
    elif isinstance(template, list):
        for each in cast("list[Any]", template):
            yield from _used(each, ())
