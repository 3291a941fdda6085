"""Rules for both sides: for each, logs that break it, and near misses that do not."""

from __future__ import annotations

from typing import Any

import pytest

from harness.evidence.verdict import Severity, Stage
from harness.ocppj.connection_end import ClosedBy, ConnectionEnd
from harness.ocppj.frames import Malformed
from harness.ocppj.inbox import Arrival, Broken, Closed, Opened
from harness.rules.additional import Act
from harness.rules.csms import CSMS
from harness.rules.frames import GENERAL, Breach, CaseLog
from harness.rules.judging import check
from harness.rules.station import STATION
from harness.spec.editions import DEFAULT
from harness.spec.roles import Role
from harness.tests.stories import (
    CM,
    CS,
    NOW,
    STATUS,
    Story,
    Tale,
    changed,
    check_both,
    event,
    found,
    row_ids,
    stamp,
    tell,
)

RULES = {rule.__name__: rule for rule in GENERAL}


def _unregistered(story: Story) -> None:
    story.theirs("Heartbeat")
    story.changes["unregistered"] = [(story.inbox.arrivals[0], "Pending")]


def _unanswered(seconds: float, *, then: Tale = lambda _story: None) -> Tale:
    def tale(story: Story) -> None:
        story.opened()
        story.ours("Reset", {"type": "OnIdle"})
        story.wait(seconds)
        then(story)

    return tale


def _answered(name: str) -> Tale:
    return lambda story: story.answer(story.theirs("Heartbeat", id=name))


def _rebooted(status: str) -> Tale:
    """A BootNotification that is answered with ``status``, and one that nobody waits for."""

    def tale(story: Story) -> None:
        story.told("BootNotification", {"reason": "PowerUp"}, {"status": status})
        story.theirs("BootNotification", {"reason": "PowerUp"}, claimed=False)

    return tale


def _reset_and_begun(*, ended: bool, **fields: Any) -> Tale:
    """A transaction, a reset, and another transaction that nobody waits for."""

    def tale(story: Story) -> None:
        story.told("TransactionEvent", event(0, "Started"))
        story.asked("Reset", {"type": "Immediate"})
        if ended:
            story.told("TransactionEvent", event(1, "Ended"))
        story.theirs("TransactionEvent", event(0, "Started", "u", **fields), claimed=False)

    return tale


def _token(kind: str) -> dict[str, str]:
    return {"idToken": "AABBCCDD", "type": kind}


def _reset_and_driven_off(trigger: str) -> Tale:
    """A transaction that began again after a reset, and its end that nobody waits for."""

    def tale(story: Story) -> None:
        _reset_and_begun(ended=True)(story)
        last = event(1, "Ended", "u", trigger=trigger)
        story.theirs("TransactionEvent", last, claimed=False)

    return tale


def _acted(action: str, evse: int, *reasons: str) -> Tale:
    """Something is done at an EVSE, of which events tell that nobody waits for."""

    def tale(story: Story) -> None:
        story.told("TransactionEvent", event(0, "Started", evse={"id": 1, "connectorId": 1}))
        story.changes["acts"] = (Act(action, NOW, evse),)
        for number, reason in enumerate(reasons, 1):
            more = event(number, trigger=reason)
            story.answer(story.theirs("TransactionEvent", more, claimed=False))

    return tale


def _moved(boots: int) -> Tale:
    """BootNotifications at another endpoint than before (B10.FR.10)."""

    def tale(story: Story) -> None:
        story.opened()
        story.inbox.add(Opened(story.clock, 2, "2", DEFAULT.subprotocol))
        for _ in range(boots):
            story.answer(story.theirs("BootNotification", {}, wire=2, claimed=False))

    return tale


def _back(by: ClosedBy) -> Tale:
    """A BootNotification on a new connection, after the old one was closed ``by`` somebody."""

    def tale(story: Story) -> None:
        story.opened()
        story.inbox.add(Closed(story.clock, 1, ConnectionEnd(by, 1000)))
        story.opened(2)
        story.theirs("BootNotification", {"reason": "PowerUp"}, wire=2, claimed=False)

    return tale


def _between(story: Story, wire: int = 1) -> None:
    """A second CALL before the first was answered."""
    first = story.theirs("Heartbeat")
    story.theirs("Heartbeat", wire=wire)
    story.answer(first, {"currentTime": stamp()})


