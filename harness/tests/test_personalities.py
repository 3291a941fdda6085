"""Every conforming variant passes every case that applies to it, and really is a variant.

A FAIL, INCONCLUSIVE or ERROR here is a mistake of the harness: of a case, a state, a rule or a
reference system.
"""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import pytest

from harness.embedded_run import Outcome, case_functions, embedded_sut, run_cases
from harness.reference import alterations, personalities, station_alterations
from harness.reference.personalities import Personality
from harness.reference.rpc import CALL, Message
from harness.sut import Limits, Role
from harness.tests.personality_signs import SIGNS, UNSEEN
from harness.verdict import Verdict

TABLES = {Role.STATION: personalities.STATION, Role.CSMS: personalities.CSMS}
#: Cases that wait long (back-off, offline, intervals): each gets an embedded system of its own.
LONG = ("TC_B_49_CS", "TC_B_57_CS", "TC_B_51_CS", "TC_B_47_CS", "TC_B_46_CS", "TC_B_03_CS")
#: How many personalities run at once; most of the time of each is waiting.
TOGETHER = 4

#: Cases that do not apply: what the plain station has excludes the cases of those that do not.
NOT_APPLICABLE = {"TC_B_15_CS": "C-56", "TC_B_28_CS": "C-13", "TC_B_29_CS": "C-13"}
_DEVICE_MANAGEMENT = "+B_14 +B_16 +B_17 +B_18 +B_54 +B_55 +B_56"
#: By personality, if it is otherwise: what also does not apply (+) and what does after all (-).
DIFFERENT = {
    "no-evse-reset": "+B_25 +B_26 +B_27 -B_28 -B_29",
    "no-summary": f"{_DEVICE_MANAGEMENT} -B_15",
    "core-only": f"{_DEVICE_MANAGEMENT} +B_24 -B_15",
    "one-evse": "+B_41",
    "two-connectors": "+B_41",
    "security-profile-1": "+B_47 +B_50",
}

POINTS = ("ParkingBayOccupancy", "EVConnected", "Authorized", "PowerPathClosed", "EnergyTransfer")


def limits(role: Role) -> Limits:
    """The embedded system's, patient enough for a machine that is busy with other tests."""
    return replace(embedded_sut(role).limits, response=10, event=10, boot=15, connect=15)


def batches() -> list[tuple[Role, tuple[str, ...]]]:
    """Personalities that share a test."""
    return [
        (role, tuple(table)[start : start + TOGETHER])
        for role, table in TABLES.items()
        for start in range(0, len(table), TOGETHER)
    ]


async def run(role: Role, personality: str | Personality, ids: Iterable[str] = ()) -> list[Outcome]:
    """All cases against one personality, at several systems at once, in the order of the ids."""
    chosen = sorted(ids or case_functions(role), key=lambda i: (i not in LONG, i))
    rows = [chosen[start :: len(LONG)] for start in range(min(len(LONG), len(chosen)))]
    runs = [run_cases(role, row, personality=personality, limits=limits(role)) for row in rows]
    found = await asyncio.gather(*runs)
    return sorted(itertools.chain.from_iterable(found), key=lambda o: o.result.id)


def red(name: str, outcomes: Sequence[Outcome]) -> list[str]:
    """One line for each case that a conforming system should have passed."""
    return [
        f"{name} {o.result.id} {o.verdict.value}: {o.result.reason}"
        for o in outcomes
        if o.verdict not in (Verdict.PASS, Verdict.NOT_APPLICABLE)
    ]


def excluded(role: Role, name: str) -> set[str]:
    """Ids of the cases that do not apply to a personality."""
    if role is Role.CSMS:
        return set()
    changes = DIFFERENT.get(name, "").split()
    found = set(NOT_APPLICABLE)
    found |= {f"TC_{each[1:]}_CS" for each in changes if each[0] == "+"}
    return found - {f"TC_{each[1:]}_CS" for each in changes if each[0] == "-"}


# Every personality, every case


def _batch_id(value: object) -> str:
    return "+".join(value) if isinstance(value, tuple) else str(value)


@pytest.mark.asyncio
@pytest.mark.parametrize(("role", "names"), batches(), ids=_batch_id)
async def test_conforming_variants_pass(role: Role, names: tuple[str, ...]) -> None:
    runs = await asyncio.gather(*(run(role, name) for name in names))
    wrong: list[str] = []
    for name, outcomes in zip(names, runs, strict=True):
        wrong += red(name, outcomes)
        wrong += _wrongly_excluded(role, name, outcomes)
        if name not in UNSEEN and not any(map(SIGNS[role][name].holds, outcomes)):
            wrong.append(f"{name} does not show in any case: it changed nothing")
    assert not wrong, "\n".join(wrong)


def _wrongly_excluded(role: Role, name: str, outcomes: Sequence[Outcome]) -> list[str]:
    assert {o.result.id for o in outcomes} == set(case_functions(role))
    found = {o.result.id for o in outcomes if o.verdict is Verdict.NOT_APPLICABLE}
    wanted = excluded(role, name)
    if found == wanted:
        return []
    return [
        f"{name}: not applicable but should be judged: {sorted(found - wanted)};"
        f" judged but should not apply: {sorted(wanted - found)}"
    ]


@pytest.mark.asyncio
@pytest.mark.parametrize("role", list(Role))
async def test_the_plain_system_passes_and_shows_none_of_the_signs(role: Role) -> None:
    outcomes = await run(role, "")
    assert not red("plain", outcomes)
    assert not _wrongly_excluded(role, "", outcomes)
    seen = [
        f"{name} in {o.result.id}"
        for name, sign in SIGNS[role].items()
        for o in outcomes
        if sign.exclusive and sign.holds(o)
    ]
    assert not seen, f"signs that prove nothing: {seen}"


@pytest.mark.parametrize("role", list(Role))
def test_every_personality_has_a_sign(role: Role) -> None:
    assert set(TABLES[role]) - UNSEEN == set(SIGNS[role])


def test_every_case_is_judged_under_some_personality() -> None:
    for role, table in TABLES.items():
        judged = {
            i for name in ("", *table) for i in set(case_functions(role)) - excluded(role, name)
        }
        assert judged == set(case_functions(role))


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
                limits=limits(Role.STATION),
            )
        )
    outcomes = await asyncio.gather(*runs)
    wrong = [line for name, each in zip(names, outcomes, strict=True) for line in red(name, each)]
    assert not wrong, "\n".join(wrong)
    assert all(o.verdict is Verdict.PASS for each in outcomes for o in each)


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
