"""What a station says of itself, compared with its description before the first case."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any

from harness.ocppj.variables import Variable
from harness.peers.fake_csms import FakeCSMS
from harness.peers.sent import result_of
from harness.spec.catalogue import Row
from harness.steps_cs.device_reports import new_request_id
from harness.sut import pics
from harness.sut.model import Sut

#: What is answered about something that is not there (GetVariableStatusEnumType).
_NOT_THERE = ("UnknownComponent", "UnknownVariable")
_SUMMARY = "C-56"
#: An EVSE that no station has.
_NOWHERE = 4711


@dataclass(frozen=True)
class Difference:
    """A line of the description that the station contradicts.

    ``feature``: the cases whose condition names it depend on it; "" where all of them do.
    """

    declared: str
    told: str
    feature: str = ""

    def concerns(self, row: Row | None, sut: Sut) -> bool:
        """Whether a case, None for what is none of Part 6, depends on that line."""
        if not self.feature:
            return True
        if row is None:
            return False
        other = replace(sut, features=sut.features ^ {self.feature})
        return bool(pics.applicability(row, sut)) != bool(pics.applicability(row, other))


async def differences(csms: FakeCSMS) -> list[Difference]:
    """What the station contradicts; what it does not tell is as it is declared."""
    found = [each async for each in _places(csms)]
    found += [each async for each in _features(csms)]
    if not csms.variables.silent:
        found += [each async for each in _summary(csms)]
    return found


async def _places(csms: FakeCSMS) -> AsyncIterator[Difference]:
    """EVSEs and connectors, where the station tells of those that it has."""
    sut = csms.sut
    evses = [_evse(each) for each in sut.evses]
    connectors = [_connector(*each) for each in sut.connectors]
    told = {each: await _status(csms, each) for each in (*evses, *connectors)}
    for kind in (evses, connectors):
        if "Accepted" in (told[each] for each in kind):
            for each in kind:
                if told[each] == "UnknownComponent":
                    yield _of_places(sut, "without", each)
    # Who tells of a place that is nowhere says nothing by telling of another one.
    if await _status(csms, _evse(_NOWHERE)) == "Accepted" or "Accepted" not in told.values():
        return
    beyond = [_evse(max(sut.evses) + 1)]
    beyond += [_connector(evse, max(numbers) + 1) for evse, numbers in sut.evses.items()]
    for each in beyond:
        if await _status(csms, each) == "Accepted":
            yield _of_places(sut, "with", each)


def _of_places(sut: Sut, which: str, place: Variable) -> Difference:
    name = str(place).partition(".")[0]
    return Difference(f"evses: {sut.evses}", f"a station {which} {name}")


async def _features(csms: FakeCSMS) -> AsyncIterator[Difference]:
    """Features that show in a variable."""
    declared = pics.declared(csms.sut).features
    signs: dict[str, dict[str, Any]] = csms.sut.edition.table("feature_signs")
    for feature, sign in signs.items():
        if feature not in declared and not sign.get("both"):
            continue
        variable = Variable.parse(sign["variable"])
        if variable.component == "EVSE":
            variable = replace(variable, evse=csms.sut.configured.evse_id)
        item = await csms.variables.told_of(variable)
        status, value = item.get("attributeStatus", ""), str(item.get("attributeValue", ""))
        present = sign["shows"] == "present"
        there = status == "Accepted" and (present or sign["shows"] == value.lower())
        gone = _NOT_THERE[:1] if sign.get("optional") else _NOT_THERE
        missing = status in gone if present else value.lower() == "false"
        told = f"{variable}: {value or status}"
        if feature in declared and missing:
            yield Difference(f"features: {feature}", told, feature)
        elif feature not in declared and there:
            yield Difference(f"features without {feature}", told, feature)


async def _summary(csms: FakeCSMS) -> AsyncIterator[Difference]:
    """Whether it gives a SummaryInventory, which nothing but the question tells."""
    declared = _SUMMARY in pics.declared(csms.sut).features
    asked = {"requestId": new_request_id(), "reportBase": "SummaryInventory"}
    status = result_of(await csms.consult("GetBaseReport", **asked)).get("status")
    told = f"{status} to GetBaseReportRequest SummaryInventory"
    if declared and status == "NotSupported":
        yield Difference(f"features: {_SUMMARY}", told, _SUMMARY)
    if not declared and status == "Accepted":
        yield Difference(f"features without {_SUMMARY}", told, _SUMMARY)


def _evse(number: int) -> Variable:
    return Variable("EVSE", "AvailabilityState", evse=number)


def _connector(evse: int, number: int) -> Variable:
    return Variable("Connector", "AvailabilityState", evse=evse, connector=number)


async def _status(csms: FakeCSMS, variable: Variable) -> str:
    return str((await csms.variables.told_of(variable)).get("attributeStatus", ""))
