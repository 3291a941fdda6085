"""Rules about transactions and single messages: logs that break them, and near misses."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from harness import rules
from harness.evidence.verdict import Severity
from harness.ocppj.connection_end import ClosedBy, ConnectionEnd
from harness.ocppj.inbox import Closed
from harness.rules.additional import Act
from harness.rules.connectors import CONNECTORS
from harness.rules.csms import CSMS
from harness.rules.energy import ENERGY
from harness.rules.firmware import FIRMWARE
from harness.rules.frames import GENERAL
from harness.rules.heartbeats import HEARTBEATS
from harness.rules.judging import OWN, check
from harness.rules.kept import KEPT
from harness.rules.messages import BOTH, OF_CSMS, OF_STATION
from harness.rules.orders import ORDERS
from harness.rules.promises import PROMISES
from harness.rules.readings import READINGS
from harness.rules.reconnections import RECONNECTIONS
from harness.rules.reports import REPORTS
from harness.rules.station import STATION
from harness.rules.transactions import TRANSACTIONS
from harness.spec.roles import Role
from harness.testbed.kits import KITS
from harness.tests.stories import (
    CM,
    CS,
    NOW,
    STATUS,
    Story,
    Tale,
    changed,
    check_both,
    earlier_events,
    event,
    events,
    found,
    row_ids,
    stamp,
    tell,
)

RULES = {rule.__name__: rule for rule in (*TRANSACTIONS, *BOTH, *OF_STATION, *OF_CSMS)}
TOKEN = {"idToken": "AABBCCDD", "type": "ISO14443"}
_LOWER, _OTHER = {**TOKEN, "idToken": "aabbccdd"}, {**TOKEN, "idToken": "OTHER"}
REMOTE = {"remoteStartId": 7}


def _sampled(*contexts: str) -> list[Any]:
    values = [{"value": 1.0, "context": context} for context in contexts]
    return [{"timestamp": stamp(), "sampledValue": values}]


def _request_start(story: Story) -> None:
    story.asked("RequestStartTransaction", {"remoteStartId": 7, "idToken": TOKEN})


def _hung_up(by: ClosedBy, wire: int = 1) -> Tale:
    def tale(story: Story) -> None:
        story.clock += 1
        story.inbox.add(Closed(story.clock, wire, ConnectionEnd(by, 1000)))

    return tale


def _pending(story: Story) -> None:
    story.told("BootNotification", {"reason": "PowerUp"}, {"status": "Pending", "interval": 9})


def _pended(story: Story) -> None:
    story.asked("BootNotification", {"reason": "PowerUp"}, {"status": "Pending", "interval": 9})


def _variable(name: str, **fields: Any) -> dict[str, Any]:
    return {"component": {"name": "C"}, "variable": {"name": name}, **fields}


def _got(*results: Any, attribute: str | None = None) -> Tale:
    asked = [_variable("A"), _variable("B")]
    if attribute is not None:
        asked = [item | {"attributeType": attribute} for item in asked]
    return lambda s: s.asked(
        "GetVariables", {"getVariableData": asked}, {"getVariableResult": list(results)}
    )


ACTUAL = {"attributeType": "Actual"}


def _empty(name: str) -> dict[str, Any]:
    return _variable(name, **ACTUAL) | {"variable": {"name": name, "instance": ""}}


BY_US, BY_THEM = ClosedBy.HARNESS, ClosedBy.SYSTEM


def _profile(**period: Any) -> dict[str, Any]:
    periods = [{"startPeriod": 0, "limit": 6.0, **period}]
    return {"chargingProfile": {"chargingSchedule": [{"chargingSchedulePeriod": periods}]}}


def _started_with(**profile: Any) -> Tale:
    request = {"remoteStartId": 1, "chargingProfile": profile}
    return lambda story: story.told("RequestStartTransaction", request)


def _schedule(*starts: int) -> dict[str, Any]:
    periods = [{"startPeriod": start, "limit": 6.0} for start in starts]
    return {"chargingSchedule": {"id": 1, "chargingSchedulePeriod": periods}}


def _offline(before: float, after: float, *later: Tale) -> Tale:
    """A frame, a time online, a close, a time offline, a new connection."""
    return tell(
        lambda s: s.told("Heartbeat"),
        lambda s: s.wait(before),
        _hung_up(BY_US),
        lambda s: s.wait(after),
        lambda s: s.opened(2),
        *later,
    )


def _named_late(seconds: float, *, acts: bool = False) -> Tale:
    """A driver is authorized, and an event made so long after that comes before his."""

    def tale(story: Story) -> None:
        events(event(0, "Started"))(story)
        story.told("Authorize", {"idToken": TOKEN}, {"idTokenInfo": {"status": "Accepted"}})
        at = story.clock
        if acts:
            story.changes["acts"] = (Act("plug_in", NOW + timedelta(seconds=at + 0.5)),)
        named = event(2, trigger="Authorized", idToken=TOKEN, timestamp=stamp(at))
        events(event(1, trigger="EVDetected", timestamp=stamp(at + seconds)), named)(story)

    return tale


def _started_late(story: Story) -> None:
    events(event(0, "Started"))(story)
    _request_start(story)
    told = {"trigger": "RemoteStart", "idToken": TOKEN, "info": REMOTE}
    events(event(1, trigger="EVDetected"), event(2, **told))(story)


#: Rule, role, tale: these break the rule, in the field with this path.
BROKEN: list[tuple[str, Role, Tale, str]] = [
    ("authorizations_name_their_token", CS, events(event(0, trigger="Authorized")), "idToken"),
    ("authorizations_name_their_token", CS, events(event(0, trigger="RemoteStart")), "idToken"),
    (
        "energy_follows_authorization",
        CS,
        events(
            event(0, "Started", info={"chargingState": "Charging"}),
            event(1, idToken={"idToken": "A", "type": "Central"}),
        ),
        "idToken",
    ),
    ("authorization_is_told_next", CS, _named_late(0), "idToken"),
    ("authorization_is_told_next", CS, _named_late(3), "idToken"),
    ("authorization_is_told_next", CS, _started_late, "idToken"),
    (
        "remote_starts_name_their_request",
        CS,
        tell(_request_start, events(event(0, trigger="RemoteStart"))),
        "remoteStartId",
    ),
    (
        "remote_starts_name_their_request",
        CS,
        tell(
            _request_start,
            events(event(0, trigger="RemoteStart", info={"remoteStartId": 8})),
        ),
        "remoteStartId",
    ),
    (
        "tokens_are_not_repeated",
        CS,
        events(*(event(number, idToken=TOKEN) for number in range(3))),
        "idToken",
    ),
    (
        "only_drivers_bring_their_token",
        CS,
        events(event(0, idToken=TOKEN), event(1, trigger="RemoteStop", idToken=_OTHER)),
        "idToken",
    ),
    (
        "meter_value_context_fits_event",
        CS,
        events(event(0, "Started", meterValue=_sampled("Sample.Periodic"))),
        "meterValue",
    ),
    (
        "meter_value_context_fits_event",
        CS,
        events(event(0, "Ended", meterValue=_sampled("Transaction.Begin", "Sample.Clock"))),
        "meterValue",
    ),
    (
        "stopped_reasons_fit_their_trigger",
        CS,
        events(event(1, "Ended", trigger="RemoteStop", info={"stoppedReason": "Local"})),
        "stoppedReason",
    ),
    (
        "stopped_reasons_fit_their_trigger",
        CS,
        events(event(1, "Ended", trigger="ResetCommand")),
        "stoppedReason",
    ),
    (
        "stopped_reasons_fit_their_trigger",
        CS,
        events(event(1, "Ended", trigger="Deauthorized")),
        "stoppedReason",
    ),
    (
        "sequence_follows_time",
        CS,
        events(event(0, "Started", timestamp=stamp(10)), event(1, timestamp=stamp(5))),
        "timestamp",
    ),
    (
        "event_timestamps_are_in_case",
        CS,
        events(event(0, "Started", timestamp=stamp(-9))),
        "timestamp",
    ),
    (
        "offline_flag_is_set",
        CS,
        _offline(0, 60, events(event(0, "Started", timestamp=stamp(30)))),
        "offline",
    ),
    (
        "offline_flag_is_set",
        CS,
        tell(lambda s: s.opened(), events(event(0, "Started", offline=True))),
        "offline",
    ),
    (
        "one_transaction_at_an_evse",
        CS,
        events(
            event(0, "Started", evse={"id": 1}),
            event(0, "Started", "u", evse={"id": 1}, timestamp=stamp(20)),
        ),
        "evse",
    ),
    (
        "one_transaction_at_an_evse",
        CS,
        events(
            event(0, "Started", evse={"id": 1}),
            event(0, "Started", "u", evse={"id": 1}, timestamp=stamp(20)),
            event(1, "Ended", timestamp=stamp(30)),
        ),
        "evse",
    ),
    ("error_codes_are_known", CS, lambda s: s.answer(s.ours("Reset"), code="Oops"), "errorCode"),
    (
        "error_codes_are_known",
        CM,
        lambda s: s.answer(s.ours("A"), code="notSupported"),
        "errorCode",
    ),
    ("pending_connections_stay_open", CS, tell(_pending, _hung_up(BY_THEM)), ""),
    ("pending_connections_stay_open", CM, tell(_pended, _hung_up(BY_THEM)), ""),
    (
        "schedules_are_ordered",
        CS,
        lambda s: s.told("NotifyEVChargingSchedule", _schedule(0, 60, 30)),
        "chargingSchedulePeriod",
    ),
    (
        "schedules_are_ordered",
        CS,
        lambda s: s.asked("GetCompositeSchedule", {}, {"schedule": _schedule(60, 0)}),
        "chargingSchedulePeriod",
    ),
    (
        "schedules_are_ordered",
        CM,
        lambda s: s.told("RequestStartTransaction", {"chargingProfile": _schedule(60, 0)}),
        "chargingSchedulePeriod",
    ),
    (
        "variable_results_answer_their_request",
        CS,
        _got(_variable("A", **ACTUAL)),
        "getVariableResult",
    ),
    (
        "variable_results_answer_their_request",
        CS,
        _got(_variable("A", **ACTUAL), _variable("C", **ACTUAL)),
        "getVariableResult",
    ),
    (
        "variable_results_answer_their_request",
        CS,
        _got(_variable("A"), _variable("B")),
        "getVariableResult",
    ),
    (
        "variable_results_answer_their_request",
        CS,
        _got(_variable("A", **ACTUAL), _variable("B", **ACTUAL), attribute="Target"),
        "getVariableResult",
    ),
    (
        "connectors_are_numbered_from_one",
        CS,
        lambda s: s.told("StatusNotification", {**STATUS, "connectorId": 0}),
        "connectorId",
    ),
    (
        "connectors_are_numbered_from_one",
        CS,
        events(event(0, "Started", evse={"id": 0})),
        "evse.id",
    ),
    (
        "status_notification_names_request",
        CS,
        lambda s: s.told("FirmwareStatusNotification", {"status": "Downloading"}),
        "requestId",
    ),
    (
        "status_notification_names_request",
        CS,
        tell(
            lambda s: s.asked("GetLog", {"requestId": 5}),
            lambda s: s.told("LogStatusNotification", {"status": "Uploading", "requestId": 6}),
        ),
        "requestId",
    ),
    (
        "phases_to_use_are_single",
        CM,
        lambda s: s.told("SetChargingProfile", _profile(phaseToUse=2)),
        "phaseToUse",
    ),
    (
        "phases_to_use_are_single",
        CM,
        lambda s: s.told("SetChargingProfile", _profile(phaseToUse=2, numberPhases=2)),
        "phaseToUse",
    ),
    ("empty_instances_are_left_out", CS, _got(_empty("A"), _variable("B", **ACTUAL)), "instance"),
    (
        "triggered_connectors_are_named",
        CM,
        lambda s: s.told(
            "TriggerMessage", {"requestedMessage": "StatusNotification", "evse": {"id": 1}}
        ),
        "connectorId",
    ),
    (
        "requested_profiles_are_of_the_transaction",
        CM,
        _started_with(chargingProfilePurpose="TxDefaultProfile"),
        "$.chargingProfile.chargingProfilePurpose",
    ),
    (
        "requested_profiles_are_of_the_transaction",
        CM,
        _started_with(chargingProfilePurpose="TxProfile", transactionId="t"),
        "$.chargingProfile.transactionId",
    ),
    (
        "transaction_ids_are_new",
        CS,
        tell(changed(started_earlier=frozenset({"t"})), events(event(0, "Started"))),
        "$.transactionInfo.transactionId",
    ),
]

#: Rule, role, tale: these only look like it.
HELD: list[tuple[str, Role, Tale]] = [
    (
        "transaction_ids_are_new",
        CS,
        tell(
            changed(started_earlier=frozenset({"t"})),
            earlier_events(event(0, "Started")),
            events(event(0, "Started", transaction="u"), event(1, transaction="u")),
        ),
    ),
    (
        "authorizations_name_their_token",
        CS,
        events(event(0, trigger="Authorized", idToken=TOKEN), event(1, trigger="CablePluggedIn")),
    ),
    (
        "energy_follows_authorization",
        CS,
        events(
            event(0, "Started", idToken={"idToken": "A", "type": "Central"}),
            event(1, info={"chargingState": "Charging"}),
        ),
    ),
    # It had happened before, or the hands were quicker than the permission.
    ("authorization_is_told_next", CS, _named_late(-1)),
    ("authorization_is_told_next", CS, _named_late(0, acts=True)),
    (
        "remote_starts_name_their_request",
        CS,
        tell(_request_start, events(event(0, trigger="RemoteStart", info=REMOTE), event(1))),
    ),
    (
        "only_drivers_bring_their_token",
        CS,
        events(event(0, idToken=TOKEN), event(1, trigger="RemoteStop", idToken=_LOWER)),
    ),
    # A group member, or the driver of a master pass.
    (
        "only_drivers_bring_their_token",
        CS,
        events(event(0, idToken=TOKEN), event(1, trigger="StopAuthorized", idToken=_OTHER)),
    ),
    # Nobody is charging yet.
    ("only_drivers_bring_their_token", CS, events(event(0, trigger="RemoteStop", idToken=TOKEN))),
    (
        "tokens_are_not_repeated",
        CS,
        events(event(0, idToken=TOKEN), event(1, idToken=TOKEN), event(2)),
    ),
    (
        "meter_value_context_fits_event",
        CS,
        events(
            event(0, "Started", meterValue=_sampled("Transaction.Begin")),
            event(1, meterValue=_sampled("Sample.Periodic")),
            event(2, "Ended", meterValue=_sampled("Sample.Periodic", "Transaction.End")),
        ),
    ),
    (
        "meter_value_context_fits_event",
        CS,
        events(event(0, "Started"), event(1, "Ended", meterValue=_sampled("Sample.Clock"))),
    ),
    # A last periodic sample, where no others are configured.
    (
        "meter_value_context_fits_event",
        CS,
        tell(
            changed(settings={"SampledDataCtrlr.TxEndedMeasurands": ""}),
            events(event(0, "Started"), event(1, "Ended", meterValue=_sampled("Sample.Periodic"))),
        ),
    ),
    (
        "stopped_reasons_fit_their_trigger",
        CS,
        events(
            event(1, trigger="RemoteStop"),
            event(2, "Ended", trigger="EVCommunicationLost"),
            event(1, "Ended", "u", trigger="RemoteStop", info={"stoppedReason": "Remote"}),
            event(1, "Ended", "v", trigger="StopAuthorized"),
        ),
    ),
    (
        "sequence_follows_time",
        CS,
        events(
            event(1, timestamp=stamp(20)),
            event(0, "Started", timestamp=stamp(10)),
            event(2, timestamp=stamp(17)),
        ),
    ),
    ("event_timestamps_are_in_case", CS, events(event(0, "Started", timestamp=stamp(-2)))),
    (
        "event_timestamps_are_in_case",
        CS,
        events(event(0, "Started", timestamp=stamp(-900), offline=True)),
    ),
    (
        "event_timestamps_are_in_case",
        CS,
        earlier_events(event(5, timestamp=stamp(-900))),
    ),
    (
        "offline_flag_is_set",
        CS,
        _offline(0, 60, events(event(0, "Started", timestamp=stamp(30), offline=True))),
    ),
    ("offline_flag_is_set", CS, _offline(0, 60, events(event(0, timestamp=stamp(64))))),
    # It waited in the queue when the connection was lost (E11.FR.07).
    (
        "offline_flag_is_set",
        CS,
        _offline(20, 60, events(event(0, timestamp=stamp(10), offline=True))),
    ),
    (
        "one_transaction_at_an_evse",
        CS,
        events(
            event(0, "Started", evse={"id": 1}),
            event(0, "Started", "u", evse={"id": 2}, timestamp=stamp(20)),
        ),
    ),
    (
        "one_transaction_at_an_evse",
        CS,
        events(
            event(0, "Started", evse={"id": 1}),
            event(0, "Started", "u", evse={"id": 1}, timestamp=stamp(20)),
            event(1, "Ended", timestamp=stamp(20)),
        ),
    ),
    ("empty_instances_are_left_out", CS, _got(_variable("A", **ACTUAL))),
    (
        "empty_instances_are_left_out",
        CS,
        lambda s: s.told("Heartbeat", {"customData": {"variable": {"instance": ""}}}),
    ),
    # It is the variable that was asked for (B06.FR.15).
    (
        "variable_results_answer_their_request",
        CS,
        _got(_empty("A"), _variable("B", **ACTUAL)),
    ),
    ("error_codes_are_known", CS, lambda s: s.answer(s.ours("Reset"), code="NotSupported")),
    ("error_codes_are_known", CM, lambda s: s.answer(s.theirs("Reset"), code="our own")),
    ("pending_connections_stay_open", CS, tell(_pending, _hung_up(BY_US))),
    ("pending_connections_stay_open", CS, tell(_hung_up(BY_THEM, 2), _pending)),
    (
        "pending_connections_stay_open",
        CS,
        tell(
            _pending,
            lambda s: s.told("BootNotification", {}, {"status": "Accepted"}),
            _hung_up(BY_THEM),
        ),
    ),
    (
        "schedules_are_ordered",
        CS,
        lambda s: s.told("NotifyEVChargingSchedule", _schedule(0, 30, 60)),
    ),
    (
        "schedules_are_ordered",
        CM,
        lambda s: s.asked("GetCompositeSchedule", {}, {"schedule": _schedule(0)}),
    ),
    (
        "variable_results_answer_their_request",
        CS,
        _got(_variable("b", **ACTUAL), _variable("a", **ACTUAL)),
    ),
    (
        "variable_results_answer_their_request",
        CS,
        lambda s: s.answer(s.ours("GetVariables"), code="OccurrenceConstraintViolation"),
    ),
    ("connectors_are_numbered_from_one", CS, lambda s: s.told("StatusNotification", STATUS)),
    ("connectors_are_numbered_from_one", CS, events(event(0, "Started", evse={"id": 1}))),
    (
        "status_notification_names_request",
        CS,
        tell(
            lambda s: s.told("FirmwareStatusNotification", {"status": "Idle"}),
            lambda s: s.asked("UpdateFirmware", {"requestId": 5}),
            lambda s: s.told(
                "FirmwareStatusNotification", {"status": "Downloading", "requestId": 5}
            ),
            lambda s: s.told("LogStatusNotification", {"status": "Uploaded", "requestId": 4}),
        ),
    ),
    (
        "phases_to_use_are_single",
        CM,
        tell(
            lambda s: s.told("SetChargingProfile", _profile(phaseToUse=2, numberPhases=1)),
            lambda s: s.told("SetChargingProfile", _profile(numberPhases=3)),
        ),
    ),
    (
        "triggered_connectors_are_named",
        CM,
        tell(
            lambda s: s.told("TriggerMessage", {"requestedMessage": "Heartbeat"}),
            lambda s: s.told(
                "TriggerMessage",
                {"requestedMessage": "StatusNotification", "evse": {"id": 1, "connectorId": 1}},
            ),
        ),
    ),
    (
        "requested_profiles_are_of_the_transaction",
        CM,
        tell(
            lambda s: s.told("RequestStartTransaction", {"remoteStartId": 1}),
            _started_with(chargingProfilePurpose="TxProfile"),
        ),
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


def test_a_long_description_is_no_description() -> None:
    story = Story(CS)
    answer = story.answer(story.ours("Reset"), code="NotSupported")
    object.__setattr__(answer.frame, "description", "x" * 256)
    [breach] = RULES["error_codes_are_known"](story.log())
    assert breach.path == "errorDescription"


def test_repeated_tokens_are_legal_but_warned_of() -> None:
    tale = events(*(event(number, idToken=TOKEN) for number in range(3)))
    [breach] = found(RULES["tokens_are_not_repeated"], CS, tale)
    assert breach.severity is Severity.WARNING


def test_the_rulebook_holds_every_rule_once() -> None:
    of_station = (
        *STATION,
        *TRANSACTIONS,
        *READINGS,
        *ENERGY,
        *FIRMWARE,
        *CONNECTORS,
        *RECONNECTIONS,
        *HEARTBEATS,
        *PROMISES,
        *KEPT,
        *REPORTS,
        *OF_STATION,
    )
    for role, own in ((CS, of_station), (CM, (*CSMS, *ORDERS, *OF_CSMS))):
        book, tables = Counter(KITS[role].rules), Counter((*GENERAL, *own, *BOTH))
        differ = {rule.__name__ for rule in (book - tables) + (tables - book)}
        assert not differ, f"harness/rules/rulebook.py: missing or twice for {role}: {differ}"


def test_every_rule_that_is_written_is_in_the_rulebook() -> None:
    modules = (i.name for i in pkgutil.iter_modules(rules.__path__, "harness.rules."))
    functions = (
        each
        for name in modules
        for each in vars(importlib.import_module(name)).values()
        if inspect.isfunction(each) and each.__module__ == name
    )
    returns = {each: each.__annotations__.get("return") for each in functions}
    written = {
        each.__name__
        for each, kind in returns.items()
        if kind == "Iterator[Breach]" and not each.__name__.startswith("_")
    }
    applied = (rule for kit in KITS.values() for rule in (*kit.rules, *OWN))
    missing = written - {rule.__name__ for rule in applied}
    assert not missing, f"enter it in the tuple at the end of its module: {missing}"


JUNK: list[Any] = [None, 5, "text", True, [], {}, [5], [None], {"a": 5}, [[]], 1.5, ["x"]]


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("junk", JUNK, ids=repr)
def test_no_payload_breaks_the_rules(role: Role, junk: Any) -> None:
    """Junk in the place of every field that a rule looks at, in requests and in responses."""
    fields = (
        *("transactionInfo", "evse", "idToken", "meterValue", "offline", "timestamp", "status"),
        *("chargingSchedule", "chargingProfile", "getVariableResult", "setVariableResult"),
        *("evseId", "connectorId", "requestId", "requestedMessage", "stoppedReason"),
    )
    actions = ("TransactionEvent", "StatusNotification", "GetVariables", "SetVariables")
    actions += ("FirmwareStatusNotification", "SetChargingProfile", "TriggerMessage")
    story = Story(role)
    for action in actions:
        story.theirs(action, dict.fromkeys(fields, junk))
        story.theirs(action, event(0, "Started", evse=junk, meterValue=junk))
        story.theirs(action, event(1, timestamp=junk, offline=junk, info={"stoppedReason": junk}))
        story.asked(action, dict.fromkeys(fields, junk), dict.fromkeys(fields, junk))
    validations = list(check(story.log(), KITS[role].rules))
    assert any(v.step == "payloads_follow_schema" and not v.ok for v in validations)
