"""Expectations made from a payload hold for it, and for nothing that differs where they look."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from harness.evidence.matchers import (
    ABSENT,
    PRESENT,
    Contains,
    Every,
    InAnyOrder,
    Satisfies,
    compare,
    fact,
    matches,
    not_equal,
    one_of,
    same_text,
)
from harness.tests.fuzzing import VALUES, as_read, examples

#: Field names as a JSON path shows them plainly.
NAMES = st.sampled_from(["a", "b", "c", "evse", "id", "status"])
LEAVES = (
    st.booleans()
    | st.integers(-9, 2**40)
    | st.decimals(-99, 99, places=2)
    | st.sampled_from(["", "x", "Accepted", "accepted", "1", "true", "\u00e4"])
)
PAYLOADS = st.dictionaries(
    NAMES,
    st.recursive(
        LEAVES,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
        max_leaves=8,
    ),
    min_size=1,
    max_size=4,
).map(as_read)

Keys = tuple[str | int, ...]
GONE = object()
OTHER = "never drawn"


@dataclass(frozen=True)
class Judged:
    """A leaf that an expectation judges: where it stands, where that is told, what it may not be.

    ``wrong`` may hold ``GONE``: the field left out.
    """

    keys: Keys
    path: str
    wrong: tuple[Any, ...]


def path_of(keys: Keys) -> str:
    return "$" + "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in keys)


@st.composite
def expectations(draw: st.DrawFn, value: Any, keys: Keys = ()) -> tuple[Any, list[Judged]]:
    """An expectation that ``value`` meets, and the leaves that it judges."""
    if isinstance(value, dict):
        return draw(_object(value, keys))
    if isinstance(value, list):
        return draw(_array(value, keys))
    return draw(_leaf(value, keys))


@st.composite
def _object(draw: st.DrawFn, value: Any, keys: Keys) -> tuple[Any, list[Judged]]:
    expected: dict[str, Any] = {}
    judged: list[Judged] = []
    for name in value:
        if draw(st.booleans()):
            expected[name], leaves = draw(expectations(value[name], (*keys, name)))
            judged += leaves
    if draw(st.booleans()):
        expected["missing"] = ABSENT
        here = (*keys, "missing")
        judged.append(Judged(here, path_of(here), (1, "", False, {}, [0])))
    if keys:
        judged.append(Judged(keys, path_of(keys), (OTHER, 5, [1])))
    return expected, judged


@st.composite
def _array(draw: st.DrawFn, value: Any, keys: Keys) -> tuple[Any, list[Judged]]:
    here, way = path_of(keys), draw(st.sampled_from(["each", "every", "contains"]))
    whole = Judged(keys, here, (OTHER, {"a": 1}, GONE))
    if way == "every" and value:
        return Every(PRESENT), [whole, Judged(keys, here, ([],))]
    if way == "contains" and value:
        return Contains(value[0]), [whole, Judged(keys, here, ([OTHER], []))]
    parts = [draw(expectations(item, (*keys, at))) for at, item in enumerate(value)]
    lengths = Judged(keys, here, ([*value, OTHER], value[:-1] if value else [OTHER]))
    leaves = [leaf for _, found in parts for leaf in found if GONE not in leaf.wrong[-1:]]
    return [expected for expected, _ in parts], [whole, lengths, *leaves]


@st.composite
def _leaf(draw: st.DrawFn, value: Any, keys: Keys) -> tuple[Any, list[Judged]]:
    differs = (*_unlike(value), GONE)
    ways: list[tuple[Any, tuple[Any, ...]]] = [
        (_ours(value), differs),
        (PRESENT, (GONE,)),
        (one_of(OTHER + "!", _ours(value)), differs),
        (not_equal(OTHER), (OTHER, GONE)),
        (
            Satisfies(
                "itself", lambda seen: seen == value and type(seen) is type(value), fact("itself")
            ),
            differs,
        ),
    ]
    if isinstance(value, str):
        ways.append((same_text(value.swapcase()), (OTHER, 5, [value], GONE)))
    expected, wrong = draw(st.sampled_from(ways))
    return expected, [Judged(keys, path_of(keys), wrong)]


def _ours(value: Any) -> Any:
    """As a case writes it: a decimal as the float that looks the same."""
    return float(value) if isinstance(value, Decimal) else value


def _unlike(value: Any) -> tuple[Any, ...]:
    """Values that are near, and not the same."""
    if isinstance(value, bool):
        return (not value, int(value), str(value).lower(), [value], {"a": value}, None)
    if isinstance(value, int):
        return (value + 1, str(value), Decimal(value) + Decimal("0.01"), [value], None)
    if isinstance(value, Decimal):
        return (value + Decimal("0.001"), int(value), str(value), None)
    other_case = value.swapcase() if value.swapcase() != value else OTHER
    return (value + " ", [value], {"a": value}, len(value), other_case, None)


def changed(payload: Any, keys: Keys, value: Any) -> Any:
    copied = copy.deepcopy(payload)
    place = copied
    for key in keys[:-1]:
        place = place[key]
    if value is GONE:
        del place[keys[-1]]
    else:
        place[keys[-1]] = value
    return copied


@given(st.data(), PAYLOADS)
@examples(300)
def test_an_expectation_holds_for_its_payload_and_for_no_near_one(
    data: st.DataObject, payload: dict[str, Any]
) -> None:
    expected, judged = data.draw(expectations(payload))
    assert matches(expected, payload)
    if not judged:
        return
    leaf = data.draw(st.sampled_from(judged))
    wrong = data.draw(st.sampled_from(leaf.wrong))
    seen = payload
    for key in leaf.keys:
        seen = seen.get(key, GONE) if isinstance(seen, dict) else seen[key]
    if wrong == seen and type(wrong) is type(seen):
        return
    spoiled = changed(payload, leaf.keys, wrong)
    assert not matches(expected, spoiled)
    found = {check.path for check in compare(expected, spoiled) if not check.ok}
    assert any(path.startswith(leaf.path) for path in found), (found, leaf.path)


ELEMENTS = st.lists(
    st.fixed_dictionaries({"id": st.integers(0, 3), "v": LEAVES}).map(as_read),
    min_size=1,
    max_size=5,
)


@given(st.data(), ELEMENTS)
@examples(150)
def test_any_order_takes_every_permutation_and_no_other_content(
    data: st.DataObject, elements: list[dict[str, Any]]
) -> None:
    wanted = InAnyOrder([{**e, "v": _ours(e["v"])} for e in elements], key=lambda e: e["id"])
    order = data.draw(st.permutations(range(len(elements))))
    # Elements of one id are paired in the order in which they come.
    ranks = {e["id"]: iter([x for x in elements if x["id"] == e["id"]]) for e in elements}
    shuffled = [next(ranks[elements[place]["id"]]) for place in order]
    assert matches(wanted, shuffled)
    place = data.draw(st.integers(0, len(shuffled) - 1))
    name = data.draw(st.sampled_from(["id", "v"]))
    wrong = 99 if name == "id" else data.draw(st.sampled_from(_unlike(shuffled[place]["v"])))
    spoiled = changed(shuffled, (place, name), wrong)
    failed = [check.path for check in compare(wanted, spoiled) if not check.ok]
    assert failed
    if name == "v":
        assert failed == [f"$[{place}].v"]
    assert not matches(wanted, [*shuffled, shuffled[0]])
    assert not matches(wanted, shuffled[1:])


@given(st.data(), PAYLOADS, VALUES)
@examples(150)
def test_no_value_breaks_a_matcher(data: st.DataObject, payload: Any, other: Any) -> None:
    expected, _ = data.draw(expectations(payload))
    foreign = as_read({"a": other})["a"]
    for check in compare(expected, foreign):
        assert check.path.startswith("$")
    deep = InAnyOrder([{"id": {"a": OTHER}}], key=lambda e: e["id"]["a"])
    assert not matches(deep, foreign)
