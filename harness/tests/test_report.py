"""The reports, read back by real parsers."""

from __future__ import annotations

import re
from dataclasses import replace
from io import BytesIO, StringIO, TextIOWrapper
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from harness.evidence.collected import collect
from harness.evidence.results import (
    NotRun,
    QuestionResult,
    Results,
    ResultsError,
    read_results,
    write_results,
)
from harness.evidence.verdict import Verdict
from harness.report.junit import junit
from harness.report.markdown import escaped, markdown
from harness.report.terminal import print_summary
from harness.report.text import legal, printable, shown, shown_pair
from harness.report.write import write_all
from harness.spec.roles import Role
from harness.tests.packs import all_opened
from harness.tests.report_sample import ILLEGAL, NASTY, RUN, SECRET, write_sample

IDS = [
    "TC_B_01_CS",
    "TC_B_06_CS",
    "TC_B_20_CS",
    "TC_B_99_CS",
    "TC_E_03_CS",
    "TC_E_14_CS",
    "TC_E_40_CS",
    "TC_B_01_CSMS",
]
VERDICTS = ["PASS", "PASS", "ERROR", "FAIL", "FAIL", "INCONCLUSIVE", "NOT APPLICABLE", "PASS"]
RED = [case_id for case_id, verdict in zip(IDS, VERDICTS, strict=True) if verdict[0] in "EFI"]
HEADINGS = ["B_Provisioning_CS", "E_Transactions_CS", "B_Provisioning_CSMS"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("run")
    write_sample(directory)
    write_all(directory)
    return directory


def test_every_form_is_written_and_nothing_else_left(folder: Path) -> None:
    names = {path.name for path in folder.iterdir() if path.is_file()}
    assert names == {"results.json", "results.md", "results.html", "junit.xml"}


def test_no_report_holds_the_secret(folder: Path) -> None:
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert any("***" in path.read_text() for path in files)
    assert [path.name for path in files if SECRET in path.read_text()] == []


def test_without_results_there_is_a_message_and_no_report(tmp_path: Path) -> None:
    with pytest.raises(ResultsError, match=r"results\.json"):
        write_all(tmp_path)
    assert list(tmp_path.iterdir()) == []


# Markdown


def tokens(text: str) -> list[Token]:
    return MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).parse(text)


def rendered(inline: Token) -> str:
    """What a reader sees of an inline token; anything but text and known marks is an error."""
    seen: list[str] = []
    for child in inline.children or []:
        assert child.type in {"text", "strong_open", "strong_close", "link_open", "link_close"}
        seen.append(child.content)
    return "".join(seen)


def tables(text: str) -> list[list[list[str]]]:
    found: list[list[list[str]]] = []
    before = ""
    for token in tokens(text):
        if token.type == "table_open":
            found.append([])
        elif token.type == "tr_open":
            found[-1].append([])
        elif token.type == "inline" and before in {"td_open", "th_open"}:
            found[-1][-1].append(rendered(token))
        before = token.type
    return found


def headings(text: str) -> list[str]:
    parsed = tokens(text)
    return [f"{a.tag} {rendered(b)}" for a, b in pairwise(parsed) if a.type == "heading_open"]


def test_markdown_has_a_table_per_block_and_totals(folder: Path) -> None:
    text = (folder / "results.md").read_text()
    run, causes, station_b, station_e, csms_b, totals, *_ = tables(text)
    assert causes[0] == ["Cause", "Shown by", "What is wrong", "Cases"]
    assert {row[3] for row in causes[1:]} == {"TC_E_03_CS", "TC_E_14_CS", "TC_B_99_CS"}
    assert station_b[0] == ["Test Case ID", "Description", "Result"]
    listed = [row for table in (station_b, station_e, csms_b) for row in table[1:]]
    assert [row[0] for row in listed] == IDS
    assert [row[2].split(" ", 1)[1] for row in listed] == VERDICTS
    assert {row[2][0] for row in listed if row[2].endswith(" PASS")} == {"\u2611"}
    assert {row[2][0] for row in listed if not row[2].endswith(" PASS")} == {"\u2610"}
    assert totals[0] == ["Block", *Verdict, "Cases"]
    assert totals[-1] == ["Total", "3", "2", "1", "1", "1", "8"]
    assert totals[1] == ["B_Provisioning_CS", "2", "1", "0", "0", "1", "4"]
    facts = dict(row for row in run[1:])
    assert facts["System under test"] == RUN.sut
    assert facts["Version"] == "1.4.2"
    assert facts["Harness version"] == "0.1.0"
    assert facts["Specification"] == RUN.spec_edition
    assert facts["Date"] == "2025-03-01 12:00 UTC"
    assert "This is no certification" in text


