"""The Basic authentication of a station under test, and a change of its password (A00, A01)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from harness.evidence.matchers import Check, fact, one_of
from harness.ocppj.inbox import Opened, Refused
from harness.ocppj.variables import result, results, setting
from harness.peers.fake_csms import FakeCSMS
from harness.peers.peer import SENT
from harness.pki.passwords import PASSWORD, any_password

BASIC_AUTH_PASSWORD = "SecurityCtrlr.BasicAuthPassword"
#: One character less than A00.FR.205 wants.
TOO_SHORT = 15


def judge_credentials(csms: FakeCSMS, step: int | str, since: int, requirement: str) -> None:
    """Every connection request since then carries user and password (A00.FR.203, A00.FR.302)."""
    events = (e for e in csms.inbox.events[since:] if isinstance(e, (Opened, Refused)))
    requests = [event for event in events if event.attempt.requested]
    said = "sent" if requests else f"none{csms.connection_note()}"
    sent = Check("", "to be sent", said, bool(requests), SENT)
    csms.judge(step, "HTTP upgrade request", [sent], requirement)
    for event in requests:
        csms.judge(step, "HTTP upgrade request", _basic(csms, event), requirement)


def _basic(csms: FakeCSMS, event: Opened | Refused) -> Iterator[Check]:
    shown, attempt = event.attempt.credentials, event.attempt
    said = attempt.authorization.partition(" ")[0] or "none"
    form = "Basic, with user and password in Base64"
    actual = form if shown else said
    yield Check("Authorization", form, actual, shown is not None, fact("HTTP Basic"))
    if shown is None:
        return
    named = shown.user == attempt.identity == csms.sut.identity
    identity = fact("user name", identity=csms.sut.identity)
    yield Check("user name", f"the identity in {attempt.path}", shown.user, named, identity)
    expected = shown.password in csms.link.passwords
    fits = PASSWORD.fullmatch(shown.password) is not None
    length = len(shown.password)
    # Not the password itself: this is for reports.
    told = "it" if expected else f"another one of {length} characters"
    told = told if fits else f"{length} characters, not all of a passwordString"
    yield Check("password", "the configured one", told, expected and fits, fact("password"))


async def set_password(
    csms: FakeCSMS,
    step: int | str,
    answer_step: int | str,
    password: str,
    status: Any,
    requirement: str = "A01.FR.01",
) -> str:
    """Set BasicAuthPassword, and judge the answer; its status."""
    csms.changes.password = password
    csms.link.set_password(password)
    csms.hide(password)
    data = [setting(BASIC_AUTH_PASSWORD, password)]
    sent = await csms.send(step, "SetVariables", setVariableData=data)
    wanted = results(result(BASIC_AUTH_PASSWORD, status))
    answer = await sent.response(answer_step, setVariableResult=wanted, requirement=requirement)
    return str(answer["setVariableResult"][0]["attributeStatus"])


async def change_password(csms: FakeCSMS, step: int, answer_step: int, status: Any) -> str:
    """Set a new password, which alone is accepted from then on (A01.FR.03); the status."""
    password = any_password()
    answered = await set_password(csms, step, answer_step, password, status)
    csms.link.accept_passwords(password)
    return answered


async def restore_password(csms: FakeCSMS) -> None:
    """Set the described password again, and see which one the station comes back with."""
    mark, password = csms.inbox.mark, csms.sut.password
    csms.link.set_password(password)
    csms.link.serve_again()  # whichever it comes back with
    either = one_of("Accepted", "RebootRequired")
    status = await set_password(csms, "restore", "restore", password, either)
    if status == "RebootRequired":
        await csms.reboot()
    elif not await csms.hangs_up():
        await csms.disconnect()
    await csms.expect_connection("restore", since=mark)
    if csms.wire is not None:
        csms.link.settle(csms.wire)
