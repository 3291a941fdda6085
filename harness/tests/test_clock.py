"""Simulated time: timers, two clocks at once, switching the pace, what is told of it."""

from __future__ import annotations

import asyncio
import datetime as dt
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness import clock
from harness.clock import Report, SimulatedLoop
from harness.tests.simulated_time import (
    GRID,
    SOON,
    here,
    lasting,
    passed,
    simulated,
)


def test_hours_pass_in_milliseconds() -> None:
    async def main() -> None:
        before = clock.now()
        with lasting(30 * 3600, at_most=3 * GRID):  # The loop waits for a day at most at a time.
            await clock.sleep(30 * 3600)
        assert clock.now() - before >= dt.timedelta(hours=30)

    simulated(main())


def test_wall_and_monotonic_and_loop_time_go_together() -> None:
    async def main() -> None:
        loop, wall, steady = here(), clock.now(), clock.monotonic()
        assert wall.utcoffset() == dt.timedelta(0)
        await clock.sleep(86.4)
        assert loop.time() == clock.monotonic()
        assert (clock.now() - wall).total_seconds() == pytest.approx(clock.monotonic() - steady)

    simulated(main())


def test_timers_come_in_their_order_whenever_they_were_set() -> None:
    async def main() -> list[float]:
        loop, came = here(), list[float]()
        for delay in (3, 1, 2, 0.001, 1.5):
            loop.call_later(delay, came.append, delay)
        await clock.sleep(10)
        return came

    assert simulated(main()) == [0.001, 1, 1.5, 2, 3]


@given(delays=st.lists(st.integers(0, 10**6).map(lambda n: n / 77), min_size=1, max_size=20))
@settings(max_examples=30)
def test_no_timer_comes_early_or_a_millisecond_late(delays: list[float]) -> None:
    async def main() -> list[tuple[float, float]]:
        loop, came = here(), list[tuple[float, float]]()
        began = loop.time()
        for delay in delays:
            loop.call_later(delay, lambda d: came.append((d, loop.time() - began)), delay)
        await clock.sleep(max(delays) + 1)
        return came

    came = simulated(main())
    assert [delay for delay, _ in came] == sorted(delays)
    assert all(delay - 1e-8 <= at < delay + GRID for delay, at in came)


def test_what_comes_later_has_a_later_time() -> None:
    async def main() -> list[float]:
        times = list[float]()
        for _ in range(500):
            times.append(clock.monotonic())
            await clock.sleep(0)
        return times

    times = simulated(main())
    assert times == sorted(set(times))
    assert times[-1] - times[0] < 0.001


def test_many_rounds_do_not_change_the_millisecond_of_what_follows() -> None:
    async def main(rounds: int) -> int:
        for _ in range(rounds):
            await clock.sleep(0)
        await clock.sleep(5)
        return round(passed().elapsed * 1000)

    assert simulated(main(1)) == simulated(main(3000))


def test_polling_without_waiting_meets_its_deadline() -> None:
    async def main() -> None:
        async def poll() -> None:
            while True:
                await clock.sleep(0)

        with pytest.raises(TimeoutError):
            await asyncio.wait_for(poll(), 0.3)

    simulated(main())


def test_timeouts_expire_at_their_instant() -> None:
    async def main() -> None:
        with lasting(60), pytest.raises(TimeoutError):
            async with asyncio.timeout(60):
                await asyncio.get_running_loop().create_future()
        with lasting(5), pytest.raises(TimeoutError):
            await asyncio.wait_for(asyncio.Event().wait(), 5)
        with lasting(7):
            await asyncio.wait([asyncio.create_task(asyncio.Event().wait())], timeout=7)

    simulated(main())