#: Rule, role, tale: these break the rule, in the field with this path.
BROKEN: list[tuple[str, Role, Tale, str]] = [
    (
        "frames_are_ocpp",
        CS,
        lambda s: s.inbox.add(Broken(Malformed("no JSON", "hello"), 1.0, 1)),
        "",
    ),
    ("payloads_follow_schema", CS, lambda s: s.told("Heartbeat", {"a": 1}), "$"),
    (
        "payloads_follow_schema",
        CS,
        lambda s: s.told("StatusNotification", {**STATUS, "evseId": "1"}),
        "$.evseId",
    ),
    ("payloads_follow_schema", CS, lambda s: s.told("Frobnicate"), ""),
    ("payloads_follow_schema", CS, lambda s: s.told("heartbeat"), ""),
    ("payloads_follow_schema", CM, lambda s: s.asked("Heartbeat", {}, {"a": 1}), "$"),
    ("subprotocol_is_agreed", CS, lambda s: s.opened(subprotocol="ocpp1.6"), ""),
    ("subprotocol_is_agreed", CM, lambda s: s.opened(subprotocol=None), ""),
    (
        "message_ids_are_unique",
        CS,
        tell(_answered("a"), lambda s: s.theirs("Heartbeat", id="a")),
        "messageId",
    ),
    # What was not answered may come again, but not as another message.
    (
        "message_ids_are_unique",
        CS,
        tell(lambda s: s.theirs("Heartbeat", id="a"), lambda s: s.theirs("Authorize", id="a")),
        "messageId",
    ),
    (
        "message_ids_are_unique",
        CS,
        tell(_answered("a"), lambda s: s.theirs("Heartbeat", id="a", wire=2)),
        "messageId",
    ),
    (
        "message_ids_are_unique",
        CS,
        tell(changed(seen_ids=frozenset({"a"})), lambda s: s.theirs("Heartbeat", id="a")),
        "messageId",
    ),
    (
        "message_ids_are_unique",
        CS,
        lambda s: s.theirs("Heartbeat", id="a" * 37),
        "messageId",
    ),
    ("one_call_at_a_time", CS, _between, ""),
    (
        "one_call_at_a_time",
        CS,
        tell(lambda s: s.theirs("Heartbeat"), lambda s: s.theirs("Heartbeat")),
        "",
    ),
    ("answers_belong_to_calls", CS, lambda s: s.stray(), "messageId"),
    ("calls_are_answered", CS, _unanswered(10), ""),
    ("calls_are_answered", CS, _unanswered(10, then=Story.closed), ""),
    ("calls_are_answered", CS, _unanswered(10, then=lambda s: s.opened(2)), ""),
    ("only_boot_notification_before_acceptance", CS, _unregistered, ""),
    ("no_unexpected_message", CS, lambda s: s.theirs("BootNotification", claimed=False), ""),
    ("no_unexpected_message", CS, _reset_and_driven_off("StopAuthorized"), ""),
    ("no_unexpected_message", CS, _moved(2), ""),
    (
        "no_unexpected_message",
        CS,
        lambda s: s.theirs("TransactionEvent", event(0, "Started"), claimed=False),
        "",
    ),
    (
        "no_unexpected_message",
        CS,
        lambda s: s.theirs("TransactionEvent", event(0, trigger="Authorized"), claimed=False),
        "",
    ),
    ("no_unexpected_message", CS, _acted("plug_in", 1, "EVDetected", "EVDetected"), ""),
    ("no_unexpected_message", CS, _acted("plug_in", 1, "EVDeparted"), ""),
    ("no_unexpected_message", CS, _acted("plug_in", 2, "EVDetected"), ""),
    ("no_unexpected_message", CS, _acted("present_token", 1, "Authorized", "StopAuthorized"), ""),
    ("no_unexpected_message", CS, _acted("drive_in", 1, "AbnormalCondition"), ""),
    ("no_unexpected_message", CS, _rebooted("Accepted"), ""),
    ("no_unexpected_message", CS, _reset_and_begun(ended=False), ""),
    # Nobody has presented that idToken again.
    ("no_unexpected_message", CS, _reset_and_begun(ended=True, idToken=_token("ISO14443")), ""),
    (
        "no_unexpected_message",
        CM,
        lambda s: s.theirs("Reset", {"type": "OnIdle"}, claimed=False),
        "",
    ),
]

