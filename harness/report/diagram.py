"""Draws a case as a sequence diagram: SVG of our own, two lifelines, one row per event."""

from __future__ import annotations

import textwrap
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import Any, cast

from harness.evidence.transcript import Entry, Kind
from harness.report.text import legal, printable, shortened, shown, shown_pair
from harness.spec.roles import Role

WIDTH, LEFT, RIGHT, TOP = 520, 36, 484, 46
LINE = 15
#: Characters that fit between the lifelines, and across the whole diagram.
BETWEEN, ACROSS = 62, 74
#: A diagram of more rows helps nobody; the frames are in the transcript.
MOST_ROWS = 400

#: For a diagram that stands alone; the HTML report brings its own colours.
STYLE = """
svg.seq{--fg:#1d2433;--dim:#667085;--line:#98a2b3;--bad:#c4320a;--warn:#a15c07;--note:#eef2f8;
--bg:#fff;background:var(--bg)}
@media (prefers-color-scheme:dark){svg.seq{--fg:#e6e9ef;--dim:#9aa4b5;--line:#5d6778;--bad:#ff8a66;
--warn:#f0b44c;--note:#262d3a;--bg:#151a22}}
"""

#: How rows look; shared by the diagram alone and the HTML report.
SHAPES = """
.seq text{font:12px system-ui,sans-serif;fill:var(--fg)}
.seq .dim,.seq .time{fill:var(--dim)}
.seq .time{font-size:10.5px}
.seq .label,.seq .note{text-anchor:middle}
.seq .time{text-anchor:end}
.seq .back{text-anchor:start}
.seq .head{font-weight:600;font-size:13px}
.seq .life{stroke:var(--line);stroke-dasharray:3 4}
.seq .arrow{stroke:var(--fg);fill:none;stroke-width:1.4}
.seq use{stroke:var(--fg);fill:var(--fg);stroke-width:1.4}
.seq .box{fill:var(--note);stroke:var(--line)}
.seq .step{font-weight:600}
.seq .bad text,.seq text.bad{fill:var(--bad)}
.seq .bad .arrow,.seq .bad .box{stroke:var(--bad)}
.seq .bad use{stroke:var(--bad);fill:var(--bad)}
.seq .warn text{fill:var(--warn)}
.seq .warn .box{stroke:var(--warn)}
"""

#: The arrows, drawn once for all diagrams of a page: to the right and left, of calls and answers.
ARROWS = "".join(
    f'<g id="seq-{name}"><path d="M{start} 0H{end}" fill="none"{dashes}/>'
    f'<path d="M{end} 0l{back} -4v8z" stroke="none"/></g>'
    for name, start, end, back, dashes in (
        ("r", LEFT, RIGHT, -7, ""),
        ("l", RIGHT, LEFT, 7, ""),
        ("rd", LEFT, RIGHT, -7, ' stroke-dasharray="6 4"'),
        ("ld", RIGHT, LEFT, 7, ' stroke-dasharray="6 4"'),
    )
)


@dataclass(frozen=True)
class Row:
    """One event: ``shape`` says how it is drawn, ``tone`` is "", "bad" or "warn"."""

    shape: str
    text: str
    t: float = 0.0
    rightwards: bool = True
    tone: str = ""
    step: str = ""


def diagram(
    entries: Sequence[Entry],
    sut: Role,
    offending: Collection[int] = (),
    *,
    standalone: bool = False,
) -> str:
    """An ``<svg>`` of the entries; ``standalone`` adds what HTML would bring: styles, arrows.

    ``sut`` says which lifeline is the system under test; the other one is the harness.
    ``offending``: positions of entries that a failed validation is about.
    """
    drawable = [(i, row) for i, entry in enumerate(entries) if (row := _row(entry, sut))]
    rows = _marked([replace(row, tone="bad") if i in offending else row for i, row in drawable])
    drawn: list[str] = []
    y = TOP + 14
    for row in _most(rows):
        lines = _wrapped(row)
        drawn.append(_draw(row, lines, y))
        y += _height(row, lines)
    style = f"<style>{STYLE}{SHAPES}</style><defs>{ARROWS}</defs>" if standalone else ""
    return legal(
        f'<svg class="seq" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {y + 10}" '
        f'width="{WIDTH}" height="{y + 10}" role="img" aria-label="Sequence diagram">'
        f"{style}{_lifelines(sut, y)}{''.join(drawn)}</svg>"
    )


