"""Conforming variants pass the cases that apply to them, and really are variants.

A FAIL, INCONCLUSIVE or ERROR here is a mistake of the harness: of a case, a state, a rule or a
reference system.
"""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from harness.evidence.verdict import Verdict
from harness.proof.embedded_run import Outcome, run_cases
from harness.proof.parallel import spread
from harness.proof.trust.again import variant_cell
from harness.proof.trust.applicability import excluded
from harness.proof.trust.matrix import (
    Row,
    implemented,
    judged,
    outcomes,
    rows,
)
from harness.reference.rpc import CALL, Message
from harness.reference.variants import Variant, station_behaviour, wire
from harness.spec.roles import Role
from harness.testbed.kits import KITS
from harness.tests.chosen import VariantCell, judge, variant_cells
from harness.tests.published_results import published_verdicts
from harness.tests.signs.cases import shown_in
from harness.tests.variant_signs import SIGNS, UNSEEN

pytestmark = pytest.mark.simulated_time

#: How many variants share a test.
TOGETHER = 4

POINTS = ("ParkingBayOccupancy", "EVConnected", "Authorized", "PowerPathClosed", "EnergyTransfer")


def batches() -> list[tuple[Role, tuple[str, ...]]]:
    """Variants that share a test."""
    return [
        (role, tuple(kit.variants)[start : start + TOGETHER])
        for role, kit in KITS.items()
        for start in range(0, len(kit.variants), TOGETHER)
    ]


async def _row(row: Row, certs: Path) -> tuple[Row, list[Outcome]]:
    return row, await outcomes(row, certs)


def run(role: Role, wanted: Mapping[str, Collection[str]]) -> dict[str, list[Outcome]]:
    """These cases against variants, by their names, in the order of the ids."""
    chosen = [row for name, ids in wanted.items() for row in rows(role, name, ids)]
    found: dict[str, list[Outcome]] = {name: [] for name in wanted}
    for done in spread(_row, chosen, 1):
        assert done.found is not None, f"{done.item}: {done.error}"
        found[done.item.variant] += done.found[1]
    return {name: sorted(seen, key=lambda o: o.result.id) for name, seen in found.items()}


def signed(seen: Sequence[Outcome]) -> list[Outcome]:
    """Those in which a variant can show: cases of other blocks set up points, ways and triggers."""
    return [o for o in seen if o.result.id.startswith(("TC_A_", "TC_B_"))]


def wrong(role: Role, name: str, seen: Sequence[Outcome]) -> list[tuple[VariantCell, str]]:
    """The cases that did not end as a conforming system deserves, and what is to be said of it."""
    cells = judged(role, name, seen)
    return [(VariantCell(role, name, cell.case_id), cell.wrong) for cell in cells if cell.wrong]


# Every variant in the chosen cases, and in one in which it shows


def _batch_id(value: object) -> str:
    return "+".join(value) if isinstance(value, tuple) else str(value)


def _cases(role: Role, name: str) -> set[str]:
    chosen = {c.case_id for c in variant_cells().cells if (c.role, c.variant) == (role, name)}
    return chosen if name in UNSEEN else {*chosen, shown_in(role, name)}


def _again(cell: VariantCell) -> tuple[str, ...]:
    return variant_cell(cell.role, cell.variant, cell.case_id)


@pytest.mark.parametrize(("role", "names"), batches(), ids=_batch_id)
def test_conforming_variants_pass(role: Role, names: tuple[str, ...]) -> None:
    wanted = {name: _cases(role, name) for name in names}
    found: list[tuple[VariantCell, str]] = []
    for name, seen in run(role, wanted).items():
        assert {o.result.id for o in seen} == wanted[name]
        found += wrong(role, name, seen)
        shown = {o.result.id for o in seen if name not in UNSEEN and SIGNS[role][name].holds(o)}
        case_id = "" if name in UNSEEN else shown_in(role, name)
        assert name in UNSEEN or case_id in shown, (
            f"{name} does not show in {case_id}, but in {shown or 'none'}: mend its Sign in"
            " harness/tests/signs, or name a case in harness/tests/signs/cases.py"
        )
    judge(found, variant_cells(), _again)


@pytest.mark.parametrize("role", list(Role))
def test_the_plain_system_passes_and_shows_none_of_the_signs(role: Role) -> None:
    seen = run(role, {"": implemented(role)})[""]
    assert not wrong(role, "", seen)
    written = published_verdicts()
    other = {o.result.id for o in seen if written.get(o.result.id) != o.result.verdict}
    assert not other, f"make results: reports/results.md is not up to date in {other}"
    shown = [
        f"{name} in {o.result.id}"
        for name, sign in SIGNS[role].items()
        for o in signed(seen)
        if sign.exclusive and sign.holds(o)
    ]
    assert not shown, f"harness/tests/signs: the plain system shows it too: {shown}"


@pytest.mark.parametrize("role", list(Role))
def test_every_variant_has_a_sign(role: Role) -> None:
    missing = set(KITS[role].variants) - UNSEEN - set(SIGNS[role])
    assert not missing, (
        f"no sign of {missing}: add a Sign, which says how it shows in a run, to"
        " harness/tests/signs, and the case in which it does to harness/tests/signs/cases.py"
    )
    stale = set(SIGNS[role]) - (set(KITS[role].variants) - UNSEEN)
    assert not stale, f"harness/tests/signs has signs of what is no variant, or UNSEEN: {stale}"


def test_every_case_is_judged_under_some_variant() -> None:
    for role, kit in KITS.items():
        names = ("", *kit.variants)
        judged_ids = {i for name in names for i in implemented(role) - excluded(role, name)}
        missing = implemented(role) - judged_ids
        assert not missing, (
            f"no variant has the features for {missing}: add one in harness/reference/variants"
        )


# Every combination of the points where transactions start and stop


def _kinds() -> dict[str, dict[str, Any]]:
    return {
        "by card": {},
        "by card, slowly": {"alter": station_behaviour.slow_to_unlock},
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
        runs.append(run_cases(Role.STATION, wanted, variant=Variant("E01, E06", **changed)))
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

    wire.spacious(System)
    message = Message(CALL, "1", "Heartbeat", {"customData": {"vendorId": "ä", "deep": [{}]}})
    [text] = System.filters[0](message)
    assert text != message.encode()
    assert json.loads(text) == json.loads(message.encode())
    assert text.count("\n") > 3
