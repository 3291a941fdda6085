"""A description as a commented file, and how it differs from one that is there."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import YAMLError

from harness.discovery.described import Description, Line

_ORDER = ("name", "version", "role", "identity", "security_profile", "password", "url", "listen")


def text(description: Description) -> str:
    """The file; beside each line stands where it comes from."""
    whole: Any = CommentedMap()
    for line in _in_order(description):
        whole[line.key] = line.value
        whole.yaml_add_eol_comment(_comment(line), line.key)
    features: Any = CommentedSeq()
    for at, line in enumerate(description.features):
        features.append(line.key)
        features.yaml_add_eol_comment(_comment(line), at)
    features.fa.set_block_style()
    whole["features"] = features
    stream = io.StringIO()
    _yaml().dump(whole, stream)  # pyright: ignore[reportUnknownMemberType]  # ruamel.yaml is partly untyped
    return stream.getvalue()


def _yaml() -> YAML:
    yaml = YAML()
    yaml.default_flow_style = None
    yaml.width = 200
    return yaml


def _in_order(description: Description) -> list[Line]:
    def place(line: Line) -> int:
        return _ORDER.index(line.key) if line.key in _ORDER else len(_ORDER)

    return sorted(description.lines, key=place)


def _comment(line: Line) -> str:
    source = f"CONFIRM: {line.source}" if line.doubt else line.source
    return f"{line.meaning} ({source})" if line.meaning else source


class NotComparable(Exception):
    """A file that is there is no description; the message says what it is."""


def differences(description: Description, path: Path) -> Iterator[str]:
    """What the file at ``path`` says otherwise; the file stays as it is.

    Raises:
        NotComparable: it is no description.
    """
    here = held(path)
    for line in description.lines:
        wanted, has = line.value, here.get(line.key)
        if isinstance(wanted, dict) and isinstance(has, dict):
            given = cast("dict[Any, Any]", wanted)
            has = {key: each for key, each in cast("dict[Any, Any]", has).items() if key in given}
        if has != wanted:
            yield f"{line.key}: the file says {_shown(has)}, found {_shown(wanted)} ({line.source})"
    listed = set(cast("list[str]", here.get("features") or []))
    for line in description.features:
        if line.key not in listed:
            yield f"features: {line.key} is not in the file ({line.source})"
    for feature in sorted(listed - {line.key for line in description.features}):
        yield f"features: {feature} is in the file, and was not found"


def held(path: Path) -> dict[str, Any]:
    """The keys and values of a file.

    Raises:
        NotComparable: it holds none.
    """
    try:
        read: Any = _yaml().load(path.read_text("utf-8"))  # pyright: ignore[reportUnknownMemberType]  # ruamel.yaml is partly untyped
    except (YAMLError, UnicodeDecodeError, OSError) as error:
        why = " ".join(str(error).split())
        raise NotComparable(f"{path} is there and cannot be read ({why})") from error
    if not isinstance(read or {}, dict):
        raise NotComparable(f"{path} is there and holds no keys and values")
    return cast("dict[str, Any]", read or {})


def _shown(value: Any) -> str:
    return "nothing" if value is None else str(value)
