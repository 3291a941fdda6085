"""Descriptions of systems, torn and twisted: a system, or its mistakes with their lines."""

from __future__ import annotations

import dataclasses
import math
import re
import time
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.sut.file import SutFileError, load
from harness.sut.model import Sut
from harness.tests.fuzzing import TEXTS, examples
from harness.tests.test_sut_file import ENVIRON, SUTS

EXAMPLES = [
    (SUTS / name).read_text(encoding="utf-8")
    for name in ("example_station.yaml", "example_csms.yaml")
]
#: Seconds in which a description must be read, on a machine that has other things to do.
SOON = 5

#: Values that YAML reads in its own way, or that do not fit what they stand for.
ODD = (
    *("", "~", "yes", "0123", "1_000", "0x1F", "1:30", "1e3", ".inf", ".nan", "-0", "2001-02-30"),
    *("2001-02-03", "'", '"', "''", "[]", "{}", "[[]]", "{a: {}}", "[a, a]", "{a: 1, a: 2}", "- x"),
    *("=", "<<", "!", "!x y", "!!str", "!!str [a]", "!!str {a: b}", "!!map [b]", "!!seq {b: c}"),
    *('!!int ""', "!!int x", '!!float ""', "!!bool x", "!!null x", "!!timestamp x", "!!binary aa"),
    *("!!set {a}", "{? !!set {a} : b}", "!!omap [a: b]", "!!pairs [a: b]", "{[a]: b}", "? x"),
    *("!!python/name:os.system x", "&a b", "*a", "&a [*a]", "|", ">", "@", "`", "%", "# x", "x #"),
    *("${}", "${HOME", "${STATION_PASSWORD}", "${NOT_SET}", "{${NOT_SET}: 1}", "${CSMS_API_TOKEN}"),
    *("9" * 400, "9" * 5000, "0x" + "F" * 5000, "-0b" + "1" * 5000, "1." + "9" * 400, "1e999"),
    *("a" * 5000, "'\\0'", '"\\0"', '"\\ud800"', "\U0001f600", "\u2028", "\ufeff", "\x07", "a\tb"),
    *("[" * 99 + "]" * 99, "[" * 990 + "]" * 990, "[" * 50_000, "{a: " * 990 + "}" * 990),
    *("- " * 9000, "? " * 50_000, ": " * 50_000, "[" + "{a: " * 9000, "\n" + "\n".join("  " * 9)),
    *("/", "/dev", "/root/x", "../x", "wss://[", "ws://a:b", "ws://a:-1", "ws://\U0001f600"),
)

Change = Callable[[list[str]], list[str]]


def _on_a_line(number: int, act: Callable[[str], list[str]]) -> Change:
    def change(lines: list[str]) -> list[str]:
        place = number % len(lines) if lines else 0
        return lines[:place] + act(lines[place] if lines else "") + lines[place + 1 :]

    return change


def _revalued(value: str) -> Callable[[str], list[str]]:
    """The line with another value: of its key, or of one inside its braces."""

    def act(line: str) -> list[str]:
        head, colon, _ = line.partition(":")
        return [f"{head}{colon} {value}"]

    return act


def _inside(value: str) -> Callable[[str], list[str]]:
    def act(line: str) -> list[str]:
        return [re.sub(r"(?<=[\[:,] )[\w.]+(?=[,}\]])", lambda _: value, line, count=1)]

    return act


def _replaced(at: int, text: str, length: int) -> Callable[[str], list[str]]:
    def act(line: str) -> list[str]:
        place = at % (len(line) + 1)
        return [line[:place] + text + line[place + length :]]

    return act


ODD_VALUES = st.sampled_from(ODD) | TEXTS
ACTS = st.one_of(
    st.just(lambda _line: []),
    st.just(lambda line: [line, line]),
    st.builds(lambda n: lambda line: [" " * n + line], st.integers(1, 4)),
    st.just(lambda line: [line[1:]]),
    st.just(lambda line: [line.replace(":", "")]),
    ODD_VALUES.map(_revalued),
    ODD_VALUES.map(_revalued),
    ODD_VALUES.map(_inside),
    ODD_VALUES.map(lambda value: lambda line: [line, value]),
    ODD_VALUES.map(lambda value: lambda line: [f"{value}: x", line]),
    st.builds(_replaced, st.integers(0, 200), TEXTS, st.integers(0, 3)),
)
CHANGES = st.lists(st.builds(_on_a_line, st.integers(0, 99), ACTS), min_size=1, max_size=3)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sut") / "sut.yaml"


