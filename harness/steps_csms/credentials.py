"""The station's password and certificate, changed by a CSMS under test (Part 2, A01 and A02)."""

from __future__ import annotations

from functools import partial

from harness.connection.station_access import Access, NotConnected, attempts
from harness.evidence.matchers import Check, fact
from harness.evidence.verdict import CaseStopped, Severity
from harness.ocppj.frames import Payload
from harness.ocppj.variables import Variable, key_of, setting
from harness.peers.answering import Reply
from harness.peers.fake_station import FakeStation
from harness.pki.passwords import AMENDED_PASSWORD, PASSWORD, plain_password
from harness.steps_csms.admission import expect_accepted, with_password
from harness.steps_csms.variable_requests import expect_setting, named_places

BASIC_AUTH_PASSWORD = "SecurityCtrlr.BasicAuthPassword"
_, _NAME = Variable.parse(BASIC_AUTH_PASSWORD).names


async def password_requested(
    station: FakeStation, step: int | str, answer_step: int | str, *, status: str, wish: str = ""
) -> str:
    """The CSMS sets another password, which the station answers with ``status``; the password.

    ``wish`` is what the CSMS is asked to set, by default a random one. It may choose the password
    by itself (A01.FR.07), and set more than that at once.
    """
    wish = wish or plain_password()
    station.hide(wish)
    station.answer_by("SetVariables", partial(_answer, station, status))
    await station.ask("SetVariables", setVariableData=[setting(BASIC_AUTH_PASSWORD, wish)])
    name = BASIC_AUTH_PASSWORD
    request, password = await expect_setting(station, step, name, None, "A01.FR.01-02")
    wanted = fact("passwordString", length_at_least=16, length_at_most=64)
    where, path = named_places(request, "setVariableData", name), f"$.setVariableData ({name})"
    # Not the password itself: this is for reports.
    for pattern, characters, severity in (
        (AMENDED_PASSWORD, "characters", Severity.FAILURE),
        (PASSWORD, "characters that stations of before erratum 2.1 take", Severity.WARNING),
    ):
        fits = pattern.fullmatch(password) is not None
        wants = f"16 to 64 {characters}"
        said = wants if fits else f"{len(password)} characters, not all of them such"
        check = Check(path, wants, said, fits, wanted, where)
        station.judge(step, "SetVariablesRequest", [check], "A00.FR.205", severity)
    station.note_step(answer_step, "SetVariablesResponse")
    return password


def _is_password(item: Payload) -> bool:
    return key_of(item).names[1] == _NAME


def _answer(station: FakeStation, status: str, payload: Payload) -> Reply:
    """``status`` for the password, and for all else what a station says."""
    results = station.model.set_variables(payload)
    for item in results["setVariableResult"]:
        if _is_password(item):
            item["attributeStatus"] = status
    return Reply(results)


async def connect_with_new_password(
    station: FakeStation, step: int | str, answer_step: int | str, password: str
) -> None:
    """The station connects with the new password, which is its own from now on."""
    station.access = with_password(station, password)
    await expect_accepted(station, step, answer_step, "A01.FR.03", patiently=True)


async def restore_password(station: FakeStation) -> None:
    """After a case in which the CSMS set a password, have it set the former one again.

    It may choose another one (A01.FR.07); then that stays, as whatever else it may take does.
    """
    if not station.password_set:
        return
    await station.disconnect()
    await _connect_somehow(station)
    if station.access.password == station.former_password:
        return
    wish = station.former_password
    back = await password_requested(station, "restore", "restore", status="Accepted", wish=wish)
    station.access = with_password(station, back)
    await _connect_again(station)


async def _connect_again(station: FakeStation) -> None:
    """By the password that was set back, once the CSMS has taken it over.

    Until then it may take the other one, which would be of no use to the next case.
    """
    await station.disconnect()
    async for _ in attempts(station.sut.limits.connect):
        try:
            await station.open()
        except NotConnected:
            continue
        station.keyring.taken(station.access)
        return
    await station.connect()


async def _connect_somehow(station: FakeStation) -> None:
    """Connect by what the CSMS takes; where that is nothing, by what it is told to take."""
    try:
        await station.connect()
    except CaseStopped:
        former = station.former_password
        if not await station.arrange_if_possible("password", password=former):
            raise
        station.access = with_password(station, former)
        await station.connect()


def renewed_access(station: FakeStation) -> Access:
    """The way in with the new certificate (A02.FR.08).

    Raises:
        LookupError: there is none.
    """
    pair = station.keyring.renewed
    if pair is None:
        raise LookupError("no certificate was renewed")
    return station.keyring.showing(Access(3, station.sut.urls[3]), pair)


async def connect_with_renewed_certificate(
    station: FakeStation, step: int, answer_step: int
) -> None:
    """The station connects with the new certificate, which is its own from now on (A02.FR.10)."""
    station.access = renewed_access(station)
    await expect_accepted(station, step, answer_step, "A02.FR.08, A00.FR.407", patiently=True)
