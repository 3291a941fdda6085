"""Parts of pages that are made from the harness's own data."""

from __future__ import annotations

import argparse
import json
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from ocpp_conformance import OPTIONS

from harness.cli.commands import COMMANDS
from harness.questions.of_csms import CSMS as CSMS_QUESTIONS
from harness.questions.of_station import STATION as STATION_QUESTIONS
from harness.reference import faults as named
from harness.reference import variants as conforming
from harness.rules.rulebook import OF_CSMS, OF_STATION
from harness.spec import catalogue
from harness.spec.editions import DEFAULT
from harness.spec.roles import Role
from harness.sut.contract import Action, described, of_role
from harness.sut.model import Sut
from harness.sut.template_contract import KEYS, WORDS

ROOT = Path(__file__).parents[2]
#: What an id of Part 5 begins with, and where it belongs.
GROUPS = {
    "C": "Core",
    "AS": "Advanced Security",
    "LA": "Local Authorization List Management",
    "SC": "Smart Charging",
    "DM": "Advanced Device Management",
    "R": "Reservation",
    "UI": "Advanced User Interface",
    "ISO": "ISO 15118 Support",
    "AQ": "Additional questions",
    "HFS": "Hardware",
}


def table(head: str, rows: Iterable[Iterable[object]]) -> str:
    """A table of Markdown; ``head`` has its titles, separated by "|"."""
    titles = head.split("|")
    lines = [titles, ["---"] * len(titles), *rows]
    return "".join(f"| {' | '.join(_cell(each) for each in line)} |\n" for line in lines)


def _cell(value: object) -> str:
    return re.sub(r"\s+", " ", str(value)).replace("|", "\\|").strip()


def _code(text: str) -> str:
    return f"`{text}`"


# -- operators


def contract(role: str) -> str:
    """Every action of an operator, as a section."""
    return "\n".join(_action(each) for each in of_role(Role(role)))


def _action(action: Action) -> str:
    asked = action.question.replace("{", "`").replace("}", "`")
    parameters = ", ".join(described(each) for each in action.parameters) or "none"
    lines = [f"#### `{action.name}`", "", f"Asked to {asked}.", "", f"- Parameters: {parameters}"]
    if action.result:
        lines.append(f"- Answers {action.result}")
    lines.append(f"- When it counts: it {action.freshness}")
    lines.append(f"- Refused: {action.refusal}")
    if action.special:
        lines.append(f"- Templates for one value alone: {', '.join(map(_code, action.special))}")
    return "\n".join(lines) + "\n"


def template_keys() -> str:
    """The keys of a template."""
    return table(
        "key|kinds|meaning", ((_code(k.name), ", ".join(k.kinds), k.meaning) for k in KEYS)
    )


def template_names() -> str:
    """The names that texts of templates may use."""
    return table(
        "name|kinds|meaning", ((_code(w.name), ", ".join(w.kinds), w.meaning) for w in WORDS)
    )


# -- features


def features() -> str:
    """Every feature of Part 5: what it says, of whom, where it is found, and who asks for it."""
    words: Mapping[str, str] = DEFAULT.table("feature_words")
    found = {**_sources("feature_finds"), **_sources("feature_signs")}
    asked = {feature: _asking(feature) for feature in words}
    parts = [
        f"## {title}\n\n"
        + table(
            "id|a system that declares it|declared by|found in|cases that ask for it",
            (
                (
                    _code(feature),
                    what,
                    _declared_by(feature),
                    found.get(feature, ""),
                    asked[feature],
                )
                for feature, what in words.items()
                if feature.partition("-")[0] == prefix
            ),
        )
        for prefix, title in GROUPS.items()
    ]
    return "\n".join(parts)


def _sources(name: str) -> dict[str, str]:
    finds: Mapping[str, Mapping[str, Any]] = DEFAULT.table(name)
    return {feature: _code(find["variable"]) for feature, find in finds.items()}


def _declared_by(feature: str) -> str:
    known = DEFAULT.features.known
    roles = [role.value for role in Role if feature in known[role]]
    return ", ".join(roles) or Role.STATION.value


def _asking(feature: str) -> int:
    """How many cases have it, or what it is an option of, in their condition."""
    names = {feature, feature.partition(".")[0]}
    return sum(bool(names & _named(row)) for row in catalogue.load().values())


def _named(row: catalogue.Row) -> set[str]:
    conditions = " ".join((row.needs, *(each.features for each in row.certification)))
    return set(re.findall(r"[A-Z]+-\d+(?:\.\d+)?", conditions))


def one_of() -> str:
    """The groups of which a system must have at least one."""
    return "".join(
        f"- {role}: {' or '.join(map(_code, group))}\n"
        for role in Role
        for group in DEFAULT.features.one_of[role]
    )


def certification_profiles() -> str:
    """The certification profiles, and how many cases they have."""
    rows = catalogue.load().values()
    counted = (
        (name, *(sum(r.role is role and _of(r, name) for r in rows) for role in Role))
        for name in catalogue.profiles()
    )
    return table("profile|" + "|".join(f"cases of a {role}" for role in Role), counted)


def _of(row: catalogue.Row, profile: str) -> bool:
    return any(each.profile == profile for each in row.certification)


# -- rules and questions


