"""Faults of stations that say one thing and do another: refused and done, done and undone."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from harness.reference.faults.base import Alter, Fault, MarkTriggered, replaces
from harness.reference.faults.station.results import THRESHOLD
from harness.reference.faults.station.words import handles, only_answers
from harness.reference.rpc import Answer, Payload
from harness.reference.station.device_model import Attribute, Component

_PRIORITY = "OCPPCommCtrlr.NetworkConfigurationPriority"
_THRESHOLD = f"OCPPCommCtrlr.{THRESHOLD}"


def _takes_unknown(status: str) -> Alter:
    """What it answers with this status it has from then on."""

    def set_one(
        station: Any, original: Any, mark_triggered: MarkTriggered, item: Payload
    ) -> Payload:
        result: Payload = original(item)
        if result["attributeStatus"] == status:
            mark_triggered()
            made = deepcopy(station.model.named(_THRESHOLD))
            made.component = Component.of(item["component"])
            made.name = item["variable"]["name"]
            made.attributes[0].value = str(item["attributeValue"])
            station.model.variables.append(made)
        return result

    return replaces("variables.set_one")(set_one)


def _sets_another(path: str, *statuses: str) -> Alter:
    """What it answers with one of these statuses it writes to another variable."""

    def set_one(
        station: Any, original: Any, mark_triggered: MarkTriggered, item: Payload
    ) -> Payload:
        result: Payload = original(item)
        if result["attributeStatus"] in statuses and path not in _path(item):
            mark_triggered()
            station.model.write(path, str(item["attributeValue"]))
        return result

    return replaces("variables.set_one")(set_one)


def _path(item: Payload) -> str:
    return f"{item['component']['name']}.{item['variable']['name']}"


@replaces("variables.set_one")
def _takes_attribute(
    station: Any, original: Any, mark_triggered: MarkTriggered, item: Payload
) -> Payload:
    result: Payload = original(item)
    if result["attributeStatus"] == "NotSupportedAttributeType":
        mark_triggered()
        value = str(item["attributeValue"])
        made = Attribute(item["attributeType"], value, "ReadWrite")
        station.model.named(_path(item)).attributes.append(made)
    return result


def _shows_once(station: Any, mark_triggered: MarkTriggered) -> None:
    """A new value of OfflineThreshold is read once, then the old one again."""
    former, variables = list[str](), station.variables
    set_before, get_before = variables.set_one, variables.get_one

    def set_one(item: Payload) -> Payload:
        before = station.model.text(_THRESHOLD)
        result: Payload = set_before(item)
        if _path(item) == _THRESHOLD and result["attributeStatus"] == "Accepted":
            former[:] = [before]
        return result

    def get_one(item: Payload) -> Payload:
        result: Payload = get_before(item)
        if _path(item) == _THRESHOLD and former:
            mark_triggered()
            station.model.write(_THRESHOLD, former.pop())
        return result

    variables.set_one, variables.get_one = set_one, get_one


@replaces("variables.wrong")
def _knows_one_value(
    _station: Any, original: Any, mark_triggered: MarkTriggered, variable: Any, value: str
) -> str:
    if variable.path == _THRESHOLD and value != "300":
        mark_triggered()
        return "only 300 will do"
    return original(variable, value)


@handles("SetNetworkProfile")
async def _puts_refused_slot_last(
    station: Any, original: Any, mark_triggered: MarkTriggered, asked: Payload
) -> Answer:
    answer: Answer = await original(asked)
    if answer.payload["status"] == "Rejected":
        mark_triggered()
        kept = station.model.text(_PRIORITY)
        station.model.write(_PRIORITY, f"{kept},{asked['configurationSlot']}")
    return answer


@handles("SetNetworkProfile")
async def _stores_what_it_refuses(
    station: Any, original: Any, mark_triggered: MarkTriggered, asked: Payload
) -> Answer:
    answer: Answer = await original(asked)
    if answer.payload["status"] == "Rejected":
        mark_triggered()
        slot = asked["configurationSlot"]
        station.network.store(slot, {**asked["connectionData"], "securityProfile": 3})
        variable = station.model.named(_PRIORITY)
        values = (*variable.characteristics.values, str(slot))
        object.__setattr__(variable.characteristics, "values", values)
    return answer


FAULTS = (
    Fault(
        "unknown-variable-taken",
        "Does not know a variable that is set, and has it from then on.",
        _takes_unknown("UnknownVariable"),
        requirement="B05.FR.05",
        shows=("TC_B_36_CS", "2"),
    ),
    Fault(
        "unknown-component-taken",
        "Does not know a component of which a variable is set, and has it from then on.",
        _takes_unknown("UnknownComponent"),
        requirement="B05.FR.04",
        shows=("TC_B_35_CS", "2"),
    ),
    Fault(
        "unknown-component-set-elsewhere",
        "Does not know a component, and sets the variable of that name that it has.",
        _sets_another(_THRESHOLD, "UnknownComponent"),
        requirement="B05.FR.04",
        shows=("TC_B_35_CS", "2"),
    ),
    Fault(
        "unknown-variable-set-elsewhere",
        "Does not know a variable, and sets another one of its component.",
        _sets_another("OCPPCommCtrlr.MessageAttemptInterval[TransactionEvent]", "UnknownVariable"),
        requirement="B05.FR.05",
        shows=("TC_B_36_CS", "2"),
    ),
    Fault(
        "unsupported-attribute-taken",
        "Does not support an attribute that is set, and has it from then on.",
        _takes_attribute,
        requirement="B05.FR.06",
        shows=("TC_B_37_CS", "2"),
    ),
    Fault(
        "read-only-set-elsewhere",
        "Refuses to set a variable that is read-only, and sets another one.",
        _sets_another("TxCtrlr.EVConnectionTimeOut", "Rejected"),
        requirement="B05.FR.09",
        shows=("TC_B_39_CS", "2"),
    ),
    Fault(
        "set-changes-another",
        "Sets the variable that was asked for, and another one with it.",
        _sets_another("TxCtrlr.EVConnectionTimeOut", "Accepted"),
        requirement="B05.FR.10",
        shows=("TC_B_09_CS", "2"),
    ),
    Fault(
        "set-shown-once",
        "Shows a new value once, then the old one again.",
        _shows_once,
        requirement="B05.FR.10",
        shows=("TC_B_09_CS", "2"),
    ),
    Fault(
        "set-to-what-it-is",
        "Accepts for OfflineThreshold the value that it has, and no other.",
        _knows_one_value,
        requirement="B05.FR.10",
        shows=("TC_B_09_CS", "Before"),
        verdict="INCONCLUSIVE",
    ),
    Fault(
        "refused-slot-in-priority",
        "Refuses a network profile, and puts its slot into the priority.",
        _puts_refused_slot_last,
        requirement="B09.FR.02",
        shows=("TC_B_43_CS", "2"),
    ),
    Fault(
        "refused-profile-stored",
        "Refuses a network profile, and lets its slot be put first.",
        _stores_what_it_refuses,
        requirement="B09.FR.02, B10.FR.02",
        shows=("TC_B_43_CS", "2"),
    ),
    Fault(
        "local-list-in-words",
        "Accepts a local authorization list and keeps the one that it has.",
        only_answers("SendLocalList", {"status": "Accepted"}),
        requirement="D01.FR.01, D01.FR.15",
        shows=("TC_E_45_CS", "accepted_lists_are_held"),
    ),
)