def test_markdown_headings_are_ours_alone(folder: Path) -> None:
    found = headings((folder / "results.md").read_text())
    assert found == [
        "h1 OCPP conformance results",
        "h2 Causes",
        *(f"h2 {heading}" for heading in HEADINGS),
        "h2 Totals",
        "h2 What went wrong",
        *(f"h3 {i}: {v}" for i, v in zip(IDS, VERDICTS, strict=True) if i in RED),
        "h2 Warnings",
        "h3 TC_B_06_CS: warnings",
        "h2 Certification profiles",
        "h2 Requirements of Part 2: CS",
        "h2 Requirements of Part 2: CSMS",
    ]


def test_markdown_tells_step_field_expected_actual_and_requirement(folder: Path) -> None:
    rows = [row for table in tables((folder / "results.md").read_text()) for row in table]
    field = "TransactionEventRequest $.triggerReason"
    assert ["3", field, "Authorized", "CablePluggedIn", "E03.FR.01"] in rows
    nasty = printable(NASTY)
    assert any(len(row) == 5 and row[2] == shown(nasty) for row in rows)


def test_markdown_has_no_html_and_links_only_to_the_evidence(folder: Path) -> None:
    links: set[str] = set()
    for token in tokens((folder / "results.md").read_text()):
        assert token.type != "html_block"
        for child in token.children or []:
            assert child.type not in {"html_inline", "code_inline", "image", "em_open", "s_open"}
            if child.type == "link_open":
                links.add(str(child.attrs["href"]))
    evidence = [*RED, "TC_B_06_CS"]
    places = {link for link in links if re.search(r"-(step-\d+|before)$", link)}
    opened = all_opened((folder / "results.html").read_text())
    assert places
    assert all(f'id="{place.removeprefix("results.html#")}"' in opened for place in places)
    assert links - places == {f"results.html#{i}" for i in evidence} | {
        f"transcripts/{i}.jsonl" for i in evidence
    }
    for link in links:
        assert (folder / link.split("#")[0]).is_file()


@pytest.mark.parametrize(
    "text",
    [
        *(
            "# a",
            "- a",
            "+ a",
            "1. a",
            "23) a",
            "=== a",
            "> a",
            "a\n===",
            "~~a~~",
            "    a",
            "*a* _b_",
        ),
        "<b>a</b>",
        "<div a",
        "&lt;",
        "[a](b)",
        "![a](b)",
        "`a`",
        "a | b",
        "\\|",
        "\\",
        "<http://a>",
        "$a$",
        ":-",
    ],
)
def test_escaped_text_is_shown_as_it_is(text: str) -> None:
    paragraph = tokens(f"{escaped(text)}\n")
    assert [token.type for token in paragraph] == ["paragraph_open", "inline", "paragraph_close"]
    assert rendered(paragraph[1]) == printable(text)
    (table,) = tables(f"| a | b |\n|---|---|\n| {escaped(text)} | x |\n")
    assert table[1] == [printable(text), "x"]


def test_markdown_of_an_incomplete_run_says_so() -> None:
    text = markdown(Results(replace(RUN, finished=None), (), ("cases/x.json: torn",)))
    assert "the run did not come to its end" in text
    assert "cases/x.json: torn" in text


# JUnit


def test_junit_counts_and_outcomes(folder: Path) -> None:
    root = ET.parse(folder / "junit.xml").getroot()
    assert [suite.get("name") for suite in root] == HEADINGS
    names = ("tests", "failures", "errors", "skipped")
    assert [root.get(name) for name in names[:3]] == ["8", "2", "2"]
    assert [root[0].get(name) for name in names] == ["4", "1", "1", "0"]
    outcome = {
        case.get("name"): [(e.tag, e.get("type")) for e in case if e.tag != "system-out"]
        for case in root.iter("testcase")
    }
    assert outcome == {
        "TC_B_01_CS": [],
        "TC_B_06_CS": [],
        "TC_B_20_CS": [("error", "ERROR")],
        "TC_B_99_CS": [("failure", "FAIL")],
        "TC_E_03_CS": [("failure", "FAIL")],
        "TC_E_14_CS": [("error", "INCONCLUSIVE")],
        "TC_E_40_CS": [("skipped", "NOT APPLICABLE")],
        "TC_B_01_CSMS": [],
    }
    properties = {p.get("name"): p.get("value") for p in root[0].iter("property")}
    assert properties["System under test"] == RUN.sut
    assert any("expected 1, got 0" in (failure.text or "") for failure in root.iter("failure"))


