"""results.html: one self-contained page with filters, diagrams, validations and frames."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from harness.evidence.proof import CaseProof, Proof, at_hand
from harness.evidence.results import CaseResult, Results, transcript_path
from harness.evidence.transcript import Entry, Kind
from harness.evidence.verdict import Severity, Validation, Verdict
from harness.report.diagram import SHAPES, diagram
from harness.report.log import Log, read_log
from harness.report.rollup import ROLLED_UP, State, profiles, use_cases
from harness.report.tally import (
    DECIDES_NO_CASE,
    DISCLAIMER,
    Group,
    axes,
    counted,
    facts,
    flaws,
    groups,
    not_ok,
    tally,
)
from harness.report.text import legal, shortened, shown_pair
from harness.spec.roles import Role

#: Beyond this a browser is no place to read them: entries of a case, characters of one frame.
MOST_ENTRIES, LONGEST_FRAME = 1000, 50_000


@dataclass(frozen=True)
class CaseView:
    """A case as the template needs it; ``search`` is what the text filter looks into."""

    case: CaseResult
    failed: list[Validation]
    warnings: list[Validation]
    diagram: Markup
    frames: Markup
    entries: int
    left_out: int
    search: str


def html(results: Results, directory: Path) -> str:
    """The page; transcripts are read from ``directory``.

    If a trust.json is there or one folder above, it tells of the proofs of these cases.
    """
    script, trust = _template("script.js.j2"), at_hand(directory)
    blocks = [(group, tally(group.cases), _views(group, directory)) for group in groups(results)]
    page = (
        _environment()
        .get_template("report.html.j2")
        .render(
            results=results,
            facts=facts(results),
            counted=counted,
            axes=axes,
            flaws=flaws(results),
            disclaimer=DISCLAIMER,
            decides_no_case=DECIDES_NO_CASE,
            verdicts=list(Verdict),
            roles=sorted({case.sut for case in results.cases}),
            block_names=sorted({case.block for case in results.cases}),
            profiles=profiles(results),
            requirements=[(role, found) for role in Role if (found := use_cases(results, role))],
            states=list(State),
            rolled_up=ROLLED_UP,
            total=tally(results.cases),
            trust=trust,
            proofs=_proofs(trust, results),
            blocks=blocks,
            style=Markup(_template("style.css.j2") + SHAPES),
            script=Markup(script),
            script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
        )
    )
    return legal(page)


def _proofs(trust: Proof | None, results: Results) -> list[CaseProof]:
    wanted = {case.id for case in results.cases}
    return [case for case in trust.cases if case.case_id in wanted] if trust else []


@cache
def _template(name: str) -> str:
    return (files("harness.report") / name).read_text(encoding="utf-8")


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FunctionLoader(_template),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    filters: dict[str, Callable[[Any], Any]] = {
        "values": lambda v: shown_pair(v.expected, v.actual, 2000),
        "slug": lambda verdict: str(verdict).lower().replace(" ", "-"),
    }
    environment.filters.update(filters)  # pyright: ignore[reportUnknownMemberType]  # jinja2 leaves the dict untyped
    return environment


def _views(group: Group, directory: Path) -> list[CaseView]:
    return [_view(case, read_log(transcript_path(directory, case))) for case in group.cases]


def _view(case: CaseResult, log: Log) -> CaseView:
    entries = [entry for entry in log.entries if entry.kind is not Kind.VALIDATION]
    return CaseView(
        case=case,
        failed=not_ok(case, Severity.FAILURE),
        warnings=not_ok(case, Severity.WARNING),
        # The diagram escapes every text that it draws.
        diagram=Markup(diagram(log.entries, case.sut)) if log.entries else Markup(),
        frames=script_json([_frame(entry, case.sut) for entry in entries[:MOST_ENTRIES]]),
        entries=len(entries),
        left_out=max(0, len(entries) - MOST_ENTRIES) + len(log.skipped),
        search=" ".join((case.id, case.title, case.reason, *case.requirements)).lower(),
    )


def script_json(value: Any) -> Markup:
    """``value`` as ASCII JSON for a script element: no tag can open or close in it."""
    text = json.dumps(value, separators=(",", ":"))
    return Markup(text.translate({ord(c): f"\\u{ord(c):04x}" for c in "<>&"}))


def _frame(entry: Entry, sut: Role) -> list[str]:
    """Time, who, label and body of an entry; the body is laid out here, as JavaScript rounds."""
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
    return [f"{entry.t:.3f}", _who(entry.kind, sut), label, shortened(text, LONGEST_FRAME)]


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
