"""A flowchart of Mermaid as a table of its arrows: to draw it, a site has to fetch a program."""

from __future__ import annotations

import re
from collections.abc import Iterator

_NODE = re.compile(r"(\w+)(?:\W+\"(.+?)\"\W+)?$")
_ARROW = re.compile(r"\s*-->(?:\|([^|]*)\|)?\s*")


def as_table(flowchart: str) -> str:
    """The rows from, what goes, to; in the order of the arrows.

    Raises:
        ValueError: a line is neither the head, nor a chain of arrows.
    """
    names: dict[str, str] = {}
    arrows = [arrow for line in flowchart.splitlines()[1:] for arrow in _arrows(line, names)]
    rows = [f"| {names[a]} | {what} | {names[b]} |" for a, what, b in arrows]
    return "\n".join(["| from | what goes | to |", "|---|---|---|", *rows])


def _arrows(line: str, names: dict[str, str]) -> Iterator[tuple[str, str, str]]:
    if not line.strip():
        return
    first, *rest = _ARROW.split(line.strip())
    if not rest:
        raise ValueError(f"no arrow of a flowchart: {line.strip()}")
    begins = _nodes(first, names)
    for what, text in zip(rest[::2], rest[1::2], strict=True):
        ends = _nodes(text, names)
        yield from ((begin, what or "", end) for begin in begins for end in ends)
        begins = ends


def _nodes(text: str, names: dict[str, str]) -> list[str]:
    """The ids of nodes joined by ``&``; what they are called is kept, where it is said."""
    found: list[str] = []
    for each in text.split(" & "):
        node = _NODE.match(each.strip())
        if node is None:
            raise ValueError(f"no node of a flowchart: {each.strip()}")
        name, title = node.groups()
        if title:
            names[name] = re.sub(r",?<br>", ", ", title).replace("_", r"\_")
        names.setdefault(name, name)
        found.append(name)
    return found
