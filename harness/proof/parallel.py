"""Many runs against embedded systems: each on a simulated clock of its own, in a few processes."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import queue
import tempfile
import threading
from collections.abc import Awaitable, Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing.queues import Queue
from pathlib import Path
from typing import Generic, TypeVar

from harness import clock

Item = TypeVar("Item")
Found = TypeVar("Found")

#: Every run begins at the same instant, so that it does the same each time.
START = datetime(2026, 1, 15, 10, 0, tzinfo=UTC)
#: Real seconds after which an item that does not end is given up: many times what any needs.
LONGEST = 600

#: Does the work of one item; the folder is used by no other at the same time.
Work = Callable[[Item, Path], Awaitable[Found]]


class WorkerDied(Exception):
    """A process ended before its work was done."""


class _GivenUp(Exception):
    """An item took too long."""


@dataclass(frozen=True)
class Done(Generic[Item, Found]):
    """An item and what came of it; ``error`` where nothing did."""

    item: Item
    found: Found | None
    error: str = ""


def spread(
    work: Work[Item, Found], items: Sequence[Item], jobs: int
) -> Iterator[Done[Item, Found]]:
    """The results in the order in which they come; ``work`` is a function of a module.

    Raises:
        WorkerDied: a process ended early.
    """
    if jobs <= 1:
        yield from _one_by_one(work, items)
        return
    # In each process sets have the same order, so that a case does the same in all of them.
    os.environ["PYTHONHASHSEED"] = "0"
    context = multiprocessing.get_context("spawn")
    done: Queue[Done[Item, Found]] = context.Queue()
    shares = [share for share in (items[n::jobs] for n in range(jobs)) if share]
    workers = [
        context.Process(target=_worker, args=(work, share, done), daemon=True) for share in shares
    ]
    for worker in workers:
        worker.start()
    try:
        left = len(items)
        while left:
            try:
                yield done.get(timeout=1.0)
                left -= 1
            except queue.Empty:
                if not any(worker.is_alive() for worker in workers) and done.empty():
                    raise WorkerDied(f"{left} items were not done") from None
    finally:
        for worker in workers:
            worker.terminate()


def _worker(work: Work[Item, Found], items: Sequence[Item], done: Queue[Done[Item, Found]]) -> None:
    for each in _one_by_one(work, items):
        done.put(each)
    done.close()
    done.join_thread()


def _one_by_one(work: Work[Item, Found], items: Sequence[Item]) -> Iterator[Done[Item, Found]]:
    with tempfile.TemporaryDirectory() as folder:
        for item in items:
            yield _tried(work, item, Path(folder))


def _tried(work: Work[Item, Found], item: Item, folder: Path) -> Done[Item, Found]:
    try:
        found = clock.run(_in_time(work, item, folder), simulated=True, start=START)
    except _GivenUp as late:
        return Done(item, None, str(late))
    except Exception as broken:  # one item must not end the others
        return Done(item, None, f"{type(broken).__name__}: {broken}")
    return Done(item, found)


async def _in_time(work: Work[Item, Found], item: Item, folder: Path) -> Found:
    deadline = asyncio.timeout(None)
    try:
        with _after(LONGEST, deadline):
            async with deadline:
                return await work(item, folder)
    except TimeoutError as late:
        if deadline.expired():
            raise _GivenUp(f"not done in {LONGEST} s") from late
        raise


@contextmanager
def _after(seconds: float, deadline: asyncio.Timeout) -> Generator[None]:
    """The deadline is over when so much real time has passed."""
    loop = asyncio.get_running_loop()

    def end() -> None:
        loop.call_soon_threadsafe(deadline.reschedule, loop.time())

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
