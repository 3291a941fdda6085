"""A case that fails half-way leaves the station a way into the CSMS, and the CSMS as it was."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from http import HTTPStatus
from typing import Any

import pytest

from harness import clock
from harness.evidence.verdict import Verdict
from harness.proof.embedded_run import run_cases
from harness.reference.csms.access import refusal
from harness.reference.csms.requests import NotPossible
from harness.reference.rpc import CALL, Message
from harness.spec.roles import Role
from harness.testbed.kits import embedded_sut

pytestmark = pytest.mark.simulated_time

_LIMITS = replace(embedded_sut(Role.CSMS).limits, connect=2)
#: Longer than a case waits for a new credential to be taken.
_LONG = 4.0

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
        limits=_LIMITS,
        variant=variant,
        alter=alter,
    )
    assert failed.verdict is Verdict.FAIL, failed.result.reason
    for each in after:
        verdicts = (Verdict.PASS, Verdict.NOT_APPLICABLE)
        assert each.verdict in verdicts, f"{each.result.id}: {each.result.reason}"
