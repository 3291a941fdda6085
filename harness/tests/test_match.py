"""Matchers: each says yes to what it means and no to everything near it."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from harness.evidence.matchers import (
    ABSENT,
    MISSING,
    PRESENT,
    Contains,
    Every,
    InAnyOrder,
    Satisfies,
    compare,
    fact,
    matches,
    near,
    not_equal,
    one_of,
    parse_time,
    same_text,
)

NOON = datetime(2025, 3, 1, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("expected", "yes", "no"),
    [
        ("Accepted", ["Accepted"], ["accepted", "", None, MISSING, ["Accepted"], 1]),
        (1, [1, Decimal("1")], ["1", True, 2, MISSING, None]),
        (True, [True], [1, "true", False, MISSING]),
        (False, [False], [0, "", None, MISSING]),
        (8.1, [Decimal("8.1"), 8.1], [Decimal("8.10001"), "8.1", 8, MISSING]),
        ({"a": 1}, [{"a": 1}, {"a": 1, "b": 2}], [{}, {"a": 2}, [], MISSING, "a", None]),
        ({"a": {"b": 1}}, [{"a": {"b": 1}}], [{"a": 1}, {"a": {}}, {"a": None}]),
        ([1, 2], [[1, 2]], [[2, 1], [1], [1, 2, 3], {}, "12", MISSING]),
        ([], [[]], [[1], MISSING, None]),
        (ABSENT, [MISSING], [None, "", 0, [], {}]),
        (PRESENT, [None, 0, "", []], [MISSING]),
        (one_of("A", "B"), ["A", "B"], ["C", "", None, MISSING, ["A"]]),
        (one_of("A", ABSENT), ["A", MISSING], ["B", None, ""]),
        (one_of(ABSENT, PRESENT), ["anything", None, MISSING], []),
        (one_of({"a": 1}, {"b": 2}), [{"b": 2, "c": 3}], [{"a": 2}, {}]),
        (not_equal("A"), ["B", None, 0], ["A", MISSING]),
        (not_equal(1), [True, "1", 2], [1, Decimal(1), MISSING]),
        (same_text("Ab"), ["aB", "AB"], ["abc", "", None, 5, MISSING]),
        (Every(1), [[1], [1, 1]], [[], [1, 2], MISSING, None, 1, {"a": 1}]),
        (Every({"a": PRESENT}), [[{"a": 0}]], [[{"a": 0}, {}], [5]]),
        (Contains(1), [[2, 1], [1]], [[], [2], MISSING, 1, [True], {"1": 1}]),
        (Contains({"a": 1}), [[{}, {"a": 1, "b": 1}]], [[{"a": 2}], [[]]]),
        (Satisfies("even", lambda n: n % 2 == 0, fact("even")), [2], [3, MISSING]),
        (Satisfies("x", lambda _: False, fact("x"), absent_ok=True), [MISSING], ["x"]),
    ],
    ids=str,
)
def test_a_matcher_knows_its_own(expected: Any, yes: list[Any], no: list[Any]) -> None:
    assert [actual for actual in yes if not matches(expected, actual)] == []
    assert [actual for actual in no if matches(expected, actual)] == []


def test_a_wrong_field_is_named_by_its_path() -> None:
    expected = {"evse": {"id": 1}, "list": [1, {"a": one_of("x", "y")}]}
    actual = {"evse": {"id": 2}, "list": [1, {"a": "z"}]}
    wrong = [(c.path, c.expected, c.actual) for c in compare(expected, actual) if not c.ok]
    assert wrong == [("$.evse.id", "1", 2), ("$.list[1].a", "x or y", "z")]


def test_a_length_is_judged_beside_the_elements() -> None:
    wrong = [(c.path, c.actual) for c in compare([1, 2], [3]) if not c.ok]
    assert wrong == [("$", "1 elements"), ("$[0]", 3)]


# -- any order

BOTH = InAnyOrder(({"id": 1, "v": "a"}, {"id": 2, "v": "b"}), key=lambda item: item["id"])


@pytest.mark.parametrize(
    "items",
    [
        [{"id": 1, "v": "a"}, {"id": 2, "v": "b"}],
        [{"id": 2, "v": "b", "more": 1}, {"id": 1, "v": "a"}],
    ],
)
def test_any_order_takes_the_elements_in_any_order(items: list[Any]) -> None:
    assert matches(BOTH, items)


@pytest.mark.parametrize(
    ("items", "wrong"),
    [
        ([{"id": 2, "v": "x"}, {"id": 1, "v": "a"}], [("$[0].v", "b", "x")]),
        (
            [{"id": 1, "v": "a"}],
            [
                ("$", "2 elements", '1 elements (1): [{"id": 1, "v": "a"}]'),
                ("$", "an element for 2", MISSING),
            ],
        ),
        (
            [{"id": 1, "v": "a"}, {"id": 2, "v": "b"}, {"id": 3}],
            [
                (
                    "$",
                    "2 elements",
                    '3 elements (1, 2, 3): [{"id": 1, "v": "a"}, {"id": 2, "v": "b"}, {"id": 3}]',
                )
            ],
        ),
        (
            [{"id": 1, "v": "a"}, {"id": 1, "v": "a"}],
            [("$", "an element for 2", [{"id": 1, "v": "a"}])],
        ),
        (
            [{"id": 1, "v": "a"}, {"id": [], "v": "b"}],
            [("$", "an element for 2", [{"id": [], "v": "b"}])],
        ),
        ([{"id": 1, "v": "a"}, "no object"], [("$", "an element for 2", ["no object"])]),
    ],
)
def test_any_order_tells_what_is_wrong(items: list[Any], wrong: list[Any]) -> None:
    assert [(c.path, c.expected, c.actual) for c in compare(BOTH, items) if not c.ok] == wrong


@pytest.mark.parametrize("nothing", [MISSING, None, "text", {}, []])
def test_any_order_is_not_content_with_nothing(nothing: Any) -> None:
    assert not matches(BOTH, nothing)


def test_elements_of_equal_key_are_each_judged() -> None:
    twice = InAnyOrder(({"id": 1, "v": "a"}, {"id": 1, "v": "a"}), key=lambda item: item["id"])
    assert matches(twice, [{"id": 1, "v": "a"}, {"id": 1, "v": "a"}])
    assert not matches(twice, [{"id": 1, "v": "bad"}, {"id": 1, "v": "a"}])
    assert not matches(twice, [{"id": 1, "v": "a"}, {"id": 1, "v": "bad"}])


# -- times


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2025-03-01T12:00:00Z", NOON),
        ("2025-03-01T13:00:00+01:00", NOON),
        ("2025-03-01t12:00:00z", NOON),
        ("2025-03-01T12:00:00", None),
        ("2025-02-30T12:00:00Z", None),
        ("yesterday", None),
        ("", None),
        (5, None),
        (None, None),
        (["2025-03-01T12:00:00Z"], None),
    ],
)
def test_only_a_moment_with_a_zone_is_a_time(text: Any, moment: datetime | None) -> None:
    assert parse_time(text) == moment


def test_near_counts_both_ways() -> None:
    matcher = near(NOON, 4)
    for seconds, close in ((0, True), (4, True), (-4, True), (4.001, False), (-5, False)):
        text = (NOON + timedelta(seconds=seconds)).isoformat()
        assert matches(matcher, text) is close
    assert not matches(matcher, MISSING)
    assert not matches(matcher, "2025-03-01T12:00:00")
