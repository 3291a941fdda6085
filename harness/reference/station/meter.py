"""The energy meter of an EVSE and the meter values made from it (block J)."""

from __future__ import annotations

import base64

from harness import clock
from harness.reference.rpc import Payload
from harness.reference.station.context import StationContext
from harness.reference.station.state import Evse

POWER_W = 11040.0
VOLTAGE = 230.0
CURRENT = 16.0


class Meter:
    """Readings of the meters; energy flows with a constant power while an EVSE charges."""

    def __init__(self, station: StationContext) -> None:
        self.station = station

    def set_charging(self, evse: Evse, charging: bool) -> None:
        """Let the energy flow, or stop it."""
        if charging and evse.charging_since is None:
            evse.charging_since = clock.monotonic()
        elif not charging and evse.charging_since is not None:
            evse.energy_wh = self.register(evse)
            evse.charging_since = None

    def register(self, evse: Evse) -> float:
        """Energy.Active.Import.Register in Wh; never goes back (J02.FR.16)."""
        if evse.charging_since is None:
            return evse.energy_wh
        return evse.energy_wh + POWER_W * (clock.monotonic() - evse.charging_since) / 3600

    def reading(self, evse: Evse | None, measurand: str) -> tuple[str, str]:
        """Value and unit of a measurand at an EVSE, or at the grid connection (None)."""
        evses = [evse] if evse is not None else list(self.station.evses.values())
        charging = sum(1 for e in evses if e.charging_since is not None)
        if measurand == "Energy.Active.Import.Register":
            return f"{sum(self.register(e) for e in evses):.1f}", "Wh"
        if measurand == "Power.Active.Import":
            return f"{POWER_W * charging:.1f}", "W"
        if measurand == "Current.Import":
            return f"{CURRENT * charging:.1f}", "A"
        return f"{VOLTAGE:.1f}", "V"

    def sample(
        self, evse: Evse | None, variable: str, context: str, *, signed: bool = False
    ) -> list[Payload]:
        """MeterValueType for the measurands that ``variable`` lists; empty where it lists none."""
        measurands = self.station.model.members(variable)
        if not measurands:
            return []
        values = [self._sampled(evse, measurand, context, signed) for measurand in measurands]
        return [{"timestamp": self.station.now(), "sampledValue": values}]

    def _sampled(self, evse: Evse | None, measurand: str, context: str, signed: bool) -> Payload:
        value, unit = self.reading(evse, measurand)
        sampled: Payload = {
            "value": float(value),
            "context": context,
            "measurand": measurand,
            "location": "Inlet" if evse is None else "Outlet",
            "unitOfMeasure": {"unit": unit},
        }
        if signed and self.station.model.flag("SampledDataCtrlr.SignReadings"):
            sampled["signedMeterValue"] = {
                "signedMeterData": base64.b64encode(f"{value} {unit}".encode()).decode("ascii"),
                "signingMethod": "",
                "encodingMethod": "plain",
                "publicKey": "",
            }
        return sampled
