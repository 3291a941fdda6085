"""``python -m harness matrix``: systems against cases and certification profiles."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

from harness.cli.command import Command, UsageError
from harness.cli.reports import report_of, write
from harness.report.document import as_html, as_markdown
from harness.report.matrix import Column, Contradiction, Source, matrix
from harness.run.gate import ExitCode
from harness.run.recover import recover


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "folders",
        nargs="+",
        metavar="[LABEL=]DIR",
        help="results folder; those of one label make one column together",
    )
    parser.add_argument("--html", type=Path, metavar="FILE")
    parser.add_argument(
        "--markdown", type=Path, metavar="FILE", help="default: to standard output, unless --html"
    )


def _matrix(options: argparse.Namespace) -> int:
    named = [_named(each) for each in options.folders]
    results = [(label, folder, recover(folder)) for label, folder in named]
    twice = Counter(f"{each.run.sut} {each.run.sut_version}".strip() for _, _, each in results)

    def columns(seen_from: Path) -> list[Column]:
        found: dict[str, list[Source]] = {}
        for label, folder, each in results:
            name = f"{each.run.sut} {each.run.sut_version}".strip()
            own = f"{name} ({folder.name})" if twice[name] > 1 else name
            found.setdefault(label or own, []).append(Source(each, report_of(folder, seen_from)))
        return [Column(label, tuple(sources)) for label, sources in found.items()]

    try:
        if options.html:
            write(options.html, as_html(matrix(columns(options.html))))
        if options.markdown:
            write(options.markdown, as_markdown(matrix(columns(options.markdown))))
        if not (options.html or options.markdown):
            sys.stdout.write(as_markdown(matrix(columns(Path("-")))))
    except Contradiction as error:
        raise UsageError(str(error)) from error
    return ExitCode.GREEN


def _named(text: str) -> tuple[str, Path]:
    """The label, "" if there is none, and the folder; one whose name has a = needs a label."""
    label, equals, folder = text.partition("=")
    return (label, Path(folder)) if equals and not Path(text).is_dir() else ("", Path(text))


COMMAND = Command("matrix", "systems against cases and profiles", _add_arguments, _matrix)
