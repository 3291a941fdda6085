"""Results with any texts in them: real parsers read the same back from every form of report."""

from __future__ import annotations

import json
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.evidence.causes import shown_by
from harness.evidence.collected import collect
from harness.evidence.mask import masker
from harness.evidence.results import (
    CaseResult,
    Results,
    json_data,
    read_results,
    write_case,
    write_results,
)
from harness.evidence.transcript import Kind, Transcript
from harness.evidence.verdict import Severity, Stage, Validation, Verdict
from harness.report.html import html
from harness.report.junit import junit
from harness.report.markdown import markdown
from harness.report.rollup import profiles, use_cases
from harness.report.text import legal, printable, shown_pair
from harness.spec.roles import Role
from harness.tests.fuzzing import OBJECTS, TEXTS, VALUES, examples
from harness.tests.packs import all_opened
from harness.tests.report_sample import ILLEGAL, NASTY, RUN
from harness.tests.test_report import headings, tables
from harness.tests.test_report_html import Page

#: Texts that break tables, tags, scripts, XML and terminals.
WORDS = st.one_of(
    st.text(max_size=40),
    TEXTS,
    st.sampled_from(
        [NASTY, ILLEGAL, "]]>", "<!--", "-->", "</table>", "a|b", "\r\n", "\x85", "&#0;"]
    ),
    st.lists(st.sampled_from(list("|`*_[]()<>&\\#-+=~$!:.1 \n\t\"'/")), max_size=12).map("".join),
)
ANYTHING = VALUES | WORDS
VALIDATIONS = st.builds(
    Validation,
    *(WORDS, WORDS, WORDS, ANYTHING, ANYTHING),
    ok=st.booleans(),
    severity=st.sampled_from(Severity),
    requirement=WORDS,
    stage=st.sampled_from(Stage),
    note=WORDS,
)
ID = "TC_B_07_CS"
CASES = st.builds(
    CaseResult,
    *(st.just(ID), WORDS, st.just("B_Provisioning"), st.just(Role.STATION)),
    *(st.sampled_from(Verdict), WORDS, st.floats(0, 1e6)),
    requirements=st.lists(WORDS, max_size=2).map(tuple),
    validations=st.lists(VALIDATIONS, max_size=3).map(tuple),
)
ENTRIES = st.lists(
    st.one_of(
        st.tuples(
            st.sampled_from([Kind.SENT, Kind.RECEIVED]),
            st.fixed_dictionaries(
                {
                    "type": st.sampled_from([2, 3, 4]),
                    "id": WORDS,
                    "action": WORDS,
                    "payload": st.dictionaries(WORDS, ANYTHING, max_size=2),
                }
            ),
        ),
        st.tuples(st.just(Kind.RECEIVED), st.fixed_dictionaries({"raw": WORDS, "problem": WORDS})),
        st.tuples(st.just(Kind.STEP), st.fixed_dictionaries({"step": WORDS, "text": WORDS})),
        st.tuples(
            st.just(Kind.CONNECTION),
            st.fixed_dictionaries({"event": WORDS, "connection": ANYTHING, "how": WORDS}),
        ),
        st.tuples(
            st.just(Kind.OPERATOR),
            st.fixed_dictionaries({"action": WORDS, "parameters": OBJECTS, "outcome": ANYTHING}),
        ),
    ),
    max_size=4,
)
RUNS = st.builds(lambda sut, words: replace(RUN, sut=sut, selection=words), WORDS, WORDS)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("run")


def written(folder: Path, case: CaseResult, entries: list[tuple[Kind, dict[str, Any]]]) -> Results:
    """The results as they are read back from the folder of a run."""
    path = folder / "transcripts" / f"{ID}.jsonl"
    path.unlink(missing_ok=True)
    log = Transcript(ID, path)
    for kind, data in entries:
        log.add(kind, **data)
    kept = f"transcripts/{ID}.jsonl" if entries else ""
    write_case(folder, replace(case, transcript=kept))
    write_results(folder, collect(folder, RUN))
    return read_results(folder)


@given(case=CASES, entries=ENTRIES)
@examples(60)
def test_results_are_read_as_they_were_written(
    folder: Path, case: CaseResult, entries: list[tuple[Kind, dict[str, Any]]]
) -> None:
    [read] = written(folder, case, entries).cases
    assert (read.title, read.reason, read.verdict) == (case.title, case.reason, case.verdict)
    assert read.requirements == case.requirements
    for before, after in zip(case.validations, read.validations, strict=True):
        values = {name: json_data(getattr(before, name)) for name in ("expected", "actual")}
        assert replace(before, **values) == after
    json.loads((folder / "results.json").read_text(), parse_constant=pytest.fail)


