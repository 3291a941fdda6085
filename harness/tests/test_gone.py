"""A connection that is gone, and a station: nobody waits for what cannot come any more."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from harness import clock
from harness.evidence.recorder import Recorder
from harness.evidence.verdict import Decision, Verdict
from harness.operators.embedded import EmbeddedCsms, EmbeddedStation
from harness.proof.embedded_run import case_functions, run_cases
from harness.proof.keys import shared_keys
from harness.reference.csms import Csms
from harness.reference.rpc import RESULT, Message
from harness.reference.station import Station
from harness.run.conduct import conduct
from harness.spec.roles import Role
from harness.testbed.bringup import Embedding, csms_test_bed, station_test_bed
from harness.testbed.kits import embedded_sut
from harness.testbed.station import StationTestBed

pytestmark = [pytest.mark.simulated_time, pytest.mark.asyncio]

CASES = ("TC_B_06_CS", "TC_B_07_CS", "TC_B_09_CS", "TC_B_12_CS", "TC_B_33_CS", "TC_E_03_CS")
LIMITS = embedded_sut(Role.STATION).limits


@asynccontextmanager
async def _brought_up(certs: Path) -> AsyncGenerator[StationTestBed]:
    sut = embedded_sut(Role.STATION)
    embedding = Embedding("", keys=shared_keys)
    async with station_test_bed(sut, lambda _: Recorder(None), certs, embedding) as test_bed:
        yield test_bed


async def _conducted(test_bed: StationTestBed, case_id: str) -> tuple[Decision, float]:
    """The decision, and how long it took until the next case can begin."""
    began, peer = clock.monotonic(), test_bed.peer(case_id)
    function = case_functions(Role.STATION)[case_id]
    scenario = partial(function.scenario, fake_csms=peer)
    return await conduct(function.info, peer, scenario), clock.monotonic() - began


async def test_a_station_that_is_gone_ends_the_rest_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(EmbeddedStation, "renew")
    async with _brought_up(tmp_path) as test_bed:
        first, _ = await _conducted(test_bed, "TC_B_06_CS")
        assert first.verdict is Verdict.PASS, first.reason
        await test_bed.operator.close()
        seen = [await _conducted(test_bed, case_id) for case_id in CASES]
    assert all(decision.verdict is Verdict.INCONCLUSIVE for decision, _ in seen)
    assert [took for _, took in seen[2:]] == [pytest.approx(0, abs=0.1)] * len(seen[2:])  # pyright: ignore[reportUnknownMemberType]
    assert all("not seen since 20" in decision.reason for decision, _ in seen[2:])
    waited = sum(took for _, took in seen[:2])
    assert waited == pytest.approx(2 * LIMITS.connect, rel=0.1)  # pyright: ignore[reportUnknownMemberType]


async def test_a_station_that_is_gone_may_be_woken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(EmbeddedStation, "renew")
    async with _brought_up(tmp_path) as test_bed:
        operator, acts = test_bed.operator, list[str]()
        perform = operator.perform

        async def with_power(action: str, **parameters: Any) -> Any:
            acts.append(action)
            if action == "power_cycle":
                await operator.start()
                return None
            return await perform(action, **parameters)

        operator.perform = with_power  # type: ignore[method-assign]
        await operator.close()
        seen = [(await _conducted(test_bed, case_id))[0] for case_id in CASES[:3]]
    assert acts == ["power_cycle"]
    assert seen[0].verdict is Verdict.INCONCLUSIVE
    assert [each.reason for each in seen[1:]] == ["", ""]


async def test_a_csms_that_is_gone_ends_the_rest_at_once(tmp_path: Path) -> None:
    sut, seen = embedded_sut(Role.CSMS), list[tuple[Decision, float]]()
    embedding = Embedding("", keys=shared_keys)
    async with csms_test_bed(sut, lambda _: Recorder(None), tmp_path, embedding) as test_bed:

        async def conducted(case_id: str) -> None:
            began, peer = clock.monotonic(), test_bed.peer(case_id)
            function = case_functions(Role.CSMS)[case_id]
            decision = await conduct(
                function.info, peer, partial(function.scenario, fake_station=peer)
            )
            seen.append((decision, clock.monotonic() - began))

        await conducted("TC_B_06_CSMS")
        await test_bed.operator.close()
        for case_id in ("TC_B_07_CSMS", "TC_B_09_CSMS", "TC_B_12_CSMS", "TC_E_03_CSMS"):
            await conducted(case_id)
        await test_bed.operator.start()
        assert isinstance(test_bed.operator, EmbeddedCsms)
        urls = test_bed.operator.csms.urls  # on other ports than before
        test_bed.sut = replace(test_bed.sut, url=urls[sut.security_profile], endpoints=urls)
        await conducted("TC_B_06_CSMS")
    (first, _), *gone, (again, _) = seen
    assert first.verdict is Verdict.PASS, first.reason
    assert {decision.verdict for decision, _ in gone} == {Verdict.INCONCLUSIVE}
    assert all("not seen since 20" in decision.reason for decision, _ in gone[2:])
    assert all(took < 2 for _, took in gone[2:])
    assert again.verdict is Verdict.PASS, again.reason


# -- an answer that cannot come


def _hangs_up_on(action: str) -> Callable[[Any], None]:
    """In place of this answer the connection is closed."""

    def alter(system: Station | Csms) -> None:
        def look(message: Message) -> list[Message | str | bytes]:
            if message.kind != RESULT or message.action != action:
                return [message]
            if isinstance(system, Station):
                assert system.link.connection is not None
                system.spawn(system.link.connection.close())
                return []
            connection = next(each.connection for each in system.stations.values())
            assert connection is not None
            connection.transport.close()
            return []

        system.filters.append(look)

    return alter


@pytest.mark.parametrize(
    ("case", "action"),
    [
        ("TC_B_06_CSMS", "BootNotification"),
        ("TC_E_03_CSMS", "TransactionEvent"),
        ("TC_E_34_CSMS", "StatusNotification"),
        ("TC_B_09_CS", "SetVariables"),
        ("TC_B_12_CS", "GetBaseReport"),
        ("TC_B_20_CS", "Reset"),
    ],
)
async def test_the_end_of_the_connection_ends_the_wait_for_an_answer(
    case: str, action: str
) -> None:
    role = Role.CSMS if case.endswith("CSMS") else Role.STATION
    [outcome] = await run_cases(role, [case], alter=_hangs_up_on(action))
    assert outcome.verdict in (Verdict.FAIL, Verdict.INCONCLUSIVE)
    assert "expected an answer, got none; the connection was" in outcome.result.reason
    assert outcome.result.duration_s < embedded_sut(role).limits.response


# -- a power cycle that did not happen


@pytest.mark.parametrize("case", ["TC_B_01_CS", "TC_B_02_CS", "TC_B_03_CS", "TC_B_30_CS"])
async def test_a_power_cycle_that_the_wire_disproves(
    case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    perform = EmbeddedStation.perform

    async def said(operator: EmbeddedStation, action: str, **parameters: Any) -> Any:
        return None if action == "power_cycle" else await perform(operator, action, **parameters)

    monkeypatch.setattr(EmbeddedStation, "perform", said)
    [outcome] = await run_cases(Role.STATION, [case])
    assert outcome.verdict is Verdict.INCONCLUSIVE
    assert "power was cycled, but the connection went on" in outcome.result.reason


@pytest.mark.parametrize("case", ["TC_B_01_CS", "TC_B_03_CS"])
async def test_a_station_that_does_not_come_back_from_one_fails(case: str) -> None:
    def alter(station: Station) -> None:
        async def cut() -> None:
            await station.power_down(abrupt=True)

        station.power_cycle = cut

    [outcome] = await run_cases(Role.STATION, [case], alter=alter)
    assert outcome.verdict is Verdict.FAIL, outcome.result.reason
