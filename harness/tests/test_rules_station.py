"""Rules for a station: for each, logs that break it, and near misses that do not."""

from __future__ import annotations

from datetime import timedelta

import pytest

from harness.evidence.verdict import Severity
from harness.rules.additional import Act
from harness.rules.firmware import FIRMWARE
from harness.rules.frames import Firmware
from harness.rules.station import STATION
from harness.spec.roles import Role
from harness.tests.stories import (
    CS,
    NOW,
    STATUS,
    Story,
    Tale,
    check_both,
    earlier_events,
    event,
    events,
    found,
    row_ids,
    stamp,
    tell,
)

RULES = {rule.__name__: rule for rule in (*STATION, *FIRMWARE)}

_RUNNING = Firmware(frozenset({"1"}))


def _retry(code: str) -> Tale:
    """An event that was refused, or not answered, and came again."""

    def tale(story: Story) -> None:
        story.told("TransactionEvent", event(0, "Started"))
        call = story.theirs("TransactionEvent", event(1))
        if code:
            story.answer(call, code=code)
        else:
            story.closed()
            story.opened(2)
        story.told("TransactionEvent", event(1))

    return tale


def _kept(*numbers: int, then: int) -> Tale:
    """Events of a transaction that were kept offline, and one after that."""
    kept = (event(number, offline=True) for number in numbers)
    return events(event(0, "Started"), *kept, event(then))


def _runs(*told: str, earlier: Firmware = _RUNNING) -> Tale:
    """Boots that tell these versions, and what the station says of an update in between."""

    def tale(story: Story) -> None:
        story.changes = {"firmware": earlier}
        for each in told:
            if each[:1].isdigit():
                station = {"model": "M", "vendorName": "V", "firmwareVersion": each}
                story.told("BootNotification", {"reason": "PowerUp", "chargingStation": station})
            else:
                story.told("FirmwareStatusNotification", {"status": each, "requestId": 1})

    return tale


def _boots(status: str, wait: float, *, reason: str = "PowerUp", trigger: bool = False) -> Tale:
    """Two boots, the first of them answered with this status and an interval of 10 s."""

    def tale(story: Story) -> None:
        first = story.theirs("BootNotification", {"reason": "PowerUp"})
        story.answer(first, {"status": status, "interval": 10})
        if trigger:
            story.asked("TriggerMessage", {"requestedMessage": "BootNotification"})
        story.wait(wait).theirs("BootNotification", {"reason": reason})

    return tale


EVSE = {"id": 1, "connectorId": 1}


def _detected(seconds: float) -> Tale:
    """A cable comes in, and the EV is told to be detected so long after that, but before it."""

    def tale(story: Story) -> None:
        events(event(0, "Started"))(story)
        at = story.clock
        story.changes["acts"] = (Act("plug_in", NOW + timedelta(seconds=at)),)
        plugged = event(2, trigger="CablePluggedIn", evse=EVSE, timestamp=stamp(at))
        detected = event(1, trigger="EVDetected", timestamp=stamp(at + seconds))
        events(detected, plugged)(story)

    return tale


#: Rule, role, tale: these break the rule, in the field with this path.
BROKEN: list[tuple[str, Role, Tale, str]] = [
    ("new_firmware_is_told", CS, _runs("2"), "firmwareVersion"),
    ("new_firmware_is_told", CS, _runs("1", "2", earlier=Firmware()), "firmwareVersion"),
    ("new_firmware_is_told", CS, _runs("Downloaded", "2"), "firmwareVersion"),
    ("new_firmware_is_told", CS, _runs("Installing", "InstallationFailed", "2"), "firmwareVersion"),
    ("new_firmware_is_told", CS, _runs("Installing", "2", "Installed", "3"), "firmwareVersion"),
    ("new_firmware_is_told", CS, _runs("Installed", "2", "3"), "firmwareVersion"),
    # Back to the version that it could not be brought to.
    (
        "new_firmware_is_told",
        CS,
        _runs("Installing", "2", "InstallationFailed", "1", "2"),
        "firmwareVersion",
    ),
    (
        "new_firmware_is_told",
        CS,
        _runs("Installed", "Installing", "DownloadFailed", "2", "3"),
        "firmwareVersion",
    ),
    ("sequence_numbers_are_contiguous", CS, events(event(0, "Started"), event(2)), "seqNo"),
    (
        "sequence_numbers_are_contiguous",
        CS,
        events(event(0, "Started"), event(1), event(1)),
        "seqNo",
    ),
    ("transactions_start_once_and_end_once", CS, events(event(0)), "eventType"),
    (
        "transactions_start_once_and_end_once",
        CS,
        events(event(0, "Started"), event(1, "Started")),
        "eventType",
    ),
    (
        "transactions_start_once_and_end_once",
        CS,
        events(event(0, "Started"), event(1, "Ended"), event(2)),
        "eventType",
    ),
    (
        "connected_evse_is_named",
        CS,
        events(event(0, "Started"), event(1, info={"chargingState": "EVConnected"})),
        "evse",
    ),
    (
        "connected_evse_is_named",
        CS,
        events(event(0, "Started", info={"chargingState": "Charging"}, evse={"id": 1})),
        "evse",
    ),
    (
        "connected_evse_is_named",
        CS,
        events(event(0, "Started"), event(1, trigger="CablePluggedIn"), event(2, evse=EVSE)),
        "evse",
    ),
    ("connected_evse_is_named", CS, _detected(0), "evse"),
    (
        "charging_state_change_has_its_reason",
        CS,
        events(event(0, "Started", trigger="ChargingStateChanged")),
        "chargingState",
    ),
    (
        "timestamps_are_current",
        CS,
        lambda s: s.told("StatusNotification", {**STATUS, "timestamp": stamp(6)}),
        "$.timestamp",
    ),
    (
        "timestamps_are_current",
        CS,
        lambda s: s.told("NotifyReport", {"generatedAt": stamp(3600)}),
        "$.generatedAt",
    ),
    ("retries_keep_the_boot_interval", CS, _boots("Pending", 5), ""),
    ("retries_keep_the_boot_interval", CS, _boots("Rejected", 8), ""),
    (
        "generated_at_is_current",
        CS,
        lambda s: s.told("NotifyReport", {"generatedAt": stamp(-3600)}),
        "$.generatedAt",
    ),
]

