"""Rules about the connectors of a station: logs that break them, and near misses."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from harness.peers.conductor import PRECONDITIONS
from harness.rules.additional import Act
from harness.rules.connectors import CONNECTORS
from harness.spec.roles import Role
from harness.tests.stories import (
    CS,
    NOW,
    STATUS,
    Story,
    Tale,
    changed,
    check_both,
    event,
    events,
    found,
    row_ids,
    stamp,
    tell,
)

RULES = {rule.__name__: rule for rule in CONNECTORS}
NAME = "occupied_evses_are_used"
EMPTY = "available_connectors_are_empty"


def _told(status: str = "Occupied", evse: int = 2) -> Tale:
    told = {**STATUS, "connectorStatus": status, "evseId": evse}
    return lambda story: story.told("StatusNotification", told)


def _event(trigger: str) -> Tale:
    component = {"name": "Connector", "evse": {"id": 2, "connectorId": 1}}
    data = {"component": component, "variable": {"name": "AvailabilityState"}}
    payload = {"eventData": [{**data, "actualValue": "Occupied", "trigger": trigger}]}
    return lambda story: story.told("NotifyEvent", payload)


def _acted(action: str, evse: int | None, after: float = 0) -> Tale:
    return changed(acts=(Act(action, NOW + timedelta(seconds=after), evse),))


def _asked(action: str, payload: Any) -> Tale:
    return lambda story: story.asked(action, payload)


def _before_the_case(story: Story) -> None:
    _told()(story)
    story.inbox.arrivals[-1].claimed_by = PRECONDITIONS


def _plugged(*later: Act, connector: int = 1, succeeded: bool = True) -> Tale:
    """A vehicle is connected, and what is done after that."""
    return changed(acts=(Act("plug_in", NOW, 2, connector, NOW, succeeded), *later))


def _becomes(status: str, seconds: float, connector: int = 1) -> Tale:
    """A connector is told to be so, so long after the beginning."""
    place = {"connectorStatus": status, "evseId": 2, "connectorId": connector}
    told = {**STATUS, **place, "timestamp": stamp(seconds)}
    return lambda story: story.told("StatusNotification", told)


def _shown(trigger: str) -> Tale:
    component = {"name": "Connector", "evse": {"id": 2, "connectorId": 1}}
    data = {"component": component, "variable": {"name": "AvailabilityState"}}
    told = {**data, "actualValue": "Available", "trigger": trigger, "timestamp": stamp(60)}
    return lambda story: story.told("NotifyEvent", {"eventData": [told]})


_TOKEN = Act("present_token", NOW, 1)
_LEFT = Act("unplug", NOW + timedelta(seconds=50), 2, 1)

BROKEN: list[tuple[str, Role, Tale]] = [
    (NAME, CS, _told()),
    (NAME, CS, _event("Delta")),
    (NAME, CS, tell(_told("Available"), _told())),
    # Somebody came elsewhere, or later, or power was taken away
    (NAME, CS, tell(_acted("plug_in", 1), _told())),
    (NAME, CS, tell(_acted("plug_in", 2, after=9), _told())),
    (NAME, CS, tell(changed(acts=(_TOKEN, Act("plug_in", NOW, 1))), _told())),
    (NAME, CS, tell(_acted("power_cycle", None), _told())),
    (NAME, CS, tell(_asked("RequestStartTransaction", {"evseId": 1}), _told())),
    (NAME, CS, tell(events(event(0, "Started", evse={"id": 1})), _told())),
    (EMPTY, CS, tell(_plugged(), _becomes("Available", 60))),
    (EMPTY, CS, tell(_plugged(), _shown("Delta"))),
    (EMPTY, CS, tell(_plugged(_LEFT), _becomes("Available", 30))),
]

HELD: list[tuple[str, Role, Tale]] = [
    (NAME, CS, _told("Unavailable")),
    (NAME, CS, tell(_acted("plug_in", 2), _told())),
    # A reader of the station, and one of an EVSE that the station cannot tell
    (NAME, CS, tell(changed(acts=(_TOKEN,)), _told())),
    (NAME, CS, tell(_acted("present_token", None), _told())),
    (NAME, CS, tell(_asked("RequestStartTransaction", {"evseId": 2}), _told())),
    (NAME, CS, tell(_asked("RequestStartTransaction", {}), _told())),
    (NAME, CS, tell(events(event(0, "Started", evse={"id": 2})), _told())),
    # A state that a monitor reports from time to time
    (NAME, CS, _event("Periodic")),
    (NAME, CS, _before_the_case),
    (NAME, CS, tell(_before_the_case, _told())),
    # Its preconditions could not be brought about
    (NAME, CS, tell(changed(complete=False), _told())),
    (EMPTY, CS, tell(_plugged(), _becomes("Occupied", 60))),
    (EMPTY, CS, tell(_plugged(_LEFT), _becomes("Available", 60))),
    # It has not been noticed yet, or was told late, or is another connector
    (EMPTY, CS, tell(_plugged(), _becomes("Available", 10))),
    (EMPTY, CS, tell(_plugged(), _becomes("Available", -10))),
    (EMPTY, CS, tell(_plugged(connector=2), _becomes("Available", 60))),
    # The plug did not go in
    (EMPTY, CS, tell(_plugged(succeeded=False), _becomes("Available", 60))),
    (EMPTY, CS, tell(_plugged(), _shown("Periodic"))),
]


@pytest.mark.parametrize(("name", "role", "tale"), BROKEN, ids=row_ids(BROKEN))
def test_a_log_that_breaks_the_rule(name: str, role: Role, tale: Tale) -> None:
    [breach] = found(RULES[name], role, tale)
    assert breach.path == "evse 2 connector 1"


@pytest.mark.parametrize(("name", "role", "tale"), HELD, ids=row_ids(HELD))
def test_a_near_miss_that_does_not(name: str, role: Role, tale: Tale) -> None:
    assert found(RULES[name], role, tale) == []


def test_every_rule_has_both() -> None:
    check_both(RULES, BROKEN, HELD)
