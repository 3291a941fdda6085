"""Descriptions of known systems, and examples to begin with, as they come with the harness."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from importlib import resources

_VARIABLE = re.compile(r"\$\{(\w+)\}")


def known() -> Mapping[str, str]:
    """Their texts by their names."""
    folder = resources.files("harness").joinpath("suts")
    files = {each.name.removesuffix(".yaml"): each for each in folder.iterdir()}
    return {
        name: file.read_text("utf-8")
        for name, file in sorted(files.items())
        if file.name.endswith(".yaml") and not name.startswith("embedded_")
    }


def variables(description: str) -> tuple[str, ...]:
    """The environment variables that a description refers to, in its order."""
    return tuple(dict.fromkeys(_VARIABLE.findall(description)))


def changes(description: str, here: str) -> Iterator[str]:
    """The lines in which a file that is there differs from a description: + is of the file."""
    lines = difflib.ndiff(description.splitlines(), here.splitlines())
    return (line for line in lines if line.startswith(("+ ", "- ")))
