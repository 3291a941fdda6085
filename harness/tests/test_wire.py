"""Frames: what is one, what is none, and that nothing a peer sends can break the reader."""

import json
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.evidence.transcript import Kind, Transcript, plain
from harness.evidence.values import brief, json_number
from harness.ocppj.frames import DEEPEST, Frame, FrameKind, Malformed, parse
from harness.spec.editions import DEFAULT

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.decimals() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
PAYLOAD = st.dictionaries(
    st.text(),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=10,
    ),
)
FRAMES = st.one_of(
    st.builds(Frame, st.just(FrameKind.CALL), st.text(), st.text(), PAYLOAD),
    st.builds(Frame, st.just(FrameKind.CALLRESULT), st.text(), payload=PAYLOAD),
    st.builds(
        lambda *a: Frame(FrameKind.CALLERROR, a[0], payload=a[1], code=a[2], description=a[3]),
        *(st.text(), PAYLOAD, st.text(), st.text()),
    ),
)


#: Another process may have the machine: no deadline for one example. Nothing is left on the disk.
CALM = settings(deadline=None, database=None, max_examples=150)


@CALM
@given(FRAMES)
def test_a_frame_reads_back_as_itself(frame: Frame) -> None:
    assert parse(frame.encode(), DEFAULT) == frame


@CALM
@given(st.text() | st.binary())
def test_no_text_breaks_the_reader(text: str | bytes) -> None:
    assert isinstance(parse(text, DEFAULT), (Frame, Malformed))


@CALM
@given(st.lists(JSON, max_size=6))
def test_any_json_is_a_frame_or_a_reason_and_can_be_kept(parts: list[object]) -> None:
    text = json.dumps(parts, default=str)  # NaN and Infinity as Python writes them
    item = parse(text, DEFAULT)
    if isinstance(item, Malformed):
        assert item.problem
        return
    kept = json.dumps(plain(item.as_data()))
    assert json.loads(kept)["id"] == item.id
    item.encode().encode("utf-8")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "not valid JSON"),
        ("[2", "not valid JSON"),
        ("\ufeff[]", "not valid JSON"),
        ("{}", "a JSON object where OCPP-J has an array"),
        ('"text"', "a JSON string"),
        ("true", "a JSON boolean"),
        ("null", "a JSON null"),
        ("7", "a JSON number"),
        ("[]", "unknown message type nothing"),
        ("[1]", "unknown message type 1"),
        ('[true, "i", "A", {}]', "unknown message type True"),
        ('[2.5, "i", "A", {}]', "unknown message type Decimal"),
        ('[[[2]], "i", "A", {}]', "unknown message type [[2]]"),
        ('[2, "i", "A"]', "a CALL has 4 elements, this one 3"),
        ('[3, "i", {}, {}]', "a CALLRESULT has 3 elements, this one 4"),
        ('[4, "i", "c", {}]', "a CALLERROR has 5 elements, this one 4"),
        ('[2, null, "A", {}]', "the message id is a null"),
        ('[2, "i", 5, {}]', "the action is not a string"),
        ('[2, "i", "A", null]', "the payload is a null"),
        ('[3, "i", "text"]', "the payload is a string"),
        ('[4, "i", "c", 5, {}]', "the error code or description is not a string"),
        ('[4, "i", "c", "d", []]', "the details is a array"),
        ('[2, "i", "A", {"a": NaN}]', "NaN is not JSON"),
        ('[2, "i", "A", {"a": Infinity}]', "Infinity is not JSON"),
        ('[2, "i", "A", {"a": 1e99999999999999999999}]', "not valid JSON"),
        ('[2, "i", "A", {"a": ' + "9" * 5000 + "}]", "not valid JSON"),
        ("[" * 100_000, "nested too deeply"),
        ('[2, "i", "A", {"a": ' + "[" * DEEPEST + "]" * DEEPEST + "}]", "nested too deeply"),
    ],
)
def test_what_is_no_frame_says_why(text: str, problem: str) -> None:
    item = parse(text, DEFAULT)
    assert isinstance(item, Malformed)
    assert problem in item.problem
    assert len(item.excerpt) <= 300
    assert len(item.problem) < 400


def test_binary_is_no_frame() -> None:
    item = parse(b'[2,"i","Heartbeat",{}]', DEFAULT)
    assert isinstance(item, Malformed)
    assert "binary" in item.problem


def test_deep_but_possible_nesting_is_read_and_kept() -> None:
    depth = DEEPEST - 3
    item = parse('[2, "i", "A", {"a": ' + "[" * depth + "]" * depth + "}]", DEFAULT)
    assert isinstance(item, Frame)
    assert json.dumps(plain(item.as_data()))


def test_numbers_are_exact() -> None:
    item = parse('[2, "i", "A", {"a": 8.1, "b": 1.0, "c": 3, "d": 0.30000000000000004}]', DEFAULT)
    assert isinstance(item, Frame)
    assert item.payload["a"] % Decimal("0.1") == 0
    assert item.payload["a"] == Decimal("8.1")
    assert item.payload["d"] != Decimal("0.3")
    assert [type(item.payload[key]) for key in "bc"] == [int, int]


def test_the_last_of_equal_keys_counts() -> None:
    item = parse('[2, "i", "A", {"a": 1, "a": 2}]', DEFAULT)
    assert isinstance(item, Frame)
    assert item.payload == {"a": 2}


@pytest.mark.parametrize(
    ("literal", "kept"),
    [
        ("1.5", 1.5),
        ("2.0", 2),
        ("1e3", 1000),
        ("1e999999999", "1E+999999999"),
        ("-1e-999999999", "-1E-999999999"),
        ("0.0", 0),
        ("NaN", "NaN"),
    ],
)
def test_decimals_are_kept_as_what_json_can_hold(literal: str, kept: object) -> None:
    number = json_number(Decimal(literal))
    assert (type(number), number) == (type(kept), kept)


def test_half_a_surrogate_pair_can_be_sent_and_logged() -> None:
    frame = Frame(FrameKind.CALLRESULT, "\ud800", payload={"a": "ä\udfff"})
    assert json.loads(frame.encode().encode("utf-8")) == [3, "\ud800", {"a": "ä\udfff"}]


def test_a_transcript_holds_everything_that_can_be_parsed(tmp_path: Path) -> None:
    log = Transcript("x", tmp_path / "x.jsonl")
    item = parse(
        '[2, "\\ud800", "A", {"a": 1e999, "b": "\\u0000\\udfff", "c": [1.25, null]}]', DEFAULT
    )
    assert isinstance(item, Frame)
    log.add(Kind.RECEIVED, **item.as_data())
    line = json.loads((tmp_path / "x.jsonl").read_bytes())
    assert line["id"] == "\ud800"
    assert line["payload"] == {"a": "1E+999", "b": "\x00\udfff", "c": [1.25, None]}


def test_brief_keeps_what_is_short_and_says_how_long_the_rest_was() -> None:
    assert brief([1, 2]) == [1, 2]
    assert brief("x" * 2000) == "x" * 2000
    assert brief("x" * 2001, 5) == "xxxxx… (2001 characters)"
    assert brief({"a": "y" * 50}, 10) == '{"a": "yyy… (59 characters)'
