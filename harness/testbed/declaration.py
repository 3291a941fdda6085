"""What a station says of itself, compared with its description before the first case."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any

from harness.evidence.values import UNREADABLE
from harness.ocppj.frames import FrameKind, Payload
from harness.ocppj.payloads import objects
from harness.ocppj.variables import Variable, folded, get_item, key_of
from harness.peers.fake_csms import FakeCSMS
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
    asking = _Asking(csms, csms.sut)
    kinds = (asking.places, asking.features, asking.summary)
    return [each for kind in kinds async for each in kind()]


@dataclass
class _Asking:
    csms: FakeCSMS
    sut: Sut
    #: Whether a question was left without any answer: then no further one is asked.
    _silent: bool = False

    async def places(self) -> AsyncIterator[Difference]:
        """EVSEs and connectors, where the station tells of those that it has."""
        evses = [Variable("EVSE", "AvailabilityState", evse=e) for e in self.sut.evses]
        connectors = [
            Variable("Connector", "AvailabilityState", evse=e, connector=c)
            for e, c in self.sut.connectors
        ]
        beyond = [replace(evses[-1], evse=max(self.sut.evses) + 1)]
        beyond += [
            Variable("Connector", "AvailabilityState", evse=e, connector=max(numbers) + 1)
            for e, numbers in self.sut.evses.items()
        ]
        told = {each: await self._status(each) for each in (*evses, *connectors)}
        for kind in (evses, connectors):
            if "Accepted" in (told[each][0] for each in kind):
                for each in kind:
                    if told[each][0] == "UnknownComponent":
                        yield Difference(
                            f"evses: {self.sut.evses}", f"a station without {_name(each)}"
                        )
        nowhere = replace(evses[-1], evse=_NOWHERE)
        # Who tells of a place that is nowhere says nothing by telling of another one.
        if (await self._status(nowhere))[0] == "Accepted":
            return
        if "Accepted" not in (status for status, _ in told.values()):
            return
        for each in beyond:
            if (await self._status(each))[0] == "Accepted":
                yield Difference(f"evses: {self.sut.evses}", f"a station with {_name(each)}")

    async def features(self) -> AsyncIterator[Difference]:
        """Features that show in a variable."""
        declared = pics.declared(self.sut).features
        signs: dict[str, dict[str, Any]] = self.sut.edition.table("feature_signs")
        for feature, sign in signs.items():
            if feature not in declared and not sign.get("both"):
                continue
            variable = Variable.parse(sign["variable"])
            if variable.component == "EVSE":
                variable = replace(variable, evse=self.sut.configured.evse_id)
            status, value = await self._status(variable)
            present = sign["shows"] == "present"
            there = status == "Accepted" and (present or sign["shows"] == value.lower())
            missing = status in _NOT_THERE if present else value.lower() == "false"
            told = f"{variable}: {value or status}"
            if feature in declared and missing:
                yield Difference(f"features: {feature}", told, feature)
            elif feature not in declared and there:
                yield Difference(f"features without {feature}", told, feature)

    async def summary(self) -> AsyncIterator[Difference]:
        """Whether it gives a SummaryInventory, which nothing but the question tells."""
        declared = _SUMMARY in pics.declared(self.sut).features
        answer = await self._ask(
            "GetBaseReport", requestId=new_request_id(), reportBase="SummaryInventory"
        )
        told = f"{answer.get('status')} to GetBaseReportRequest SummaryInventory"
        if declared and answer.get("status") == "NotSupported":
            yield Difference(f"features: {_SUMMARY}", told, _SUMMARY)
        if not declared and answer.get("status") == "Accepted":
            yield Difference(f"features without {_SUMMARY}", told, _SUMMARY)

    async def _status(self, variable: Variable) -> tuple[str, str]:
        """attributeStatus and attributeValue of a variable, "" where they are not told."""
        answer = await self._ask("GetVariables", getVariableData=[get_item(variable, "Actual")])
        for item in objects(answer, "getVariableResult"):
            try:
                if folded(key_of(item)) == folded(variable):
                    return str(item.get("attributeStatus", "")), str(item.get("attributeValue", ""))
            except UNREADABLE:
                continue
        return "", ""

    async def _ask(self, action: str, **payload: Any) -> Payload:
        answer = None if self._silent else await self.csms.consult(action, **payload)
        self._silent = answer is None
        taken = answer is not None and answer.frame.kind is FrameKind.CALLRESULT
        return answer.frame.payload if answer is not None and taken else {}


def _name(variable: Variable) -> str:
    return str(variable).partition(".")[0]
