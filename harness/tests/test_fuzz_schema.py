"""Every message of OCPP: what its schema allows is no problem, each breach of it is one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.evidence.matchers import parse_time
from harness.ocppj.frames import Payload
from harness.ocppj.schema import problems
from harness.spec.editions import DEFAULT
from harness.tests.fuzzing import OBJECTS, as_read, examples, thorough
from harness.tests.made_payloads import MESSAGES, MOMENTS, Break, breaks, fullest, payloads


@pytest.mark.parametrize("message", MESSAGES)
@given(data=st.data())
@examples(3)
def test_what_the_schema_allows_is_no_problem(message: str, data: st.DataObject) -> None:
    payload = as_read(data.draw(payloads(message)))
    assert problems(DEFAULT, message, payload) == []


def judge(message: str, payload: Payload, broken: Break) -> None:
    found = problems(DEFAULT, message, broken.done_to(payload))
    assert found, (message, broken)
    assert {problem.path for problem in found} == {broken.path}, (broken, found)
    if broken.constraint == "required":
        assert any(str(broken.keys[-1]) in problem.expected for problem in found)


@pytest.mark.parametrize("message", MESSAGES)
def test_every_breach_of_the_fullest_payload_is_named_where_it_is(message: str) -> None:
    payload = as_read(fullest(message))
    assert problems(DEFAULT, message, payload) == []
    every = breaks(message, payload)
    for broken in every if thorough() else one_of_each(every):
        judge(message, payload, broken)


def one_of_each(every: Iterator[Break]) -> list[Break]:
    """One breach of each constraint of each field; customData is the same wherever it stands."""
    found: dict[tuple[str, str], Break] = {}
    for broken in every:
        _, custom, below = broken.path.rpartition(".customData")
        found.setdefault((custom + below if custom else broken.path, broken.constraint), broken)
    return list(found.values())


@given(data=st.data(), message=st.sampled_from(MESSAGES))
@examples(100)
def test_a_breach_of_any_payload_is_named_where_it_is(data: st.DataObject, message: str) -> None:
    payload = as_read(data.draw(payloads(message)))
    judge(message, payload, data.draw(st.sampled_from(list(breaks(message, payload)))))


def test_every_kind_of_constraint_is_broken() -> None:
    kinds = Counter(b.constraint for m in MESSAGES for b in breaks(m, fullest(m)))
    assert set(kinds) == {
        *("required", "additionalProperties", "type", "null", "empty list", "enum", "date-time"),
        *("maxLength", "maxItems", "minimum", "maximum"),
    }
    assert sum(kinds.values()) > 10_000


@given(payload=OBJECTS, message=st.sampled_from(MESSAGES))
@examples(100)
def test_no_payload_breaks_the_check(payload: dict[str, Any], message: str) -> None:
    assert isinstance(problems(DEFAULT, message, as_read(payload)), list)


STATUS = {"connectorStatus": "Available", "evseId": 1, "connectorId": 1}


def date_time_problems(text: str) -> list[Any]:
    return problems(DEFAULT, "StatusNotificationRequest", {**STATUS, "timestamp": text})


@given(MOMENTS)
@examples(100)
def test_every_moment_of_the_schema_is_one_to_the_judges(text: str) -> None:
    assert date_time_problems(text) == []
    assert parse_time(text) is not None


@given(
    st.text(max_size=30)
    | st.from_regex(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d)?([.,]\d*)?([Zz]|[+-]\d\d:?\d\d)?\s?")
)
@examples(300)
def test_what_the_schema_takes_for_a_moment_can_be_read(text: str) -> None:
    if date_time_problems(text) == []:
        assert parse_time(text) is not None, text
