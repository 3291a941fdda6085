"""Cases as the HTML report shows them: what is red in the open, what is green packed."""

from __future__ import annotations

import base64
import json
import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from harness.evidence.causes import shown_by
from harness.evidence.results import CaseResult
from harness.evidence.transcript import Entry, Kind
from harness.evidence.verdict import Severity, Validation
from harness.report.diagram import diagram
from harness.report.log import Log
from harness.report.offence import Offence, marked, offences
from harness.report.tally import not_ok
from harness.report.text import shortened
from harness.spec.roles import Role

#: Beyond this a browser is no place to read them: entries of a case, characters of one frame.
MOST_ENTRIES, LONGEST_FRAME = 1000, 50_000


@dataclass(frozen=True)
class Frame:
    """A message or an event: seconds, who to whom, what it is, and what is in it."""

    time: str
    who: str
    label: str
    body: str | Markup


@dataclass(frozen=True)
class Failure:
    """A failed validation with the messages that show it; ``again``: those shown above."""

    validation: Validation
    frames: tuple[Frame, ...]
    again: bool


@dataclass(frozen=True)
class CaseView:
    """A case as the template needs it; ``search`` is what the text filter looks into.

    ``page``: what became of the page in one word or two; ``left_out``: entries not shown.
    """

    case: CaseResult
    causes: tuple[str, ...]
    failures: tuple[Failure, ...]
    warnings: tuple[Validation, ...]
    diagram: Markup
    frames: tuple[Frame, ...]
    entries: int
    left_out: int
    search: str
    page: str


def view(case: CaseResult, log: Log, *, fail_on_warnings: bool = False) -> CaseView:
    """A case and its transcript."""
    entries = [entry for entry in log.entries if entry.kind is not Kind.VALIDATION]
    failed = not_ok(case, Severity.FAILURE)
    found = [offences(each, log.entries) for each in failed]
    marks = frozenset(each.position for those in found for each in those)
    causes = shown_by(case, fail_on_warnings=fail_on_warnings)
    return CaseView(
        case=case,
        causes=causes,
        failures=_failures(failed, found, log.entries, case.sut),
        warnings=tuple(not_ok(case, Severity.WARNING)),
        # The diagram escapes every text that it draws.
        diagram=Markup(diagram(log.entries, case.sut, marks)) if log.entries else Markup(),
        frames=tuple(_frame(entry, case.sut) for entry in entries[:MOST_ENTRIES]),
        entries=len(entries),
        left_out=max(0, len(entries) - MOST_ENTRIES) + len(log.skipped),
        search=" ".join((case.id, case.title, case.reason, *case.requirements, *causes)).lower(),
        page=re.split(" at |:", case.page)[0],
    )


def _failures(
    failed: Sequence[Validation],
    found: Sequence[Sequence[Offence]],
    entries: Sequence[Entry],
    sut: Role,
) -> tuple[Failure, ...]:
    """Each message once, with all of its fields that failed."""
    paths: dict[int, list[str]] = {}
    for each in (offence for those in found for offence in those):
        paths.setdefault(each.position, []).append(each.path)
    shown: set[int] = set()
    failures: list[Failure] = []
    for validation, those in zip(failed, found, strict=True):
        positions = list(dict.fromkeys(each.position for each in those))
        new = [position for position in positions if position not in shown]
        shown.update(new)
        frames = tuple(_marked(entries[i], paths[i], sut) for i in new)
        failures.append(Failure(validation, frames, again=bool(positions) and not new))
    return tuple(failures)


def _marked(entry: Entry, paths: Sequence[str], sut: Role) -> Frame:
    frame = _frame(entry, sut)
    if "payload" not in entry.data:
        return frame
    return Frame(frame.time, frame.who, frame.label, marked(entry.data["payload"], paths))


def packed(html: str) -> str:
    """A piece of HTML, deflated, in base64."""
    deflate = zlib.compressobj(9, wbits=-zlib.MAX_WBITS)
    data = deflate.compress(html.encode("utf-8", "replace")) + deflate.flush()
    return base64.b64encode(data).decode()


def unpacked(text: str) -> str:
    """The piece of HTML that ``packed`` made ``text`` of."""
    return zlib.decompress(base64.b64decode(text), wbits=-zlib.MAX_WBITS).decode()


def _frame(entry: Entry, sut: Role) -> Frame:
    data = dict(entry.data)
    if entry.kind in (Kind.SENT, Kind.RECEIVED):
        label = f"{_type(data)} {data.get('action', '')} {data.get('code', '')}".rstrip()
        label += f" [{data['id']}]" if "id" in data else ""
        body: Any = data.get("raw", data.get("details", data.get("payload")))
        text = body if isinstance(body, str) else json.dumps(body, indent=2, ensure_ascii=False)
    else:
        words = (str(data.pop(name, "")) for name in ("step", "event", "action", "text"))
        label = " ".join(word for word in words if word)
        text = json.dumps(data, ensure_ascii=False) if data else ""
    time, who = f"{entry.t:.3f}", _who(entry.kind, sut)
    return Frame(time, who, label, shortened(text, LONGEST_FRAME))


def _type(data: dict[str, Any]) -> str:
    if "raw" in data:
        return f"not OCPP-J ({data.get('problem', '')})"
    names = {2: "CALL", 3: "CALLRESULT", 4: "CALLERROR"}
    return names.get(data.get("type", 0), "message")


def _who(kind: Kind, sut: Role) -> str:
    if kind not in (Kind.SENT, Kind.RECEIVED):
        return str(kind)
    to_csms = (kind is Kind.RECEIVED) == (sut is Role.STATION)
    return "Station \u2192 CSMS" if to_csms else "CSMS \u2192 Station"