def _lifelines(sut: Role, bottom: int) -> str:
    parts: list[str] = []
    for x, anchor, name, role in (
        (LEFT, "start", "Station", Role.STATION),
        (RIGHT, "end", "CSMS", Role.CSMS),
    ):
        part = "under test" if role is sut else "harness"
        edge = 4 if anchor == "start" else WIDTH - 4
        parts.append(
            f'<line class="life" x1="{x}" y1="{TOP}" x2="{x}" y2="{bottom}"/>'
            f'<text class="head" x="{edge}" y="18" text-anchor="{anchor}">{name}</text>'
            f'<text class="dim" x="{edge}" y="35" text-anchor="{anchor}">{part}</text>'
        )
    return "".join(parts)


def _row(entry: Entry, sut: Role) -> Row | None:
    data = entry.data
    match entry.kind:
        case Kind.SENT | Kind.RECEIVED:
            from_station = (entry.kind is Kind.RECEIVED) == (sut is Role.STATION)
            return replace(_frame(data), t=entry.t, rightwards=from_station)
        case Kind.STEP:
            step = str(data.get("step", ""))
            return Row("step", f"{step}  {data.get('text', '')}", entry.t, step=step)
        case Kind.VALIDATION:
            return None if data.get("ok", True) else _validation(data, entry.t)
        case Kind.CONNECTION:
            event = str(data.get("event", ""))
            tone = "warn" if event == "refused" else ""
            return Row("note", f"connection {event}{_rest(data, 'event')}", entry.t, tone=tone)
        case Kind.OPERATOR:
            return _operator(data, entry.t)
        case Kind.ACT:
            facts = cast(dict[str, Any], data.get("facts") or {})
            return Row("note", f"harness: {data.get('act', '')}{_rest(facts)}", entry.t)
        case Kind.TLS | Kind.NOTE:
            text = data.get("text")
            label = str(text) if text is not None else f"{entry.kind}{_rest(data)}"
            return Row("note", label, entry.t)
        case Kind.LOG | Kind.VERDICT:
            return None


def _operator(data: dict[str, Any], t: float) -> Row | None:
    """What the operator was asked to do; the outcome only where it is not simply done."""
    outcome = str(data.get("outcome", ""))
    if outcome == "done":
        return None
    parameters = cast(dict[str, Any], data.get("parameters") or {})
    text = f"operator: {data.get('action', '')}{_rest(parameters)}"
    return Row("note", text if outcome == "begun" else f"{text}: {outcome}", t)


def _frame(data: dict[str, Any]) -> Row:
    if "raw" in data:
        return Row("arrow", f"not OCPP-J: {data.get('problem', '')}: {data['raw']}", tone="bad")
    action = str(data.get("action", "")) or "answer to nothing"
    if data.get("type") == 4:
        text = f"{action}: CALLERROR {data.get('code', '')} {data.get('description', '')}"
        return Row("error", text)
    text = action + _gist(data.get("payload"))
    if data.get("type") == 3:
        return Row("reply", text)
    return Row("arrow", text)


#: What tells messages of one kind apart at a glance.
_TELLING = ("eventType", "triggerReason", "status", "connectorStatus", "type", "requestedMessage")


def _gist(payload: Any) -> str:
    if not isinstance(payload, dict):
        return ""
    fields = cast(dict[str, Any], payload)
    values = [fields[name] for name in _TELLING if isinstance(fields.get(name), str)]
    return f" ({', '.join(values)})" if values else ""


def _validation(data: dict[str, Any], t: float) -> Row:
    where = f"{data.get('message', '')} {data.get('path', '')}".strip()
    expected, actual = shown_pair(data.get("expected"), data.get("actual"), 80)
    text = f"{data.get('step', '')}: {where}: expected {expected}, got {actual}"
    tone = "warn" if data.get("severity") == "warning" else "bad"
    return Row("finding", f"\u2717 {text}", t, tone=tone, step=str(data.get("step", "")))


