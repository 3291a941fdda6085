"""The clock that everything asks which waits or stamps within a case: real, or simulated.

It is the running loop that decides: in a ``SimulatedLoop``, and in the jobs of its executors, time
is the loop's; anywhere else it is the machine's. Nothing is installed process-wide.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any, TypeVar

from harness.clock.loop import SimulatedLoop, Stuck, simulated_loop

__all__ = [
    "Report",
    "SimulatedLoop",
    "Stuck",
    "hold",
    "is_simulated",
    "loop_factory",
    "monotonic",
    "now",
    "real_pace",
    "report",
    "run",
    "sleep",
]

Result = TypeVar("Result")


@dataclass(frozen=True)
class Report:
    """How time has passed on a loop since it was made, in seconds.

    ``jumps``: how often simulated time moved on to a timer.
    """

    simulated: bool
    elapsed: float
    real_elapsed: float
    jumps: int


def monotonic() -> float:
    """Seconds since some moment; differences alone mean something."""
    loop = simulated_loop()
    return time.monotonic() if loop is None else loop.time()


def now() -> datetime:
    """The time of day, in UTC."""
    loop = simulated_loop()
    return datetime.now(UTC) if loop is None else loop.clock.now()


async def sleep(seconds: float) -> None:
    """Let so many seconds pass."""
    await asyncio.sleep(seconds)


def is_simulated() -> bool:
    """Whether time is simulated here and now."""
    loop = simulated_loop()
    return loop is not None and loop.simulated


def hold(why: str) -> AbstractContextManager[None]:
    """Simulated time stands still meanwhile: for work that the loop does not know of."""
    loop = simulated_loop()
    return nullcontext() if loop is None else loop.hold(why)


def real_pace(why: str) -> AbstractContextManager[None]:
    """Simulated time goes as fast as the real one meanwhile: for what others do."""
    loop = simulated_loop()
    return nullcontext() if loop is None else loop.real_pace(why)


def report(loop: asyncio.AbstractEventLoop | None = None) -> Report | None:
    """How time has passed on a loop, by default the running one; None if it is another kind."""
    loop = loop or simulated_loop()
    if not isinstance(loop, SimulatedLoop):
        return None
    clock = loop.clock
    return Report(clock.simulated, clock.elapsed(), clock.real_elapsed(), clock.jumps)


def loop_factory(
    *, simulated: bool, start: datetime | None = None
) -> Callable[[], asyncio.AbstractEventLoop]:
    """What makes loops, for ``asyncio.Runner`` and pytest-asyncio.

    ``start``: the simulated wall time at the start of each, the real one if absent.
    """
    if not simulated:
        return asyncio.new_event_loop
    # The same object each time, as for pytest-asyncio another one is another event loop.
    return SimulatedLoop if start is None else partial(SimulatedLoop, start)


def run(
    main: Coroutine[Any, Any, Result], *, simulated: bool, start: datetime | None = None
) -> Result:
    """As ``asyncio.run``; ``start`` as above."""
    factory = loop_factory(simulated=simulated, start=start)
    with asyncio.Runner(loop_factory=factory) as runner:
        return runner.run(main)
