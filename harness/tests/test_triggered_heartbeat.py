"""A heartbeat that a station sends by itself is not the one that it was asked for (TC_F_20_CS)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from harness.evidence.verdict import Verdict
from harness.proof.embedded_run import Outcome, run_cases
from harness.reference.rpc import Answer, Payload
from harness.reference.variants import Variant
from harness.spec.roles import Role
from harness.testbed.kits import embedded_sut

pytestmark = [pytest.mark.simulated_time, pytest.mark.asyncio]

WITHOUT_INTERVAL = Variant("", {"absent": frozenset({"OCPPCommCtrlr.HeartbeatInterval"})})
FIXED_INTERVAL = Variant("", {"read_only": frozenset({"OCPPCommCtrlr.HeartbeatInterval"})})
STATIONS = {"without the variable": WITHOUT_INTERVAL, "with a fixed one": FIXED_INTERVAL}


def _ignores_triggers(station: Any) -> None:
    async def accept(_request: Payload) -> Answer:
        return Answer({"status": "Accepted"})

    station.actions["TriggerMessage"] = accept


async def _run(variant: Variant, interval: int, alter: Callable[[Any], None]) -> Outcome:
    plain = embedded_sut(Role.STATION)
    configured = replace(plain.configured, heartbeat_interval=interval)
    sut = replace(plain, configured=configured)
    [outcome] = await run_cases(Role.STATION, ["TC_F_20_CS"], sut=sut, variant=variant, alter=alter)
    return outcome


@pytest.mark.parametrize("interval", [5, 20, 60])
@pytest.mark.parametrize("name", STATIONS)
async def test_its_own_heartbeats_do_not_pass_for_it(name: str, interval: int) -> None:
    outcome = await _run(STATIONS[name], interval, _ignores_triggers)
    assert outcome.verdict is Verdict.FAIL, outcome.result.reason


@pytest.mark.parametrize("interval", [5, 20, 60])
@pytest.mark.parametrize("name", STATIONS)
async def test_a_station_that_sends_it_passes(name: str, interval: int) -> None:
    outcome = await _run(STATIONS[name], interval, lambda _station: None)
    assert outcome.verdict is Verdict.PASS, outcome.result.reason