@given(case=CASES, run=RUNS)
@examples(100)
def test_markdown_shows_every_text_and_no_more(case: CaseResult, run: Any) -> None:
    results = Results(run, (case,))
    text = markdown(results)
    facts, *parts = tables(text)
    causes = parts.pop(0)[1:] if results.causes else []
    assert [row[0] for row in causes] == [printable(each.id) for each in results.causes]
    rolled_up = bool(profiles(results)) + bool(use_cases(results, case.sut))
    block, _totals, *details = parts[: len(parts) - rolled_up]
    assert dict(facts[1:])["System under test"] == printable(run.sut)
    assert dict(facts[1:])["Selection"] == printable(run.selection)
    assert block[1][:2] == [ID, printable(case.title)]
    assert block[1][2].endswith(case.verdict)
    wrong = [v for v in case.validations if not v.ok and v.stage is not Stage.OWN]
    failures = [] if case.verdict.green else [v for v in wrong if v.severity is Severity.FAILURE]
    warnings = [v for v in wrong if v.severity is Severity.WARNING]
    assert [row for table in details for row in table[1:]] == [
        cells(v) for v in (*failures, *warnings)
    ]
    ours = ["h1"] + ["h2"] * bool(causes) + ["h2", "h2"] + ["h2", "h3"] * (not case.verdict.green)
    found = [heading.split(" ")[0] for heading in headings(text)]
    assert found == ours + ["h2", "h3"] * bool(warnings) + ["h2"] * rolled_up


def cells(v: Validation) -> list[str]:
    expected, actual = shown_pair(v.expected, v.actual)
    note = f" ({v.note})" if v.note else ""
    texts = (v.step, f"{v.message} {v.path}", expected, actual + note, v.requirement)
    return [printable(text) for text in texts]


def one_line(text: str) -> str:
    """As XML and its readers keep it."""
    return legal(" ".join(text.split()))


@given(case=CASES, run=RUNS)
@examples(100)
def test_junit_holds_every_text_and_no_more(case: CaseResult, run: Any) -> None:
    root = ET.fromstring(junit(Results(run, (case,))))
    [found] = root.iter("testcase")
    lines = (found.findtext("system-out") or "").splitlines()
    told = dict(line.partition(": ")[::2] for line in lines)
    assert told.get("title", "") == one_line(case.title)
    assert told["verdict"] == case.verdict
    assert told.get("requirements", "") == one_line(", ".join(case.requirements))
    assert {p.get("value") for p in root[0][0]} >= {legal(run.sut), legal(run.selection)}
    outcomes = [each for each in found if each.tag != "system-out"]
    assert len(outcomes) == (case.verdict is not Verdict.PASS)
    for outcome in outcomes:
        assert outcome.get("message") == legal(case.reason)
        sentences = "\n".join(
            v.sentence() for v in case.validations if not v.ok and v.stage is not Stage.OWN
        )
        assert unbroken(outcome.text or "") == unbroken(legal(sentences or case.reason))


def unbroken(text: str) -> str:
    """XML makes one line end of every kind of it; long texts end early."""
    return text.replace("\r\n", "\n").replace("\r", "\n")[:10_000]


class Texts(HTMLParser):
    """The text of the elements of some classes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: dict[str, str] = {}
        self._name = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._name = f"{tag}.{dict(attrs).get('class') or ''}".split(" ")[0]

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002  # the base class's signature
        self._name = ""

    def handle_data(self, data: str) -> None:
        if self._name:
            self.found[self._name] = self.found.get(self._name, "") + data


@given(case=CASES, entries=ENTRIES)
@examples(60)
def test_html_holds_every_text_and_nothing_that_runs(
    folder: Path, case: CaseResult, entries: list[tuple[Kind, dict[str, Any]]]
) -> None:
    results = written(folder, case, entries)
    page = all_opened(html(results, folder))
    parsed = Page(page)
    assert parsed.open == []
    [details] = [a for a in parsed.all("details") if a.get("class") == "case"]
    causes = shown_by(results.cases[0])
    words = " ".join((ID, case.title, case.reason, *case.requirements, *causes)).lower()
    assert details["data-text"] == legal(words)
    texts = Texts(page).found
    assert texts.get("span.title", "") == legal(case.title)
    assert texts.get("span.reason", "") == legal(case.reason)
    assert len(parsed.all("li")) - len(results.causes) == len(entries)
    assert not [name for _, a in parsed.elements for name in a if name.startswith("on")]
    assert [a.get("type", "ours") for a in parsed.all("script")].count("ours") == 1
    assert {tag for tag, _ in parsed.elements} & {
        "img",
        "iframe",
        "object",
        "embed",
        "base",
    } == set()
    assert not [a for a in parsed.all("a") if a["href"].lower().lstrip().startswith("javascript")]


#: None is a word that a report says anyway.
SECRETS = st.text(
    st.characters(codec="ascii", categories=["L", "Nd"]), min_size=4, max_size=16
).map("Zq7x".__add__)


@given(secret=SECRETS, case=CASES, entries=ENTRIES)
@examples(40)
def test_no_report_holds_a_secret(
    tmp_path_factory: pytest.TempPathFactory, secret: str, case: CaseResult, entries: Any
) -> None:
    folder = tmp_path_factory.mktemp("masked")
    mask = masker([secret])
    log = Transcript(ID, folder / "transcripts" / f"{ID}.jsonl", mask)
    for kind, data in entries:
        log.add(kind, **data, secret={secret: f"x{secret}y"})
    told = replace(case, title=f"{case.title}{secret}", reason=f"{secret}{case.reason}")
    told = replace(told, transcript=f"transcripts/{ID}.jsonl" if entries else "")
    told = replace(told, validations=tuple(replace(v, actual=[secret]) for v in case.validations))
    write_case(folder, told, mask)
    write_results(folder, collect(folder, RUN), mask)
    results = read_results(folder)
    forms = [markdown(results), junit(results).decode(), all_opened(html(results, folder))]
    forms += [path.read_text(encoding="utf-8") for path in folder.rglob("*.json*")]
    assert not [form for form in forms if secret in form]
