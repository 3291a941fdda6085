"""The station's password while a CSMS under test changes it (Part 2, A01)."""

from __future__ import annotations

from functools import partial

from harness.evidence.matchers import Check
from harness.ocppj.frames import Payload
from harness.ocppj.variables import Variable, folded, key_of, setting
from harness.peers.answering import Reply
from harness.peers.fake_station import FakeStation
from harness.pki.passwords import PASSWORD, any_password
from harness.steps_csms.admission import let_in, with_password
from harness.steps_csms.variable_requests import expect_setting

BASIC_AUTH_PASSWORD = "SecurityCtrlr.BasicAuthPassword"
_NAME = folded(Variable.parse(BASIC_AUTH_PASSWORD)).name


async def have_password_set(station: FakeStation, step: int, *, status: str) -> str:
    """The CSMS sets another password, which the station answers with ``status``; the password.

    A CSMS may choose the password by itself (A01.FR.07), and set more than that at once.
    """
    return await _have_set(station, step, any_password(), status)


async def _have_set(station: FakeStation, step: int | str, wish: str, status: str) -> str:
    station.hide(wish)
    station.answer_by("SetVariables", partial(_answer, station, status))
    await station.ask("SetVariables", setVariableData=[setting(BASIC_AUTH_PASSWORD, wish)])
    password = await expect_setting(station, step, BASIC_AUTH_PASSWORD, None, "A01.FR.01-02")
    fits = PASSWORD.fullmatch(password) is not None
    # Not the password itself: this is for reports.
    said = f"{len(password)} characters, {'all' if fits else 'not all'} fit"
    wants = "16 to 64 characters of a passwordString"
    check = Check(
        f"$.setVariableData ({BASIC_AUTH_PASSWORD})", wants, wants if fits else said, fits
    )
    station.judge(step, "SetVariablesRequest", [check], "A00.FR.205")
    return password


def _is_password(item: Payload) -> bool:
    return folded(key_of(item)).name == _NAME


def _answer(station: FakeStation, status: str, payload: Payload) -> Reply:
    """``status`` for the password, and for all else what a station says."""
    results = station.model.set_variables(payload)
    for item in results["setVariableResult"]:
        if _is_password(item):
            item["attributeStatus"] = status
    return Reply(results)


async def moves_to(station: FakeStation, step: int, password: str) -> None:
    """The station connects with the new password, which is its own from now on."""
    former = station.access.password
    station.access = with_password(station, password)
    await let_in(station, step, "A01.FR.03", patiently=True)
    station.keyring.password = password
    station.undo.append(partial(_move_back, station, former))


async def _move_back(station: FakeStation, password: str) -> None:
    """Have the CSMS set the former password, or another one of its own choice, after the case."""
    if station.wire is None:
        await station.connect()
    back = await _have_set(station, "restore", password, "Accepted")
    station.keyring.password = back
    station.access = with_password(station, back)
    await let_in(station, "restore", "A01.FR.03", patiently=True)
