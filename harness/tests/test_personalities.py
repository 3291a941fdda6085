"""Every conforming variant passes every case that applies to it, and really is a variant.

A FAIL, INCONCLUSIVE or ERROR here is a mistake of the harness: of a case, a state, a rule or a
reference system.
"""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import Iterable, Sequence
from typing import Any

import pytest

from harness.embedded_run import Outcome, run_cases
from harness.reference import alterations, station_alterations
from harness.reference.personalities import Personality
from harness.reference.rpc import CALL, Message
from harness.sut import Role
from harness.tests.personality_signs import SIGNS, UNSEEN
from harness.trust.limits import patient
from harness.trust.matrix import TABLES, excluded, implemented, judged, outcomes, rows
from harness.verdict import Verdict

#: How many personalities run at once; most of the time of each is waiting.
TOGETHER = 4

POINTS = ("ParkingBayOccupancy", "EVConnected", "Authorized", "PowerPathClosed", "EnergyTransfer")


def batches() -> list[tuple[Role, tuple[str, ...]]]:
    """Personalities that share a test."""
    return [
        (role, tuple(table)[start : start + TOGETHER])
        for role, table in TABLES.items()
        for start in range(0, len(table), TOGETHER)
    ]


async def run(role: Role, personality: str, ids: Iterable[str] = ()) -> list[Outcome]:
    """All cases against one personality, at several systems at once, in the order of the ids."""
    chosen = rows(role, personality, ids or implemented(role))
    found = await asyncio.gather(*map(outcomes, chosen))
    return sorted(itertools.chain.from_iterable(found), key=lambda o: o.result.id)


def signed(seen: Sequence[Outcome]) -> list[Outcome]:
    """Those in which a personality can show: the cases of block E set up the points themselves."""
    return [o for o in seen if not o.result.id.startswith("TC_E_")]


def wrong(role: Role, name: str, seen: Sequence[Outcome]) -> list[str]:
    """One line for each case that did not end as a conforming system deserves."""
    return [cell.wrong for cell in judged(role, name, seen) if cell.wrong]


# Every personality, every case


def _batch_id(value: object) -> str:
    return "+".join(value) if isinstance(value, tuple) else str(value)


@pytest.mark.asyncio
@pytest.mark.parametrize(("role", "names"), batches(), ids=_batch_id)
async def test_conforming_variants_pass(role: Role, names: tuple[str, ...]) -> None:
    runs = await asyncio.gather(*(run(role, name) for name in names))
    found: list[str] = []
    for name, seen in zip(names, runs, strict=True):
        assert {o.result.id for o in seen} == implemented(role)
        found += wrong(role, name, seen)
        if name not in UNSEEN and not any(map(SIGNS[role][name].holds, signed(seen))):
            found.append(f"{name} does not show in any case: it changed nothing")
    assert not found, "\n".join(found)


@pytest.mark.asyncio
@pytest.mark.parametrize("role", list(Role))
async def test_the_plain_system_passes_and_shows_none_of_the_signs(role: Role) -> None:
    seen = await run(role, "")
    assert not wrong(role, "", seen)
    shown = [
        f"{name} in {o.result.id}"
        for name, sign in SIGNS[role].items()
        for o in signed(seen)
        if sign.exclusive and sign.holds(o)
    ]
    assert not shown, f"signs that prove nothing: {shown}"


@pytest.mark.parametrize("role", list(Role))
def test_every_personality_has_a_sign(role: Role) -> None:
    assert set(TABLES[role]) - UNSEEN == set(SIGNS[role])


def test_every_case_is_judged_under_some_personality() -> None:
    for role, table in TABLES.items():
        judged_ids = {i for name in ("", *table) for i in implemented(role) - excluded(role, name)}
        assert judged_ids == implemented(role)


# Every combination of the points where transactions start and stop


def _kinds() -> dict[str, dict[str, Any]]:
    return {
        "by card": {},
        "by card, slowly": {"alter": station_alterations.slow_to_unlock},
        "by card, in two events": {"config": {"stop_in_two_events": True}},
        "by the CSMS": {"config": {"remote_only": True}, "sut": {"authorization": "remote"}},
    }


@pytest.mark.asyncio
@pytest.mark.parametrize("start", POINTS)
async def test_every_start_and_stop_point(start: str) -> None:
    wanted = ("TC_B_21_CS", "TC_B_22_CS", "TC_B_26_CS")
    names, runs = [], []
    for stop, (kind, changes) in itertools.product(POINTS, _kinds().items()):
        points = {"tx_start_points": (start,), "tx_stop_points": (stop,)}
        changed = {**changes, "config": {**points, **changes.get("config", {})}}
        names.append(f"{kind}, from {start} to {stop}")
        runs.append(
            run_cases(
                Role.STATION,
                wanted,
                personality=Personality("E01, E06", **changed),
                limits=patient(Role.STATION),
            )
        )
    seen = await asyncio.gather(*runs)
    red = [
        f"{name} {o.result.id} {o.verdict}: {o.result.reason}"
        for name, each in zip(names, seen, strict=True)
        for o in each
        if o.verdict is not Verdict.PASS
    ]
    assert not red, "\n".join(red)


# What no transcript keeps


def test_spacious_json_is_the_same_json() -> None:
    class System:
        filters: list[Any] = []  # noqa: RUF012  # one system, one list

    alterations.spacious(System)
    message = Message(CALL, "1", "Heartbeat", {"customData": {"vendorId": "ä", "deep": [{}]}})
    [text] = System.filters[0](message)
    assert text != message.encode()
    assert json.loads(text) == json.loads(message.encode())
    assert text.count("\n") > 3
