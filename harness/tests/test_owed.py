"""What comes of an earlier case is never judged as this one's, and nothing is hidden by that."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from harness import clock
from harness.evidence.verdict import Verdict
from harness.ocppj.frames import Frame, FrameKind
from harness.ocppj.inbox import Traffic
from harness.peers.owed import Case, Owed
from harness.proof.embedded_run import Outcome, run_cases
from harness.reference.csms import Csms
from harness.reference.rpc import RESULT, Message
from harness.spec.roles import Role
from harness.testbed.kits import fault_named

pytestmark = pytest.mark.simulated_time

CASE = "TC_E_04_CS"


def _call(kind: str, transaction: str, number: int = 0, ago: float = 0, **fields: Any) -> Traffic:
    now = clock.now()
    moment = (now - timedelta(seconds=ago)).isoformat()
    info = {"transactionId": transaction}
    event = {"eventType": kind, "timestamp": moment, "seqNo": number, "transactionInfo": info}
    frame = Frame(FrameKind.CALL, "id", "TransactionEvent", event | fields)
    return Traffic(frame, sent=False, t=0, at=now, wire=1)


@pytest.mark.parametrize(
    ("kind", "ago", "fields", "earlier"),
    [
        ("Started", 0, {}, False),
        ("Updated", 0, {}, False),
        ("Ended", 60, {}, True),
        ("Updated", 60, {"offline": True}, True),
        ("Started", 60, {"offline": True}, True),
        # Its timestamp is wrong: it does not say that it was kept.
        ("Started", 60, {}, False),
    ],
)
def test_the_first_that_is_heard_of_a_transaction(
    *, kind: str, ago: float, fields: dict[str, Any], earlier: bool
) -> None:
    owed = Owed(deviation=4)
    owed.case = Case(CASE, clock.now() - timedelta(seconds=10))
    assert bool(owed.note(_call(kind, "a", ago=ago, **fields))) is earlier


def test_what_is_kept_in_a_case_is_of_this_case_within_the_deviation() -> None:
    owed = Owed(deviation=4)
    owed.begin(CASE)
    assert owed.note(_call("Started", "a", ago=2, offline=True)), "nothing can be kept by now"
    owed.interrupted = True
    assert not owed.note(_call("Started", "b", ago=2, offline=True))


def test_a_transaction_belongs_to_the_case_that_it_began_in() -> None:
    owed = Owed(deviation=4)
    owed.begin("TC_E_03_CS")
    start = _call("Started", "a")
    assert not owed.note(start)
    assert owed.running == {"a"}
    owed.begin(CASE)
    assert owed.note(_call("Updated", "a", 1)) == "TC_E_03_CS"
    assert owed.note(start) == "TC_E_03_CS", "the same event again"
    assert owed.note(_call("Ended", "a", 2)) == "TC_E_03_CS"
    assert not owed.running
    assert not owed.note(_call("Started", "a", ago=-1)), "another one with the same id"
    assert not owed.note(_call("Updated", "a", 1))
    assert owed.started_earlier == {"a"}


def test_a_start_that_comes_last_begins_nothing_anew() -> None:
    owed = Owed(deviation=4)
    owed.note(_call("Ended", "a", 2))
    owed.begin(CASE)
    assert owed.note(_call("Started", "a", 0, ago=60, offline=True))
    assert not owed.started_earlier


def _message(action: str, payload: Any, *, sent: bool = False, id: str = "m") -> Traffic:
    frame = Frame(FrameKind.CALL, id, action, payload)
    return Traffic(frame, sent=sent, t=0, at=clock.now(), wire=1)


def _answered(call: Traffic, payload: Any) -> Traffic:
    frame = Frame(FrameKind.CALLRESULT, call.frame.id, call.frame.action, payload)
    return Traffic(frame, sent=not call.sent, t=7, at=clock.now(), wire=1, answers=call)


@pytest.mark.parametrize(
    ("request_", "follower", "payload"),
    [
        ("GetBaseReport", "NotifyReport", {"tbc": False}),
        ("GetReport", "NotifyReport", {}),
        ("GetMonitoringReport", "NotifyMonitoringReport", {}),
        ("CustomerInformation", "NotifyCustomerInformation", {"tbc": False}),
    ],
)
def test_a_report_is_owed_to_the_case_that_asked_for_it(
    request_: str, follower: str, payload: Any
) -> None:
    owed = Owed(deviation=4)
    owed.begin(CASE)
    asked = _message(request_, {"requestId": 5}, sent=True)
    owed.note(asked)
    owed.begin("TC_B_06_CS")
    owed.note(_answered(asked, {"status": "Accepted"}))
    assert owed.messages == [f"{follower} with requestId 5"]
    assert owed.note(_message(follower, {"requestId": 5, "tbc": True})) == CASE
    assert owed.messages
    assert owed.note(_message(follower, {"requestId": 6})) == ""
    assert owed.note(_message(follower, {"requestId": 5, **payload})) == CASE
    assert not owed.messages
    assert owed.note(_message(follower, {"requestId": 5, **payload})) == CASE, "once more"


@pytest.mark.parametrize(
    ("wanted", "action", "payload"),
    [
        ("BootNotification", "BootNotification", {"reason": "Triggered"}),
        ("SignChargingStationCertificate", "SignCertificate", {}),
        ("MeterValues", "MeterValues", {}),
    ],
)
def test_a_triggered_message_is_owed_to_the_case_that_triggered_it(
    wanted: str, action: str, payload: Any
) -> None:
    owed = Owed(deviation=4)
    owed.begin(CASE)
    trigger = _message("TriggerMessage", {"requestedMessage": wanted}, sent=True)
    owed.note(trigger)
    owed.note(_answered(trigger, {"status": "Accepted"}))
    owed.begin("TC_B_06_CS")
    assert owed.note(_message("BootNotification", {"reason": "PowerUp"})) == ""
    assert owed.messages == [action]
    owed.stop_waiting()
    assert owed.messages == []
    assert owed.note(_message(action, payload)) == CASE
    assert owed.note(_message(action, payload)) == "", "one was triggered"


def test_a_triggered_event_has_come_with_that_reason() -> None:
    owed = Owed(deviation=4)
    owed.begin(CASE)
    owed.note(_call("Started", "a"))
    trigger = _message("TriggerMessage", {"requestedMessage": "TransactionEvent"}, sent=True)
    owed.note(trigger)
    owed.note(_answered(trigger, {"status": "Accepted"}))
    owed.note(_call("Updated", "a", 1, triggerReason="MeterValuePeriodic"))
    assert owed.messages == ["TransactionEvent"]
    owed.note(_call("Updated", "a", 2, triggerReason="Trigger"))
    assert owed.messages == []


def test_a_driver_is_let_in_until_a_transaction_tells_of_him() -> None:
    owed = Owed(deviation=4)
    for status in ("Invalid", "Accepted"):
        asks = _message("Authorize", {"idToken": {"idToken": "ab", "type": "ISO14443"}})
        owed.note(asks)
        owed.note(_answered(asks, {"idTokenInfo": {"status": status}}))
        assert bool(owed.let_in) is (status == "Accepted")
    owed.note(_call("Started", "a", idToken={"idToken": "AB", "type": "ISO14443"}))
    assert not owed.let_in


async def _run(*ids: str, variant: str = "", fault: str = "") -> dict[str, Outcome]:
    alter = fault_named(Role.STATION, fault)
    outcomes = await run_cases(Role.STATION, ids, variant=variant, alter=alter)
    return {outcome.result.id: outcome for outcome in outcomes}


@pytest.mark.asyncio
async def test_one_id_for_all_transactions_fails_every_case_but_the_first() -> None:
    cases = ("TC_E_02_CS", "TC_E_03_CS", "TC_E_08_CS", "TC_E_29_CS")
    seen = await _run(*cases, fault="one-transaction-id")
    assert seen[cases[0]].verdict is Verdict.PASS
    for case in cases[1:]:
        assert [v.step for v in seen[case].failed] == ["transaction_ids_are_new"]


@pytest.mark.asyncio
@pytest.mark.parametrize("variant", ["kept-end", "kept-unanswered-end", "kept-transaction"])
async def test_what_was_kept_is_no_business_of_the_case(variant: str) -> None:
    cases = ("TC_E_04_CS", "TC_E_16_CS", "TC_E_22_CS", "TC_E_39_CS", "TC_E_43_CS", "TC_E_52_CS")
    seen = await _run(*cases, variant=variant)
    assert {case: each.result.reason for case, each in seen.items()} == dict.fromkeys(cases, "")


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("fault", "cases"),
    [
        ("ends-again-later", ("TC_E_07_CS", "TC_E_15_CS", "TC_E_22_CS", "TC_E_45_CS")),
        ("begins-another-later", ("TC_E_07_CS", "TC_E_14_CS", "TC_E_21_CS", "TC_E_37_CS")),
        ("reports-again-later", ("TC_B_08_CS", "TC_B_12_CS", "TC_B_54_CS")),
        ("answers-again-later", ("TC_B_06_CS", "TC_B_07_CS", "TC_B_32_CS", "TC_B_33_CS")),
    ],
)
async def test_what_comes_a_moment_later_fails_the_case_that_caused_it(
    fault: str, cases: tuple[str, ...]
) -> None:
    seen = await _run(*cases, fault=fault)
    assert {case: each.verdict for case, each in seen.items()} == dict.fromkeys(cases, Verdict.FAIL)


def _answers_again_later(action: str) -> Callable[[Csms], None]:
    """The CSMS sends an answer again, a moment later."""

    def alter(csms: Csms) -> None:
        def look(message: Message) -> list[Message | str | bytes]:
            if message.kind == RESULT and message.action == action:
                asyncio.get_running_loop().call_later(0.3, lambda: asyncio.ensure_future(again()))

            async def again() -> None:
                for station in csms.stations.values():
                    if station.rpc is not None:
                        await station.rpc.transmit(message.encode())

            return [message]

        csms.filters.append(look)

    return alter


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("case", "action"),
    [
        ("TC_B_01_CSMS", "StatusNotification"),
        ("TC_B_12_CSMS", "NotifyReport"),
        ("TC_E_03_CSMS", "TransactionEvent"),
        ("TC_E_12_CSMS", "TransactionEvent"),
    ],
)
async def test_what_a_csms_says_a_moment_later_fails_the_case_too(case: str, action: str) -> None:
    [outcome] = await run_cases(Role.CSMS, [case], alter=_answers_again_later(action))
    assert outcome.verdict is Verdict.FAIL
    assert "answers_belong_to_calls" in outcome.result.reason


def _tells_of_a_failure(station: Any) -> None:
    """A triggered status is how an update ended that there never was."""
    station.firmware.status = lambda: {"status": "DownloadFailed", "requestId": 3}


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("alter", "verdict"),
    [(lambda _station: None, Verdict.PASS), (_tells_of_a_failure, Verdict.FAIL)],
    ids=["as it was", "as it was not"],
)
async def test_the_last_status_of_an_update_is_known(
    alter: Callable[[Any], None], verdict: Verdict
) -> None:
    def after_an_update(station: Any) -> None:
        tell = station.firmware.tell

        def told(*status: Any, **more: Any) -> Any:
            done = tell(*status, **more)
            if "InvalidSignature" in status:
                alter(station)
            return done

        station.firmware.tell = told

    update, after = await run_cases(
        Role.STATION, ["TC_F_19_CS", "TC_F_18_CS"], alter=after_an_update
    )
    assert update.peer.owed.firmware_status == "InvalidSignature"
    assert after.verdict is verdict, after.result.reason


def _asks_late(station: Any) -> None:
    """Who has stopped what another began is asked about when all is over (C09.FR.04)."""
    authorization = station.authorization
    present = authorization.present

    async def presented(token: Any, evse: int | None) -> None:
        own = authorization.session_of(token, evse)
        known = authorization.session_of_known(token, evse)
        await present(token, evse)
        if own is None and known is not None:
            await clock.sleep(8)
            await authorization.ask_csms(token)

    authorization.present = presented


@pytest.mark.asyncio
async def test_a_question_about_a_driver_who_has_stopped_is_of_his_case() -> None:
    stopped, after = await run_cases(Role.STATION, ["TC_C_41_CS", "TC_C_02_CS"], alter=_asks_late)
    assert stopped.verdict is Verdict.PASS, stopped.result.reason
    late = [a for a in after.peer.inbox.arrivals if a.owed_to == "TC_C_41_CS"]
    assert [a.action for a in late] == ["Authorize"]
    assert after.verdict is Verdict.PASS, after.result.reason


def _authorize(token: str) -> Traffic:
    payload = {"idToken": {"idToken": token, "type": "ISO14443"}}
    frame = Frame(FrameKind.CALL, "id", "Authorize", payload)
    return Traffic(frame, sent=False, t=0, at=clock.now(), wire=1)


def test_a_driver_who_identifies_anew_is_asked_about_in_the_new_case() -> None:
    owed, token = Owed(deviation=4), {"idToken": "AB", "type": "ISO14443"}
    owed.begin(CASE)
    owed.note(_call("Started", "a"))
    owed.note(_call("Ended", "a", 1, triggerReason="StopAuthorized", idToken=token))
    owed.begin("TC_E_05_CS")
    owed.identifies("ab")
    assert owed.note(_authorize("AB")) == ""
