"""Sequence diagrams, read back as XML."""

from __future__ import annotations

import re
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from harness.evidence.transcript import Entry, Kind, Transcript
from harness.evidence.verdict import Severity
from harness.report.diagram import LEFT, MOST_ROWS, RIGHT, WIDTH, diagram
from harness.report.log import read_log
from harness.spec.roles import Role
from harness.tests.report_sample import ILLEGAL, NASTY, OK

SVG = "{http://www.w3.org/2000/svg}"
CALL = {"type": 2, "id": "1", "action": "Heartbeat", "payload": {}}


def entry(kind: Kind, **data: Any) -> Entry:
    return Entry(datetime(2025, 3, 1, tzinfo=UTC), 1.5, kind, data)


def draw(*entries: Entry, sut: Role = Role.STATION) -> ET.Element:
    return ET.fromstring(diagram(entries, sut))


def texts(root: ET.Element) -> list[str]:
    return [text.text or "" for text in root.iter(f"{SVG}text")]


_TIMES = ("time", "time back")


def arrow(root: ET.Element) -> tuple[int, int]:
    (used,) = root.iter(f"{SVG}use")
    (drawn,) = [e for e in root.iter(f"{SVG}g") if f"#{e.get('id')}" == used.get("href")]
    ends = re.fullmatch(r"M(\d+) 0H(\d+)", drawn[0].get("d", ""))
    assert ends is not None
    return int(ends[1]), int(ends[2])


def tones(root: ET.Element) -> list[tuple[str, str]]:
    """Tone and full text of each row."""
    return [(g.get("class", "plain"), _full(g)) for g in root.findall(f"{SVG}g")]


def _full(row: ET.Element) -> str:
    """As a tip, where it is shortened or laid out in lines otherwise; else as it stands there."""
    tip = row.find(f"{SVG}title")
    if tip is not None:
        return tip.text or ""
    return " ".join(t.text or "" for t in row.iter(f"{SVG}text") if t.get("class") not in _TIMES)


@pytest.mark.parametrize(
    ("kind", "sut", "ends"),
    [
        (Kind.RECEIVED, Role.STATION, (LEFT, RIGHT)),
        (Kind.SENT, Role.STATION, (RIGHT, LEFT)),
        (Kind.RECEIVED, Role.CSMS, (RIGHT, LEFT)),
        (Kind.SENT, Role.CSMS, (LEFT, RIGHT)),
    ],
)
def test_arrows_go_from_the_sender(kind: Kind, sut: Role, ends: tuple[int, int]) -> None:
    root = ET.fromstring(diagram([entry(kind, **CALL)], sut, standalone=True))
    assert arrow(root) == ends
    assert texts(root)[-2:] == ["Heartbeat", "1.5"]


@pytest.mark.parametrize(
    ("sut", "parts"),
    [(Role.STATION, ["under test", "harness"]), (Role.CSMS, ["harness", "under test"])],
)
def test_the_harness_is_marked(sut: Role, parts: list[str]) -> None:
    assert texts(draw(sut=sut)) == ["Station", parts[0], "CSMS", parts[1]]


def test_answers_are_dashed_and_say_their_status() -> None:
    answer = {**CALL, "type": 3, "action": "Reset", "payload": {"status": "Scheduled"}}
    root = draw(entry(Kind.RECEIVED, **answer))
    assert "Reset (Scheduled)" in texts(root)
    assert [e for e in root.iter(f"{SVG}use") if e.get("href", "").endswith("d")]


def test_call_errors_say_their_code() -> None:
    error = {"type": 4, "id": "1", "action": "Reset", "code": "InternalError", "description": "x"}
    assert "Reset: CALLERROR InternalError x" in texts(draw(entry(Kind.SENT, **error)))


def test_what_is_no_frame_is_red() -> None:
    rows = tones(draw(entry(Kind.RECEIVED, raw="[2,", problem="not valid JSON")))
    assert rows == [("bad", "not OCPP-J: not valid JSON: [2,")]


