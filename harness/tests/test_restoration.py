"""What a case leaves behind at a station does not reach the next one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from harness import clock
from harness.evidence.verdict import Verdict
from harness.operators.embedded import EmbeddedStation
from harness.proof.embedded_run import run_cases
from harness.reference.rpc import CALL, Message
from harness.spec.roles import Role
from harness.testbed.kits import fault_named

pytestmark = pytest.mark.simulated_time


def _stops_wrongly_once(station: Any) -> None:
    """The first local stop names another reason; the transaction and the reset go on."""
    wrong: list[Message] = []

    def look(message: Message) -> list[Message]:
        first = message.kind == CALL and message.payload.get("triggerReason") == "StopAuthorized"
        if not first or wrong:
            return [message]
        wrong.append(message)
        return [replace(message, payload={**message.payload, "triggerReason": "TimeLimitReached"})]

    station.filters.append(look)
    _takes_its_time(station)


def _takes_its_time(station: Any) -> None:
    """Between the decision to reboot and the reboot lies some time, in which all looks well."""
    reset_now = station.resets.reset_now

    async def later(reason: str) -> None:
        await clock.sleep(20)
        await reset_now(reason)

    station.resets.reset_now = later


@pytest.mark.asyncio
@pytest.mark.parametrize("following", ["TC_B_22_CS", "TC_B_51_CS"])
async def test_a_scheduled_reset_does_not_hit_the_next_case(following: str) -> None:
    # Its transaction ends by the plug, which is taken out when the case has failed already.
    failed, after = await run_cases(
        Role.STATION,
        ["TC_B_21_CS", following],
        variant="tx-ev-connected",
        alter=_stops_wrongly_once,
    )
    assert failed.verdict is Verdict.FAIL
    assert failed.failed[0].step == "3>StopAuthorized 1"
    assert after.verdict is Verdict.PASS, after.result.reason


@pytest.mark.asyncio
@pytest.mark.parametrize("following", ["TC_B_30_CS", "TC_B_52_CS"])
async def test_a_priority_put_back_may_reboot_the_station(following: str) -> None:
    outcomes = await run_cases(
        Role.STATION,
        ["TC_B_45_CS", following],
        variant="reboots-on-priority",
        alter=_takes_its_time,
    )
    assert [o.verdict for o in outcomes] == [Verdict.PASS, Verdict.PASS], [
        o.result.reason for o in outcomes
    ]


def _falls_silent_once(station: Any) -> None:
    """From the first trigger on it answers nothing, until somebody reboots it."""
    handle = station.handle
    silent: list[str] = []

    async def answers(action: str, payload: Any) -> Any:
        if action == "TriggerMessage" or silent:
            silent.append(action)
            await clock.sleep(10**6)
        return await handle(action, payload)

    station.handle = answers


@pytest.mark.asyncio
async def test_a_station_that_has_fallen_silent_is_rebooted_for_the_next_case() -> None:
    failed, after = await run_cases(
        Role.STATION, ["TC_F_11_CS", "TC_B_06_CS"], alter=_falls_silent_once
    )
    assert failed.verdict is Verdict.FAIL
    assert after.verdict is Verdict.PASS, after.result.reason


@pytest.mark.asyncio
async def test_an_update_that_was_wrongly_accepted_ends_before_the_next_case() -> None:
    failed, after = await run_cases(
        Role.STATION,
        ["TC_L_05_CS", "TC_L_07_CS"],
        alter=fault_named(Role.STATION, "trusts-any-signing-certificate"),
    )
    assert failed.failed[0].step == "2"
    assert after.verdict is Verdict.PASS, after.result.reason


def _gives_another_reason_once(station: Any) -> None:
    """The first transaction that ends does so for another reason."""
    wrong: list[Message] = []

    def look(message: Message) -> list[Message]:
        if message.kind != CALL or message.payload.get("eventType") != "Ended" or wrong:
            return [message]
        wrong.append(message)
        told = {**message.payload["transactionInfo"], "stoppedReason": "Local"}
        return [replace(message, payload={**message.payload, "transactionInfo": told})]

    station.filters.append(look)


@pytest.mark.asyncio
async def test_a_cable_that_is_locked_in_is_let_go_for_the_next_case(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delattr(EmbeddedStation, "renew")  # as of a station that nobody can replace
    failed, after = await run_cases(
        Role.STATION, ["TC_E_17_CS", "TC_B_06_CS"], alter=_gives_another_reason_once
    )
    assert failed.verdict is Verdict.FAIL
    assert failed.failed[0].step == "1"
    assert after.verdict is Verdict.PASS, after.result.reason


@pytest.mark.asyncio
async def test_a_cable_is_free_after_the_vehicle_has_come_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delattr(EmbeddedStation, "renew")
    outcomes = await run_cases(Role.STATION, ["TC_E_26_CS", "TC_B_06_CS"])
    assert [outcome.verdict for outcome in outcomes] == [Verdict.PASS, Verdict.PASS]


def _names_another_log_once(station: Any) -> None:
    """The first time that it tells of a log, it names another one; the upload goes on."""
    told: list[Message] = []

    def look(message: Message) -> list[Message]:
        if message.action != "LogStatusNotification" or message.kind != CALL or told:
            return [message]
        told.append(message)
        return [replace(message, payload={**message.payload, "requestId": 1})]

    station.filters.append(look)


@pytest.mark.asyncio
async def test_an_upload_is_over_before_the_next_case() -> None:
    # The first one is tried four times, with pauses: the second log would take its place.
    failed, after = await run_cases(
        Role.STATION, ["TC_N_26_CS", "TC_N_35_CS"], alter=_names_another_log_once
    )
    assert failed.failed[0].step == "3"
    assert after.verdict is Verdict.PASS, after.result.reason


@pytest.mark.asyncio
async def test_a_profile_that_was_refused_is_offered_to_nobody_later() -> None:
    refused_then_moved = ("TC_A_04_CS", "TC_A_22_CS", "TC_B_49_CS")
    outcomes = await run_cases(Role.STATION, refused_then_moved)
    assert [(o.result.id, o.verdict) for o in outcomes] == [
        (case_id, Verdict.PASS) for case_id in refused_then_moved
    ]


@pytest.mark.asyncio
@pytest.mark.parametrize("variant", ["", "security-profile-3"])
async def test_a_root_that_was_exchanged_for_good_is_the_old_one_from_then_on(
    monkeypatch: pytest.MonkeyPatch, variant: str
) -> None:
    monkeypatch.delattr(EmbeddedStation, "renew")
    ids = ["TC_M_30_CS", "TC_B_50_CS", "TC_M_30_CS", "TC_M_20_CS", "TC_M_31_CS", "TC_A_05_CS"]
    outcomes = await run_cases(Role.STATION, ids, variant=variant)
    told = [(each.verdict, each.result.reason) for each in outcomes]
    assert told == [(Verdict.PASS, "")] * len(ids)


def _triggered_otherwise(station: Any) -> None:
    """What was triggered says that it is periodic, as all that comes every few seconds after it."""

    def look(message: Message) -> list[Message]:
        if message.action != "TransactionEvent" or message.kind != CALL:
            return [message]
        if message.payload["triggerReason"] != "Trigger":
            return [message]
        return [
            replace(message, payload={**message.payload, "triggerReason": "MeterValuePeriodic"})
        ]

    station.filters.append(look)
    station.model.write("SampledDataCtrlr.TxUpdatedInterval", "5")


@pytest.mark.asyncio
@pytest.mark.parametrize("alter", [lambda _: None, _triggered_otherwise])
async def test_events_of_a_transaction_are_no_sign_of_one_that_was_triggered(
    monkeypatch: pytest.MonkeyPatch, alter: Any
) -> None:
    monkeypatch.delattr(EmbeddedStation, "renew")
    began = clock.monotonic()
    _, after = await run_cases(Role.STATION, ["TC_F_13_CS", "TC_B_06_CS"], alter=alter)
    assert after.verdict is Verdict.PASS, after.result.reason
    assert clock.monotonic() - began < 600
