"""Reads the page files: beside the case modules, of the states, and what holds for all."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from itertools import product
from pathlib import Path
from typing import Any, cast

import yaml

from harness.evidence.verdict import Stage
from harness.proof.pages.model import Act, General, Judged, Page, Row, StateRun, Stimulus
from harness.proof.pages.parameters import told_of
from harness.spec.catalogue import row as catalogue_row
from harness.spec.roles import Role
from harness.testbed.kits import KITS

#: The variants whose connectors tell their states by NotifyEvent alone, that of these rows first.
_BY_EVENT = ("notify-event", "notify-event-tx-parking-bay")
_STATUS, _EVENT = "StatusNotificationRequest", "NotifyEventRequest"
#: What names a source: a requirement, a place in a part, an erratum, a data type.
_SOURCE = re.compile(r"\.FR\.\d\d|Part \d|2\.6 |erratum|pre-conditions|EnumType|RFC \d|^page$")
#: An answer of the harness; it is recorded at the step of its request.
_ANSWER = re.compile(r"(\w+)(?:Response| CALLERROR)")
#: Of a step in which whatever came is answered.
_ANSWERS = "answers"
#: Keys of a row that say how it is recorded, and those that tell a reader more.
_TELLING = frozenset(
    {"when", "trap", "erratum", "requirement", "what", "repeat", "seconds", "steps"}
)
_RECORDED = frozenset({"variant", "but_in", "optional", "rule", "overruled", "source"})
_SUBJECTS = ("message", "connectors", "state", "act", "either", "configure", "memory", "arrange")
_KEYS = frozenset(
    {"step", "by", "fields", "absent", "with", "given", "hands", "value", "path", "note"}
)


class PageError(Exception):
    """A page file contradicts itself or the form; the message says where."""


@dataclass(frozen=True)
class _Place:
    """Where rows stand: the states around them, the part of the case, the page's file."""

    file: str
    role: Role
    prefix: str = ""
    stage: Stage = Stage.MAIN
    variant: str = ""
    but_in: tuple[str, ...] = ()

    def label(self, step: object) -> str:
        return f"{self.prefix}{step}"

    @property
    def section(self) -> str:
        """The states around, as acts of an operator are recorded."""
        return self.prefix.strip()


def page_file(case_id: str) -> Path:
    """Where the page of a case lies; it need not be there."""
    row = catalogue_row(case_id)
    folder = resources.files(KITS[row.role].cases) / row.folder
    return Path(str(folder / f"test_{case_id.lower()}.yaml"))


@cache
def page(case_id: str) -> Page:
    """The page of a case.

    Raises:
        PageError: there is no file, or it has a mistake.
    """
    path, role = page_file(case_id), catalogue_row(case_id).role
    data = _read(path)
    place = _Place(path.name, role)
    rows = [
        *_rows(data.get("before", []), replace(place, stage=Stage.BEFORE), data),
        *_rows([*data.get("steps", []), *_with_step(data.get("post", []))], place, data),
        *_rows(_beyond(data, path.name), place, data),
    ]
    run_as = str(data.get("run_as", ""))
    if run_as:  # There is no variant that is both.
        rows = [row for row in rows if row.variant not in _BY_EVENT]
    return Page(
        case_id,
        run_as,
        tuple(r for r in rows if isinstance(r, Judged)),
        tuple(r for r in rows if isinstance(r, Stimulus)),
        tuple(r for r in rows if isinstance(r, Act)),
        tuple(r for r in rows if isinstance(r, StateRun)),
        tuple(data.get("also_as", ())),
        bool(data.get("by_event")),
    )


def unsourced(page: Page) -> list[str]:
    """Rows that go beyond the page or against it without naming what allows that."""
    rows = (*page.judged, *page.stimuli, *page.acts)
    said = ((row, text) for row in rows for text in (row.source, getattr(row, "overruled", "")))
    return [f"{row} ({text})" for row, text in said if text and not _SOURCE.search(text)]


@cache
def general(role: Role) -> General:
    """What holds for all pages of a role."""
    data = _read(_file("general.yaml"))[str(role)]
    place = _Place("general.yaml", role)
    before = replace(place, stage=Stage.BEFORE)
    own = list(_rows(data.get("bookkeeping", []), place, data))
    return General(
        frozenset(data["rules"]),
        tuple(r for r in _rows(data["preconditions"], before, data) if isinstance(r, Judged)),
        data["fields"],
        tuple(r for r in own if isinstance(r, Stimulus)),
        tuple(r for r in own if isinstance(r, Act)),
        data["facts"],
    )


def _file(name: str) -> Path:
    return Path(str(resources.files("harness.proof.pages") / name))


@cache
def _read(path: Path) -> Mapping[str, Any]:
    try:
        return yaml.load(path.read_text("utf-8"), Loader=yaml.CSafeLoader)
    except OSError as error:
        raise PageError(f"{path.name}: {error.strerror}; write it as {path}") from error
    except yaml.YAMLError as error:
        raise PageError(f"{path.name}: {error}") from error


