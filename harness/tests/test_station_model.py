"""The device model of the fake station is one that a station may have (Part 2, 2.5 to 2.7)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from harness.ocppj import schema
from harness.ocppj.variables import Variable, key_of
from harness.peers.station_model import StationModel
from harness.spec.editions import DEFAULT
from harness.spec.roles import Role
from harness.spec.standard_variables import is_standardized
from harness.steps_cs import report_items
from harness.steps_cs.report_items import Item
from harness.steps_cs.required_variables import required
from harness.sut.model import Sut

SUT = Sut("C", Role.STATION, evses={1: (1, 2), 2: (1,)})
BASES = ("ConfigurationInventory", "FullInventory", "SummaryInventory")


def model() -> StationModel:
    return StationModel(SUT.evses, own={"SecurityCtrlr.Identity": "C"})


def _items(base: str = "FullInventory") -> list[Item]:
    return [Item(data, n, "", "") for n, data in enumerate(model().report(base))]


def _problems() -> Iterator[Any]:
    items = _items()
    yield from report_items.characteristics(items)
    yield from report_items.values_lists(items)
    yield from report_items.listed_values(items)
    yield from report_items.values_given(items, DEFAULT)
    yield from report_items.power_limits(items)
    yield from report_items.actual_given(items, required(SUT), DEFAULT)
    yield from report_items.includes(items, [each.variable for each in required(SUT)])


def test_it_passes_what_is_judged_of_a_full_inventory() -> None:
    assert [str(check) for check in _problems() if not check.ok] == []


def test_what_must_be_settable_is() -> None:
    settable = {key_of(item.data) for item in _items("ConfigurationInventory")}
    fixed = {each.variable for each in required(SUT) if each.writable}
    assert fixed <= settable


def test_every_variable_is_a_standardized_one() -> None:
    found = [key_of(item.data) for item in _items()]
    odd = {
        each.component for each in found if not is_standardized(each.component, each.name, DEFAULT)
    }
    assert odd == {"AirCoolingSystem"}, "which has none but generic variables"
    assert len(set(found)) == len(found)


@pytest.mark.parametrize("base", BASES)
def test_a_report_is_valid_and_not_like_the_one_before(base: str) -> None:
    station = model()
    first, second = station.report(base), station.report(base)
    assert first != second
    payload = {"requestId": 1, "generatedAt": "2026-01-01T00:00:00Z", "seqNo": 0}
    assert not schema.problems(DEFAULT, "NotifyReportRequest", {**payload, "reportData": first})


def _asked(name: str, **more: str) -> dict[str, Any]:
    return {**Variable.parse(name).as_json(), **more}


def _set(station: StationModel, name: str, value: str) -> str:
    payload = {"setVariableData": [_asked(name, attributeValue=value)]}
    [result] = station.set_variables(payload)["setVariableResult"]
    return str(result["attributeStatus"])


@pytest.mark.parametrize(
    ("name", "value", "status"),
    [
        ("OCPPCommCtrlr.OfflineThreshold", "123", "Accepted"),
        ("OCPPCommCtrlr.OfflineThreshold", "-1", "Rejected"),
        ("OCPPCommCtrlr.OfflineThreshold", "soon", "Rejected"),
        ("OCPPCommCtrlr.OfflineThreshold", "1.5", "Rejected"),
        ("OCPPCommCtrlr.NetworkConfigurationPriority", "2,1", "Accepted"),
        ("OCPPCommCtrlr.NetworkConfigurationPriority", "3", "Rejected"),
        ("OCPPCommCtrlr.NetworkConfigurationPriority", "1,1", "Rejected"),
        ("AuthCtrlr.AuthorizeRemoteStart", "maybe", "Rejected"),
        ("SecurityCtrlr.OrganizationName", "x" * 65, "Rejected"),
        ("EVSE(1).AvailabilityState", "Available", "Rejected"),
        ("OCPPCommCtrlr.Nonsense", "1", "UnknownVariable"),
        ("Nonsense.Nonsense", "1", "UnknownComponent"),
    ],
)
def test_it_takes_what_a_variable_can_be(name: str, value: str, status: str) -> None:
    assert _set(model(), name, value) == status


def test_what_the_csms_has_set_or_read_stays_as_it_is() -> None:
    station, name = model(), "OCPPCommCtrlr.OfflineThreshold"
    station.get_variables({"getVariableData": [_asked(name)]})
    read = station.value(name)
    station.report("FullInventory")
    assert station.value(name) == read
    assert _set(station, name, "321") == "Accepted"
    station.report("FullInventory")
    assert station.value(name) == "321"
