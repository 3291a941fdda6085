"""Much waiting at once: many runs in each of a few processes."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import queue
import tempfile
import time
from collections import deque
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.queues import Queue
from pathlib import Path
from typing import Generic, TypeVar

Item = TypeVar("Item")
Found = TypeVar("Found")

#: Runs at once in one process: most of their time is waiting.
AT_ONCE = 16
#: An event loop that is late by this many seconds disturbs what runs in it.
LATE = 0.25
#: Seconds after which an item that does not end is given up: many times what any needs.
LONGEST = 600
_LOOK = 0.05

#: Does the work of one item; the folder is used by no other at the same time.
Work = Callable[[Item, Path], Awaitable[Found]]


#: Whether a busy machine may be to blame for what was found.
Doubtful = Callable[[Found], bool]


def _always(_found: object) -> bool:
    return True


class WorkerDied(Exception):
    """A process ended before its work was done."""


@dataclass(frozen=True)
class Done(Generic[Item, Found]):
    """An item and what came of it; ``disturbed``: the machine was too busy to trust the times."""

    item: Item
    found: Found | None
    error: str = ""
    disturbed: bool = False


def spread(
    work: Work[Item, Found],
    items: Sequence[Item],
    jobs: int,
    at_once: int = AT_ONCE,
    doubtful: Doubtful[Found] = _always,
) -> Iterator[Done[Item, Found]]:
    """The results in the order in which they come; ``work`` is a function of a module.

    ``doubtful``: whether a result is worth another run if it was disturbed; a module's function.

    Raises:
        WorkerDied: a process ended early.
    """
    if jobs <= 1:
        results: queue.Queue[Done[Item, Found]] = queue.Queue()
        asyncio.run(_all(work, items, at_once, doubtful, results.put))
        while not results.empty():
            yield results.get()
        return
    # In each process sets have the same order, so that a case does the same in all of them.
    os.environ["PYTHONHASHSEED"] = "0"
    context = multiprocessing.get_context("spawn")
    done: Queue[Done[Item, Found]] = context.Queue()
    shares = [share for share in (items[n::jobs] for n in range(jobs)) if share]
    workers = [
        context.Process(target=_worker, args=(work, share, at_once, doubtful, done), daemon=True)
        for share in shares
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


def _worker(
    work: Work[Item, Found],
    items: Sequence[Item],
    at_once: int,
    doubtful: Doubtful[Found],
    done: Queue[Done[Item, Found]],
) -> None:
    asyncio.run(_all(work, items, at_once, doubtful, done.put))
    done.close()
    done.join_thread()


async def _all(
    work: Work[Item, Found],
    items: Sequence[Item],
    at_once: int,
    doubtful: Doubtful[Found],
    put: Callable[[Done[Item, Found]], None],
) -> None:
    waiting = deque(items)
    watch = _Watch()
    watching = asyncio.create_task(watch.run())

    async def slot(folder: Path, *, last: bool) -> None:
        while waiting:
            done = await _tried(work, waiting.popleft(), folder, watch)
            in_doubt = done.found is None or (done.disturbed and doubtful(done.found))
            if last or not in_doubt:
                put(done)
            else:
                again.append(done.item)

    again = deque[Item]()
    passes = (at_once, max(2, at_once // 3), 1)
    with tempfile.TemporaryDirectory() as folder:
        for number, count in enumerate(passes, start=1):
            slots = [Path(folder) / str(place) for place in range(min(count, len(waiting)))]
            await asyncio.gather(*(slot(each, last=number == len(passes)) for each in slots))
            # What a late loop timed out is nobody's fault: once more, with less beside it.
            waiting, again = again, deque[Item]()
    watching.cancel()


async def _tried(
    work: Work[Item, Found], item: Item, folder: Path, watch: _Watch
) -> Done[Item, Found]:
    began = time.monotonic()
    found, error = None, ""
    deadline = asyncio.timeout(LONGEST)
    try:
        async with deadline:
            found = await work(item, folder)
    except Exception as broken:  # one item must not end the others
        late = f"not done in {LONGEST} s"
        error = late if deadline.expired() else f"{type(broken).__name__}: {broken}"
    return Done(item, found, error, disturbed=not watch.calm_since(began))


@dataclass
class _Watch:
    """Notes when the event loop was late."""

    late_at: float = 0.0

    async def run(self) -> None:
        while True:
            wanted = time.monotonic() + _LOOK
            await asyncio.sleep(_LOOK)
            if time.monotonic() - wanted > LATE:
                self.late_at = time.monotonic()

    def calm_since(self, began: float) -> bool:
        return self.late_at < began
