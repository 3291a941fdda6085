"""GetVariables and SetVariables (B05, B06)."""

from __future__ import annotations

from collections.abc import Callable

from harness.reference.rpc import Answer, CallError, Payload
from harness.reference.station.context import StationContext
from harness.reference.station.device_model import Component, Variable
from harness.reference.station.values import problem

Result = Payload
Check = Callable[[str], str]


class Variables:
    """Handlers for reading and writing single variables.

    ``checks`` says, for a variable's path, what is wrong with a well-formed value; ``effects`` is
    what a new value brings about once the answer is out.
    """

    def __init__(self, station: StationContext) -> None:
        self.station = station
        self.checks: dict[str, Check] = {}
        self.effects: dict[str, Callable[[str], None]] = {}
        self.need_reboot: set[str] = set()

    async def get(self, request: Payload) -> Answer:
        """GetVariablesRequest."""
        items: list[Payload] = request["getVariableData"]
        refused = self.over_limit(len(items), "GetVariables")
        results = [
            self.get_one(item) if index not in refused else self._too_many(item)
            for index, item in enumerate(items)
        ]
        return Answer({"getVariableResult": results})

    async def set(self, request: Payload) -> Answer:
        """SetVariablesRequest."""
        items: list[Payload] = request["setVariableData"]
        refused = self.over_limit(len(items), "SetVariables")
        results: list[Result] = []
        done: list[tuple[str, str]] = []
        for index, item in enumerate(items):
            if index in refused:
                results.append(self._too_many(item))
                continue
            result = self.set_one(item)
            results.append(result)
            variable = self._variable(item)
            if result["attributeStatus"] in ("Accepted", "RebootRequired") and variable:
                done.append((variable.path, str(item["attributeValue"])))

        async def afterwards() -> None:
            self.apply(done)

        return Answer({"setVariableResult": results}, afterwards)

    def apply(self, changes: list[tuple[str, str]]) -> None:
        """Let new values take effect."""
        for path, value in changes:
            effect = self.effects.get(path)
            if effect is not None:
                effect(value)

    def over_limit(self, count: int, message: str) -> set[int]:
        """Positions of the items that are too many (B06.FR.05, B06.FR.16)."""
        limit = self.station.model.number(f"DeviceDataCtrlr.ItemsPerMessage[{message}]", count)
        if count <= limit:
            return set()
        if self.station.config.over_limit == "call_error":
            raise CallError("OccurrenceConstraintViolation", f"at most {limit} items")
        first = 0 if self.station.config.over_limit == "reject_all" else limit
        return set(range(first, count))

    def get_one(self, item: Payload) -> Result:
        """GetVariableResult for one GetVariableData."""
        kind = item.get("attributeType", "Actual")
        status = self.address_status(item)
        variable = self._variable(item)
        attribute = variable.attribute(kind) if variable else None
        if status == "" and variable is not None and attribute is not None:
            if attribute.readable:
                return {**_result(item, "Accepted"), "attributeValue": variable.value(kind)}
            status = "Rejected"  # B06.FR.09
        return _result(item, status or "NotSupportedAttributeType")

    def set_one(self, item: Payload) -> Result:
        """SetVariableResult for one SetVariableData; writes the value."""
        kind = item.get("attributeType", "Actual")
        status = self.address_status(item)
        variable = self._variable(item)
        attribute = variable.attribute(kind) if variable else None
        if status or variable is None or attribute is None:
            return _result(item, status or "NotSupportedAttributeType")
        if attribute.mutability == "ReadOnly":
            return _result(item, "Rejected", "ReadOnly")
        value = str(item["attributeValue"])
        wrong = self.wrong(variable, value)
        if wrong:
            return _result(item, "Rejected", "InvalidValue")
        attribute.value = value
        needs_reboot = variable.path in self.need_reboot
        return _result(item, "RebootRequired" if needs_reboot else "Accepted")

    def wrong(self, variable: Variable, value: str) -> str:
        """What is wrong with a value, or an empty text."""
        wrong = problem(value, variable.characteristics)
        check = self.checks.get(variable.path)
        return wrong or (check(value) if check else "")

    def address_status(self, item: Payload) -> str:
        """UnknownComponent, UnknownVariable, NotSupportedAttributeType, or an empty text."""
        if not self.station.model.has_component(Component.of(item["component"])):
            return "UnknownComponent"
        variable = self._variable(item)
        if variable is None:
            return "UnknownVariable"
        if variable.attribute(item.get("attributeType", "Actual")) is None:
            return "NotSupportedAttributeType"
        return ""

    def _variable(self, item: Payload) -> Variable | None:
        variable: Payload = item["variable"]
        return self.station.model.find(
            Component.of(item["component"]), variable["name"], variable.get("instance", "")
        )

    def _too_many(self, item: Payload) -> Result:
        return _result(item, "Rejected", "TooManyElements")


def _result(item: Payload, status: str, reason: str = "") -> Result:
    """What both results share; the attributeType is always told (B05.FR.12, B06.FR.11)."""
    result: Result = {
        "attributeStatus": status,
        "attributeType": item.get("attributeType", "Actual"),
        "component": item["component"],
        "variable": item["variable"],
    }
    if reason:
        result["attributeStatusInfo"] = {"reasonCode": reason}
    return result