def rules() -> str:
    """Every standing rule, and for whom it holds."""
    roles = {rule: [] for rule in (*OF_STATION, *OF_CSMS)}
    for role, of_it in ((Role.STATION, OF_STATION), (Role.CSMS, OF_CSMS)):
        for rule in of_it:
            roles[rule].append(role.value)
    return table(
        "rule|what holds|of a",
        (
            (_code(rule.__name__), _first_line(rule.__doc__), ", ".join(who))
            for rule, who in roles.items()
        ),
    )


def _first_line(text: str | None) -> str:
    return (text or "").strip().partition("\n\n")[0]


def questions() -> str:
    """What a complete run asks beside its cases."""
    asked = {Role.STATION: STATION_QUESTIONS, Role.CSMS: CSMS_QUESTIONS}
    return table(
        "question|to a|what is sent|what would be wrong|requirement",
        (
            (_code(q.id), role.value, q.asked, q.wrong, q.requirement)
            for role, questions in asked.items()
            for q in questions
        ),
    )


# -- embedded systems


def variants(role: str) -> str:
    """The conforming variants, with what allows each and the features that it changes."""
    known = conforming.STATION if Role(role) is Role.STATION else conforming.CSMS
    return table(
        "variant|why OCPP allows it|features",
        ((_code(name), v.why, _changed(v.adds, v.removes)) for name, v in known.items()),
    )


def _changed(adds: frozenset[str], removes: frozenset[str]) -> str:
    return " ".join(
        [*(f"+{each}" for each in sorted(adds)), *(f"-{each}" for each in sorted(removes))]
    )


def faults(role: str) -> str:
    """The named faults, with the requirement that each breaks and where it must show."""
    known = named.STATION if Role(role) is Role.STATION else named.CSMS
    return table(
        "fault|what the system does|breaks|shows in|at",
        ((_code(f.name), f.what, f.requirement, *f.shows) for f in known.values()),
    )


# -- command line


def commands() -> str:
    """Every command with its options."""
    os.environ["COLUMNS"] = "88"
    parts: list[str] = []
    for command in COMMANDS:
        parser = argparse.ArgumentParser(prog=f"python -m harness {command.name}")
        command.add_arguments(parser)
        help_text = parser.format_help().rstrip()
        parts.append(f"### {command.name}\n\n{command.help}\n\n```text\n{help_text}\n```\n")
    return "\n".join(parts)


def pytest_options() -> str:
    """The options that the harness adds to pytest."""
    return table(
        "option|meaning",
        (
            (
                _code(f"{names.split()[0]} {attributes.get('metavar', '')}".strip()),
                attributes["help"],
            )
            for names, attributes in OPTIONS.items()
        ),
    )


# -- files


def file(name: str) -> str:
    """A file as it is."""
    path = ROOT / name
    return f"```{path.suffix.lstrip('.')}\n{path.read_text('utf-8')}```\n"


def schema(name: str) -> str:
    """The fields of a JSON schema, and those of what it defines."""
    whole = json.loads((ROOT / "schemas" / f"{name}.schema.json").read_text("utf-8"))
    objects = {whole["title"]: whole.get("items", whole), **whole.get("$defs", {})}
    return "\n".join(
        f"#### {title}\n\n{each.get('description', '')}\n\n"
        + table("field|type|meaning", _fields(each))
        for title, each in objects.items()
        if "properties" in each
    )


#: More values than a table shows.
_MANY = 20


def _fields(schema: Mapping[str, Any]) -> Iterable[tuple[str, str, str]]:
    needed = schema.get("required", ())
    for name, field in schema["properties"].items():
        told = {} if isinstance(field, bool) else field  # anything, or nothing
        kind = _type(told) + ("" if name in needed else ", may be absent")
        yield _code(name), kind, told.get("description", "")


def keys() -> str:
    """Every key of a description, with the value that counts where it is not given."""
    schema = json.loads((ROOT / "schemas/sut.schema.json").read_text("utf-8"))
    return table("key|type|default", _keys(schema, Sut("", Role.STATION), ""))


def _keys(
    schema: Mapping[str, Any], defaults: object, prefix: str
) -> Iterator[tuple[str, str, str]]:
    for name, field in schema["properties"].items():
        default = None if name in schema.get("required", ()) else getattr(defaults, name, None)
        if "properties" in field and default is not None:
            yield from _keys(field, default, f"{prefix}{name}.")
        else:
            shown = "" if default in (None, "", (), {}, frozenset()) else _code(_spelled(default))
            yield _code(prefix + name), _type(field), shown


def _spelled(value: object) -> str:
    """As YAML has it."""
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{key}: {_spelled(each)}' for key, each in value.items())}}}"
    if isinstance(value, tuple | frozenset):
        return f"[{', '.join(map(_spelled, sorted(value)))}]"
    return json.dumps(value) if isinstance(value, bool) else str(value)


def _type(field: Mapping[str, Any]) -> str:
    if len(field.get("enum", ())) > _MANY:
        return "id"
    if "enum" in field:
        return ", ".join(_code(str(each)) for each in field["enum"] if each)
    if "$ref" in field:
        return field["$ref"].rpartition("/")[2]
    if "items" in field:
        return f"list of {_type(field['items'])}"
    kinds = field.get("type", "any")
    return kinds if isinstance(kinds, str) else " or ".join(kinds)


MADE: Mapping[str, Callable[..., str]] = {
    function.__name__.replace("_", "-"): function
    for function in (
        contract,
        template_keys,
        template_names,
        features,
        one_of,
        certification_profiles,
        rules,
        questions,
        variants,
        faults,
        commands,
        pytest_options,
        file,
        keys,
        schema,
    )
}
