"""A case as steps of steps, for reports that know no other form: those of the page, and checks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from harness.evidence.transcript import Entry, Kind
from harness.evidence.verdict import Severity, Stage
from harness.report.text import shortened, shown

#: Standing rules have no number of a step.
RULES = "Standing rules"
_LONGEST = 300


@dataclass(frozen=True)
class Part:
    """What was sent, done or judged; ``facts`` tell of a check what was wanted and what came."""

    text: str
    ok: bool
    t: float
    facts: tuple[tuple[str, str], ...] = ()


@dataclass
class Step:
    """A step of the page; ``t`` and ``until`` are seconds since the case began, on its clock."""

    number: str
    t: float
    until: float
    texts: list[str] = field(default_factory=list[str])
    parts: list[Part] = field(default_factory=list[Part])

    @property
    def ok(self) -> bool:
        """Whether all that was judged held."""
        return all(part.ok for part in self.parts)

    @property
    def title(self) -> str:
        """Number, and what it is about."""
        return shortened(f"{self.number} {', '.join(dict.fromkeys(self.texts))}".strip(), _LONGEST)


def steps(entries: Iterable[Entry]) -> list[Step]:
    """The steps of a transcript in the order in which they began, each from the end of the last.

    What the harness asks for by itself is left out.
    """
    found: dict[str, Step] = {}
    ended = 0.0
    for entry in entries:
        label = str(entry.data.get("step", ""))
        if not label or entry.data.get("stage") == Stage.OWN:
            continue
        rule = entry.data.get("stage") == Stage.RULE
        number, _, within = (RULES, "", label) if rule else label.partition(">")
        step = found.setdefault(number, Step(number, ended, ended))
        step.until = ended = max(ended, entry.t)
        if not rule and (text := _about(entry, within)):
            step.texts.append(text)
        part = _part(entry, within)
        if part is not None:
            step.parts.append(part)
    return list(found.values())


def _about(entry: Entry, within: str) -> str:
    """The state that a step runs, or its message."""
    said = entry.data.get("text") or entry.data.get("message") or ""
    return within.rpartition(" ")[0] or within or str(said)


def _part(entry: Entry, within: str) -> Part | None:
    data, where = entry.data, f"{within}: " if within else ""
    match entry.kind:
        case Kind.VALIDATION:
            return _check(data, where, entry.t)
        case Kind.SENT:
            text = f"{where}sends {data.get('action', '')} {shown(data.get('payload'))}"
            return _done(text, entry)
        case Kind.OPERATOR if data.get("outcome") != "begun":
            text = f"{where}operator: {data.get('action')} {shown(data.get('parameters'))}"
            return _done(f"{text}: {data.get('outcome')}", entry)
        case Kind.ACT:
            return _done(f"{where}{data.get('act')} {shown(data.get('facts'))}", entry)
        case _:
            return None


def _done(text: str, entry: Entry) -> Part:
    return Part(shortened(text, _LONGEST), True, entry.t)


def _check(data: dict[str, Any], where: str, t: float) -> Part:
    named = ("expected", "actual", "requirement", "note")
    facts = tuple((name, shown(data[name])) for name in named if data.get(name) not in (None, ""))
    warning = "warning: " if data.get("severity") == Severity.WARNING and not data["ok"] else ""
    what = f"{data.get('message', '')} {data.get('path', '')}".strip()
    ok = bool(data["ok"]) or bool(warning)
    wanted, came = shown(data.get("expected")), shown(data.get("actual"))
    text = f"{warning}{where}{what}: expected {wanted}" + ("" if data["ok"] else f", got {came}")
    return Part(shortened(text, _LONGEST), ok, t, facts)
