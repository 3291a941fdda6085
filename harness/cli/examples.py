"""``python -m harness examples``: files to begin with, written out."""

from __future__ import annotations

import argparse
from importlib.resources import files
from pathlib import Path

from harness.cli.command import Command, UsageError
from harness.cli.terminal import say

#: What there is: under which name it is written, where it lies in the package, what it is.
EXAMPLES = {
    "my_station.yaml": ("suts/example_station.yaml", "a charging station, described"),
    "my_csms.yaml": ("suts/example_csms.yaml", "a CSMS, described"),
    "my_operator.py": ("examples/my_operator.py", "an operator of one's own"),
    "known.yaml": ("examples/known.yaml", "red cases that are known, for --gate"),
    "test_mine.py": ("examples/test_mine.py", "own tests with the fixtures"),
    "compose.yaml": ("examples/compose.yaml", "containers of the harness and of its CSMS"),
    "embedded_csms.yaml": ("examples/embedded_csms.yaml", "that CSMS, described"),
    "test_in_containers.py": ("examples/test_in_containers.py", "the same by Testcontainers"),
    "conformance.yml": ("examples/conformance.yml", "a workflow of GitHub"),
}


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("names", nargs="*", metavar="NAME", help="default: all of them")
    parser.add_argument(
        "--out", type=Path, metavar="DIR", help="write them there (default: list what there is)"
    )


def _examples(options: argparse.Namespace) -> int:
    names: list[str] = options.names or [*EXAMPLES]
    if unknown := set(names) - set(EXAMPLES):
        raise UsageError(f"no example {', '.join(sorted(unknown))}: {', '.join(EXAMPLES)}")
    if options.out is None:
        for name in names:
            say(f"{name:22} {EXAMPLES[name][1]}")
        return 0
    for path in write(options.out, names):
        say(str(path))
    return 0


def write(folder: Path, names: list[str]) -> list[Path]:
    """Write the examples of these names; where they are now.

    Raises:
        UsageError: one is there already; nothing is written.
    """
    there = [str(folder / name) for name in names if (folder / name).exists()]
    if there:
        raise UsageError(f"already there: {', '.join(there)}")
    folder.mkdir(parents=True, exist_ok=True)
    package = files("harness")
    for name in names:
        text = package.joinpath(EXAMPLES[name][0]).read_text("utf-8")
        (folder / name).write_text(text, "utf-8")
    return [folder / name for name in names]


COMMAND = Command("examples", "list the examples, or write them out", _add_arguments, _examples)
