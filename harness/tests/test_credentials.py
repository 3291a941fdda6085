"""A case that fails half-way leaves the station a way into the CSMS, and the CSMS as it was."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from typing import Any

import pytest

from harness import clock
from harness.evidence.verdict import Verdict
from harness.operators.embedded import EmbeddedStation
from harness.proof.embedded_run import run_cases
from harness.reference.csms.access import refusal
from harness.reference.csms.requests import NotPossible
from harness.reference.rpc import CALL, RESULT, Message
from harness.spec.roles import Role
from harness.testbed.kits import embedded_sut

pytestmark = pytest.mark.simulated_time

_CSMS, _STATION = embedded_sut(Role.CSMS), embedded_sut(Role.STATION)
#: Longer than a case waits for a new credential to be taken.
_LONG = 2 * _CSMS.limits.connect

Alter = Callable[[Any], None]


def _closed_for_a_while(csms: Any, since: list[float]) -> None:
    """From the last moment of ``since`` on, nobody is let in for a time."""
    decide = csms.access.decide

    def decided(connection: Any, request: Any, listener: Any) -> Any:
        if since and clock.monotonic() < since[-1] + _LONG:
            return refusal(HTTPStatus.UNAUTHORIZED)
        return decide(connection, request, listener)

    csms.access.decide = decided


def _long_takeover(csms: Any) -> None:
    """A new password is taken, after a time in which none is."""
    learn, since = csms.requests.learn_password, list[float]()

    def learned(station: Any, password: str, status: str) -> None:
        learn(station, password, status)
        since.append(clock.monotonic())

    csms.requests.learn_password = learned
    _closed_for_a_while(csms, since)


def _unfit_password(csms: Any) -> None:
    """The password that it sets, once, is too short (A00.FR.205), and is taken all the same."""
    done: list[bool] = []

    def shorten(message: Message) -> list[Message]:
        if message.kind != CALL or message.action != "SetVariables" or done:
            return [message]
        done.append(True)
        for item in message.payload["setVariableData"]:
            item["attributeValue"] = item["attributeValue"][:15]
        return [message]

    csms.filters.append(shorten)


def _takes_refused_password(csms: Any) -> None:
    """A password that the station has refused is the only one from then on."""
    learn = csms.requests.learn_password
    csms.requests.learn_password = lambda station, password, _status: learn(
        station, password, "Accepted"
    )


def _changes_once(csms: Any) -> None:
    """It sets a password once, and no other; the next boot is answered by nothing."""
    ask, boots = csms.ask, csms.answers.boot_notification
    asked, spoiled = list[str](), list[bool]()

    async def ask_once(station: str, action: str, payload: Any) -> Any:
        if action == "SetVariables" and action in asked:
            raise NotPossible("once is enough")
        asked.append(action)
        return await ask(station, action, payload)

    def boot(station: Any, payload: Any) -> Any:
        answer = boots(station, payload)
        if "SetVariables" not in asked or spoiled:
            return answer
        spoiled.append(True)
        return {}

    csms.ask, csms.answers.boot_notification = ask_once, boot


def _only_the_renewed_certificate(csms: Any) -> None:
    """Once a certificate is signed, nobody is let in for a time, then none but that is taken."""
    after, since = csms.requests.after_csr, list[float]()

    async def signed(station: Any) -> None:
        await after(station)
        since.append(clock.monotonic())

    csms.requests.after_csr = signed
    _closed_for_a_while(csms, since)


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("case_id", "alter", "variant"),
    [
        ("TC_A_09_CSMS", _long_takeover, ""),
        ("TC_A_09_CSMS", _unfit_password, ""),
        ("TC_A_09_CSMS", _changes_once, ""),
        ("TC_A_09_CSMS", _long_takeover, "password-of-its-own"),
        ("TC_A_10_CSMS", _unfit_password, ""),
        ("TC_A_10_CSMS", _takes_refused_password, ""),
        ("TC_A_10_CSMS", _takes_refused_password, "password-of-its-own"),
        ("TC_A_11_CSMS", _only_the_renewed_certificate, "security-profile-3"),
    ],
)
async def test_a_credential_is_never_lost(case_id: str, alter: Alter, variant: str) -> None:
    failed, *after = await run_cases(
        Role.CSMS,
        [case_id, "TC_B_01_CSMS", "TC_A_01_CSMS", "TC_B_20_CSMS"],
        variant=variant,
        alter=alter,
    )
    assert failed.verdict is Verdict.FAIL, failed.result.reason
    for each in after:
        verdicts = (Verdict.PASS, Verdict.NOT_APPLICABLE)
        assert each.verdict in verdicts, f"{each.result.id}: {each.result.reason}"


# A station under test that nobody can set up anew


def _stores_and_refuses(station: Any) -> None:
    """A password that it says it rejects is its own all the same, the first time."""
    done: list[bool] = []

    def deny(message: Message) -> list[Message]:
        results = message.payload.get("setVariableResult", [])
        for item in results if message.kind == RESULT and not done else ():
            if item["variable"]["name"] == "BasicAuthPassword":
                done.append(True)
                item["attributeStatus"] = "Rejected"
        return [message]

    station.filters.append(deny)


def _keeps_the_old_one_once(station: Any) -> None:
    """It comes back with the password it had, after the first change."""
    password, asked = station.password, list[str]()
    effect = station.variables.effects["SecurityCtrlr.BasicAuthPassword"]

    def changed(value: str) -> None:
        asked.append(value)
        effect(value)

    station.variables.effects["SecurityCtrlr.BasicAuthPassword"] = changed
    station.password = lambda: station.config.password if len(asked) == 1 else password()


def _only_says_that_it_goes_back(station: Any) -> None:
    """It changes its password once, and accepts others without taking them."""
    path = "SecurityCtrlr.BasicAuthPassword"
    effect, asked = station.variables.effects[path], list[str]()

    def changed(value: str) -> None:
        asked.append(value)
        effect(value)

    station.variables.effects[path] = changed
    station.password = lambda: asked[0] if asked else station.config.password


def _slow_to_go(station: Any) -> None:
    """The first reset takes longer than a case waits for it."""
    reset_now, done = station.resets.reset_now, list[bool]()

    async def later(reason: str) -> None:
        if not done:
            done.append(True)
            await clock.sleep(2 * _STATION.limits.boot)
        await reset_now(reason)

    station.resets.reset_now = later


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("case_id", "alter"),
    [
        ("TC_A_09_CS", _stores_and_refuses),
        ("TC_A_10_CS", _stores_and_refuses),
        ("TC_A_09_CS", _keeps_the_old_one_once),
        ("TC_A_09_CS", _only_says_that_it_goes_back),
        ("TC_A_19_CS", _slow_to_go),
    ],
)
async def test_a_station_is_never_locked_out(
    case_id: str, alter: Alter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(EmbeddedStation, "renew")
    _, _, *after = await run_cases(
        Role.STATION,
        [case_id, "TC_B_06_CS", "TC_B_01_CS", "TC_B_20_CS"],
        alter=alter,
    )
    for each in after:
        assert each.verdict is Verdict.PASS, f"{each.result.id}: {each.result.reason}"


# What was arranged at a CSMS


def _fails_after_arranging(csms: Any, status: str, times: int) -> None:
    """That status is arranged, and its operator says that it failed, so many times."""
    arrange, failed = csms.arrange, list[str]()

    async def arranged(what: str, **facts: Any) -> None:
        await arrange(what, **facts)
        if facts.get("status") == status and len(failed) < times:
            failed.append(status)
            raise NotPossible("the page did not load")

    csms.arrange = arranged


def _fails_before_arranging(csms: Any, status: str, times: int) -> None:
    """That status is not arranged so many times, and its operator says so."""
    arrange, failed = csms.arrange, list[str]()

    async def arranged(what: str, **facts: Any) -> None:
        if facts.get("status") == status and len(failed) < times:
            failed.append(status)
            raise NotPossible("the page did not load")
        await arrange(what, **facts)

    csms.arrange = arranged


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("case_id", "alter"),
    [
        ("TC_B_02_CSMS", partial(_fails_after_arranging, status="Pending", times=1)),
        ("TC_B_30_CSMS", partial(_fails_after_arranging, status="Rejected", times=1)),
        ("TC_B_31_CSMS", partial(_fails_after_arranging, status="Pending", times=1)),
        ("TC_B_30_CSMS", partial(_fails_before_arranging, status="Accepted", times=1)),
        ("TC_B_02_CSMS", partial(_fails_before_arranging, status="Accepted", times=2)),
    ],
)
async def test_what_was_arranged_is_brought_back(case_id: str, alter: Alter) -> None:
    _, *after = await run_cases(Role.CSMS, [case_id, "TC_B_01_CSMS", "TC_E_04_CSMS"], alter=alter)
    for each in after:
        assert each.verdict is Verdict.PASS, f"{each.result.id}: {each.result.reason}"


@pytest.mark.asyncio
async def test_what_cannot_be_brought_back_stops_the_next_case() -> None:
    alter = partial(_fails_before_arranging, status="Accepted", times=2)
    _, after, later = await run_cases(
        Role.CSMS, ["TC_B_30_CSMS", "TC_B_30_CSMS", "TC_B_01_CSMS"], alter=alter
    )
    assert after.verdict is Verdict.INCONCLUSIVE
    assert after.result.reason.startswith("boot_status could not be brought back to status Acc")
    assert later.verdict is Verdict.PASS


@pytest.mark.asyncio
@pytest.mark.parametrize("seconds", [1, 9])
async def test_a_password_that_is_put_back_is_taken_over_before_the_next_case(seconds: int) -> None:
    def slow(csms: Any) -> None:
        original = csms.requests.learn_settings

        def learn(*answered: Any) -> None:
            asyncio.get_running_loop().call_later(seconds, original, *answered)

        csms.requests.learn_settings = learn

    outcomes = await run_cases(Role.CSMS, ["TC_A_09_CSMS", "TC_B_20_CSMS"], alter=slow)
    assert [o.verdict for o in outcomes] == [Verdict.PASS] * 2, outcomes[-1].result.reason
