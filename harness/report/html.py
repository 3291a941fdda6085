"""results.html: one self-contained page, with what is red first and in the open."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from harness.evidence.proof import CaseProof, Proof, at_hand
from harness.evidence.results import CaseResult, Results, transcript_path
from harness.evidence.verdict import Verdict
from harness.report.diagram import ARROWS, SHAPES
from harness.report.log import read_log
from harness.report.page import anchor
from harness.report.page import parts as page_parts
from harness.report.rollup import ROLLED_UP, State, profiles, use_cases
from harness.report.tally import (
    DECIDES_NO_CASE,
    DISCLAIMER,
    along_axes,
    attempts_in_words,
    axes,
    counted,
    facts,
    flaws,
    groups,
    own_tests,
    tally,
)
from harness.report.text import legal, shown_pair
from harness.report.views import CaseView, packed, view
from harness.spec.roles import Role

#: What the page of a case is called there.
PAGE = "Page, as data"


def html(results: Results, directory: Path) -> str:
    """The page; transcripts are read from ``directory``.

    If a trust.json is there or one folder above, it tells of the proofs of these cases.
    """
    script, trust = _template("script.js.j2"), at_hand(directory)
    red = [case for case in (*results.cases, *results.tests) if not case.green]
    blocks = groups(results)
    sections = [*blocks, *own_tests(results)]
    green = {
        group.heading: [_entry(case, results, directory) for case in group.cases if case.green]
        for group in sections
    }
    page = (
        _environment()
        .get_template("report.html.j2")
        .render(
            results=results,
            facts=facts(results),
            flaws=flaws(results),
            counted=counted,
            attempts=attempts_in_words,
            both_axes=along_axes(results.cases),
            disclaimer=DISCLAIMER,
            decides_no_case=DECIDES_NO_CASE,
            verdicts=list(Verdict),
            roles=sorted({case.sut for case in results.cases}),
            block_names=sorted({case.block for case in (*results.cases, *results.tests)}),
            groups=[(each.heading, tally(each.cases), len(each.cases)) for each in blocks],
            sections=[(each.heading, len(each.cases)) for each in sections],
            red=[_entry(case, results, directory) for case in red],
            green=green,
            profiles=profiles(results),
            requirements=[(role, found) for role in Role if (found := use_cases(results, role))],
            states=list(State),
            rolled_up=ROLLED_UP,
            total=tally(results.cases),
            trust=trust,
            proofs=_proofs(trust, results),
            arrows=Markup(ARROWS),
            style=Markup(_template("style.css.j2") + SHAPES),
            script=Markup(script),
            script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
        )
    )
    return legal(page)


def _entry(case: CaseResult, results: Results, directory: Path) -> tuple[CaseView, Markup]:
    """A case, and what its row opens to: as it is where it is red, packed where it is green."""
    log = read_log(transcript_path(directory, case))
    shown = view(case, log, fail_on_warnings=results.run.fail_on_warnings)
    parts: Any = _environment().get_template("case.html.j2").module
    linked = any(anchor(case.id, each.validation) for each in shown.failures)
    page = page_parts(case.id) if linked else ()
    judged = parts.validations(case.validations, case.id if page else "")
    more: list[tuple[str, int, Markup]] = [("All validations", len(case.validations), judged)]
    more += [("Frames and events", shown.entries, parts.frames(shown))]
    if case.green:
        inside = [each for each in more if each[1]]
        return shown, _packed(parts.body(shown, axes(case), inside))
    steps = sum(part.anchor.startswith("step-") for part in page)
    more += [(PAGE, steps, parts.page(page, case.id))]
    packs = [(title, count, _packed(content)) for title, count, content in more if count]
    return shown, parts.body(shown, axes(case), packs, PAGE)


def _packed(content: str) -> Markup:
    text = packed(legal(content))
    return Markup('<script type="text/plain" class="pack">{}</script>').format(text)


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
        "anchor": lambda place: anchor(*place) if place[0] else "",
        "quoted": lambda text: quote(text, safe="", errors="replace"),
        "slug": lambda verdict: str(verdict).lower().replace(" ", "-"),
    }
    environment.filters.update(filters)  # pyright: ignore[reportUnknownMemberType]  # jinja2 leaves the dict untyped
    return environment