def _rest(data: dict[str, Any], *known: str) -> str:
    parts = [
        f"{k}: {shown(v, 80)}" for k, v in data.items() if k not in known and v not in ("", {})
    ]
    return f" ({', '.join(parts)})" if parts else ""


def _marked(rows: Sequence[Row]) -> list[Row]:
    """The rows, with the step that each finding is about in the finding's tone."""
    marked = list(rows)
    steps: dict[str, int] = {}
    for index, row in enumerate(rows):
        if row.shape == "step":
            steps[row.step] = index
        elif row.step in steps and marked[steps[row.step]].tone != "bad":
            marked[steps[row.step]] = replace(marked[steps[row.step]], tone=row.tone)
    return marked


def _most(rows: Sequence[Row]) -> Sequence[Row]:
    """The first rows, and of those beyond them the ones with something wrong."""
    wrong = [row for row in rows[MOST_ROWS:] if row.tone][:MOST_ROWS]
    left_out = len(rows) - MOST_ROWS - len(wrong)
    if left_out <= 0:
        return rows
    note = Row("note", f"{left_out} more events: see the transcript")
    return [*rows[:MOST_ROWS], note, *wrong]


def _wrapped(row: Row) -> list[str]:
    text = printable(row.text)
    if row.shape in ("finding", "note"):
        return textwrap.wrap(shortened(text, 4 * ACROSS), ACROSS) or [""]
    return [shortened(text, ACROSS if row.shape == "step" else BETWEEN)]


def _height(row: Row, lines: Sequence[str]) -> int:
    extra = {"note": 16, "finding": 8, "step": 14}.get(row.shape, 20)
    return LINE * len(lines) + extra


def _draw(row: Row, lines: Sequence[str], y: int) -> str:
    # What stands there whole needs no second place.
    whole = " ".join(lines) == printable(row.text)
    tip = "" if whole else f"<title>{escape(printable(shortened(row.text, 2000)))}</title>"
    body = {"note": _note, "finding": _finding, "step": _step}.get(row.shape, _arrow)
    tone = f' class="{row.tone}"' if row.tone else ""
    return f"<g{tone}>{tip}{body(row, lines, y)}</g>"


def _texts(lines: Sequence[str], x: int, y: int, kind: str) -> str:
    return "".join(
        f'<text class="{kind}" x="{x}" y="{y + n * LINE}">{escape(line)}</text>'
        for n, line in enumerate(lines)
    )


def _note(_row: Row, lines: Sequence[str], y: int) -> str:
    height = LINE * len(lines) + 8
    box = f'<rect class="box" x="10" y="{y}" width="{WIDTH - 20}" height="{height}" rx="4"/>'
    return box + _texts(lines, WIDTH // 2, y + LINE, "note")


def _finding(_row: Row, lines: Sequence[str], y: int) -> str:
    return _texts(lines, 14, y + 10, "finding")


def _step(_row: Row, lines: Sequence[str], y: int) -> str:
    cover = f'<rect class="cover" x="0" y="{y}" width="{WIDTH}" height="{LINE + 6}"/>'
    return cover + _texts(lines, 4, y + LINE, "step")


def _arrow(row: Row, lines: Sequence[str], y: int) -> str:
    end, back = (RIGHT, -7) if row.rightwards else (LEFT, 7)
    line_y = y + LINE + 5
    which = ("r" if row.rightwards else "l") + ("" if row.shape == "arrow" else "d")
    time_x, kind = (LEFT - 4, "time") if row.rightwards else (RIGHT + 4, "time back")
    cross = f'<path class="arrow" d="M{end + 2 * back - 4} {line_y - 5}l8 10m0 -10l-8 10"/>'
    return (
        _texts(lines, (LEFT + RIGHT) // 2, y + LINE, "label")
        + f'<use href="#seq-{which}" y="{line_y}"/>'
        + (cross if row.shape == "error" else "")
        + _texts([f"{row.t:.1f}"], time_x, line_y + 3, kind)
    )
