"""Rules about what a station has promised or taken over: logs in which it lies, near misses."""

from __future__ import annotations

import pytest

from harness.rules.heartbeats import HEARTBEATS
from harness.rules.kept import KEPT
from harness.rules.promises import PROMISES
from harness.rules.reconnections import RECONNECTIONS
from harness.spec.roles import Role
from harness.tests.stories import (
    CS,
    STATUS,
    Story,
    Tale,
    changed,
    check_both,
    event,
    events,
    found,
    row_ids,
    tell,
)

RULES = {rule.__name__: rule for rule in (*PROMISES, *KEPT, *RECONNECTIONS, *HEARTBEATS)}
ACCEPTED, SCHEDULED = {"status": "Accepted"}, {"status": "Scheduled"}
PENDING = {"status": "Pending", "interval": 5}


def _reset(answer: dict[str, str], **fields: int) -> Tale:
    return lambda s: s.asked("Reset", {"type": "OnIdle", **fields}, answer)


def _boot(wire: int = 1, reason: str = "RemoteReset", answer: object = None) -> Tale:
    def tale(story: Story) -> None:
        call = story.theirs("BootNotification", {"reason": reason}, wire=wire)
        story.answer(call, answer or ACCEPTED)

    return tale


def _reconnect(wire: int = 2) -> Tale:
    return lambda s: (s.closed(wire - 1), s.opened(wire))


def _wait(seconds: float) -> Tale:
    return lambda s: s.wait(seconds)


def _trigger(message: str, answer: dict[str, str] = ACCEPTED) -> Tale:
    return lambda s: s.asked("TriggerMessage", {"requestedMessage": message}, answer)


def _report(action: str = "GetBaseReport", answer: dict[str, str] = ACCEPTED) -> Tale:
    return lambda s: s.asked(action, {"requestId": 7}, answer)


def _part(number: int, *, tbc: bool, request: int = 7, action: str = "NotifyReport") -> Tale:
    return lambda s: s.told(action, {"requestId": request, "seqNo": number, "tbc": tbc})


def _told(action: str) -> Tale:
    return lambda s: s.told(action, STATUS)


def _variable(name: str, **fields: str) -> dict[str, object]:
    return {"component": {"name": "C"}, "variable": {"name": name}, **fields}


def _set(value: str, status: str = "Accepted", name: str = "A") -> Tale:
    asked = {"setVariableData": [_variable(name, attributeValue=value)]}
    told = {"setVariableResult": [_variable(name, attributeStatus=status)]}
    return lambda s: s.asked("SetVariables", asked, told)


def _get(value: str, name: str = "A") -> Tale:
    asked = {"getVariableData": [_variable(name)]}
    told = {"getVariableResult": [_variable(name, attributeValue=value)]}
    return lambda s: s.asked("GetVariables", asked, told)


def _list(version: int, status: str = "Accepted") -> Tale:
    return lambda s: s.asked("SendLocalList", {"versionNumber": version}, {"status": status})


def _version(version: int) -> Tale:
    return lambda s: s.asked("GetLocalListVersion", {}, {"versionNumber": version})


_BACK_OFF = "OCPPCommCtrlr.RetryBackOff"


def _lost(seconds: float, *before: Tale, minimum: int = 60, spread: int = 10) -> Tale:
    """The harness ends a connection, and the station comes back so many seconds later."""
    settings = {
        f"{_BACK_OFF}WaitMinimum": str(minimum),
        f"{_BACK_OFF}RandomRange": str(spread),
    }
    return tell(
        changed(settings=settings),
        lambda s: s.opened(1),
        *before,
        lambda s: s.closed(1),
        lambda s: s.wait(seconds - 1),
        lambda s: s.opened(2),
    )


def _silent(seconds: float, *before: Tale, told: str = "60", **changes: object) -> Tale:
    """A station that has a heartbeat interval, and for so many seconds says nothing."""
    settings = {"OCPPCommCtrlr.HeartbeatInterval": told}
    return tell(
        changed(settings=settings, **changes),
        *before,
        _told("StatusNotification"),
        _wait(seconds),
        _told("StatusNotification"),
    )


def _interval(seconds: int, status: str = "Accepted") -> Tale:
    answer = {"status": status, "interval": seconds}
    return _boot(answer=answer)


_TRANSACTION = events(event(0, "Started"), event(1, "Ended"))

