"""``python -m harness new``: the files that a case begins with."""

from __future__ import annotations

import argparse
from pathlib import Path

import harness
from harness.cli.command import Command, UsageError
from harness.cli.skeleton import files, next_steps
from harness.cli.terminal import say
from harness.spec.catalogue import Row, row

_ROOT = Path(harness.__file__).parents[1]


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("case_id", metavar="ID", help="as TC_G_03_CS")
    parser.add_argument(
        "--root",
        type=Path,
        default=_ROOT,
        metavar="DIR",
        help="of the project (default: that of this harness)",
    )


def _new(options: argparse.Namespace) -> int:
    for path in write(options.root, _row(options.case_id)):
        say(str(path))
    for line in next_steps(_row(options.case_id)):
        say(line)
    return 0


def _row(case_id: str) -> Row:
    try:
        return row(case_id)
    except KeyError as error:
        raise UsageError(error.args[0]) from error


def write(root: Path, case: Row) -> list[Path]:
    """Write the files of a new case below ``root``; those that were written.

    Raises:
        UsageError: one is there already, or ``root`` is not the project's; nothing is written.
    """
    if not (root / ".github" / "CONTRIBUTING.md").is_file():
        raise UsageError(f"{root} is no checkout of the project: give its --root")
    wanted = {root / path: text for path, text in files(case).items()}
    missing = {path: text for path, text in wanted.items() if not path.exists()}
    if there := [path for path in wanted if path not in missing and path.name != "__init__.py"]:
        raise UsageError(f"there already: {', '.join(map(str, there))}")
    for path, text in missing.items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
    return list(missing)


COMMAND = Command("new", "begin a case: its module and its page", _add_arguments, _new)
