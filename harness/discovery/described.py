"""From what was told and found to the lines of a description, each with its source."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from harness.discovery.answers import Answers, told_features
from harness.discovery.inventory import Inventory
from harness.spec.editions import DEFAULT
from harness.spec.roles import Role

_ASKED = "asked"
#: Part 2, 2.1.12.
_FIXED = "asked: a fixed cable, for which OCPPCommCtrlr.UnlockOnEVSideDisconnect is false"
#: Values of ``configured`` that a station tells, by its variables.
_CONFIGURED = {
    "tx_start_point": "TxCtrlr.TxStartPoint",
    "tx_stop_point": "TxCtrlr.TxStopPoint",
    "measurands": "AlignedDataCtrlr.Measurands",
    "number_phases": "EVSE.SupplyPhases",
}


@dataclass(frozen=True)
class Line:
    """A key of a description, its value, and where that comes from.

    ``value`` of a list: each item with its own source. ``doubt``: to be confirmed by a person.
    ``meaning``: what a feature says of the system, in words.
    """

    key: str
    value: Any
    source: str
    doubt: bool = False
    meaning: str = ""


@dataclass(frozen=True)
class Description:
    """The lines of a file, and the features with their sources."""

    lines: tuple[Line, ...]
    features: tuple[Line, ...]

    @property
    def doubts(self) -> tuple[Line, ...]:
        """What was not found, and must not be dropped for that."""
        return tuple(each for each in (*self.lines, *self.features) if each.doubt)


def describe(answers: Answers, found: Inventory | None) -> Description:
    """The description of the system; ``found`` is None for a CSMS, which tells nothing."""
    features = sorted(_features(answers, found), key=lambda line: line.key)
    words: Mapping[str, str] = DEFAULT.table("feature_words")
    told = tuple(replace(line, meaning=words.get(line.key, "")) for line in features)
    return Description(tuple(_lines(answers, found)), told)


def _lines(answers: Answers, found: Inventory | None) -> Iterator[Line]:
    for key in ("name", "identity", "security_profile"):
        yield Line(key, getattr(answers, key), _ASKED)
    yield Line("role", answers.role.value, _ASKED)
    if answers.security_profile in (1, 2):
        yield Line("password", f"${{{answers.password}}}", "taken from the environment")
    if answers.role is Role.CSMS:
        yield Line("url", answers.url, _ASKED)
    else:
        place = {"host": answers.host, "port": answers.port, "port_2": answers.port + 1}
        yield Line("listen", place, _ASKED)
    yield Line("profiles", list(answers.profiles), _ASKED)
    if answers.irreversible:
        yield Line("irreversible", list(answers.irreversible), _ASKED)
    yield Line("operator", {"kind": answers.operator}, _ASKED)
    if found is not None:
        yield from _found(answers, found)


def _found(answers: Answers, found: Inventory) -> Iterator[Line]:
    boot = "BootNotification"
    if version := found.station.get("firmwareVersion"):
        yield Line("version", str(version), f"{boot}, firmwareVersion")
    if serial := found.station.get("serialNumber"):
        yield Line("serial_number", str(serial), f"{boot}, serialNumber")
    evses = {evse: list(numbers) or [1] for evse, numbers in found.evses.items()}
    if evses:
        yield Line("evses", evses, "FullInventory, EVSE and Connector")
    elif found.evses_reported:
        reported = {evse: list(numbers) for evse, numbers in found.evses_reported.items()}
        yield Line("evses", reported, "not in the FullInventory; StatusNotification or NotifyEvent")
    else:
        yield Line("evses", {1: [1]}, "not found in the FullInventory", doubt=True)
    configured = {
        name: int(told.value) if told.value.isdecimal() else told.value
        for name, variable in _CONFIGURED.items()
        if (told := found.find(variable)) and told.value
    }
    if configured:
        told = ", ".join(_CONFIGURED[name] for name in configured)
        yield Line("configured", configured, f"FullInventory, {told}")
    # A start button is at the station, too.
    yield Line("authorization", "local" if answers.local_tokens else "remote", _ASKED)
    if "NoAuthorization" in answers.local_tokens:
        yield Line("start_button", value=True, source=_ASKED)


def _features(answers: Answers, found: Inventory | None) -> Iterator[Line]:
    told = dict.fromkeys(told_features(answers), _ASKED)
    sources = {**(_shown(answers, found) if found else {}), **told}
    for feature, source in sources.items():
        yield Line(feature, feature, source)
    for group in DEFAULT.features.one_of[answers.role]:
        if not set(group) & sources.keys():
            for each in group:
                yield Line(each, each, "not found, and one of its group is mandatory", doubt=True)


def _shown(answers: Answers, found: Inventory) -> dict[str, str]:
    """Features by where they show."""
    shown = dict(found.shown)
    signs: Mapping[str, Mapping[str, Any]] = DEFAULT.table("feature_signs")
    for feature, sign in signs.items():
        variable = found.find(sign["variable"])
        present = sign["shows"] == "present"
        if variable and (present or variable.value.lower() == sign["shows"]):
            shown[feature] = f"FullInventory, {sign['variable']}"
    finds: Mapping[str, Mapping[str, Any]] = DEFAULT.table("feature_finds")
    for feature, find in finds.items():
        if _holds(find, found):
            shown[feature] = f"FullInventory, {find['variable']}"
        elif "set" in find:
            shown.pop(feature, None)  # it is there, and no option
    if not _knows_offline(found, shown):
        shown.pop("C-01", None)
    if found.find("AuthCtrlr.MasterPassGroupId"):
        shown["C-07" if answers.screen else "C-08"] = "FullInventory, AuthCtrlr.MasterPassGroupId"
    if answers.fixed_cable:
        shown.pop("C-12.1", None)  # there is nothing to unlock
        shown.setdefault("C-12.2", _FIXED)
    return shown


def _knows_offline(found: Inventory, shown: Mapping[str, str]) -> bool:
    """Offline authorization needs a list, a cache, or unknown drivers let in (Part 5, C-01)."""
    local_list = found.find("LocalAuthListCtrlr.Available")
    return "C-02" in shown or "C-49" in shown or (local_list is not None and local_list.can("true"))


def _holds(find: Mapping[str, Any], found: Inventory) -> bool:
    variable = found.find(find["variable"])
    if variable is None:
        return False
    if "can" in find:
        return variable.can(find["can"])
    if "offers" in find:
        return variable.offers(find["offers"])
    return variable.writable if "set" in find else True
