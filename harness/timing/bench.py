"""Where the time of a run goes: ``python -m harness.timing.bench [pytest arguments]``.

All cases against the embedded systems, one at a time in this one process, whose single event loop
carries both sides: whenever it waits, nobody on either side has anything to do.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import selectors
import sys
import time
from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from rich.console import Console
from rich.table import Table

from harness.evidence.results import read_results, transcript_path
from harness.spec.roles import Role
from harness.sut.file import load
from harness.sut.model import Sut
from harness.timing.replay import Cost, cost

_SLOWEST = 15
_EMBEDDED = {Role.STATION: "embedded_station.yaml", Role.CSMS: "embedded_csms.yaml"}


class TimedSelector(selectors.DefaultSelector):
    """Knows how long the event loop has waited in it, in seconds."""

    asleep = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """Wait, and take the time."""
        began = time.perf_counter()
        try:
            return super().select(timeout)
        finally:
            TimedSelector.asleep += time.perf_counter() - began


class TimedLoops(asyncio.DefaultEventLoopPolicy):
    """Makes event loops whose waiting is timed."""

    def new_event_loop(self) -> asyncio.AbstractEventLoop:
        """A loop on a TimedSelector."""
        return asyncio.SelectorEventLoop(TimedSelector())


@dataclass(frozen=True)
class Span:
    """Seconds on the wall, and how many of them the event loop waited."""

    wall: float
    asleep: float

    @property
    def share(self) -> str:
        """The waiting as a share."""
        return f"{self.asleep / self.wall:.0%}" if self.wall else "-"


@dataclass
class Stopwatch:
    """Takes the time of each case, from its first preparation to its last restoration."""

    spans: dict[str, Span] = field(default_factory=dict[str, Span])

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, Any, Any]:
        """Around the call of each test; what brings a bench up is not in it."""
        began, asleep = time.perf_counter(), TimedSelector.asleep
        try:
            return (yield)
        finally:
            span = Span(time.perf_counter() - began, TimedSelector.asleep - asleep)
            self.spans[item.name.removeprefix("test_").upper()] = span


def main(arguments: Sequence[str]) -> int:
    """Run the cases and print the measurements; pytest's exit code."""
    # pytest-asyncio makes its loops by the policy.
    asyncio.set_event_loop_policy(TimedLoops())  # pyright: ignore[reportDeprecated]
    watch = Stopwatch()
    with TemporaryDirectory() as folder:
        results = Path(folder)
        options = ["-p", "no:cacheprovider", "-p", "no:xdist", "--results", folder]
        said = io.StringIO()
        began, cpu = time.perf_counter(), time.process_time()
        with contextlib.redirect_stdout(said):
            # The harness is imported already: what it asserts needs no rewriting.
            packages = ["-W", "ignore::pytest.PytestAssertRewriteWarning"]
            packages += ["--pyargs", "cases_cs", "cases_csms"]
            code = pytest.main([*packages, *options, *arguments], plugins=[watch])
        total = Span(time.perf_counter() - began, TimedSelector.asleep)
        cpu = time.process_time() - cpu
        if not watch.spans:
            print(said.getvalue())
            return code
        if code != 0:
            print(said.getvalue())
        _print(watch.spans, total, cpu, _cost(results))
    return code


def _cost(results: Path) -> Cost:
    suts = {role: _embedded(name) for role, name in _EMBEDDED.items()}
    paths = {
        path: suts[case.sut]
        for case in read_results(results).cases
        if (path := transcript_path(results, case)) is not None
    }
    return cost(paths)


def _embedded(name: str) -> Sut:
    return load(Path(str(resources.files("harness").joinpath("suts", name))))


def _print(spans: dict[str, Span], total: Span, cpu: float, frames: Cost) -> None:
    console = Console(highlight=False)
    table = Table(title=f"{len(spans)} cases, slowest first")
    for heading in ("Case", "Seconds", "Of it asleep"):
        table.add_column(heading, justify="left" if heading == "Case" else "right")
    slowest = sorted(spans.items(), key=lambda each: each[1].wall, reverse=True)
    for name, span in slowest[:_SLOWEST]:
        table.add_row(name, f"{span.wall:.2f}", span.share)
    cases = Span(sum(s.wall for s in spans.values()), sum(s.asleep for s in spans.values()))
    console.print(table)
    console.print(f"seconds per case: {cases.wall / len(spans):.2f} on average")
    console.print(
        f"asleep: {cases.share} of the time of the cases, {total.share} of the whole run of"
        f" {total.wall:.1f} s (bringing up and reports included), in which the event loop waited"
        " for a time limit or an interval because neither side had anything to do;"
        f" CPU {cpu / total.wall:.0%}"
    )
    console.print(
        f"a frame: log {frames.log:.0f} µs, schema {frames.schema:.0f} µs, rules"
        f" {frames.rules:.0f} µs, together {frames.together:.0f} µs:"
        f" {frames.together / frames.json:.0f} times its JSON alone ({frames.json:.1f} µs),"
        f" over {frames.frames} recorded frames"
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