def _beyond(data: Mapping[str, Any], file: str) -> Sequence[Mapping[str, Any]]:
    entries: Sequence[Mapping[str, Any]] = data.get("beyond", [])
    for entry in entries:
        if not entry.get("source"):
            raise PageError(f"{file}: {dict(entry)}: beyond the page, but no source")
    return entries


def _with_step(entries: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Those that are recorded at a step of their own; the others sum up what steps have judged."""
    return [entry for entry in entries if "step" in entry]


def _rows(
    entries: Sequence[Mapping[str, Any]], place: _Place, page: Mapping[str, Any]
) -> Iterator[Row]:
    requests: dict[str, object] = {}
    for entry in entries:
        _check(entry, place)
        for alternative in entry.get("either", []):
            choice = [{"when": "chosen", **each} for each in alternative]
            yield from _rows(choice, place, page)
        if entry.get("by") == "system" and "message" in entry:
            requests[str(entry["message"])] = entry.get("step")
        yield from _of_entry(entry, place, requests)


def _check(entry: Mapping[str, Any], place: _Place) -> None:
    unknown = entry.keys() - _TELLING - _RECORDED - _KEYS - set(_SUBJECTS)
    if unknown:
        raise PageError(f"{place.file}: {dict(entry)}: unknown {', '.join(sorted(unknown))}")
    if sum(bool(entry.get(key)) for key in ("rule", "overruled")) > 1:
        raise PageError(f"{place.file}: {dict(entry)}: rule and overruled exclude each other")


def _of_entry(
    entry: Mapping[str, Any], place: _Place, requests: Mapping[str, object]
) -> Iterator[Row]:
    common: dict[str, Any] = {
        "stage": place.stage,
        "variant": str(entry.get("variant", place.variant)),
        "but_in": (*place.but_in, *_but_in(entry)),
        "optional": _is_optional(entry),
        "source": str(entry.get("source", "")),
    }
    step = (
        "Before" if place.stage is Stage.BEFORE and "step" not in entry else entry.get("step", "")
    )
    label, system = place.label(step), entry.get("by", "system") == "system"
    if entry.keys() & {"state", "memory"}:
        yield from _of_state(entry, place, step)
    elif "configure" in entry:
        facts = {str(entry["configure"]): entry.get("value", "any")}
        yield Act(place.label("Before"), by="harness", act="configure", facts=facts, **common)
    elif "act" in entry and not system and "message" not in entry:
        yield _act(entry, place, label, common)
    elif "connectors" in entry:
        yield from _connectors(entry, label, common, system=system)
    elif entry.get("message", _ANSWERS) != _ANSWERS and system:
        yield from _judged(entry, place, label, common)
    elif entry.get("message", _ANSWERS) != _ANSWERS:
        yield from _stimuli(entry, place, label, requests, common)


def _but_in(entry: Mapping[str, Any]) -> tuple[str, ...]:
    """The variants in whose runs it does not show: a name, or several."""
    said: str | list[str] = entry.get("but_in", [])
    return (said,) if isinstance(said, str) else tuple(said)


def _is_optional(entry: Mapping[str, Any]) -> bool:
    """What has a condition is owed in the run of the variant that meets it, where it names one."""
    return bool(entry.get("optional", False)) or ("when" in entry and "variant" not in entry)


def _act(entry: Mapping[str, Any], place: _Place, label: str, common: Mapping[str, Any]) -> Act:
    by = str(entry["by"])
    where = label if by == "harness" else place.section
    facts = dict(entry.get("fields", {}))
    if "seconds" in entry and by == "harness":
        facts["seconds"] = entry["seconds"]
    overruled = str(entry.get("overruled", ""))
    return Act(where, by=by, act=str(entry["act"]), facts=facts, overruled=overruled, **common)


def _judged(
    entry: Mapping[str, Any], place: _Place, label: str, common: Mapping[str, Any]
) -> Iterator[Judged]:
    message = str(entry["message"])
    marks = {key: str(entry.get(key, "")) for key in ("rule", "overruled")}
    if entry.get("absent"):
        said = {"fact": "silence", "message": "any", "fields": "any", "seconds": "any"}
        yield Judged(label, message=message, said=said, **marks, **common)
        return
    fields: Mapping[str, Any] = entry.get("fields", {})
    if message.endswith("Request") and (not entry.get("source") or not fields):
        yield Judged(label, message=message, said={"fact": "sent"}, **marks, **common)
    if message.endswith("Response") and not fields and place.role is Role.CSMS:
        yield Judged(label, message=message, said={"fact": "CALLRESULT"}, **marks, **common)
    for path, said in fields.items():
        for each in _alternatives(said):
            row = Judged(label, message=message, field=path, said=each["is"], **marks, **common)
            more = {key: each[key] for key in _RECORDED if key in each}
            if "but_in" in each:
                more["but_in"] = (*row.but_in, *_but_in(each))
            if "when" in each:
                more["optional"] = row.optional or _is_optional({**entry, **each})
            yield replace(row, **more)


def _alternatives(said: Any) -> list[Mapping[str, Any]]:
    """A field's values, each with its marks: ``{is: X, when: …}``, a list of those, or a value."""
    if isinstance(said, list) and all(_is_marked(each) for each in cast(list[Any], said)):
        return cast(list[Mapping[str, Any]], said)
    return [cast(Mapping[str, Any], said) if _is_marked(said) else {"is": said}]


def _is_marked(said: Any) -> bool:
    return isinstance(said, dict) and "is" in said


def _stimuli(
    entry: Mapping[str, Any],
    place: _Place,
    label: str,
    requests: Mapping[str, object],
    common: Mapping[str, Any],
) -> Iterator[Stimulus]:
    """A row for each choice of values that the page leaves."""
    message = str(entry["message"])
    answered = _ANSWER.fullmatch(message)
    if answered:
        label = place.label(requests.get(f"{answered[1]}Request", entry.get("step")))
    said: Mapping[str, Any] = entry.get("fields", {})
    # An answer without content is given by default, and where it is due is judged by its request.
    empty = message.endswith("Response") and not said
    for chosen in product(*map(_alternatives, said.values())):
        fields = {path: each["is"] for path, each in zip(said, chosen, strict=True)}
        optional = common["optional"] or empty or any("when" in each for each in chosen)
        yield Stimulus(
            label,
            message=message,
            fields=fields,
            times=_times(entry),
            repeated="repeat" in entry or answered is not None,
            overruled=str(entry.get("overruled", "")),
            **dict(common, optional=optional),
        )


def _times(entry: Mapping[str, Any]) -> int:
    """How often, where ``repeat`` is a number."""
    repeat = entry.get("repeat")
    return repeat if isinstance(repeat, int) else 0


def _connectors(
    entry: Mapping[str, Any], label: str, common: Mapping[str, Any], *, system: bool
) -> Iterator[Row]:
    marks = {key: str(entry.get(key, "")) for key in ("rule", "overruled")}
    for place, said in cast(Mapping[str, Any], entry["connectors"]).items():
        evse, connector = place.split("/")
        for each in _alternatives(said):
            status = each["is"]
            variant = {"variant": each.get("variant", common["variant"])}
            if not system:
                fields = {"connectorStatus": status, "evseId": evse, "connectorId": connector}
                row = Stimulus(label, message=_STATUS, fields=fields, **dict(common, **variant))
                yield replace(row, repeated="repeat" in entry, times=_times(entry))
                continue
            name = f"evse {evse} connector {connector}"
            plain = Judged(
                label, message=_STATUS, field=f"{name} status", said=status, **marks, **common
            )
            yield replace(plain, **variant, but_in=(*plain.but_in, *_but_in(each), *_BY_EVENT))
            if not variant["variant"]:
                event = replace(plain, message=_EVENT, variant=_BY_EVENT[0])
                yield event
                yield replace(event, field=f"{name} trigger", said="Delta")


def _of_state(entry: Mapping[str, Any], place: _Place, step: object) -> Iterator[Row]:
    name = str(entry.get("state", entry.get("memory")))
    inner = replace(
        place,
        prefix=f"{place.prefix}{step}>{name} ",
        variant=str(entry.get("variant", place.variant)),
        but_in=(*place.but_in, *_but_in(entry)),
    )
    if place.stage is not Stage.BEFORE:
        optional = _is_optional(entry)
        yield StateRun(inner.section, place.stage, inner.variant, optional, but_in=inner.but_in)
    # What the plain system's state comes down to here, where the state's own page leaves it.
    hands = [
        Act(
            inner.section,
            place.stage,
            inner.variant,
            but_in=inner.but_in,
            by="hands",
            act=str(act),
        )
        for act in entry.get("hands", [])
    ]
    given: Mapping[str, Any] = entry.get("with", {})
    # Of a state that goes through this one, or does not.
    perhaps = ">" in place.prefix and bool(entry.get("optional"))
    for row in (*hands, *_state_rows(name, inner, given)):
        told = told_of(row, given) if given else row
        yield replace(told, optional=True) if perhaps else told


def _state_rows(name: str, place: _Place, parameters: Mapping[str, Any]) -> Iterator[Row]:
    """The rows of a state; those of the states that it goes through are recorded under its name.

    A row with ``given`` is one of a state that has these parameters, or leaves them out.
    """
    data = _read(_file(f"states/{place.role.value.lower()}/{name}.yaml"))
    for before in data.get("before", []):
        if "state" not in before:
            yield from _rows([{"step": "Before", **before}], place, data)
            continue
        for row in _state_rows(str(before["state"]), place, {}):
            yield replace(row, optional=True)
    yield from _rows(list(_of_given(data.get("steps", []), parameters)), place, data)
    for entries in data.get("variants", {}).values():
        yield from _rows([{"when": "chosen", **each} for each in entries], place, data)
    # Which of them a run shows hangs on the case and the variant; some run shows each.
    shown = [{**each, "optional": True} for each in data.get("shown", [])]
    yield from _rows(shown, place, data)


def _of_given(
    entries: Sequence[Mapping[str, Any]], parameters: Mapping[str, Any]
) -> Iterator[Mapping[str, Any]]:
    for entry in entries:
        needed: Mapping[str, Any] = entry.get("given", {})
        if all(parameters.get(name, value) == value for name, value in needed.items()):
            yield entry