#: What junit-10.xsd of Jenkins' xUnit plugin allows, of what is used: attributes, and children.
JUNIT = {
    "testsuites": ("name tests failures errors time", "testsuite"),
    "testsuite": (
        "name tests failures errors skipped time timestamp",
        "properties testcase",
    ),
    "testcase": ("name classname time", "failure error skipped system-out"),
    "properties": ("", "property"),
    "property": ("name value", ""),
    "failure": ("type message", ""),
    "error": ("type message", ""),
    "skipped": ("type message", ""),
    "system-out": ("", ""),
}


def test_junit_has_the_form_that_jenkins_and_gitlab_take(folder: Path) -> None:
    left_out = NotRun("TC_L_01_CS", "Title", "L_FirmwareManagement", Role.STATION, "irreversible")
    question = QuestionResult("Q_1", "Title", Role.STATION, Verdict.FAIL, "no", "Part 4, 4.1", "x")
    whole = read_results(folder)
    results = replace(whole, not_run=(left_out,), questions=(question,), problems=("torn",))
    root = ET.fromstring(junit(results))
    assert {each.tag for each in root.iter()} == set(JUNIT)
    for element in root.iter():
        attributes, within = JUNIT[element.tag]
        assert set(element.attrib) <= set(attributes.split()), element.tag
        assert {child.tag for child in element} <= set(within.split()), element.tag
    for suite in root:
        assert {"name", "tests", "failures", "errors"} <= set(suite.attrib)
        assert int(suite.get("tests", "")) == len(suite.findall("testcase"))
    # GitLab shows the text of what is red, and no message.
    red = [*root.iter("failure"), *root.iter("error")]
    assert all((each.text or "").strip() for each in red)


def test_junit_replaces_what_xml_cannot_hold(folder: Path) -> None:
    root = ET.parse(folder / "junit.xml").getroot()
    message = root[0][-1].find("failure").get("message")  # type: ignore[union-attr]  # asserted by use
    assert message is not None
    assert legal(NASTY).splitlines()[0] in message
    assert "bell\ufffd escape\ufffd[31m null\ufffd surrogate\ufffd end" in message


def test_junit_of_incomplete_results_has_an_error(tmp_path: Path) -> None:
    results = write_sample(tmp_path)
    (tmp_path / "cases" / "TC_B_02_CS.json").write_text("{")
    write_results(tmp_path, collect(tmp_path, replace(results.run, finished=None)))
    write_all(tmp_path)
    root = ET.parse(tmp_path / "junit.xml").getroot()
    missing = [error.get("message") or "" for error in root.iter("error")][-2:]
    assert missing[0] == "the run did not come to its end"
    assert "TC_B_02_CS.json" in missing[1]
    assert root.get("errors") == "4"


# Terminal


class Tty(StringIO):
    def isatty(self) -> bool:
        return True


def test_terminal_is_plain_where_there_is_none(folder: Path) -> None:
    out = StringIO()
    print_summary(read_results(folder), out)
    text = out.getvalue()
    assert "\x1b" not in text
    lines = text.splitlines()
    rows = [[c.strip() for c in line.strip("| ").split("|")] for line in lines if "|" in line]
    assert ["B_Provisioning_CS", "2", "1", "0", "0", "1"] in rows
    assert ["Total", "3", "2", "1", "1", "1"] in rows
    for case_id in RED:
        assert [line for line in lines if case_id in line]
    assert not [line for line in lines if "TC_B_01_CS" in line]
    assert any("FAIL TC_E_03_CS step 3: TransactionEventRequest" in line for line in lines)
    assert "1 warning" in text


def test_terminal_has_colour_but_no_foreign_control_characters(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    out = Tty()
    print_summary(read_results(folder), out)
    text = out.getvalue()
    assert "\x1b[" in text
    assert "\x07" not in text
    assert "\ufffd[31m null" in text


def test_terminal_of_few_characters(folder: Path) -> None:
    stream = BytesIO()
    out = TextIOWrapper(stream, encoding="ascii")
    print_summary(read_results(folder), out)
    out.flush()
    assert b"TC_E_03_CS" in stream.getvalue()


def test_illegal_is_what_it_claims() -> None:
    assert legal(ILLEGAL) != ILLEGAL
    assert legal("\t\n\u00e4\U0001f600") == "\t\n\u00e4\U0001f600"


@pytest.mark.parametrize(
    ("expected", "actual", "pair"),
    [
        ("a", "b", ("a", "b")),
        (1, 2, ("1", "2")),
        (1, "1", ("1", '"1"')),
        ("null", None, ('"null"', "null")),
        ([1], "[1]", ("[1]", '"[1]"')),
        ("x" * 400, "", ("x" * 299 + "\u2026", "")),
    ],
)
def test_values_that_differ_look_different(
    expected: object, actual: object, pair: tuple[str, str]
) -> None:
    assert shown_pair(expected, actual) == pair
