"""Reports of the device model (B07, B08)."""

from __future__ import annotations

from harness.reference.rpc import Answer, CallError, Disconnected, Payload
from harness.reference.station.context import StationContext
from harness.reference.station.device_model import Component, Variable


class Reports:
    """Handlers for GetBaseReport and GetReport, and the NotifyReports that follow."""

    def __init__(self, station: StationContext) -> None:
        self.station = station

    async def get_base(self, request: Payload) -> Answer:
        """GetBaseReportRequest."""
        base = request["reportBase"]
        if base == "SummaryInventory" and not self.station.config.supports_summary_inventory:
            return Answer({"status": "NotSupported"})
        return self._report(request["requestId"], self.base_inventory(base))

    def base_inventory(self, base: str) -> list[Variable]:
        """The variables of a base report (B07.FR.07 to FR.09)."""
        model = self.station.model
        if base == "ConfigurationInventory":
            return [v for v in model if v.settable]
        if base == "SummaryInventory":
            return [v for v in model if v.name == "AvailabilityState" or _is_problem(v)]
        return list(model)

    async def get(self, request: Payload) -> Answer:
        """GetReportRequest."""
        if not self.station.config.supports_get_report:
            raise CallError("NotSupported")
        criteria: list[str] = request.get("componentCriteria") or []
        if set(criteria) & self.station.config.unsupported_criteria:
            return Answer({"status": "NotSupported"})
        wanted: list[Payload] = request.get("componentVariable") or []
        selected = self.select(criteria, wanted)
        if not selected:
            return Answer({"status": "EmptyResultSet"})
        return self._report(request["requestId"], selected)

    def select(self, criteria: list[str], wanted: list[Payload]) -> list[Variable]:
        """The variables that a custom report is limited to (B08.FR.05 to FR.25)."""
        variables = [v for v in self.station.model if not wanted or _asked_for(v, wanted)]
        if not criteria:
            return variables
        matching = [v for v in variables if self._matches(v.component, criteria)]
        if wanted or self.station.config.criteria_report == "component":
            return matching
        return [v for v in matching if v.name in criteria]

    def _matches(self, component: Component, criteria: list[str]) -> bool:
        """Whether a component meets at least one criterion (B08.FR.07 to FR.10, FR.13)."""
        for criterion in criteria:
            variable = self.station.model.find(component, criterion)
            if variable is None:
                if criterion != "Problem":
                    return True
            elif variable.value() == "true":
                return True
        return False

    def _report(self, request_id: int, variables: list[Variable]) -> Answer:
        parts = self.parts(request_id, variables)

        async def afterwards() -> None:
            self.station.spawn(self.send(parts))

        return Answer({"status": "Accepted"}, afterwards)

    def parts(self, request_id: int, variables: list[Variable]) -> list[Payload]:
        """NotifyReportRequests; the sequence begins with 0 (B07.FR.10)."""
        size = self.station.config.report_parts or max(1, len(variables))
        chunks = [variables[i : i + size] for i in range(0, len(variables), size)]
        return [
            {
                "requestId": request_id,
                "generatedAt": self.station.now(),
                "seqNo": number,
                "tbc": number < len(chunks) - 1,
                "reportData": [variable.as_report() for variable in chunk],
            }
            for number, chunk in enumerate(chunks)
        ]

    async def send(self, parts: list[Payload]) -> None:
        """Send the parts in order; a report is not repeated."""
        for part in parts:
            try:
                await self.station.call("NotifyReport", part)
            except (CallError, TimeoutError):
                continue
            except Disconnected:
                return


def _is_problem(variable: Variable) -> bool:
    return variable.name == "Problem" and variable.value() == "true"


def _asked_for(variable: Variable, wanted: list[Payload]) -> bool:
    return any(_fits(variable, item) for item in wanted)


def _fits(variable: Variable, item: Payload) -> bool:
    """Whether a ComponentVariable means this variable; what it leaves out matches everything."""
    asked = Component.of(item["component"])
    component = variable.component
    name: Payload = item.get("variable") or {}
    return (
        asked.name.lower() == component.name.lower()
        and asked.instance.lower() in ("", component.instance.lower())
        and asked.evse in (None, component.evse)
        and asked.connector in (None, component.connector)
        and str(name.get("name", variable.name)).lower() == variable.name.lower()
        and str(name.get("instance", "")).lower() in ("", variable.instance.lower())
    )
