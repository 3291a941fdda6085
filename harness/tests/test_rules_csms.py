"""Rules for a CSMS: for each, logs that break it, and near misses that do not."""

from __future__ import annotations

from typing import Any

import pytest

from harness.rules.csms import CSMS
from harness.spec.roles import Role
from harness.tests.stories import (
    CM,
    Story,
    Tale,
    check_both,
    event,
    found,
    row_ids,
    stamp,
    tell,
)

RULES = {rule.__name__: rule for rule in CSMS}


def _booted(status: str, *, at: float = 0, interval: int = 60) -> Tale:
    """A boot of ours, and what the CSMS says to it."""

    def tale(story: Story) -> None:
        moment = stamp(story.clock + 2 + at)
        story.asked(
            "BootNotification",
            {"reason": "PowerUp"},
            {"status": status, "interval": interval, "currentTime": moment},
        )

    return tale


def _limited(story: Story) -> None:
    """We say that GetVariables and SetVariables take two elements."""
    limit = {
        "component": {"name": "DeviceDataCtrlr"},
        "variable": {"name": "ItemsPerMessage", "instance": "GetVariables"},
        "attributeStatus": "Accepted",
        "attributeValue": "2",
    }
    story.told("GetVariables", {}, {"getVariableResult": [limit]})


def _profile(*starts: int) -> Any:
    periods = [{"startPeriod": start, "limit": 6} for start in starts]
    return {"chargingProfile": {"chargingSchedule": [{"chargingSchedulePeriod": periods}]}}


def _variables(*names: str, attribute: str | None = None) -> Any:
    def item(name: str) -> Any:
        found: Any = {"component": {"name": "C"}, "variable": {"name": name}}
        return found | ({"attributeType": attribute} if attribute else {})

    return [item(name) for name in names]


def _again(status: str, *, claimed: bool) -> Tale:
    def tale(story: Story) -> None:
        story.told("Reset", {"type": "OnIdle"}, {"status": status})
        story.theirs("Reset", {"type": "OnIdle"}, claimed=claimed)

    return tale


def _event_told(number: int, info: Any, **fields: Any) -> Tale:
    """An event of ours, answered with this idTokenInfo or with none."""
    answer = {} if info is None else {"idTokenInfo": info}
    return lambda story: story.asked("TransactionEvent", event(number, **fields), answer)


def _authorized(**info: Any) -> Tale:
    """The valid idToken is asked about and accepted."""
    answer = {"idTokenInfo": {"status": "Accepted", **info}}
    return lambda story: story.asked("Authorize", {"idToken": _VALID}, answer)


_VALID = {"idToken": "AABBCCDD", "type": "ISO14443"}
_UNKNOWN = {"idToken": "DEADBEEF", "type": "ISO14443"}
_GROUP = {"groupIdToken": {"idToken": "G", "type": "Central"}}
_ACCEPTED = {"status": "Accepted"}


#: Rule, role, tale: these break the rule, in the field with this path.
BROKEN: list[tuple[str, Role, Tale, str]] = [
    ("current_time_is_now", CM, _booted("Accepted", at=5), "$.currentTime"),
    ("current_time_is_now", CM, _booted("Accepted", at=-5), "$.currentTime"),
    (
        "current_time_is_now",
        CM,
        lambda s: s.asked("Heartbeat", {}, {"currentTime": stamp(3600)}),
        "$.currentTime",
    ),
    ("boot_interval_is_usable", CM, _booted("Accepted", interval=-1), "$.interval"),
    (
        "id_tokens_are_answered",
        CM,
        lambda s: s.asked("TransactionEvent", event(0, idToken={"idToken": "A"}), {}),
        "$.idTokenInfo",
    ),
    (
        "accepted_token_stays_accepted",
        CM,
        tell(
            _event_told(0, _ACCEPTED, idToken=_VALID),
            _event_told(1, {"status": "NoCredit"}),
        ),
        "$.idTokenInfo.status",
    ),
    (
        "accepted_token_stays_accepted",
        CM,
        _event_told(0, {"status": "Unknown"}),
        "$.idTokenInfo.status",
    ),
    (
        "group_id_token_is_consistent",
        CM,
        tell(_authorized(**_GROUP), _event_told(0, _ACCEPTED, idToken=_VALID)),
        "$.idTokenInfo.groupIdToken",
    ),
    (
        "group_id_token_is_consistent",
        CM,
        tell(_authorized(), _event_told(0, _ACCEPTED | _GROUP, idToken=_VALID)),
        "$.idTokenInfo.groupIdToken",
    ),
    ("message_languages_are_ordered", CM, _authorized(language2="de"), "$.idTokenInfo.language2"),
    (
        "message_languages_are_ordered",
        CM,
        _authorized(language1="de", language2="de"),
        "$.idTokenInfo.language2",
    ),
    (
        "nothing_is_sent_to_rejected_station",
        CM,
        tell(_booted("Rejected"), lambda s: s.theirs("GetBaseReport")),
        "",
    ),
    (
        "nothing_is_sent_to_rejected_station",
        CM,
        tell(
            _booted("Rejected"),
            lambda s: s.theirs("TriggerMessage", {"requestedMessage": "Heartbeat"}),
        ),
        "",
    ),
    (
        "no_transaction_is_requested_while_pending",
        CM,
        tell(_booted("Pending"), lambda s: s.theirs("RequestStartTransaction")),
        "",
    ),
    (
        "item_limits_are_kept",
        CM,
        tell(
            _limited,
            lambda s: s.theirs("GetVariables", {"getVariableData": _variables("a", "b", "c")}),
        ),
        "$.getVariableData",
    ),
    (
        "variables_are_set_once",
        CM,
        lambda s: s.theirs("SetVariables", {"setVariableData": _variables("a", "A")}),
        "$.setVariableData[1]",
    ),
    ("no_identical_request_is_repeated", CM, _again("Accepted", claimed=False), ""),
    ("no_identical_request_is_repeated", CM, _again("Scheduled", claimed=False), ""),
    (
        "schedules_are_in_order",
        CM,
        lambda s: s.theirs("SetChargingProfile", _profile(0, 60, 30)),
        "$.chargingProfile.chargingSchedule[0].chargingSchedulePeriod",
    ),
]

