"""Each case begins in the general pre-conditions, or says what stands in their way."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from harness import clock
from harness.evidence.recorder import Recorder
from harness.evidence.verdict import Verdict
from harness.operators.embedded import EmbeddedStation
from harness.proof.embedded_run import Outcome, case_functions, run_cases
from harness.proof.keys import shared_keys
from harness.reference.rpc import CALL, RESULT, Answer, Message, Payload
from harness.reference.station import NotFittedError, Station
from harness.reference.station.state import Authorization, Token
from harness.run.conduct import conduct
from harness.spec.roles import Role
from harness.testbed.bringup import Embedding, station_test_bed
from harness.testbed.kits import embedded_sut

pytestmark = [pytest.mark.simulated_time, pytest.mark.asyncio]
Alter = Callable[[Station], None]


async def _run(*ids: str, alter: Alter, variant: str = "") -> dict[str, Outcome]:
    outcomes = await run_cases(Role.STATION, ids, variant=variant, alter=alter)
    return {outcome.result.id: outcome for outcome in outcomes}


# -- before the first case


def _cable_in(station: Station) -> None:
    """Somebody has left a vehicle connected."""
    station.evses[1].plugged = 1


def _charging(station: Station) -> None:
    """Somebody is charging; that it began was told to somebody else."""
    place, send = station.evses[1], station.events.send
    place.plugged, place.charging_state = 1, "EVConnected"
    place.authorization = Authorization(Token("AABBCCDD", "ISO14443"), reported=True)
    station.interrupted = lambda: None
    station.events.send = lambda _event: None
    station.transactions.start(place, "Authorized")
    station.transactions.set_state(place, "Charging")
    station.events.send = send


def _nobody_unplugs(station: Station) -> None:
    async def unplug(evse: int, connector: int | None = None) -> None:
        del evse, connector
        raise NotFittedError("nobody is there")

    station.unplug = unplug


def _out_of_operation(station: Station) -> None:
    """Somebody has put the first EVSE out of operation."""
    station.memory.inoperative.add((1, 0))
    station.availability.restore()


FIRST = ("TC_A_01_CS", "TC_B_01_CS", "TC_B_03_CS", "TC_E_04_CS")


@pytest.mark.parametrize("alter", [_cable_in, _charging, _out_of_operation])
@pytest.mark.parametrize("case", [*FIRST, "TC_B_20_CS", "TC_E_02_CS", "TC_E_03_CS", "TC_E_39_CS"])
async def test_what_is_there_at_first_is_put_right(case: str, alter: Alter) -> None:
    seen = await _run(case, alter=alter)
    assert seen[case].verdict is Verdict.PASS, seen[case].result.reason


@pytest.mark.parametrize("case", FIRST)
async def test_what_nobody_can_put_right_is_named(case: str) -> None:
    def alter(station: Station) -> None:
        _cable_in(station)
        _nobody_unplugs(station)

    seen = await _run(case, alter=alter)
    assert seen[case].verdict is Verdict.INCONCLUSIVE
    assert "evse 1 connector 1: expected Available, got Occupied" in seen[case].result.reason
    assert "nobody is there" in seen[case].result.reason


async def test_a_station_that_is_quicker_than_the_first_case_is_answered(tmp_path: Path) -> None:
    boots: list[object] = []

    def alter(station: Station) -> None:
        def look(message: Message) -> list[Message | str | bytes]:
            boots.extend([message.id] * (message.action == "BootNotification"))
            return [message]

        station.filters.append(look)

    sut = embedded_sut(Role.STATION)
    embedding = Embedding("", alter, shared_keys)
    async with station_test_bed(sut, lambda _: Recorder(None), tmp_path, embedding) as test_bed:
        await clock.sleep(10)
        assert len(boots) == 1
        assert test_bed.operator._station.registration.status == "Accepted"  # type: ignore[attr-defined]
        began = clock.monotonic()
        peer = test_bed.peer("TC_B_06_CS")
        function = case_functions(Role.STATION)["TC_B_06_CS"]
        run = partial(function.scenario, fake_csms=peer)
        decision = await conduct(function.info, peer, run, restore=False)
        assert decision.verdict is Verdict.PASS, decision.reason
        assert clock.monotonic() - began < sut.limits.boot
        await peer.finish()


# -- what a case leaves behind


def _reports_in_spite(station: Station) -> None:
    """Accepts to report what it does not support; a part follows whatever it answers later."""
    numbers, asked = itertools.count(), list[Payload]()

    async def accept(request: Payload) -> Answer:
        asked.append(request)
        return Answer({"status": "Accepted"})

    def look(message: Message) -> list[Message | str | bytes]:
        if message.kind == RESULT and message.action == "GetVariables" and asked:
            part = {"requestId": asked[0]["requestId"], "generatedAt": station.now()}
            part |= {"seqNo": next(numbers), "tbc": True}
            station.instructed("NotifyReport", part)
        return [message]

    station.actions["GetBaseReport"] = accept
    station.filters.append(look)


NEXT = ("TC_B_20_CS", "TC_B_06_CS", "TC_B_09_CS", "TC_B_33_CS", "TC_E_02_CS")


@pytest.mark.parametrize("case", NEXT)
async def test_a_report_of_a_failed_case_fails_no_other(case: str) -> None:
    seen = await _run("TC_B_15_CS", case, alter=_reports_in_spite, variant="no-summary")
    assert seen["TC_B_15_CS"].verdict is Verdict.FAIL
    assert seen[case].verdict is Verdict.PASS, seen[case].result.reason


def _keeps_drivers(station: Station) -> None:
    """Keeps over a reboot who was let in."""
    interrupted = station.interrupted

    def kept() -> None:
        before = {evse.id: evse.authorization for evse in station.evses.values()}
        interrupted()
        for evse in station.evses.values():
            evse.authorization = before[evse.id]

    station.interrupted = kept


def _asks_wrongly_once(station: Station) -> None:
    """Asks for another type of token the first time: the case ends when the driver is let in."""
    _keeps_drivers(station)
    asked: list[str] = []

    def look(message: Message) -> list[Message | str | bytes]:
        if message.kind == CALL and message.action == "Authorize" and not asked:
            asked.append(message.id)
            token = {**message.payload["idToken"], "type": "Central"}
            return [replace(message, payload={**message.payload, "idToken": token})]
        return [message]

    station.filters.append(look)


def _stuck_once(station: Station) -> None:
    """The driver who was let in does not get the cable in the first time."""
    _keeps_drivers(station)
    plug_in = station.plug_in

    async def stuck(evse: int, connector: int) -> None:
        del evse, connector
        station.plug_in = plug_in
        raise NotFittedError("the cable is stuck")

    station.plug_in = stuck


@pytest.mark.parametrize("alter", [_asks_wrongly_once, _stuck_once])
@pytest.mark.parametrize("case", ["TC_E_13_CS", "TC_E_15_CS", "TC_E_21_CS", "TC_E_03_CS"])
async def test_a_driver_of_a_case_that_went_wrong_is_gone_in_the_next(
    case: str, alter: Alter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(EmbeddedStation, "renew")  # as of a station that is there but once
    first = "TC_E_04_CS"
    seen = await _run(first, case, alter=alter, variant="tx-ev-connected")
    assert not seen[first].verdict.green
    assert seen[case].verdict is Verdict.PASS, seen[case].result.reason
