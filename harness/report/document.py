"""A report of headlines and tables as plain data, and the same as Markdown and as HTML."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from urllib.parse import quote

from jinja2 import Environment, FunctionLoader, StrictUndefined

from harness.report.markdown import escaped, table
from harness.report.tally import DISCLAIMER
from harness.report.text import legal

#: How the state of a case looks, beside the verdicts' own looks.
GOOD, BAD, DIM = "pass", "fail", "not-applicable"


@dataclass(frozen=True)
class Cell:
    """``tone``: "" or a verdict in small letters; ``link``: an address relative to the report."""

    text: str
    tone: str = ""
    link: str = ""


@dataclass(frozen=True)
class Section:
    """A table under a headline; without rows its ``text`` stands alone."""

    title: str
    head: tuple[str, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()
    text: str = ""


@dataclass(frozen=True)
class Document:
    """``flaws``: why what it says is not all that there should be."""

    title: str
    sections: tuple[Section, ...]
    flaws: tuple[str, ...] = ()


def cells(*texts: str) -> tuple[Cell, ...]:
    """A row without looks and links."""
    return tuple(map(Cell, texts))


def as_markdown(document: Document) -> str:
    """The document in CommonMark with tables."""
    lines = [f"# {escaped(document.title)}", "", DISCLAIMER, ""]
    lines += [f"- **{escaped(flaw)}**" for flaw in document.flaws]
    lines += [""] if document.flaws else []
    for section in document.sections:
        lines += [f"## {escaped(section.title)}", ""]
        lines += [escaped(section.text), ""] if section.text else []
        lines += _table(section) if section.rows else []
    return "\n".join(lines)


def _table(section: Section) -> list[str]:
    head = [escaped(title) for title in section.head]
    return table(head, [[_cell(cell) for cell in row] for row in section.rows])


def _cell(cell: Cell) -> str:
    text = escaped(cell.text)
    return f"[{text}]({quote(cell.link, safe='/#.')})" if cell.link and text else text


def as_html(document: Document) -> str:
    """The document as one page that needs nothing beside it."""
    page = _environment().get_template("document.html.j2")
    return legal(page.render(document=document, disclaimer=DISCLAIMER, quote=_quoted))


def _quoted(link: str) -> str:
    return quote(link, safe="/#.")


def tones(texts: Sequence[str]) -> tuple[Cell, ...]:
    """A cell for each verdict, in its look."""
    return tuple(Cell(text, text.lower().replace(" ", "-")) for text in texts)


@cache
def _environment() -> Environment:
    return Environment(
        loader=FunctionLoader(_template),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _template(name: str) -> str:
    return (files("harness.report") / name).read_text(encoding="utf-8")
