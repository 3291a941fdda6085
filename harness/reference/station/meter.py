"""The energy meter of an EVSE and the meter values made from it (block J)."""

from __future__ import annotations

from harness import clock
from harness.reference.rpc import Payload
from harness.reference.station.context import StationContext
from harness.reference.station.signatures import Signer
from harness.reference.station.state import Evse

REGISTER = "Energy.Active.Import.Register"
VOLTAGE = 230.0
PHASES = 3


class Meter:
    """Readings of the meters; energy flows with a constant power while an EVSE charges."""

    def __init__(self, station: StationContext) -> None:
        self.station = station
        self.signer = Signer()

    @property
    def power(self) -> float:
        """What flows to a vehicle that charges, in W."""
        return self.station.config.power

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
        return evse.energy_wh + self.power * (clock.monotonic() - evse.charging_since) / 3600

    def reading(self, evse: Evse | None, measurand: str) -> tuple[str, str]:
        """Value and unit of a measurand at an EVSE, or at the grid connection (None)."""
        evses = [evse] if evse is not None else list(self.station.evses.values())
        charging = sum(1 for e in evses if e.charging_since is not None)
        if measurand == REGISTER:
            return f"{sum(self.register(e) for e in evses):.1f}", "Wh"
        if measurand == "Power.Active.Import":
            return f"{self.power * charging:.1f}", "W"
        if measurand == "Current.Import":
            return f"{self.power / VOLTAGE / PHASES * charging:.1f}", "A"
        return f"{VOLTAGE:.1f}", "V"

    def sample(self, evse: Evse | None, variable: str, context: str) -> list[Payload]:
        """MeterValueType for the measurands that ``variable`` lists; empty where it lists none."""
        measurands = self.station.model.members(variable)
        if not measurands:
            return []
        signs = evse is not None and self.station.model.flag(_sign_readings(variable))
        values = [self._sampled(evse, measurand, context) for measurand in measurands]
        for value in values if signs else []:
            if value["measurand"] == REGISTER:
                value["signedMeterValue"] = self._signed(evse, value)
        return [{"timestamp": self.station.now(), "sampledValue": values}]

    def _sampled(self, evse: Evse | None, measurand: str, context: str) -> Payload:
        value, unit = self.reading(evse, measurand)
        return {
            "value": float(value),
            "context": context,
            "measurand": measurand,
            "location": "Inlet" if evse is None else "Outlet",
            "unitOfMeasure": {"unit": unit},
        }

    def _signed(self, evse: Evse | None, sampled: Payload) -> Payload:
        """The signed value of the register, with the key where that is due."""
        value, unit = str(sampled["value"]), sampled["unitOfMeasure"]["unit"]
        signed = self.signer.sign(self.station.clock(), sampled["context"], value, unit)
        policy = self.station.model.text("OCPPCommCtrlr.PublicKeyWithSignedMeterValue")
        transaction = evse.transaction if evse is not None else None
        once = transaction is not None and not transaction.key_told
        if policy == "EveryMeterValue" or (policy == "OncePerTransaction" and once):
            signed["publicKey"] = self.signer.public_key
        if transaction is not None:
            transaction.key_told = True
        return signed


def _sign_readings(variable: str) -> str:
    """Which variable says whether the values for this one are signed (J01.FR.21, J02.FR.21)."""
    return f"{variable.partition('.')[0]}.SignReadings"