#: Rule, role, tale: these break the rule, in the field with this path.
BROKEN: list[tuple[str, Role, Tale, str]] = [
    ("reboots_open_a_connection", CS, tell(_reset(ACCEPTED), _boot()), ""),
    ("reboots_open_a_connection", CS, tell(_boot(), _reset(SCHEDULED), _boot()), ""),
    (
        "reboots_open_a_connection",
        CS,
        tell(_reset(ACCEPTED), _boot(reason="Triggered"), _boot()),
        "",
    ),
    ("accepted_resets_reboot", CS, tell(_reset(ACCEPTED), _wait(180)), "status"),
    ("accepted_resets_reboot", CS, tell(_reset(SCHEDULED), _TRANSACTION, _wait(180)), "status"),
    ("accepted_triggers_are_followed", CS, tell(_trigger("Heartbeat"), _wait(30)), "status"),
    (
        "accepted_triggers_are_followed",
        CS,
        tell(_trigger("StatusNotification"), _told("Heartbeat"), _wait(30)),
        "status",
    ),
    (
        "accepted_triggers_are_followed",
        CS,
        tell(_told("Heartbeat"), _trigger("Heartbeat"), _wait(30)),
        "status",
    ),
    (
        "accepted_triggers_are_followed",
        CS,
        tell(_trigger("SignChargingStationCertificate"), _wait(180)),
        "status",
    ),
    ("accepted_reports_are_sent", CS, tell(_report(), _wait(30)), "status"),
    ("accepted_reports_are_sent", CS, tell(_report(), _part(0, tbc=True), _wait(30)), "status"),
    (
        "accepted_reports_are_sent",
        CS,
        tell(_report("GetReport"), _part(0, tbc=False, request=8), _wait(30)),
        "status",
    ),
    (
        "accepted_reports_are_sent",
        CS,
        tell(_report("GetMonitoringReport"), _part(0, tbc=False), _wait(30)),
        "status",
    ),
    ("accepted_values_are_held", CS, tell(_set("300"), _get("299")), "attributeValue"),
    ("accepted_values_are_held", CS, tell(_set("a,b"), _get("a")), "attributeValue"),
    ("accepted_values_are_held", CS, tell(_set("3"), _get("3"), _get("2")), "attributeValue"),
    (
        "accepted_values_are_held",
        CS,
        tell(_set("3"), _set("4", "Rejected"), _get("4")),
        "attributeValue",
    ),
    ("accepted_lists_are_held", CS, tell(_version(1), _list(2), _version(1)), "versionNumber"),
    ("accepted_lists_are_held", CS, tell(_list(2), _version(0)), "versionNumber"),
    ("heartbeats_keep_their_interval", CS, _silent(90), ""),
    ("heartbeats_keep_their_interval", CS, _silent(90, _interval(60), told=""), ""),
    ("heartbeats_keep_their_interval", CS, _silent(90, _interval(60), told="3600"), ""),
    (
        "heartbeats_keep_their_interval",
        CS,
        tell(_silent(10), _wait(90), lambda s: s.closed()),
        "",
    ),
    ("reconnections_wait_their_time", CS, _lost(1), ""),
    ("reconnections_wait_their_time", CS, _lost(20), ""),
    ("reconnections_wait_their_time", CS, _lost(60, minimum=600), ""),
    ("reconnections_wait_their_time", CS, _lost(300), ""),
]
#: Rule, role, tale: these do not.
HELD: list[tuple[str, Role, Tale]] = [
    ("reboots_open_a_connection", CS, tell(_reset(ACCEPTED), _reconnect(), _boot(2))),
    # Power that fails ends no connection.
    ("reboots_open_a_connection", CS, tell(_reset(ACCEPTED), lambda s: s.opened(2), _boot(2))),
    ("reboots_open_a_connection", CS, tell(_reset({"status": "Rejected"}), _boot())),
    ("reboots_open_a_connection", CS, tell(_reset(ACCEPTED, evseId=1), _boot())),
    ("reboots_open_a_connection", CS, tell(_reset(ACCEPTED), _boot(reason="Triggered"))),
    # It was not registered yet, and tried again before it went down.
    (
        "reboots_open_a_connection",
        CS,
        tell(_boot(answer=PENDING), _reset(ACCEPTED), _boot(reason="PowerUp")),
    ),
    ("accepted_resets_reboot", CS, tell(_reset(ACCEPTED), _wait(170))),
    ("accepted_resets_reboot", CS, tell(_reset(ACCEPTED), _reconnect(), _wait(500))),
    ("accepted_resets_reboot", CS, tell(_reset(ACCEPTED, evseId=1), _wait(500))),
    ("accepted_resets_reboot", CS, tell(_reset({"status": "Rejected"}), _wait(500))),
    # What it waits for is its own business where no transaction tells it (B11.FR.07).
    ("accepted_resets_reboot", CS, tell(_reset(SCHEDULED), _wait(500))),
    (
        "accepted_resets_reboot",
        CS,
        tell(_reset(SCHEDULED), events(event(0, "Started")), _wait(500)),
    ),
    (
        "accepted_resets_reboot",
        CS,
        tell(_reset(SCHEDULED), _TRANSACTION, _told("Authorize"), _wait(500)),
    ),
    ("accepted_triggers_are_followed", CS, tell(_trigger("Heartbeat"), _wait(25))),
    ("accepted_triggers_are_followed", CS, tell(_trigger("Heartbeat"), _reconnect(), _wait(500))),
    (
        "accepted_triggers_are_followed",
        CS,
        tell(_trigger("Heartbeat"), _wait(20), _told("Heartbeat"), _wait(500)),
    ),
    (
        "accepted_triggers_are_followed",
        CS,
        tell(_trigger("StatusNotification"), _told("NotifyEvent"), _wait(500)),
    ),
    (
        "accepted_triggers_are_followed",
        CS,
        tell(_trigger("SignChargingStationCertificate"), _wait(170)),
    ),
    (
        "accepted_triggers_are_followed",
        CS,
        tell(_trigger("Heartbeat", {"status": "Rejected"}), _wait(500)),
    ),
    # The case keeps an answer from it that it has to wait for.
    (
        "accepted_triggers_are_followed",
        CS,
        tell(changed(message_timeout=30.0), _trigger("Heartbeat"), _wait(50)),
    ),
    ("accepted_reports_are_sent", CS, tell(_report(), _wait(25))),
    ("accepted_reports_are_sent", CS, tell(_report(), _reconnect(), _wait(500))),
    ("accepted_reports_are_sent", CS, tell(_report(answer={"status": "Rejected"}), _wait(500))),
    (
        "accepted_reports_are_sent",
        CS,
        tell(_report(), _part(0, tbc=True), _wait(20), _part(1, tbc=False), _wait(500)),
    ),
    ("accepted_values_are_held", CS, tell(_get("1"), _set("2"), _get("2"))),
    ("accepted_values_are_held", CS, tell(_set("a, b"), _get("b,a"))),
    ("accepted_values_are_held", CS, tell(_set("1.0"), _get("1"))),
    ("accepted_values_are_held", CS, tell(_set("True"), _get("true"))),
    ("accepted_values_are_held", CS, tell(_set("2", "RebootRequired"), _get("1"))),
    ("accepted_values_are_held", CS, tell(_set("1"), _set("2", "RebootRequired"), _get("2"))),
    ("accepted_values_are_held", CS, tell(_set("2"), _boot(2), _get("1"))),
    ("accepted_values_are_held", CS, tell(_set("2"), _reconnect(), _get("1"))),
    # What one variable is may follow from another.
    ("accepted_values_are_held", CS, tell(_set("2"), _set("5", name="B"), _get("1"))),
    (
        "accepted_values_are_held",
        CS,
        tell(_set("2025-03-01T12:00:00Z"), _get("2025-10-26T01:00:00Z")),
    ),
    ("accepted_lists_are_held", CS, tell(_list(2), _version(2), _list(3), _version(3))),
    ("accepted_lists_are_held", CS, tell(_list(2), _list(3, "Failed"), _version(2))),
    ("accepted_lists_are_held", CS, tell(_list(2, "Failed"), _version(0))),
    ("heartbeats_keep_their_interval", CS, _silent(65)),
    ("heartbeats_keep_their_interval", CS, _silent(90, told="")),
    ("heartbeats_keep_their_interval", CS, _silent(90, told="0")),
    ("heartbeats_keep_their_interval", CS, _silent(90, _interval(3600))),
    ("heartbeats_keep_their_interval", CS, _silent(90, _set("3600", name="HeartbeatInterval"))),
    ("heartbeats_keep_their_interval", CS, _silent(90, message_timeout=30.0)),
    # Not accepted, away, or another connection.
    (
        "heartbeats_keep_their_interval",
        CS,
        tell(_interval(60, "Pending"), _wait(900), _boot(answer={"status": "Pending"})),
    ),
    (
        "heartbeats_keep_their_interval",
        CS,
        tell(_silent(10), lambda s: s.closed(), _wait(900), lambda s: s.opened(2)),
    ),
    ("heartbeats_keep_their_interval", CS, tell(_silent(10), _wait(900), lambda s: s.opened(2))),
    ("reconnections_wait_their_time", CS, _lost(60)),
    ("reconnections_wait_their_time", CS, _lost(57)),
    ("reconnections_wait_their_time", CS, _lost(75)),
    ("reconnections_wait_their_time", CS, _lost(1, minimum=0)),
    # Not told how long it is.
    ("reconnections_wait_their_time", CS, tell(_lost(1), changed(settings={}))),
    # It comes back for another reason, or boots.
    ("reconnections_wait_their_time", CS, _lost(1, _reset(ACCEPTED))),
    (
        "reconnections_wait_their_time",
        CS,
        _lost(1, lambda s: s.asked("CertificateSigned", {}, ACCEPTED)),
    ),
    ("reconnections_wait_their_time", CS, tell(_lost(1), _boot(2, "PowerUp"))),
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
