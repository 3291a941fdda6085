"""What a station says of itself against its description, before the first case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from harness.evidence.verdict import Verdict
from harness.proof.embedded_run import Outcome, run_cases
from harness.reference.variants import STATION, Variant
from harness.spec.roles import Role
from harness.sut.model import Sut
from harness.testbed.bringup import described
from harness.testbed.kits import embedded_sut

pytestmark = [pytest.mark.simulated_time, pytest.mark.asyncio]

PLAIN = embedded_sut(Role.STATION)


async def _run(*ids: str, sut: Sut = PLAIN, variant: str | Variant = "") -> dict[str, Outcome]:
    outcomes = await run_cases(Role.STATION, ids, sut=sut, variant=variant)
    return {outcome.result.id: outcome for outcome in outcomes}


@pytest.mark.parametrize("variant", STATION)
async def test_no_variant_contradicts_its_own_description(variant: str) -> None:
    (outcome,) = (await _run("TC_B_06_CS", variant=variant)).values()
    assert outcome.verdict is Verdict.PASS, outcome.result.reason


AS_IT_IS = Variant("", config={"evses": dict(PLAIN.evses)})
TWO_CONNECTORS = Variant("", config={"evses": {1: (1, 2), 2: (1,)}})
#: The evses of the description, how the station is, and what is said of it.
WRONG: Mapping[str, tuple[dict[int, tuple[int, ...]], Variant, str]] = {
    "an EVSE too many": ({1: (1,), 2: (1,), 3: (1,)}, AS_IT_IS, "without EVSE(3)"),
    "an EVSE too few": ({1: (1,)}, AS_IT_IS, "with EVSE(2)"),
    "a connector too many": ({1: (1, 2), 2: (1,)}, AS_IT_IS, "without Connector(1,2)"),
    "a connector too few": ({1: (1,), 2: (1,)}, TWO_CONNECTORS, "with Connector(1,2)"),
}


@pytest.mark.parametrize("name", WRONG)
async def test_wrong_evses_are_named_and_no_case_is_judged(name: str) -> None:
    evses, station, said = WRONG[name]
    outcomes = await _run(
        "TC_B_06_CS", "TC_B_13_CS", sut=replace(PLAIN, evses=evses), variant=station
    )
    for outcome in outcomes.values():
        assert outcome.verdict is Verdict.INCONCLUSIVE
        assert said in outcome.result.reason
        assert "evses" in outcome.result.reason


async def test_a_summary_that_is_not_declared_stops_the_case_about_its_refusal_alone() -> None:
    sut = replace(PLAIN, features=PLAIN.features - {"C-56"})
    outcomes = await _run("TC_B_15_CS", "TC_B_06_CS", sut=sut)
    assert outcomes["TC_B_15_CS"].verdict is Verdict.INCONCLUSIVE
    assert "features without C-56" in outcomes["TC_B_15_CS"].result.reason
    assert outcomes["TC_B_06_CS"].verdict is Verdict.PASS


async def test_a_feature_that_the_station_does_not_show_stops_the_cases_that_need_it() -> None:
    sut = described(PLAIN, STATION["no-cache-no-list"])
    sut = replace(sut, features=sut.features | {"C-49"})
    variant = replace(STATION["no-cache-no-list"], removes=frozenset())
    outcomes = await run_cases(Role.STATION, ["TC_C_08_CS", "TC_B_06_CS"], sut=sut, variant=variant)
    found = {each.result.id: each for each in outcomes}
    assert found["TC_C_08_CS"].verdict is Verdict.INCONCLUSIVE
    assert "C-49" in found["TC_C_08_CS"].result.reason
    assert found["TC_B_06_CS"].verdict is Verdict.PASS