def test_events_are_notes() -> None:
    rows = tones(
        draw(
            entry(Kind.CONNECTION, event="opened", connection=1),
            entry(Kind.CONNECTION, event="refused", how="TLS"),
            entry(Kind.OPERATOR, action="plug_in", parameters={"evse": 1}, outcome="begun"),
            entry(Kind.OPERATOR, action="plug_in", parameters={"evse": 1}, outcome="done"),
            entry(Kind.OPERATOR, action="unplug", parameters={}, outcome="failed: no cable"),
            entry(Kind.NOTE, text="something"),
        )
    )
    assert rows == [
        ("plain", "connection opened (connection: 1)"),
        ("warn", "connection refused (how: TLS)"),
        ("plain", "operator: plug_in (evse: 1)"),
        ("plain", "operator: unplug: failed: no cable"),
        ("plain", "something"),
    ]


def test_a_failed_validation_is_red_and_so_is_its_step_alone() -> None:
    wrong = replace(OK, step="2", ok=False, actual="Unknown")
    rows = tones(
        draw(
            entry(Kind.STEP, step="1", text="one"),
            entry(Kind.VALIDATION, **asdict(OK)),
            entry(Kind.STEP, step="2", text="two"),
            entry(Kind.RECEIVED, **CALL),
            entry(Kind.VALIDATION, **asdict(wrong)),
            entry(Kind.VALIDATION, **asdict(replace(wrong, severity=Severity.WARNING))),
            entry(Kind.STEP, step="3", text="three"),
        )
    )
    finding = "\u2717 2: BootNotificationRequest $.reason: expected PowerUp, got Unknown"
    assert rows == [
        ("plain", "1 one"),
        ("bad", "2 two"),
        ("plain", "Heartbeat"),
        ("bad", finding),
        ("warn", finding),
        ("plain", "3 three"),
    ]


def test_foreign_text_stays_text_and_within_the_picture() -> None:
    root = draw(
        entry(Kind.STEP, step=NASTY, text=NASTY),
        entry(Kind.RECEIVED, **{**CALL, "action": NASTY + ILLEGAL + "x" * 5000}),
        entry(Kind.NOTE, text=ILLEGAL + "y" * 5000),
        entry(Kind.RECEIVED, type="2", payload=[1], action=None),
    )
    allowed = {"svg", "g", "title", "text", "line", "rect", "path", "use", "defs", "style"}
    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= allowed
    assert max(len(text) for text in texts(root)) * 6 < WIDTH


def test_a_long_case_is_cut_and_says_so() -> None:
    rows = tones(draw(*[entry(Kind.SENT, **CALL)] * (MOST_ROWS + 7)))
    assert len(rows) == MOST_ROWS + 1
    assert rows[-1] == ("plain", "7 more events: see the transcript")


def test_what_is_wrong_is_drawn_however_late_it_comes() -> None:
    log = [entry(Kind.SENT, **CALL)] * (MOST_ROWS + 7)
    svg = diagram(log, Role.STATION, {MOST_ROWS + 3})
    rows = tones(ET.fromstring(svg))
    assert [tone for tone, _ in rows[MOST_ROWS:]] == ["plain", "bad"]
    assert rows[MOST_ROWS][1] == "6 more events: see the transcript"


def test_a_diagram_that_stands_alone_brings_its_styles() -> None:
    assert "<style>" in diagram([], Role.STATION, standalone=True)
    assert "<style>" not in diagram([], Role.STATION)


def test_a_transcript_is_read_as_it_was_written(tmp_path: Path) -> None:
    transcript = Transcript("TC_B_01_CS", tmp_path / "log.jsonl")
    transcript.add(Kind.SENT, **CALL)
    transcript.validate(OK)
    log = read_log(transcript.path)
    assert [(e.kind, e.data) for e in log.entries] == [
        (Kind.SENT, CALL),
        (Kind.VALIDATION, {**asdict(OK), "severity": "failure", "stage": "main", "places": []}),
    ]
    assert [e.at for e in log.entries] == [e.at for e in transcript.entries]
    assert log.skipped == ()


@pytest.mark.parametrize(
    "line", ["{", "[]", "1", "{}", '{"at": 1, "t": 0, "kind": "sent"}', "[" * 100_000, "\x00"]
)
def test_foreign_lines_are_counted_and_left_out(tmp_path: Path, line: str) -> None:
    path = tmp_path / "log.jsonl"
    good = '{"at": "2025-03-01T12:00:00+00:00", "t": 0.5, "kind": "note", "text": "x"}'
    path.write_text(f"{line}\n{good}\n")
    log = read_log(path)
    assert [e.data for e in log.entries] == [{"text": "x"}]
    assert log.skipped == (1,)


def test_no_transcript_reads_as_empty() -> None:
    assert read_log(None).entries == ()