#: Rule, role, tale: these only look like it.
HELD: list[tuple[str, Role, Tale]] = [
    ("new_firmware_is_told", CS, _runs("1", "1")),
    ("new_firmware_is_told", CS, _runs("2", "2", earlier=Firmware())),
    ("new_firmware_is_told", CS, _runs("InstallRebooting", "2", "Installed", "2")),
    ("new_firmware_is_told", CS, _runs("Installing", "Installed", "2")),
    ("new_firmware_is_told", CS, _runs("2", earlier=Firmware(frozenset({"1"}), ready=True))),
    # One that was installed before the next could not be, without a boot in between.
    ("new_firmware_is_told", CS, _runs("Installed", "Installing", "InstallationFailed", "2")),
    ("new_firmware_is_told", CS, _runs("Installed", "Installing", "2", "InstallationFailed", "2")),
    # A boot loader that tells its own version, and the firmware of before.
    ("new_firmware_is_told", CS, _runs("InstallRebooting", "0", "InstallationFailed", "1")),
    (
        "sequence_numbers_are_contiguous",
        CS,
        events(event(4, "Started"), event(6), event(5), event(0, transaction="u")),
    ),
    ("sequence_numbers_are_contiguous", CS, _retry("InternalError")),
    ("sequence_numbers_are_contiguous", CS, _retry("")),
    (
        "sequence_numbers_are_contiguous",
        CS,
        earlier_events(event(3), event(5)),
    ),
    (
        "transactions_start_once_and_end_once",
        CS,
        events(event(0, "Started"), event(2, "Ended"), event(1)),
    ),
    (
        "transactions_start_once_and_end_once",
        CS,
        earlier_events(event(7, "Ended")),
    ),
    (
        "connected_evse_is_named",
        CS,
        events(
            event(0, "Started", info={"chargingState": "Idle"}),
            event(1, info={"chargingState": "Charging"}, evse={"id": 1, "connectorId": 1}),
            event(2, info={"chargingState": "SuspendedEV"}),
        ),
    ),
    ("connected_evse_is_named", CS, _detected(-1)),
    (
        "charging_state_change_has_its_reason",
        CS,
        events(
            event(0, "Started", trigger="ChargingStateChanged", info={"chargingState": "Charging"}),
            event(1),
        ),
    ),
    (
        "timestamps_are_current",
        CS,
        lambda s: s.told("StatusNotification", {**STATUS, "timestamp": stamp(5)}),
    ),
    (
        "timestamps_are_current",
        CS,
        lambda s: s.told("StatusNotification", {**STATUS, "timestamp": stamp(-86400)}),
    ),
    (
        "timestamps_are_current",
        CS,
        lambda s: s.told("DataTransfer", {"vendorId": "V", "data": {"timestamp": stamp(86400)}}),
    ),
    ("retries_keep_the_boot_interval", CS, _boots("Pending", 10)),
    ("retries_keep_the_boot_interval", CS, _boots("Accepted", 1)),
    ("retries_keep_the_boot_interval", CS, _boots("Rejected", 1, trigger=True)),
    ("retries_keep_the_boot_interval", CS, _boots("Pending", 1, reason="RemoteReset")),
    (
        "generated_at_is_current",
        CS,
        lambda s: s.told("NotifyReport", {"generatedAt": stamp(-1200)}),
    ),
    # A case may last for hours.
    (
        "generated_at_is_current",
        CS,
        tell(
            lambda s: s.told("NotifyReport", {"generatedAt": stamp(1)}),
            lambda s: s.wait(7200).told("Heartbeat"),
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


@pytest.mark.parametrize(
    ("tale", "severity"),
    [
        (_kept(1, 3, *range(4, 12), then=12), Severity.WARNING),
        (_kept(1, 5, 9, 13, then=14), Severity.WARNING),
        (_kept(*range(2, 13), then=13), Severity.WARNING),
        (_kept(*range(1, 12), then=13), Severity.WARNING),
        # So few that every station has room for them.
        (_kept(1, 3, *range(4, 11), then=11), Severity.FAILURE),
        # More than one at the beginning; at the end; twice; one while online.
        (_kept(*range(3, 20), then=20), Severity.FAILURE),
        (_kept(*range(1, 20), then=22), Severity.FAILURE),
        (_kept(*range(1, 20), 19, then=20), Severity.FAILURE),
        (
            events(event(0, "Started"), *(event(n) for n in range(1, 30) if n != 7)),
            Severity.FAILURE,
        ),
    ],
)
def test_what_is_dropped_for_want_of_memory_is_a_warning(tale: Tale, severity: Severity) -> None:
    [breach] = found(RULES["sequence_numbers_are_contiguous"], CS, tale)
    assert breach.severity is severity
    assert ("E04.FR.07" in breach.requirement) is (severity is Severity.WARNING)


def test_every_rule_has_both() -> None:
    check_both(RULES, BROKEN, HELD)
