"""The table of obligations (the YAML files beside), and what it knows of recorded validations."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from harness.evidence.verdict import Stage, Validation
from harness.spec.catalogue import row
from harness.spec.roles import Role

#: A file for the pages and states of each block, the first with what all share.
TABLES = sorted(Path(__file__).parent.glob("*.yaml"))
_ROLES = {"station": Role.STATION, "csms": Role.CSMS}
#: The variant whose connectors tell their states by NotifyEvent.
_NOTIFY_EVENT = "notify-event"


class TableError(Exception):
    """The table contradicts itself; the message says where."""


@dataclass(frozen=True)
class Obligation:
    """A row of the table; its ``step`` as it is recorded, with the states around it."""

    step: str
    message: str
    field: str
    what: str
    wanted: str = ""
    variant: str = ""
    needs: str = ""
    by: str = ""
    overruled: str = ""
    beyond: str = ""

    def __str__(self) -> str:
        where = f"step {self.step}: {self.message} {self.field}".strip()
        under = f" under {self.variant}" if self.variant else ""
        return f"{where}: {self.wanted or 'any value'} ({self.what}){under}"

    @property
    def recorded(self) -> bool:
        """Whether a case has to record it itself."""
        return not (self.by or self.overruled)

    def knows(self, validation: Validation) -> bool:
        """Whether this row is about the validation: preparations are no obligation of the main
        part, nor the other way round.
        """
        before = self.step.startswith(("Before", "connected", "accepted"))
        return (
            self.recorded
            and self.step == validation.step
            and self.message == validation.message
            and (validation.stage is Stage.BEFORE) == before
            and _pattern(self.field, in_field=True).fullmatch(validation.path) is not None
            and _pattern(self.wanted, in_field=False).fullmatch(str(validation.expected))
            is not None
        )


@cache
def _pattern(text: str, *, in_field: bool) -> re.Pattern[str]:
    if not in_field:
        return re.compile(".*" if not text else re.escape(text).replace(r"\*", ".*"), re.DOTALL)
    parts = re.escape(text).replace(r"\(\*\)", r"\(.+\)").replace(r"\*", r"\d+")
    return re.compile(parts)


@dataclass(frozen=True)
class Page:
    """The obligations of a case: its own, and those of the states that it runs."""

    id: str
    variant: str
    obligations: tuple[Obligation, ...]
    #: What the states of its preparations may record; the cases that run them owe it.
    preparations: tuple[Obligation, ...] = ()

    @property
    def role(self) -> Role:
        """The role of the system under test."""
        return row(self.id).role

    @property
    def variants(self) -> frozenset[str]:
        """The conforming variants against which the case must run to show all of them."""
        return frozenset({o.variant for o in self.obligations} | {self.variant})


@dataclass(frozen=True)
class Table:
    """The files of the table as one, resolved."""

    pages: Mapping[str, Page]
    preconditions: Mapping[Role, tuple[Obligation, ...]]
    rules: Mapping[Role, frozenset[str]]


@cache
def load() -> Table:
    """Read the table.

    Raises:
        TableError: a row has an unknown key or contradicts itself.
    """
    data: dict[str, dict[str, Any]] = {}
    for path in TABLES:
        for part, entries in yaml.load(path.read_text("utf-8"), Loader=yaml.CSafeLoader).items():
            _merge(data.setdefault(part, {}), entries, f"{path.name}: {part}")
    return Table(
        {id: _page(id, entry, data["states"]) for id, entry in data["cases"].items()},
        {_ROLES[r]: tuple(_obligations("", rows)) for r, rows in data["preconditions"].items()},
        {_ROLES[r]: frozenset(rules) for r, rules in data["rules"].items()},
    )


def _merge(known: dict[str, Any], more: Mapping[str, Any], where: str) -> None:
    """Add what another file says; the states of both roles are one level deeper."""
    for name, entry in more.items():
        if name in _ROLES and name in known and where.endswith("states"):
            _merge(known[name], entry, f"{where} {name}")
        elif name in known:
            raise TableError(f"{where}: {name} stands twice")
        else:
            known[name] = entry


def _page(id: str, entry: Mapping[str, Any], states: Mapping[str, Any]) -> Page:
    variant = entry.get("variant", "")
    found = list(_obligations("", entry.get("rows", [])))
    known = states["station" if row(id).role is Role.STATION else "csms"]

    def of_state(step: str, name: str, *others: str) -> Iterator[Obligation]:
        for each in (name, *known[name].get("includes", []), *others):
            yield from _obligations(f"{step}>{name} ", known[each].get("rows", []))

    for step, name in entry.get("runs", {}).items():
        found += of_state(step, name)
    reached = entry.get("reaches", {}).items()
    preparations = (o for name, others in reached for o in of_state("Before", name, *others))
    if variant:
        # What a state owes in other variants is recorded by the cases that run in any variant.
        found = [replace(o, variant=variant) for o in found if not o.variant]
    return Page(id, variant, tuple(found), tuple(preparations))


def _obligations(prefix: str, rows: Iterable[Mapping[str, Any]]) -> Iterator[Obligation]:
    for entry in rows:
        values = {key: str(value) for key, value in entry.items() if key != "connectors"}
        values["step"] = f"{prefix}{values['step']}"
        values["wanted"] = values.pop("is", "")
        try:
            if "connectors" in entry:
                yield from _connectors(values, entry["connectors"])
            else:
                yield _sound(Obligation(**values))
        except TypeError as error:
            raise TableError(f"{entry}: {error}") from error


def _sound(one: Obligation) -> Obligation:
    if sum(bool(each) for each in (one.by, one.overruled, one.beyond)) > 1:
        raise TableError(f"{one}: by, overruled and beyond exclude each other")
    if one.recorded and not one.wanted:
        raise TableError(f"{one}: says not what is wanted")
    return one


def _connectors(values: dict[str, str], states: Mapping[str, str]) -> Iterator[Obligation]:
    for place, status in states.items():
        evse, connector = place.split("/")
        name = f"evse {evse} connector {connector}"
        told = {**values, "message": "StatusNotificationRequest", "wanted": status}
        yield Obligation(**{**told, "field": f"{name} status"})
        if values.get("variant"):
            continue
        event = {**values, "message": "NotifyEventRequest", "variant": _NOTIFY_EVENT}
        yield Obligation(**{**event, "field": f"{name} status", "wanted": status})
        yield Obligation(**{**event, "field": f"{name} trigger", "wanted": "Delta"})


def unknown(
    obligations: Iterable[Obligation], validations: Iterable[Validation]
) -> list[Validation]:
    """Recorded validations, but for those of standing rules, that no row knows."""
    rows = list(obligations)
    of_case = (v for v in validations if v.stage is not Stage.RULE)
    return [v for v in of_case if not any(o.knows(v) for o in rows)]


def missing(
    obligations: Iterable[Obligation], validations: Iterable[Validation]
) -> list[Obligation]:
    """Obligations that none of the validations is about; those of a rule need the rule to have run.

    Overruled ones are not asked for.
    """
    seen = list(validations)
    rules = {v.step for v in seen if v.stage is Stage.RULE}
    return [
        o
        for o in obligations
        if (o.by and o.by not in rules) or (o.recorded and not any(o.knows(v) for v in seen))
    ]
