"""Loads the description of a system under test from a YAML file (see ``harness/suts``).

Keys are the fields of ``harness.sut.model.Sut``; ``${NAME}`` in a text stands for an environment
variable.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import TypeVar

from harness.sut.checks import Wrong, check
from harness.sut.model import IMAGE_FILES, IMAGES, Image, Sut
from harness.sut.yaml_reader import Problem, Source, UnreadableError, parse, read

#: Shorter texts from the environment are not masked: they would blot out half of a report.
_SHORTEST_SECRET = 4
Described = TypeVar("Described", Sut, Image)


class SutFileError(Exception):
    """The file cannot be used; each line reads ``FILE:LINE: what is wrong: what to write``."""

    def __init__(self, path: Path, problems: list[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        lines = [f"{path}:{each.line}: {each.what}: {each.instead}" for each in self.problems]
        super().__init__("\n".join(lines))


def load(path: str | Path, environ: Mapping[str, str] | None = None) -> Sut:
    """The system that the file at ``path`` describes; ``environ`` defaults to the process's own.

    A relative path of a file is looked up beside the file.

    Raises:
        SutFileError: the file is missing or wrong; names every mistake with its line.
    """
    path = Path(path)
    try:
        source = parse(_text(path), os.environ if environ is None else environ)
    except UnreadableError as error:
        raise SutFileError(path, [error.problem]) from error
    sut = read(source, Sut)
    if sut is not None:
        sut = _located(sut, path.parent)
        check(sut, _unless_wrong_already(source))
    if sut is None or source.problems:
        raise SutFileError(path, source.problems)
    tokens = frozenset(f.name for f in fields(sut.tokens) if f"tokens.{f.name}" in source.lines)
    return replace(sut, hidden=_hidden(source), file=str(path), described_tokens=tokens)


def line_of(path: Path, key: str) -> int:
    """Line of a key ("listen.port") of a file that ``load`` has taken, or of the nearest above it.

    1 where neither stands there.
    """
    source = parse(_text(path), os.environ)
    read(source, Sut)
    return source.line(key)


def place(sut: Sut, key: str) -> str:
    """``FILE:LINE`` of a key in the description that ``sut`` was read from; "" if from none."""
    if not sut.file:
        return ""
    try:
        return f"{sut.file}:{line_of(Path(sut.file), key)}"
    except UnreadableError:  # it was changed or taken away meanwhile
        return sut.file


def _unless_wrong_already(source: Source) -> Wrong:
    """Notes a mistake, except where it may only follow from one that is noted already."""
    doubtful = set(source.wrong_keys)
    if "evses" in doubtful:
        doubtful |= {"configured", "numbers"}

    def wrong(path: str, what: str, instead: str) -> None:
        if path.partition(".")[0] not in doubtful:
            source.wrong(path, what, instead)

    return wrong


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        problem = Problem(1, "there is no such file", "give the path of a description of a system")
        raise UnreadableError(problem) from error
    except OSError as error:
        problem = Problem(1, f"cannot be read ({error.strerror})", "give the path of a YAML file")
        raise UnreadableError(problem) from error
    except UnicodeDecodeError as error:
        problem = Problem(1, f"is no UTF-8 text ({error.reason})", "save it as UTF-8")
        raise UnreadableError(problem) from error


def _located(sut: Sut, folder: Path) -> Sut:
    images = {name: _placed(getattr(sut, name), IMAGE_FILES, folder) for name in IMAGES}
    return replace(_placed(sut, ("ca_file", "station_ca_file"), folder), **images)


def _placed(described: Described, names: Sequence[str], folder: Path) -> Described:
    """The same with files by their place beside the description."""
    files = {name: getattr(described, name) for name in names}
    return replace(described, **{name: str(folder / file) for name, file in files.items() if file})


def _hidden(source: Source) -> tuple[str, ...]:
    secret = {
        value
        for path, value in source.from_environ
        if path.startswith("operator.") and len(value) >= _SHORTEST_SECRET
    }
    return tuple(sorted(secret))
