"""Whatever waits or stamps within a case asks the one clock; it is the same on a real one."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
#: Files and folders that ask the machine for the time, and why.
REAL = {
    "harness/clock": "it is the clock",
    "harness/entry/ocpp_conformance.py": "when a run began",
    "harness/cli": "standalone systems and probes talk to others; known failures expire",
    "harness/live": "who looks on waits in real time",
    "harness/views/board.py": "a page for people, served on a loop of its own",
    "harness/proof/parallel.py": "a proof that does not end is given up after real time",
    "harness/proof/trust/choice.py": "the day, which seeds a draw",
    "harness/timing": "what a case costs the machine",
    "harness/run/run.py": "start and end of a run, when its results were last written",
    "harness/run/conduct.py": "real and CPU time of a case beside that on the clock",
    "harness/suts": "drivers of real systems",
    "harness/pki/keys.py": "OpenSSL asks the machine whether certificates are valid",
    "harness/reference/csms/authority.py": "OpenSSL asks the machine whether they are valid",
}
#: What must not be used elsewhere, beside the module ``time``.
DIRECT = {
    "asyncio.Runner",
    "asyncio.new_event_loop",
    "asyncio.run",
    "asyncio.sleep",
    "date.today",
    "datetime.now",
    "datetime.today",
    "datetime.utcnow",
}


def direct_uses(program: str) -> Iterator[str]:
    """How a program asks the machine for the time."""
    for node in ast.walk(ast.parse(program)):
        match node:
            case ast.Import(names):
                yield from (each.name for each in names if each.name == "time")
            case ast.ImportFrom(module="time"):
                yield "time"
            case ast.ImportFrom(module="asyncio", names=names):
                full = (f"asyncio.{each.name}" for each in names)
                yield from (name for name in full if name in DIRECT)
            case ast.Attribute() if ".".join(ast.unparse(node).split(".")[-2:]) in DIRECT:
                yield ast.unparse(node)
            case ast.Call(func=ast.Attribute(attr="time"), args=[], keywords=[]):
                yield f"{ast.unparse(node)}"
            case _:
                pass


def users() -> dict[str, list[str]]:
    """The files that use the machine's time directly, and how."""
    found: dict[str, list[str]] = {}
    for package in ("harness", "cases_cs", "cases_csms"):
        for path in sorted((ROOT / package).rglob("*.py")):
            name = str(path.relative_to(ROOT))
            uses = list(direct_uses(path.read_text("utf-8")))
            if uses and not name.startswith("harness/tests/"):
                found[name] = uses
    return found


def reason(name: str) -> str:
    """The entry of the list that a file falls under, or ""."""
    return next((each for each in REAL if name == each or name.startswith(f"{each}/")), "")


def test_nothing_within_a_case_asks_the_machine_for_the_time() -> None:
    assert {name: uses for name, uses in users().items() if not reason(name)} == {}, (
        "use harness.clock (monotonic, now, sleep, run), or give a reason in REAL"
    )


def test_every_reason_is_needed() -> None:
    assert {reason(name) for name in users()} == set(REAL)


@pytest.mark.parametrize(
    "program",
    [
        "import time",
        "from time import monotonic",
        "from asyncio import sleep",
        "import asyncio\nasync def f(): await asyncio.sleep(1)",
        "import datetime as dt\nx = dt.datetime.now(dt.UTC)",
        "from datetime import datetime, UTC\nx = datetime.now(UTC)",
        "import asyncio\nasyncio.run(main())",
        "import asyncio\nx = asyncio.get_running_loop().time()",
    ],
)
def test_direct_uses_are_found(program: str) -> None:
    assert list(direct_uses(program))


def test_other_uses_are_not() -> None:
    program = "from harness import clock\nasync def f(): await clock.sleep(clock.monotonic())"
    assert list(direct_uses(program)) == []