#: Rule, role, tale: these only look like it.
HELD: list[tuple[str, Role, Tale]] = [
    ("current_time_is_now", CM, _booted("Accepted", at=3.9)),
    ("current_time_is_now", CM, _booted("Accepted", at=-3.9)),
    ("boot_interval_is_usable", CM, _booted("Accepted", interval=0)),
    (
        "id_tokens_are_answered",
        CM,
        lambda s: s.asked(
            "TransactionEvent",
            event(0, idToken={"idToken": "A"}),
            {"idTokenInfo": {"status": "Blocked"}},
        ),
    ),
    ("id_tokens_are_answered", CM, lambda s: s.asked("TransactionEvent", event(0), {})),
    (
        "id_tokens_are_answered",
        CM,
        lambda s: s.answer(
            s.ours("TransactionEvent", event(0, idToken={"idToken": "A"})), code="InternalError"
        ),
    ),
    (
        "nothing_is_sent_to_rejected_station",
        CM,
        tell(
            _booted("Rejected"),
            lambda s: s.theirs("TriggerMessage", {"requestedMessage": "BootNotification"}),
            _booted("Accepted"),
            lambda s: s.theirs("GetBaseReport"),
        ),
    ),
    (
        "nothing_is_sent_to_rejected_station",
        CM,
        tell(_booted("Pending"), lambda s: s.theirs("GetBaseReport")),
    ),
    (
        "no_transaction_is_requested_while_pending",
        CM,
        tell(
            _booted("Pending"),
            lambda s: s.theirs("SetVariables"),
            _booted("Accepted"),
            lambda s: s.theirs("RequestStartTransaction"),
        ),
    ),
    (
        "item_limits_are_kept",
        CM,
        tell(
            lambda s: s.theirs("GetVariables", {"getVariableData": _variables("a", "b", "c")}),
            _limited,
            lambda s: s.theirs("GetVariables", {"getVariableData": _variables("a", "b")}),
            lambda s: s.theirs("SetVariables", {"setVariableData": _variables("a", "b", "c")}),
        ),
    ),
    (
        "variables_are_set_once",
        CM,
        lambda s: s.theirs(
            "SetVariables",
            {"setVariableData": _variables("a", "b") + _variables("a", attribute="Target")},
        ),
    ),
    (
        "accepted_token_stays_accepted",
        CM,
        tell(_event_told(0, _ACCEPTED, idToken=_VALID), _event_told(1, _ACCEPTED)),
    ),
    (
        "accepted_token_stays_accepted",
        CM,
        tell(
            _event_told(0, {"status": "Unknown"}, idToken=_UNKNOWN),
            _event_told(1, {"status": "Unknown"}),
        ),
    ),
    (
        "group_id_token_is_consistent",
        CM,
        tell(
            _authorized(**_GROUP),
            _event_told(0, _ACCEPTED | {"groupIdToken": {"idToken": "g"}}, idToken=_VALID),
            _event_told(1, _ACCEPTED, idToken=_VALID, triggerReason="StopAuthorized"),
            _event_told(2, {"status": "Unknown"}, idToken=_UNKNOWN),
        ),
    ),
    (
        "group_id_token_is_consistent",
        CM,
        tell(_authorized(), _event_told(0, _ACCEPTED, idToken=_VALID)),
    ),
    ("message_languages_are_ordered", CM, _authorized(language1="de", language2="fr")),
    ("message_languages_are_ordered", CM, _authorized(language1="de")),
    ("no_identical_request_is_repeated", CM, _again("Accepted", claimed=True)),
    ("no_identical_request_is_repeated", CM, _again("Rejected", claimed=False)),
    (
        "schedules_are_in_order",
        CM,
        lambda s: s.theirs("SetChargingProfile", _profile(0, 30, 60)),
    ),
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
