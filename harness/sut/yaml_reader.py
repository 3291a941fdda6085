"""Reads YAML, as dataclasses or as plain data, and says on which line each mistake stands."""

from __future__ import annotations

import dataclasses
import difflib
import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import NoneType, UnionType
from typing import Any, TypeVar, cast, get_args, get_origin, get_type_hints

import yaml

from harness.evidence.values import UNREADABLE

T = TypeVar("T")

_REFERENCE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
#: A name in braces, as templates have it.
_BRACES = re.compile(r"\{[A-Za-z_.]+\??\}")
#: What ends a line in YAML.
_LINE_END = re.compile("\r\n|[\r\n\x85\u2028\u2029]")
_MAPPING = "tag:yaml.org,2002:map"
_STRING = "tag:yaml.org,2002:str"
_TIMESTAMP = "tag:yaml.org,2002:timestamp"
#: Deepest nesting that is read.
_DEEPEST = 50
#: Whole numbers up to here, of either sign, are read.
_HIGHEST = 2**63


@dataclass(frozen=True, order=True)
class Problem:
    """A mistake in a file: its line, what is wrong and what to write instead."""

    line: int
    what: str
    instead: str


class UnreadableError(Exception):
    """The text is no YAML at all; carries the one problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.what)
        self.problem = problem


@dataclass
class Source:
    """A parsed document: its nodes, its mistakes so far, and the line of every path in it.

    ``wrong_keys`` are the outermost keys with a mistake; ``from_environ`` holds (path, value) of
    everything taken from the environment.
    """

    loader: yaml.CSafeLoader
    root: yaml.Node | None
    environ: Mapping[str, str] | None
    problems: list[Problem] = field(default_factory=list[Problem])
    lines: dict[str, int] = field(default_factory=dict[str, int])
    wrong_keys: set[str] = field(default_factory=set[str])
    from_environ: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])

    def wrong(self, path: str, what: str, instead: str) -> None:
        """Note a mistake at ``path`` ("tokens.valid.type"), or at the nearest path above it."""
        self.problems.append(Problem(self.line(path), what, instead))
        self.wrong_keys.add(path.partition(".")[0])

    def line(self, path: str) -> int:
        """Line of ``path``, counted from 1."""
        while path and path not in self.lines:
            path = path.rpartition(".")[0]
        return self.lines.get(path, 1)


def parse(text: str, environ: Mapping[str, str] | None = None) -> Source:
    """The document in ``text``; ``${NAME}`` in its strings will be taken from ``environ``, if any.

    Raises:
        UnreadableError: the text is no YAML, or more than one document.
    """
    try:
        _refuse_depth(text)
        loader = yaml.CSafeLoader(text)
        root = loader.get_single_node()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        # What is missing at the end is missed on the line after the last one.
        lines = _LINE_END.split(text)
        line = min(mark.line + 1, len(lines)) if mark else 1
        what = f"this is no YAML ({error.problem})"
        braces = _BRACES.search(lines[line - 1]) is not None
        instead = "put texts with { } in quotes" if braces else "check indentation, colons, quotes"
        raise UnreadableError(Problem(line, what, instead)) from error
    except yaml.YAMLError as error:
        raise UnreadableError(
            Problem(1, f"this is no YAML ({error})", "write plain text")
        ) from error
    source = Source(loader, root, environ)
    _refuse_aliases(root)
    return source


def _refuse_depth(text: str) -> None:
    """Lists in lists in lists: what builds the nodes would overrun the stack of the process."""
    depth = 0
    for event in cast(Iterator[yaml.Event], yaml.parse(text, yaml.CSafeLoader)):  # pyright: ignore[reportUnknownMemberType]  # PyYAML is untyped
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST:
            what = f"more than {_DEEPEST} lists or groups of keys stand one inside the other"
            raise UnreadableError(
                Problem(event.start_mark.line + 1, what, "nothing here needs that many")
            )


def _refuse_aliases(root: yaml.Node | None) -> None:
    """Aliases can make a document endless; nothing here needs them."""
    seen: set[int] = set()
    waiting = [root] if root is not None else []
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            what = "an alias (*) repeats what is written on this line"
            raise UnreadableError(
                Problem(node.start_mark.line + 1, what, "write it out in both places")
            )
        seen.add(id(node))
        waiting.extend(_children(node))


def _children(node: yaml.Node) -> list[yaml.Node]:
    if isinstance(node, yaml.MappingNode):
        return [each for pair in node.value for each in pair]
    return list(node.value) if isinstance(node, yaml.SequenceNode) else []


def read(source: Source, kind: type[T]) -> T | None:
    """The document as the dataclass ``kind``; None if it cannot even be built.

    Mistakes are added to ``source.problems``; what is wrong has its default in the value.
    """
    if source.root is None:
        source.problems.append(Problem(1, "the file is empty", "write 'name: …' and 'role: …'"))
        return None
    value = _object(source, source.root, kind, None, "")
    return None if value is _BAD else value


def read_plain(source: Source) -> Any:
    """The document as JSON data, dates as they are written; None if it is empty or unreadable.

    Mistakes are added to ``source.problems``.
    """
    value = _plain(source, source.root, "") if source.root is not None else None
    return None if value is _BAD else value


_BAD: Any = object()


def _object(source: Source, node: yaml.Node, kind: type, default: Any, path: str) -> Any:
    entries = _entries(source, node, path)
    if entries is None:
        return _BAD
    hints = get_type_hints(kind)
    fields = {each.name: each for each in keys(kind)}
    values: dict[str, Any] = {}
    for name, child in entries.items():
        here = f"{path}.{name}".lstrip(".")
        if name not in fields:
            _unknown(source, here, str(name), list(fields))
            continue
        values[name] = _value(source, child, hints[name], getattr(default, name, None), here)
    good = {name: value for name, value in values.items() if value is not _BAD}
    if default is not None:
        return dataclasses.replace(default, **good)
    missing = _missing(fields.values(), good)
    for name in missing:
        if name not in values:
            what = f"{path or 'the file'} has no {name}"
            source.wrong(path, what, f"add '{name}: {_example(hints[name])}'")
    return _BAD if missing else kind(**good)


def keys(kind: type) -> list[dataclasses.Field[Any]]:
    """The fields of a dataclass that are keys of its file."""
    return [each for each in dataclasses.fields(kind) if each.metadata.get("written", True)]


def _missing(fields: Any, values: Mapping[str, Any]) -> list[str]:
    nothing = dataclasses.MISSING
    return [
        each.name
        for each in fields
        if each.default is nothing and each.default_factory is nothing and each.name not in values
    ]


def _unknown(source: Source, path: str, name: str, known: list[str]) -> None:
    near = difflib.get_close_matches(name, known, n=1)
    instead = f"did you mean {near[0]}?" if near else f"the keys here are {', '.join(known)}"
    source.wrong(path, f"there is no key {name!r}", instead)


def _entries(source: Source, node: yaml.Node, path: str) -> dict[Any, yaml.Node] | None:
    """The entries of a mapping, their lines noted; None (and a mistake) if it is none."""
    source.lines.setdefault(path, node.start_mark.line + 1)
    if not isinstance(node, yaml.MappingNode) or node.tag != _MAPPING:
        instead = "write 'key: value' lines, indented below it"
        source.wrong(path, f"{path or 'the file'} must hold keys and values", instead)
        return None
    entries: dict[Any, yaml.Node] = {}
    for key_node, child in node.value:
        key = _plain(source, key_node, path)
        if isinstance(key, (dict, list)) or key is _BAD:
            source.wrong(path, f"a key of {path or 'the file'} is no plain word", "use a word")
            continue
        here = f"{path}.{key}".lstrip(".")
        if key in entries:
            first = source.line(here)
            line = key_node.start_mark.line + 1
            what = f"{key!r} is there twice, first on line {first}"
            source.problems.append(Problem(line, what, "keep one of them"))
            continue
        source.lines[here] = key_node.start_mark.line + 1
        entries[key] = child
    return entries


def _value(source: Source, node: yaml.Node, kind: Any, default: Any, path: str) -> Any:
    if isinstance(kind, UnionType):  # of something and None, which is for what is not there
        (kind,) = (each for each in get_args(kind) if each is not NoneType)
    origin = get_origin(kind)
    if dataclasses.is_dataclass(kind):
        return _object(source, node, cast(type, kind), default or _default(kind), path)
    if origin is frozenset:
        return _collected(frozenset, _sequence(source, node, get_args(kind)[0], path))
    if origin is tuple:
        return _collected(tuple, _sequence(source, node, get_args(kind)[0], path))
    if origin is dict:
        return _mapping(source, node, *get_args(kind), path=path)
    if kind is Any:
        return _plain(source, node, path)
    return _scalar(source, node, kind, path)


def _default(kind: Any) -> Any:
    """The object all of whose fields have defaults, or None if some have none."""
    return None if _missing(dataclasses.fields(kind), {}) else kind()


def _collected(build: Callable[[list[Any]], Any], items: list[Any]) -> Any:
    return _BAD if any(item is _BAD for item in items) else build(items)


def _sequence(source: Source, node: yaml.Node, kind: Any, path: str) -> list[Any]:
    if not isinstance(node, yaml.SequenceNode):
        source.wrong(path, f"{path} must be a list", f"write [{_example(kind)}]")
        return [_BAD]
    values: list[Any] = []
    for index, child in enumerate(node.value):
        here = f"{path}.{index}"
        source.lines[here] = child.start_mark.line + 1
        value = _scalar(source, child, kind, here)
        source.lines.setdefault(f"{path}.{value}", source.lines[here])
        if value is not _BAD and value in values:
            source.wrong(here, f"{value!r} is in {path} twice", "keep one of them")
        values.append(value)
    return values


def _mapping(source: Source, node: yaml.Node, key_kind: Any, kind: Any, path: str) -> Any:
    entries = _entries(source, node, path)
    if entries is None:
        return _BAD
    values: dict[Any, Any] = {}
    for key, child in entries.items():
        here = f"{path}.{key}"
        if type(key) is not key_kind:
            article = _NAMES[key_kind]
            source.wrong(here, f"key {key!r} of {path} is not {article}", _INSTEAD[key_kind])
            values[key] = _BAD
            continue
        values[key] = _value(source, child, kind, None, here)
    return _BAD if any(value is _BAD for value in values.values()) else values


_NAMES = {str: "a text", int: "a whole number", float: "a number", bool: "true or false"}
_INSTEAD = {
    str: 'write it in quotes: "…"',
    int: "write a whole number such as 30, without quotes",
    float: "write a number such as 30 or 0.5, without quotes",
    bool: "write true or false",
}


def _example(kind: Any) -> str:
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return " or ".join(kind)
    examples: dict[Any, str] = {str: '"…"', int: "1", float: "1.0", bool: "true"}
    return examples.get(kind, "…")


def _scalar(source: Source, node: yaml.Node, kind: Any, path: str) -> Any:
    value = _plain(source, node, path)
    if value is _BAD:
        return _BAD
    if issubclass(kind, StrEnum):
        return _member(source, value, kind, path)
    if kind is float and type(value) is int:
        return float(value)
    if type(value) is not kind or (kind is float and not math.isfinite(value)):
        shown = _shown(node)
        source.wrong(path, f"{path} is {shown}, which is not {_NAMES[kind]}", _INSTEAD[kind])
        return _BAD
    return value


def _member(source: Source, value: Any, kind: type[StrEnum], path: str) -> Any:
    if isinstance(value, str) and value in list(kind):
        return kind(value)
    source.wrong(path, f"{path} is {value!r}, which does not exist", f"write {_example(kind)}")
    return _BAD


def _shown(node: yaml.Node) -> str:
    if isinstance(node, yaml.ScalarNode):
        return node.value or "empty"
    return "a list" if isinstance(node, yaml.SequenceNode) else "a group of keys"


def _plain(source: Source, node: yaml.Node, path: str) -> Any:
    """``node`` as plain data, references to the environment put in; duplicate keys are noted."""
    if isinstance(node, yaml.MappingNode) and node.tag == _MAPPING:
        entries = _entries(source, node, path)
        if entries is None:
            return _BAD
        here = {key: f"{path}.{key}".lstrip(".") for key in entries}
        values = {key: _plain(source, each, here[key]) for key, each in entries.items()}
        return _BAD if any(each is _BAD for each in values.values()) else values
    if isinstance(node, yaml.SequenceNode):
        return _collected(list, _items(source, node.value, path))
    if isinstance(node, yaml.ScalarNode) and node.tag == _STRING:
        return _resolved(source, str(node.value), path)
    if isinstance(node, yaml.ScalarNode) and node.tag == _TIMESTAMP:
        return str(node.value)
    try:
        value = cast(object, source.loader.construct_object(node, deep=True))  # pyright: ignore[reportUnknownMemberType]  # PyYAML is untyped
    except (yaml.YAMLError, *UNREADABLE) as error:
        # A tag such as !!bool may stand before what is none; PyYAML does not always say so itself.
        return _unplain(source, path, getattr(error, "problem", None) or f"{node.tag} {error}")
    if not isinstance(value, (int, float, type(None))):
        return _unplain(source, path, f"a {type(value).__name__}")
    if type(value) is int and abs(value) > _HIGHEST:
        return _unplain(source, path, "a number of too many digits")
    return value


def _items(source: Source, nodes: list[yaml.Node], path: str) -> list[Any]:
    values: list[Any] = []
    for index, node in enumerate(nodes):
        here = f"{path}.{index}".lstrip(".")
        source.lines.setdefault(here, node.start_mark.line + 1)
        values.append(_plain(source, node, here))
    return values


def _unplain(source: Source, path: str, reason: str) -> Any:
    what = f"{path or 'the file'} cannot be read ({reason})"
    source.wrong(path, what, "write plain YAML: texts in quotes, numbers, true or false")
    return _BAD


def _resolved(source: Source, text: str, path: str) -> Any:
    environ = source.environ
    if environ is None:
        return text
    missing = False

    def found(match: re.Match[str]) -> str:
        nonlocal missing
        name = match[1]
        if name not in environ:
            what = f"{path} refers to the environment variable {name}, which is not set"
            source.wrong(path, what, f"set it: export {name}=…")
            missing = True
            return ""
        source.from_environ.append((path, environ[name]))
        return environ[name]

    resolved = _REFERENCE.sub(found, text)
    return _BAD if missing else resolved
