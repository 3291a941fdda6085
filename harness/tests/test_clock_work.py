"""Work of our own holds simulated time; what others do takes real time."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import threading
import time

import pytest

from harness import clock
from harness.clock import SimulatedLoop
from harness.tests.simulated_time import (
    GRID,
    SOON,
    here,
    in_no_time,
    lasting,
    passed,
    served,
    silence,
    simulated,
)


def test_a_job_holds_the_clock_and_asks_it() -> None:
    async def main() -> None:
        began, late = time.monotonic(), list[float]()
        here().call_later(0.001, lambda: late.append(time.monotonic() - began))

        def job() -> float:
            time.sleep(0.3)
            return clock.monotonic()

        with in_no_time():
            before = clock.monotonic()
            assert 0 <= await asyncio.to_thread(job) - before < 0.001
            assert not late
        await clock.sleep(1)
        assert late[0] >= 0.3

    simulated(main())


def test_a_job_that_nobody_waits_for_any_more_still_holds_the_clock() -> None:
    async def main() -> None:
        ended = threading.Event()

        def job() -> None:
            time.sleep(0.3)
            ended.set()

        waiting = asyncio.create_task(asyncio.to_thread(job))
        await clock.sleep(0)
        waiting.cancel()
        await clock.sleep(10)
        assert ended.is_set()

    simulated(main())


def test_a_hold_of_another_thread() -> None:
    async def main() -> None:
        loop, came, holding = here(), list[str](), threading.Event()

        def work() -> None:
            with loop.hold("a thread of our own"):
                holding.set()
                time.sleep(0.2)
                loop.call_soon_threadsafe(came.append, "work")

        thread = threading.Thread(target=work)
        thread.start()
        holding.wait()
        loop.call_later(0.01, came.append, "timer")
        await clock.sleep(1)
        thread.join()
        assert came == ["work", "timer"]

    simulated(main())


def test_what_is_still_held_after_long_is_told() -> None:
    async def main() -> None:
        with clock.hold("a job that hangs"):
            await clock.sleep(1)

    with (
        asyncio.Runner(loop_factory=lambda: SimulatedLoop(patience=0.2)) as runner,
        pytest.raises(clock.Stuck, match="a job that hangs"),
    ):
        runner.run(main())


def test_bytes_that_are_not_read_hold_the_clock() -> None:
    async def main() -> None:
        async with served(silence) as address:
            _, writer = await asyncio.open_connection(*address)
            await clock.sleep(1)
            for end in here()._ledger.ends.values():
                end.sent += 3  # As if the kernel took its time with them.
            await clock.sleep(1)
            writer.close()

    with (
        asyncio.Runner(loop_factory=lambda: SimulatedLoop(patience=0.2)) as runner,
        pytest.raises(clock.Stuck, match="3 bytes to"),
    ):
        runner.run(main())


def test_a_child_process_takes_its_real_time() -> None:
    async def main() -> None:
        began, really = clock.monotonic(), time.monotonic()
        child = await asyncio.create_subprocess_exec("sleep", "0.2")
        await child.wait()
        assert 0.15 < clock.monotonic() - began <= time.monotonic() - really + GRID
        with lasting(3600):
            await clock.sleep(3600)

    simulated(main())


def test_a_deadline_for_a_child_process() -> None:
    async def main() -> None:
        child = await asyncio.create_subprocess_exec("sleep", "60", stdout=subprocess.PIPE)
        really = time.monotonic()
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.2):
                await child.communicate()
        assert 0.15 < time.monotonic() - really < SOON
        child.kill()
        await child.wait()

    simulated(main())


def test_what_a_child_process_says() -> None:
    async def main() -> None:
        program = "import time; time.sleep(0.1); print(input())"
        child = await asyncio.create_subprocess_exec(
            sys.executable, "-c", program, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        async with asyncio.timeout(SOON):
            said, _ = await child.communicate(b"hello\n")
        assert said == b"hello\n"

    simulated(main())


def test_a_connection_of_another_process_goes_at_the_real_pace() -> None:
    async def main() -> None:
        late = socket.create_server(("127.0.0.1", 0))

        def answer() -> None:
            end, _ = late.accept()
            time.sleep(0.2)
            end.sendall(b"at last")
            end.close()

        thread = threading.Thread(target=answer)  # To the loop, as another process.
        thread.start()
        reader, writer = await asyncio.open_connection(*late.getsockname())
        began = clock.monotonic()
        async with asyncio.timeout(SOON):
            assert await reader.read() == b"at last"
        assert 0.1 < clock.monotonic() - began < SOON
        writer.close()
        thread.join()
        late.close()
        with lasting(3600):
            await clock.sleep(3600)

    simulated(main())


def test_a_watched_descriptor_goes_at_the_real_pace() -> None:
    async def main() -> None:
        reading, writing = os.pipe()
        timer = threading.Timer(0.2, os.write, (writing, b"x"))
        timer.start()
        typed = asyncio.Event()
        here().add_reader(reading, typed.set)
        async with asyncio.timeout(SOON):
            await typed.wait()
        here().remove_reader(reading)
        timer.join()
        os.close(reading)
        os.close(writing)
        assert 0.15 < passed().elapsed < SOON

    simulated(main())


def test_signals_are_heard() -> None:
    async def main() -> None:
        heard = asyncio.Event()
        here().add_signal_handler(signal.SIGUSR1, heard.set)
        os.kill(os.getpid(), signal.SIGUSR1)
        await heard.wait()
        here().remove_signal_handler(signal.SIGUSR1)

    simulated(main())


def test_a_keyboard_interrupt_ends_the_run() -> None:
    async def main() -> None:
        timer = threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGINT))
        timer.start()
        await asyncio.get_running_loop().create_future()

    # A process in the background may have been started with the signal ignored.
    former = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            simulated(main())
    finally:
        signal.signal(signal.SIGINT, former)
