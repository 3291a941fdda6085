"""Where the time of a run goes: ``python -m harness.timing.bench [pytest arguments]``.

All cases against the embedded systems, one at a time in this one process, whose single event loop
carries both sides; ``--real-time`` shows how much of the time they would wait.
"""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
import time
from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from rich.console import Console
from rich.table import Table

from harness.evidence.results import Results, read_results, transcript_path
from harness.spec import catalogue
from harness.spec.roles import Role
from harness.testbed.kits import KITS, embedded_sut
from harness.timing.replay import Cost, cost

_SLOWEST = 15
#: What is started in a process of its own, and how often; the quickest counts.
_FIRST = next(iter(catalogue.load()))
_STARTS = {
    "one case": ("-m", "pytest", "--pyargs", KITS[Role.STATION].cases, "--case", _FIRST),
    "the command line": ("-m", "harness", "cases"),
}
_TIMES = 3


@dataclass(frozen=True)
class Span:
    """Seconds in reality and of a processor; between them others had it, or nobody had to do."""

    real: float
    cpu: float


@dataclass
class Stopwatch:
    """Takes the time of each case, from its first preparation to its last restoration."""

    spans: dict[str, Span] = field(default_factory=dict[str, Span])

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, Any, Any]:
        """Around the call of each test; what brings a bench up is not in it."""
        since = _now()
        try:
            return (yield)
        finally:
            self.spans[item.name.removeprefix("test_").upper()] = _passed(since)


def _now() -> Span:
    return Span(time.perf_counter(), time.process_time())


def _passed(since: Span) -> Span:
    now = _now()
    return Span(now.real - since.real, now.cpu - since.cpu)


def main(arguments: Sequence[str]) -> int:
    """Run the cases and print the measurements; pytest's exit code."""
    watch = Stopwatch()
    with TemporaryDirectory() as folder:
        results = Path(folder)
        options = ["-p", "no:cacheprovider", "-p", "no:xdist", "--results", folder]
        said = io.StringIO()
        since = _now()
        with contextlib.redirect_stdout(said):
            # The harness is imported already: what it asserts needs no rewriting.
            packages = ["-W", "ignore::pytest.PytestAssertRewriteWarning"]
            packages += ["--pyargs", *(kit.cases for kit in KITS.values())]
            code = pytest.main([*packages, *options, *arguments], plugins=[watch])
        total = _passed(since)
        if not watch.spans:
            print(said.getvalue())
            return code
        if code != 0:
            print(said.getvalue())
        _print(watch.spans, total, read_results(results), _cost(results))
    return code


def starts() -> dict[str, Span]:
    """How long it takes to start, and to do the least that can be done."""
    return {
        name: min((_started(arguments) for _ in range(_TIMES)), key=lambda span: span.cpu)
        for name, arguments in _STARTS.items()
    }


def _started(arguments: Sequence[str]) -> Span:
    with TemporaryDirectory() as folder:
        since, before = time.perf_counter(), os.times()
        command = [sys.executable, *arguments]
        subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    after, real = os.times(), time.perf_counter() - since
    user = after.children_user - before.children_user
    return Span(real, user + after.children_system - before.children_system)


def _cost(results: Path) -> Cost:
    suts = {role: embedded_sut(role) for role in Role}
    paths = {
        path: suts[case.sut]
        for case in read_results(results).cases
        if (path := transcript_path(results, case)) is not None
    }
    return cost(paths)


def _print(spans: dict[str, Span], total: Span, results: Results, frames: Cost) -> None:
    console = Console(highlight=False)
    on_clock = {case.id: case.duration_s for case in results.cases}
    table = Table(title=f"{len(spans)} cases, slowest first")
    for heading in ("Case", "Seconds", "of CPU", f"on the {results.clock} clock"):
        table.add_column(heading, justify="left" if heading == "Case" else "right")
    slowest = sorted(spans.items(), key=lambda each: each[1].real, reverse=True)
    for name, span in slowest[:_SLOWEST]:
        clock = f"{on_clock[name]:.1f}" if name in on_clock else "-"
        table.add_row(name, f"{span.real:.2f}", f"{span.cpu:.2f}", clock)
    console.print(table)
    cases = sum(span.real for span in spans.values())
    console.print(
        f"seconds per case: {cases / len(spans):.3f} on average; the whole run, bringing up and"
        f" reports included: {total.real:.1f} s, {total.cpu:.1f} s of CPU; on the {results.clock}"
        f" clock the cases took {results.spent.duration_s:.0f} s"
    )
    console.print(
        f"a frame: log {frames.log:.0f} µs, schema {frames.schema:.0f} µs, rules"
        f" {frames.rules:.0f} µs, together {frames.together:.0f} µs:"
        f" {frames.together / frames.json:.0f} times its JSON alone ({frames.json:.1f} µs),"
        f" over {frames.frames} recorded frames"
    )
    for name, span in starts().items():
        console.print(f"start: {name}: {span.real:.2f} s, {span.cpu:.2f} s of CPU")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
