"""Which message a failed validation is about, and how its field is marked."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from harness.evidence.matchers import Place
from harness.evidence.transcript import Entry, Kind
from harness.evidence.verdict import Stage, Validation
from harness.report.offence import Offence, marked, offences

FIELD = Validation("3", "ResetResponse", "$.status", "Accepted", "Rejected", False, frame="b")
RULE = replace(FIELD, step="a_rule", stage=Stage.RULE, frame="")


def entry(kind: Kind, type_: int, id_: str, action: str = "Reset", **payload: Any) -> Entry:
    data = {"type": type_, "id": id_, "action": action, "payload": payload}
    return Entry(datetime(2025, 3, 1, tzinfo=UTC), 0.0, kind, data)


UNANSWERED = replace(
    FIELD, message="HeartbeatResponse", path="", frame="", matcher={"fact": "answered"}
)
LOG = [
    entry(Kind.SENT, 2, "a", type="OnIdle"),
    entry(Kind.RECEIVED, 3, "a", status="Accepted"),
    entry(Kind.SENT, 2, "b", type="OnIdle"),
    entry(Kind.RECEIVED, 3, "b", status="Rejected"),
    entry(Kind.RECEIVED, 3, "c", status="Rejected"),
    entry(Kind.SENT, 2, "d", "Heartbeat"),
]


@pytest.mark.parametrize(
    ("failed", "found"),
    [
        (FIELD, [Offence(3, "$.status")]),
        (replace(FIELD, message="ResetRequest"), [Offence(2, "$.status")]),
        (replace(FIELD, frame="x"), []),
        (replace(FIELD, frame=""), []),
        (
            replace(FIELD, frame="", places=(Place("a", "$.status"), Place("c", "$"))),
            [Offence(1, "$.status"), Offence(4, "$")],
        ),
        (RULE, []),
        (replace(RULE, frame="c"), [Offence(4, "$.status")]),
        (
            replace(RULE, frame="c", path="$.items[3] (EVSE(1).Power).value"),
            [Offence(4, "$.items[3].value")],
        ),
        (UNANSWERED, [Offence(5, "")]),
        (replace(UNANSWERED, stage=Stage.RULE, step="calls_are_answered"), [Offence(5, "")]),
    ],
)
def test_the_message_that_a_failure_is_about(failed: Validation, found: list[Offence]) -> None:
    assert offences(failed, LOG) == found


PAYLOAD = {"a": {"b": [1, {"c": "<x>"}]}, "d": True}


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("$.d", '<mark>"d": true</mark>'),
        ("$.a.b[0]", "<mark>1</mark>"),
        ("$.a.b[1].c", '<mark>"c": "&lt;x&gt;"</mark>'),
        ("$.a.e", "<mark>e is absent</mark>"),
        ("$.a.b[1].e", "<mark>e is absent</mark>"),
    ],
)
def test_the_field_is_marked(path: str, shown: str) -> None:
    text = str(marked(PAYLOAD, [path]))
    assert shown in text
    assert text.count("<mark>") == 1


@pytest.mark.parametrize("path", ["$", "", "evse 1", "$.x.y.z"])
def test_what_is_no_field_is_not_marked(path: str) -> None:
    assert "<mark>" not in marked(PAYLOAD, [path])


def test_a_long_value_is_shortened_and_a_long_message_not_marked() -> None:
    assert len(marked({"a": "x" * 10_000}, ["$.a"])) < 5_000
    long = marked({f"k{number}": "<>" * 400 for number in range(400)}, ["$.k1"])
    assert len(long) < 250_000
    assert "<mark>" not in long
