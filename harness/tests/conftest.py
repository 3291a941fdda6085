"""Hypothesis profiles of the harness's own tests, and which of them wait in simulated time.

``quick`` takes the same examples each time, so that a red build comes from the change at hand;
``long`` (``make fuzz``) takes new ones. ``HYPOTHESIS_PROFILE`` or ``--hypothesis-profile`` chooses.
With the first, ``long`` also bounds the memory: what eats it up ends in a MemoryError of its test.

At the end of a run it is told which cells were proven, and the seed that repeats the choice.
"""

import os
import sys
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from harness import clock
from harness.run.run import LoopFactories

_SIMULATED: LoopFactories = {"simulated": clock.loop_factory(simulated=True)}
_REAL: LoopFactories = {"real": clock.loop_factory(simulated=False)}


def pytest_asyncio_loop_factories(item: pytest.Item) -> LoopFactories:
    """Each test has a loop of its own, and the time that it asks for by its mark."""
    return _SIMULATED if item.get_closest_marker("simulated_time") else _REAL


# Other processes may have the machine: slow is nothing to fail for.
_AT_ANY_PACE: dict[str, Any] = {
    "deadline": None,
    "suppress_health_check": [HealthCheck.too_slow],
}
settings.register_profile(
    "quick", database=None, derandomize=True, max_examples=100, **_AT_ANY_PACE
)
settings.register_profile("long", max_examples=3000, print_blob=True, **_AT_ANY_PACE)
PROFILE = os.environ.get("HYPOTHESIS_PROFILE", "quick")
settings.load_profile(PROFILE)

#: Bytes of address space of each process; the long run needs about a quarter of it.
MOST_MEMORY = 2 << 30
if PROFILE == "long":
    with suppress(ImportError, ValueError, OSError):  # not every system can bound it
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))


_PROOFS = pytest.StashKey[list[str]]()


def _proofs() -> list[str]:
    """What is to be told of the chosen cells, where tests of this process ran some."""
    chosen = sys.modules.get("harness.tests.chosen")
    return chosen.summary() if chosen else []


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A worker hands over what it would tell."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["proofs"] = _proofs()


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Every worker chooses the same cells: the last one's word stands."""
    node.config.stash[_PROOFS] = getattr(node, "workeroutput", {}).get("proofs", [])


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """The seed and the counts."""
    for line in config.stash.get(_PROOFS, []) or _proofs():
        terminalreporter.write_line(line)