#: Rule, role, tale: these only look like it.
HELD: list[tuple[str, Role, Tale]] = [
    ("frames_are_ocpp", CS, lambda s: s.told("Heartbeat")),
    ("payloads_follow_schema", CS, lambda s: s.told("StatusNotification", STATUS)),
    (
        "payloads_follow_schema",
        CS,
        lambda s: s.answer(s.ours("Reset"), {"any": "details"}, code="NotSupported"),
    ),
    ("payloads_follow_schema", CM, lambda s: s.told("Heartbeat", {}, {"ours": "is no matter"})),
    ("subprotocol_is_agreed", CS, lambda s: s.opened()),
    (
        "message_ids_are_unique",
        CS,
        tell(lambda s: s.theirs("Heartbeat", id="a" * 36), lambda s: s.theirs("Heartbeat", id="b")),
    ),
    ("message_ids_are_unique", CS, lambda s: s.stray("x" * 40)),
    (
        "message_ids_are_unique",
        CS,
        tell(
            lambda s: s.theirs("Heartbeat", id="a"),
            lambda s: s.theirs("Heartbeat", id="a", wire=2),
        ),
    ),
    ("one_call_at_a_time", CS, tell(lambda s: s.told("Heartbeat"), lambda s: s.told("Heartbeat"))),
    ("one_call_at_a_time", CS, lambda s: _between(s, wire=2)),
    (
        "one_call_at_a_time",
        CS,
        tell(lambda s: s.answer(s.theirs("A"), code="NotSupported"), lambda s: s.theirs("B")),
    ),
    (
        "one_call_at_a_time",
        CS,
        lambda s: (s.ours("Reset"), s.theirs("Heartbeat"), s.ours("Reset")),
    ),
    ("answers_belong_to_calls", CS, lambda s: s.asked("Reset")),
    ("answers_belong_to_calls", CS, lambda s: s.answer(s.ours("Reset"), code="GenericError")),
    ("calls_are_answered", CS, _unanswered(9)),
    ("calls_are_answered", CS, lambda s: s.answer(s.ours("Reset"), code="GenericError")),
    ("calls_are_answered", CS, tell(_unanswered(5, then=Story.closed), lambda s: s.wait(60))),
    (
        "calls_are_answered",
        CS,
        tell(_unanswered(5, then=lambda s: s.opened(2)), lambda s: s.wait(60)),
    ),
    ("only_boot_notification_before_acceptance", CS, lambda s: s.told("Heartbeat")),
    ("no_unexpected_message", CS, lambda s: s.theirs("BootNotification")),
    ("no_unexpected_message", CS, lambda s: s.theirs("Heartbeat", claimed=False)),
    (
        "no_unexpected_message",
        CS,
        lambda s: s.theirs(
            "TransactionEvent", event(3, trigger="MeterValuePeriodic"), claimed=False
        ),
    ),
    (
        "no_unexpected_message",
        CS,
        tell(changed(complete=False), lambda s: s.theirs("BootNotification", claimed=False)),
    ),
    ("no_unexpected_message", CS, _acted("plug_in", 1, "EVDetected", "CablePluggedIn")),
    ("no_unexpected_message", CS, _acted("unplug_ev", 1, "EVCommunicationLost", "EVDeparted")),
    ("no_unexpected_message", CS, _rebooted("Pending")),
    ("no_unexpected_message", CS, _reset_and_begun(ended=True)),
    # Whoever plugs in gets energy, or is known by his vehicle.
    ("no_unexpected_message", CS, _reset_and_begun(ended=True, idToken=_token("NoAuthorization"))),
    ("no_unexpected_message", CS, _reset_and_begun(ended=True, idToken=_token("eMAID"))),
    ("no_unexpected_message", CS, _reset_and_driven_off("EVCommunicationLost")),
    ("no_unexpected_message", CS, _moved(1)),
    ("no_unexpected_message", CM, lambda s: s.theirs("GetVariables", claimed=False)),
]


