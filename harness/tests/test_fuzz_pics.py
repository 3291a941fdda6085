"""Conditions of Part 5: any that the grammar can write means what a plain reading says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.spec.editions import DEFAULT
from harness.spec.roles import Role
from harness.sut.conditions import Declared
from harness.sut.pics import parse
from harness.tests.fuzzing import TEXTS, examples

IDS = ("C-30", "C-31", "C-32", "C-33", "C-13", "C-10.1", "C-10.2", "AQ-9", "UI-1.1", "HFS-3")


@dataclass(frozen=True)
class Told:
    """A condition as Part 5 may write it, and what it means; ``rank``: how loosely it binds."""

    text: str
    holds: Callable[[Declared], bool]
    rank: int = 0


def feature(id: str, written: str) -> Told:
    return Told(written, lambda d: id in d.features)


def written(id: str) -> st.SearchStrategy[Told]:
    """The spellings of an id that Part 5 has."""
    kind, _, number = id.partition("-")
    careless = [id, id.lower(), f"{kind}{number}", f"{kind}.{number}"]
    careless += [number] if kind == "C" and "." in number else []
    return st.sampled_from(careless).map(lambda text: feature(id, text))


def span(low: int, high: int, dash: str) -> Told:
    ids = {f"C-{number}" for number in range(low, high + 1)}
    return Told(f"C-{low}{dash}C-{high}", lambda d: bool(ids & d.features))


LEAVES = st.one_of(
    st.sampled_from(IDS).flatmap(written),
    st.builds(
        lambda low, more, dash: span(low, low + more, dash),
        *(st.integers(30, 32), st.integers(1, 2), st.sampled_from([" - ", "-", "-(or) ", "- "])),
    ),
    st.sampled_from(DEFAULT.features.profiles).flatmap(
        lambda name: st.sampled_from([name, name.lower(), name.replace(" ", "")]).map(
            lambda text: Told(text, lambda d: name in d.profiles)
        )
    ),
    st.sampled_from(DEFAULT.features.subtypes).map(
        lambda name: Told(f'Product Subtype "{name}"', lambda d: d.product_subtype == name)
    ),
    st.integers(0, 4).map(lambda n: Told(f"HFS-8 > {n}", lambda d: d.numbers.get("HFS-8", 0) > n)),
)
WORDS = {word: [word, word.upper(), word.title()] for word in ("and", "or", "not")}


@st.composite
def negated(draw: st.DrawFn, inner: st.SearchStrategy[Told]) -> Told:
    part = draw(inner)
    word = draw(st.sampled_from(WORDS["not"]))
    return Told(f"{word} {bracketed(part, 0)}", lambda d: not part.holds(d))


@st.composite
def joined(draw: st.DrawFn, inner: st.SearchStrategy[Told]) -> Told:
    parts = draw(st.lists(inner, min_size=2, max_size=3))
    word, every, rank = draw(st.sampled_from([("and", all, 1), ("or", any, 2)]))
    glue = f" {draw(st.sampled_from(WORDS[word]))} "
    text = glue.join(bracketed(part, rank if draw(st.booleans()) else 0) for part in parts)
    return Told(text, lambda d: every(part.holds(d) for part in parts), rank)


def bracketed(part: Told, rank: int) -> str:
    """The part as it must stand below an operator that binds so loosely."""
    return f"({part.text})" if part.rank > rank else part.text


CONDITIONS = st.recursive(LEAVES, lambda inner: negated(inner) | joined(inner), max_leaves=8)
DECLARED = st.builds(
    Declared,
    st.just(Role.STATION),
    st.frozensets(st.sampled_from(IDS)),
    st.dictionaries(st.just("HFS-8"), st.integers(0, 5)),
    st.frozensets(st.sampled_from(DEFAULT.features.profiles)),
    st.sampled_from(["", *DEFAULT.features.subtypes]),
)


@given(CONDITIONS, DECLARED)
@examples(300)
def test_a_condition_means_what_it_says(told: Told, declared: Declared) -> None:
    condition = parse(told.text)
    assert condition.holds(declared) is told.holds(declared), told.text
    assert (condition.why(declared) == "") is told.holds(declared), told.text


@given(CONDITIONS, CONDITIONS, DECLARED, st.booleans())
@examples(100)
def test_each_role_has_its_own(a: Told, b: Told, declared: Declared, swapped: bool) -> None:
    pair = [f"CSMS: {a.text}", f"Charging Station: {b.text}"]
    condition = parse(" ".join(reversed(pair) if swapped else pair))
    assert condition.holds(declared) is b.holds(declared)


PIECES = st.sampled_from(
    [
        *(*IDS, "and", "or", "not", "(", ")", "-", "-(or)", ">", "1", " ", ",", "CS:", "CSMS:"),
        *("Product Subtype", '"', "Core", "ISO 15118", "\u0131SO 15118 support", "C-", "C-\uff11"),
        *("C-1 - C-999999999999", "HFS-8 > " + "9" * 5000, "A\u017f-2", "C-" + "1" * 5000),
    ]
)


def judge(text: str) -> None:
    """A condition, or the parser's own word that it is none."""
    try:
        condition = parse(text)
    except ValueError as error:
        if not str(error).startswith("condition "):
            raise
    else:
        declared = Declared(Role.STATION)
        assert (condition.why(declared) == "") is condition.holds(declared)
        assert len(str(condition)) < 100 * len(text) + 100


@given(TEXTS | st.text() | st.lists(PIECES, max_size=8).map(" ".join))
@examples(300)
def test_no_text_breaks_the_parser(text: str) -> None:
    judge(text)


@pytest.mark.parametrize("piece", ["(", "not ", "not (", "C-1 and (", "C-1 or ", ")", "C-1 - "])
def test_no_depth_breaks_the_parser(piece: str) -> None:
    judge(piece * 5_000)
    judge(piece * 5_000 + "C-1" + ")" * 5_000)
