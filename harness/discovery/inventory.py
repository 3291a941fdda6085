"""What a station tells of itself: its inventory, and answers to harmless questions."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from harness.evidence.transcript import Transcript
from harness.evidence.verdict import CaseStopped, StopKind
from harness.ocppj.frames import Payload
from harness.ocppj.payloads import inner, objects
from harness.ocppj.variables import Variable
from harness.peers.fake_csms import FakeCSMS
from harness.peers.sent import result_of
from harness.steps_cs.device_reports import new_request_id
from harness.testbed.station import StationTestBed

#: Part 5, 3.1: what is triggered, by feature.
_TRIGGERS = {
    "C-29.1": "MeterValues",
    "C-29.2": "TransactionEvent",
    "C-29.3": "LogStatusNotification",
    "C-29.4": "FirmwareStatusNotification",
    "C-29.5": "StatusNotification",
    "C-29.6": "BootNotification",
}
#: Of these an EVSE is named, and for the last one a connector (F06.FR.04, F06.FR.12).
_OF_EVSE = ("MeterValues", "TransactionEvent", "StatusNotification")


@dataclass(frozen=True)
class Told:
    """A variable of an inventory; ``options``: the values that it can have, where they are told."""

    value: str
    writable: bool
    options: tuple[str, ...]

    def can(self, value: str) -> bool:
        """Whether it has this value, or can be given it."""
        return self.writable or self.value.lower() == value

    def offers(self, value: str) -> bool:
        """Whether the value is among those that it has or can be given."""
        here = tuple(each.strip() for each in self.value.split(","))
        return value in here or (self.writable and value in self.options)


@dataclass(frozen=True)
class Inventory:
    """All variables, what BootNotification told, and the features that questions showed.

    ``reported``: EVSE and number of the connectors whose state was told.
    """

    variables: Mapping[Variable, Told]
    station: Payload
    shown: Mapping[str, str]
    reported: tuple[tuple[int, int], ...] = ()

    def find(self, name: str) -> Told | None:
        """The variable of this name, of whichever EVSE."""
        wanted = Variable.parse(name)
        for variable, told in self.variables.items():
            if replace(variable, evse=None, connector=None) == wanted:
                return told
        return None

    @property
    def evses(self) -> dict[int, tuple[int, ...]]:
        """Every EVSE of the inventory with its connectors."""
        found: dict[int, list[int]] = {}
        for each in self.variables:
            # Names are compared without regard to case (Part 2, identifierString).
            if each.component.casefold() in ("evse", "connector") and each.evse:
                numbers = found.setdefault(each.evse, [])
                if each.connector and each.connector not in numbers:
                    numbers.append(each.connector)
        return {evse: tuple(sorted(numbers)) for evse, numbers in sorted(found.items())}

    @property
    def evses_reported(self) -> dict[int, tuple[int, ...]]:
        """Every EVSE with its connectors whose state was told, as it is of all after a boot."""
        evses = sorted({evse for evse, _ in self.reported})
        return {e: tuple(sorted(n for evse, n in self.reported if evse == e)) for e in evses}


async def ask(test_bed: StationTestBed) -> Inventory:
    """Have the station boot, and tell what it is.

    Raises:
        CaseStopped: it did not come, or gives no FullInventory.
    """
    test_bed.compare = False
    peer = test_bed.peer("discovery", Transcript("discovery"))
    async with peer.before():
        await test_bed.prepare(peer, booted=True)
    boots = [a.payload for a in peer.inbox.arrivals if a.action == "BootNotification"]
    variables = dict(_variables(await _report(peer)))
    shown = {feature: source async for feature, source in _questions(peer)}
    # EVSE 0 is the station as a whole.
    reported = tuple(place for place in peer.latest_reports() if all(place))
    await test_bed.restore(peer)
    station = inner(boots[-1], "chargingStation") if boots else {}
    return Inventory(variables, station, shown, reported)


async def _report(peer: FakeCSMS) -> list[Payload]:
    number = new_request_id()
    wanted = {"requestId": number, "reportBase": "FullInventory"}
    status = result_of(await peer.consult("GetBaseReport", **wanted)).get("status")
    if status != "Accepted":
        raise CaseStopped(StopKind.BEFORE, f"it answers {status} to a FullInventory (B07.FR.01)")

    def parts() -> list[Payload]:
        told = [a.payload for a in peer.inbox.arrivals if a.action == "NotifyReport"]
        return [each for each in told if each.get("requestId") == number]

    def complete() -> bool | None:
        return any(each.get("tbc") is not True for each in parts()) or None

    if not await peer.inbox.wait(complete, peer.sut.limits.event):
        raise CaseStopped(StopKind.BEFORE, "its FullInventory does not come to an end")
    return [item for each in parts() for item in objects(each, "reportData")]


def _variables(items: list[Payload]) -> Iterator[tuple[Variable, Told]]:
    for item in items:
        component, variable = inner(item, "component"), inner(item, "variable")
        evse = inner(component, "evse")
        for attribute in objects(item, "variableAttribute"):
            if attribute.get("type", "Actual") != "Actual":
                continue
            options = str(inner(item, "variableCharacteristics").get("valuesList", ""))
            name = Variable(
                str(component.get("name", "")),
                str(variable.get("name", "")),
                variable.get("instance") or None,
                evse.get("id"),
                evse.get("connectorId"),
            )
            writable = attribute.get("mutability", "ReadWrite") != "ReadOnly"
            listed = tuple(each.strip() for each in options.split(",") if each)
            yield name, Told(str(attribute.get("value", "")), writable, listed)


async def _questions(peer: FakeCSMS) -> AsyncIterator[tuple[str, str]]:
    """Features that nothing but a question tells, each with the question."""
    asked = {"requestId": new_request_id(), "reportBase": "SummaryInventory"}
    if result_of(await peer.consult("GetBaseReport", **asked)).get("status") == "Accepted":
        yield "C-56", "GetBaseReport SummaryInventory: Accepted"
    evse, connector = peer.sut.connectors[0]
    for feature, message in _TRIGGERS.items():
        place: dict[str, Any] = {}
        if message in _OF_EVSE:
            place = {"evse": {"id": evse}}
        if message == "StatusNotification":
            place = {"evse": {"id": evse, "connectorId": connector}}
        answer = await peer.consult("TriggerMessage", requestedMessage=message, **place)
        status = result_of(answer).get("status")
        if status in ("Accepted", "Rejected"):  # F06.FR.08: NotImplemented is what it cannot
            yield feature, f"TriggerMessage {message}: {status}"