@pytest.mark.parametrize(("name", "role", "tale", "path"), BROKEN, ids=row_ids(BROKEN))
def test_a_log_that_breaks_the_rule(name: str, role: Role, tale: Tale, path: str) -> None:
    breaches = found(RULES[name], role, tale)
    assert breaches
    assert all(path in breach.path for breach in breaches), breaches


@pytest.mark.parametrize(("name", "role", "tale"), HELD, ids=row_ids(HELD))
def test_a_near_miss_that_does_not(name: str, role: Role, tale: Tale) -> None:
    assert found(RULES[name], role, tale) == []


def test_every_rule_has_both() -> None:
    check_both(RULES, BROKEN, HELD)


def test_one_breach_is_reported_once() -> None:
    assert len(found(RULES["one_call_at_a_time"], CS, _between)) == 1


def test_a_csms_may_do_what_nobody_asked_for_but_is_warned() -> None:
    [breach] = found(RULES["no_unexpected_message"], CM, lambda s: s.theirs("Reset", claimed=False))
    assert breach.severity is Severity.WARNING


@pytest.mark.parametrize(
    ("by", "severity"),
    [
        (ClosedBy.HARNESS, Severity.WARNING),
        (ClosedBy.SYSTEM, Severity.FAILURE),
    ],
)
def test_a_boot_without_need_is_legal_after_our_interruption(
    by: ClosedBy, severity: Severity
) -> None:
    [breach] = found(RULES["no_unexpected_message"], CS, _back(by))
    assert breach.severity is severity


def test_every_rule_leaves_a_validation() -> None:
    story = Story(CS)
    story.told("Heartbeat", {}, {"currentTime": stamp()})
    validations = list(check(story.log(), GENERAL + STATION))
    assert [v.step for v in validations] == [rule.__name__ for rule in GENERAL + STATION]
    assert all(v.ok and v.stage is Stage.RULE for v in validations)


def test_a_breach_names_its_rule_and_requirement() -> None:
    story = Story(CS)
    story.stray()
    [broken] = [v for v in check(story.log(), GENERAL) if not v.ok]
    assert (broken.step, broken.path, broken.actual, broken.requirement) == (
        "answers_belong_to_calls",
        "messageId",
        "nobody asked",
        "Part 4, 4.1.4",
    )
    assert broken.note.startswith("Every CALLRESULT and CALLERROR answers an open CALL")


JUNK: list[Any] = [None, 5, "text", True, [], {}, [5], [None], {"a": 5}, [[]], 1.5, ["x"]]


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("junk", JUNK, ids=repr)
def test_no_payload_breaks_the_rules(role: Role, junk: Any) -> None:
    """Junk in the place of every field that a rule looks at, in requests and in responses."""
    fields = (
        *("transactionInfo", "evse", "seqNo", "eventType", "triggerReason", "timestamp"),
        *("generatedAt", "reason", "idToken", "status", "interval", "currentTime"),
        *("requestedMessage", "chargingProfile", "setVariableData", "getVariableData"),
        *("eventData", "reportData", "evseId", "connectorId"),
    )
    actions = ("TransactionEvent", "BootNotification", "NotifyReport", "NotifyEvent")
    actions += ("SetVariables", "GetVariables", "SetChargingProfile", "TriggerMessage", "Reset")
    story = Story(role)
    for action in actions:
        story.theirs(action, dict.fromkeys(fields, junk), claimed=False)
        story.theirs(action, {**event(0, "Started"), "evse": junk}, claimed=False)
        story.theirs(action, event(1, info={"chargingState": junk}), claimed=False)
        story.asked(action, {}, dict.fromkeys(fields, junk))
    validations = list(check(story.log(), GENERAL + (STATION if role is CS else CSMS)))
    assert any(v.step == "payloads_follow_schema" and not v.ok for v in validations)


def test_a_mistake_in_a_rule_is_an_error_of_ours() -> None:
    def stumbles(log: CaseLog) -> Any:
        """It trips."""
        yield from [Breach("M", str(log.arrivals[99]), "", "")]

    with pytest.raises(IndexError):
        list(check(Story(CS).log(), (stumbles,)))


def test_an_arrival_knows_its_place() -> None:
    story = Story(CS)
    story.opened()
    story.theirs("Heartbeat")
    [arrival] = story.inbox.arrivals
    assert isinstance(arrival, Arrival)
    assert story.inbox.events[arrival.mark] is arrival.traffic