def test_two_loops_in_two_threads_have_two_clocks() -> None:
    def run(seconds: float, elapsed: list[float]) -> None:
        async def main() -> None:
            for _ in range(10):
                await clock.sleep(seconds)
            elapsed.append(passed().elapsed)

        simulated(main())

    short, long = list[float](), list[float]()
    threads = [
        threading.Thread(target=run, args=(1, short)),
        threading.Thread(target=run, args=(1000, long)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert short[0] == pytest.approx(10, abs=0.02)
    assert long[0] == pytest.approx(10_000, abs=0.02)


def test_another_loop_and_no_loop_have_real_time() -> None:
    async def main() -> None:
        assert abs(clock.monotonic() - time.monotonic()) < SOON
        assert abs((clock.now() - dt.datetime.now(dt.UTC)).total_seconds()) < SOON
        assert not clock.is_simulated()
        assert clock.report() is None
        with clock.hold("nothing"), clock.real_pace("nothing"):
            await clock.sleep(0)

    clock.run(main(), simulated=False)
    assert abs(clock.monotonic() - time.monotonic()) < SOON
    assert clock.now().utcoffset() == dt.timedelta(0)


def test_the_pace_is_switched_and_time_goes_on_from_where_it_is() -> None:
    async def main() -> None:
        loop = here()
        await clock.sleep(3600)
        before, really = clock.monotonic(), time.monotonic()
        loop.simulated = False
        assert not clock.is_simulated()
        await clock.sleep(0.2)
        took = time.monotonic() - really
        assert took >= 0.2
        seen = clock.monotonic() - before
        assert took - 0.05 <= seen <= time.monotonic() - really + 0.05
        loop.simulated = True
        at = clock.monotonic()
        assert at - before >= 0.2
        with lasting(3600):
            await clock.sleep(3600)

    simulated(main())


def test_it_is_told_how_time_passed() -> None:
    async def main() -> Report:
        for _ in range(5):
            await clock.sleep(100)
        return passed()

    told = simulated(main())
    assert told.simulated
    assert told.jumps == 5
    assert told.elapsed == pytest.approx(500, abs=0.01)
    assert 0 < told.real_elapsed < SOON


def test_a_chosen_start() -> None:
    start = dt.datetime(2030, 1, 1, tzinfo=dt.UTC)

    async def main() -> dt.datetime:
        await clock.sleep(90)
        return clock.now()

    with asyncio.Runner(loop_factory=lambda: SimulatedLoop(start)) as runner:
        assert runner.run(main()) - start < dt.timedelta(seconds=91)


def test_the_loop_hides_nothing_of_asyncio() -> None:
    plain, own = asyncio.SelectorEventLoop(), SimulatedLoop()
    try:
        theirs = set(dir(plain))
        private = {name for name in vars(SimulatedLoop) if name.startswith("_")}
        private = {name for name in private if not name.startswith("__")}
        assert not private & theirs
        assert len(vars(own)) == len(vars(plain)) + 8
    finally:
        plain.close()
        own.close()


def test_pytest_asyncio_takes_the_loop_factory(tmp_path: Path) -> None:
    (tmp_path / "pytest.ini").write_text(
        "[pytest]\nasyncio_default_fixture_loop_scope = session\n", "utf-8"
    )
    (tmp_path / "conftest.py").write_text(
        """
from harness import clock

def pytest_asyncio_loop_factories(config, item):
    return {"simulated": clock.loop_factory(simulated=True)}
""",
        "utf-8",
    )
    (tmp_path / "test_it.py").write_text(
        """
import pytest, pytest_asyncio
from harness import clock

pytestmark = pytest.mark.asyncio(loop_scope="session")

@pytest_asyncio.fixture(scope="session")
async def began():
    return clock.monotonic()

async def test_one(began):
    await clock.sleep(3600)

async def test_two(began):
    assert clock.monotonic() - began >= 3600
""",
        "utf-8",
    )
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)]
    places = f"{Path(clock.__file__).parents[2]}{os.pathsep}{os.environ.get('PYTHONPATH', '')}"
    done = subprocess.run(
        command,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": places},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "2 passed" in done.stdout, done.stdout + done.stderr
