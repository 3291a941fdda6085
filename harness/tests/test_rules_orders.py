"""What a CSMS has ordered stands: logs in which it does not, and near misses."""

from __future__ import annotations

from typing import Any

import pytest

from harness.rules.orders import ORDERS
from harness.spec.roles import Role
from harness.tests.stories import CM, Story, Tale, check_both, found, row_ids, tell

RULES = {rule.__name__: rule for rule in ORDERS}
NAME = "orders_are_not_overridden"


def _ordered(
    action: str, payload: Any, answer: Any, *, claimed: bool = True, wire: int = 1
) -> Tale:
    def tale(story: Story) -> None:
        story.answer(story.theirs(action, payload, claimed=claimed, wire=wire), answer)

    return tale


def _set(value: str, *, name: str = "V", status: str = "Accepted", **how: Any) -> Tale:
    item = {"component": {"name": "C"}, "variable": {"name": name}}
    request = {"setVariableData": [{**item, "attributeValue": value}]}
    return _ordered(
        "SetVariables",
        request,
        {"setVariableResult": [{**item, "attributeStatus": status}]},
        **how,
    )


def _profile(slot: int, url: str, *, status: str = "Accepted", **how: Any) -> Tale:
    payload = {"configurationSlot": slot, "connectionData": {"ocppCsmsUrl": url}}
    return _ordered("SetNetworkProfile", payload, {"status": status}, **how)


def _reset(kind: str, evse: int | None = None, *, status: str = "Accepted", **how: Any) -> Tale:
    payload = {"type": kind} | ({} if evse is None else {"evseId": evse})
    return _ordered("Reset", payload, {"status": status}, **how)


def _available(status: str, evse: int, *, answer: str = "Accepted", **how: Any) -> Tale:
    payload = {"operationalStatus": status, "evse": {"id": evse}}
    return _ordered("ChangeAvailability", payload, {"status": answer}, **how)


_OUT, _IN = "Inoperative", "Operative"

BROKEN: list[tuple[str, Role, Tale, str]] = [
    (NAME, CM, tell(_set("1"), _set("2", claimed=False)), "C.V Actual"),
    (NAME, CM, tell(_set("1"), _set("2", name="v", claimed=False)), "C.v Actual"),
    (NAME, CM, tell(_profile(1, "a"), _profile(1, "b", claimed=False)), "configurationSlot 1"),
    (NAME, CM, tell(_reset("OnIdle"), _reset("Immediate", claimed=False)), "reset"),
    (NAME, CM, tell(_reset("OnIdle", 1), _reset("OnIdle", claimed=False)), "reset"),
    (NAME, CM, tell(_reset("OnIdle", 1), _reset("OnIdle", 2, claimed=False)), "reset"),
    (NAME, CM, tell(_available(_OUT, 1), _available(_IN, 1, claimed=False)), "availability"),
    (
        NAME,
        CM,
        tell(_available(_OUT, 1, answer="Scheduled"), _available(_IN, 1, claimed=False)),
        "availability",
    ),
]

HELD: list[tuple[str, Role, Tale]] = [
    # Again as before, which another rule warns of
    (NAME, CM, tell(_set("1"), _set("1", claimed=False))),
    # Somebody wants it otherwise
    (NAME, CM, tell(_set("1"), _set("2"))),
    # Something of its own
    (NAME, CM, tell(_set("1"), _set("2", name="W", claimed=False))),
    (NAME, CM, tell(_profile(1, "a"), _profile(2, "b", claimed=False))),
    (NAME, CM, tell(_available(_OUT, 1), _available(_IN, 2, claimed=False))),
    (NAME, CM, tell(_available(_OUT, 1), _available(_IN, 1))),
    # Before somebody wanted it
    (NAME, CM, tell(_set("2", claimed=False), _set("1"))),
    # At another connection
    (NAME, CM, tell(_set("1"), _set("2", claimed=False, wire=2))),
    # The station did not do the one or the other
    (NAME, CM, tell(_set("1", status="Rejected"), _set("2", claimed=False))),
    (NAME, CM, tell(_reset("OnIdle", status="Rejected"), _reset("Immediate", claimed=False))),
    (NAME, CM, tell(_profile(1, "a"), _profile(1, "b", status="Failed", claimed=False))),
    # Not answered yet
    (NAME, CM, lambda s: s.theirs("SetVariables", {"setVariableData": [{}]})),
]


@pytest.mark.parametrize(("name", "role", "tale", "path"), BROKEN, ids=row_ids(BROKEN))
def test_a_log_that_breaks_the_rule(name: str, role: Role, tale: Tale, path: str) -> None:
    [breach] = found(RULES[name], role, tale)
    assert path in breach.path


@pytest.mark.parametrize(("name", "role", "tale"), HELD, ids=row_ids(HELD))
def test_a_near_miss_that_does_not(name: str, role: Role, tale: Tale) -> None:
    assert found(RULES[name], role, tale) == []


def test_every_rule_has_both() -> None:
    check_both(RULES, BROKEN, HELD)