def judge(path: Path, text: str | bytes) -> None:
    """Loading is soon over; it gives a sound system, or mistakes that name their lines."""
    content = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
    path.write_bytes(content)
    began = time.monotonic()
    try:
        assert_sound(load(path, ENVIRON), Sut)
    except SutFileError as error:
        assert_helpful(path, content, error)
    assert time.monotonic() - began < SOON


#: What ends a line in YAML.
LINE_ENDS = re.compile("\r\n|[\r\n\x85\u2028\u2029]")


def assert_helpful(path: Path, content: bytes, error: SutFileError) -> None:
    """Every mistake has a line of the file, a reason and a remedy, in few words."""
    lines = len(LINE_ENDS.split(content.decode("utf-8", "replace")))
    assert error.problems
    assert all(1 <= each.line <= lines and each.what and each.instead for each in error.problems)
    assert str(error).startswith(f"{path}:{error.problems[0].line}: ")
    assert len(str(error)) < 200_000


def assert_sound(value: Any, kind: Any) -> None:
    """``value`` is what the type says, all the way down."""
    origin, inner = get_origin(kind), get_args(kind)
    if origin is UnionType:
        (some,) = (each for each in inner if each is not NoneType)
        if value is not None:
            assert_sound(value, some)
    elif dataclasses.is_dataclass(kind):
        for name, hint in get_type_hints(kind).items():
            assert_sound(getattr(value, name), hint)
    elif origin is dict:
        assert type(value) is dict
        for key, each in value.items():
            assert_sound(key, inner[0])
            assert_sound(each, inner[1])
    elif origin in (frozenset, tuple):
        assert type(value) is origin
        for each in value:
            assert_sound(each, inner[0])
    elif kind is Any:
        assert_plain(value)
    else:
        assert isinstance(value, StrEnum) if issubclass(kind, StrEnum) else type(value) is kind
        assert not isinstance(value, float) or math.isfinite(value)


def assert_plain(value: Any) -> None:
    """Only what a YAML file can say in plain words."""
    if isinstance(value, dict):
        for key, each in value.items():
            assert_plain(key)
            assert_plain(each)
    elif isinstance(value, list):
        for each in value:
            assert_plain(each)
    else:
        assert value is None or type(value) in (str, int, float, bool), type(value)


@given(st.sampled_from(EXAMPLES), CHANGES)
@examples(300)
def test_a_twisted_description_names_its_mistakes(
    path: Path, text: str, changes: list[Change]
) -> None:
    lines = text.split("\n")
    for change in changes:
        lines = change(lines)
    judge(path, "\n".join(lines))


KEYS = [
    *("name", "role", "security_profile", "evses", "profiles", "start_button", "deviation"),
    *("ca_file", "listen.port", "evses.1", "numbers.HFS-8", "tokens.valid", "limits.boot"),
    *("configured.slot_1", "configured.evse_id", "operator.settings", "operator.settings.a"),
]


def nested(key: str, value: str) -> str:
    """``a.b`` and its value as YAML in blocks."""
    parts = key.split(".")
    return "\n".join(f"{'  ' * i}{part}:" for i, part in enumerate(parts)) + f" {value}\n"


@pytest.mark.parametrize("key", KEYS)
def test_no_value_breaks_a_key(path: Path, key: str) -> None:
    plain = {"name": "x", "role": "CS", "security_profile": "0"}
    for value in ODD:
        others = {name: text for name, text in plain.items() if name != key}
        judge(path, "".join(nested(*pair) for pair in others.items()) + nested(key, value))


@given(st.text() | st.binary())
@examples(100)
def test_no_text_breaks_the_reader(path: Path, text: str | bytes) -> None:
    judge(path, text)
