"""Transactions: when they start and end, and the TransactionEvents about them (block E).

What happens at an EVSE (plug, driver, EV, bay) comes in as a method call; what follows from it
depends on TxStartPoint and TxStopPoint (Part 2, 2.6.6).
"""

from __future__ import annotations

import asyncio
import uuid
from typing import Protocol

from harness import clock
from harness.reference.rpc import Payload
from harness.reference.station.context import StationContext
from harness.reference.station.events import TransactionEvents
from harness.reference.station.meter import Meter
from harness.reference.station.state import Evse, Token, Transaction


class ChargingStation(StationContext, Protocol):
    """A station that can be out of service, and that waits for the end of transactions."""

    def in_service(self, evse: Evse) -> bool:
        """Whether new drivers may use that EVSE."""
        ...

    def settled(self) -> None:
        """Something ended: carry out what waited for that."""
        ...


class Transactions:
    """The transactions of all EVSEs."""

    def __init__(self, station: ChargingStation, events: TransactionEvents, meter: Meter) -> None:
        self.station = station
        self.events = events
        self.meter = meter
        self._timers: dict[int, asyncio.Task[None]] = {}
        self._samplers: dict[int, list[asyncio.Task[None]]] = {}

    @property
    def start_points(self) -> set[str]:
        """Members of TxStartPoint."""
        return set(self.station.model.members("TxCtrlr.TxStartPoint"))

    @property
    def stop_points(self) -> set[str]:
        """Members of TxStopPoint."""
        return set(self.station.model.members("TxCtrlr.TxStopPoint"))

    def find(self, transaction_id: str) -> Evse | None:
        """The EVSE of an ongoing transaction."""
        for evse in self.station.evses.values():
            if evse.transaction is not None and evse.transaction.id == transaction_id:
                return evse
        return None

    # What happens at an EVSE

    def bay_entered(self, evse: Evse) -> None:
        """A vehicle came into the parking bay (E01.FR.01)."""
        if evse.transaction is not None:
            self.update(evse, "EVDetected")
        elif "ParkingBayOccupancy" in self.start_points and self.station.in_service(evse):
            self.start(evse, "EVDetected")

    def bay_left(self, evse: Evse) -> None:
        """The vehicle left the parking bay (E06.FR.01)."""
        if evse.transaction is None:
            return
        if "ParkingBayOccupancy" in self.stop_points:
            self.end(evse, "EVDeparted", evse.transaction.stopped_reason or "Local")
        else:
            self.update(evse, "EVDeparted")

    def connected(self, evse: Evse) -> None:
        """Cable and EV are connected (E01.FR.02, E02.FR.06)."""
        evse.charging_state = "EVConnected"
        self.stop_timer(evse)
        if evse.transaction is not None:
            self.update(evse, "CablePluggedIn", changed=True)
        elif "EVConnected" in self.start_points:
            self.start(evse, "CablePluggedIn")
        elif evse.authorization is not None:
            self.close_power_path(evse, "ChargingStateChanged")
        self.advance(evse)

    def authorized(self, evse: Evse) -> None:
        """The driver was authorized (E01.FR.03, E02.FR.20)."""
        evse.withheld, evse.energy_limit = False, None
        trigger = evse.authorization.trigger if evse.authorization else "Authorized"
        if evse.transaction is not None:
            self.update(evse, trigger)
        elif self._started_by_authorization(evse):
            self.start(evse, trigger)
        elif evse.plugged is not None:
            self.close_power_path(evse, self.station.config.power_path_trigger)
        if evse.plugged is None:
            self.start_timer(evse)
        self.advance(evse)

    def _started_by_authorization(self, evse: Evse) -> bool:
        # The other two: their moment passed without a transaction, as in an EVSE kept for somebody.
        points = self.start_points
        return (
            "Authorized" in points
            or ("EVConnected" in points and evse.plugged is not None)
            or ("ParkingBayOccupancy" in points and evse.bay_occupied)
        )

    def close_power_path(self, evse: Evse, trigger: str) -> None:
        """EV connected and driver authorized (E01.FR.04, E01.FR.05)."""
        if "DataSigned" in self.start_points:
            self.start(evse, "SignedDataReceived")
        elif "PowerPathClosed" in self.start_points:
            evse.charging_state = "SuspendedEVSE"
            self.start(evse, trigger)

    def advance(self, evse: Evse) -> None:
        """Let energy flow as far as driver and EV allow it (E01.FR.06, E01.FR.18)."""
        ready = evse.plugged is not None and evse.authorization is not None
        if not ready or evse.withheld or evse.lock_failed:
            return
        state = "Charging" if evse.ev_ready else "SuspendedEV"
        if evse.charging_state == state:
            return
        evse.bolted = not self.station.config.fixed_cable
        self.set_state(evse, state)
        if evse.transaction is not None:
            self.update(evse, "ChargingStateChanged", changed=True)
        elif state == "Charging" and "EnergyTransfer" in self.start_points:
            self.start(evse, "ChargingStateChanged")

    def ev_suspended(self, evse: Evse) -> None:
        """The EV stopped taking energy (E01.FR.19, E06.FR.07)."""
        if evse.charging_state != "Charging":
            return
        self.set_state(evse, "SuspendedEV")
        if evse.transaction is None:
            return
        if "EnergyTransfer" in self.stop_points:
            evse.charging_state = "EVConnected"
            self.end(evse, "ChargingStateChanged", "StoppedByEV")
        else:
            self.update(evse, "ChargingStateChanged", changed=True)

    def disconnected(self, evse: Evse) -> None:
        """The EV was disconnected (E06.FR.02, E06.FR.06, E09, E10)."""
        charged = evse.charging_state == "Charging"
        self.set_state(evse, "Idle")
        transaction, stop_points = evse.transaction, self.stop_points
        deauthorizes = self.station.model.flag("TxCtrlr.StopTxOnEVSideDisconnect")
        if transaction is None:
            evse.authorization = None
            return
        reason = transaction.stopped_reason or "EVDisconnected"
        if (
            stop_points & {"EVConnected", "PowerPathClosed"}
            or ("EnergyTransfer" in stop_points and charged)
            or ("Authorized" in stop_points and deauthorizes and evse.authorization is not None)
        ):
            self.end(evse, "EVCommunicationLost", reason)
            return
        self.update(evse, "EVCommunicationLost", changed=True)
        if deauthorizes and evse.authorization is not None:
            evse.authorization = None
            transaction.stopped_reason = reason
        elif evse.authorization is not None:
            self.start_timer(evse)

    def stopped(self, evse: Evse, trigger: str, reason: str, token: Token | None = None) -> None:
        """Authorization ended on request (E06.FR.03, E07, F03)."""
        transaction = evse.transaction
        self.stop_timer(evse)
        evse.bolted = False  # E07.FR.07
        if transaction is None:
            evse.authorization = None
            self._end_energy(evse)
            return
        transaction.stopped_reason = reason
        powered = evse.charging_state not in ("Idle", "EVConnected")
        two_events = self.station.config.stop_in_two_events and powered
        if self.stop_points & {"Authorized", "PowerPathClosed"} and not two_events:
            changed = self._end_energy(evse)
            self.end(evse, trigger, reason, token=token, changed=changed)
            return
        self.update(evse, trigger, token=token)
        evse.authorization = None
        if not self._end_energy(evse):
            return
        if self.stop_points & {"Authorized", "PowerPathClosed", "EnergyTransfer"}:
            self.end(evse, "ChargingStateChanged", reason)
        else:
            self.update(evse, "ChargingStateChanged", changed=True)

    def refused(self, evse: Evse) -> None:
        """The CSMS does not accept the token of a running transaction (E05, E06.FR.04, C15)."""
        if evse.authorization is None or evse.transaction is None:
            return
        stops = self.stop_points & {"Authorized", "PowerPathClosed", "EnergyTransfer"}
        if self.station.model.flag("TxCtrlr.StopTxOnInvalidId"):
            changed = self._end_energy(evse)
            if stops:
                self.end(evse, "Deauthorized", "DeAuthorized", changed=changed)
                return
            evse.authorization = None
            evse.transaction.stopped_reason = "DeAuthorized"
            self.update(evse, "Deauthorized", changed=changed)
            return
        most = self.station.model.number("TxCtrlr.MaxEnergyOnInvalidId")
        if most <= 0:
            self.withhold(evse)
        elif evse.energy_limit is None:
            evse.energy_limit = self.meter.register(evse) + most
            self._spend(evse)

    def _spend(self, evse: Evse) -> None:
        """Let a refused driver have what MaxEnergyOnInvalidId allows, and no more (E05.FR.03)."""
        if evse.energy_limit is None or evse.charging_since is None:
            return
        left = evse.energy_limit - self.meter.register(evse)
        if left <= 0:
            self.withhold(evse)
        else:
            self.station.later(left / self.meter.power * 3600, lambda: self._spend(evse))

    def withhold(self, evse: Evse) -> None:
        """No energy for a refused driver any more; the transaction goes on (E05.FR.02)."""
        evse.withheld, evse.energy_limit = True, None
        if evse.charging_state not in ("Charging", "SuspendedEV"):
            return
        self.set_state(evse, "SuspendedEVSE")
        if "EnergyTransfer" in self.stop_points:
            self.end(evse, "ChargingStateChanged", "DeAuthorized")
        else:
            self.update(evse, "ChargingStateChanged", changed=True)

    def connection_timed_out(self, evse: Evse) -> None:
        """Nothing was plugged in after authorization (E03.FR.05, E03.FR.15, C01.FR.26)."""
        if evse.authorization is None or evse.plugged is not None:
            return
        if evse.transaction is None:
            evse.authorization = None
        elif "ParkingBayOccupancy" in self.stop_points:
            evse.transaction.stopped_reason = "Timeout"
            self.update(evse, "EVConnectTimeout")
            evse.authorization = None
        else:
            self.end(evse, "EVConnectTimeout", "Timeout")
        self.station.settled()

    def reset(self, evse: Evse) -> None:
        """End a transaction for an immediate reset (B12.FR.04, B12.FR.08)."""
        if evse.transaction is not None:
            self._end_energy(evse)
            evse.authorization = None
            self.end(evse, "ResetCommand", "ImmediateReset", changed=True)

    def lost_power(self, evse: Evse) -> None:
        """End a transaction that a loss of power interrupted."""
        if evse.transaction is not None:
            evse.authorization = None
            self.end(evse, "AbnormalCondition", "PowerLoss", changed=True)

    # TransactionEvents

    def start(self, evse: Evse, trigger: str) -> None:
        """Start a transaction; its id is never used again (E01.FR.08)."""
        transaction = Transaction(self.new_id())
        evse.transaction = transaction
        known = evse.plugged is not None or trigger == "EVDetected" or self._chosen(evse)
        # Where the EVSE is not known yet, the values follow when charging starts (E01.FR.17).
        values = self._begin_values(evse, "SampledDataCtrlr.TxStartedMeasurands") if known else []
        transaction.begin_due = not known
        transaction.begin_values = self._begin_values(evse, "SampledDataCtrlr.TxEndedMeasurands")
        self.events.emit(evse, "Started", trigger, changed=True, values=values)
        self._start_sampling(evse)

    def update(
        self,
        evse: Evse,
        trigger: str,
        *,
        changed: bool = False,
        token: Token | None = None,
        values: list[Payload] | None = None,
    ) -> None:
        """Report an event within a transaction."""
        transaction = evse.transaction
        if transaction is not None and transaction.begin_due and evse.charging_state == "Charging":
            transaction.begin_due = False
            values = self._begin_values(evse, "SampledDataCtrlr.TxStartedMeasurands")
        self.events.emit(evse, "Updated", trigger, changed=changed, token=token, values=values)

    def end(
        self,
        evse: Evse,
        trigger: str,
        reason: str,
        *,
        token: Token | None = None,
        changed: bool = True,
    ) -> None:
        """End a transaction, and with it its authorization."""
        transaction = evse.transaction
        if transaction is None:
            return
        self._end_energy(evse)
        ended = "SampledDataCtrlr.TxEndedMeasurands"
        values = [
            *transaction.begin_values,
            *transaction.later_values,
            *self.meter.sample(evse, ended, "Transaction.End"),
        ]
        self.events.emit(
            evse, "Ended", trigger, changed=changed, token=token, values=values, reason=reason
        )
        self.stop_timer(evse)
        self._stop_sampling(evse)
        evse.transaction = None
        evse.authorization = None
        evse.withheld, evse.energy_limit = False, None
        self.station.settled()

    def move(self, evse: Evse, target: Evse) -> None:
        """Take driver and transaction over to the EVSE where he plugs in."""
        self.stop_timer(evse)
        self._stop_sampling(evse)
        target.authorization, evse.authorization = evse.authorization, None
        target.transaction, evse.transaction = evse.transaction, None
        if target.transaction is not None:
            self._start_sampling(target)

    # Details

    def new_id(self) -> str:
        """A transaction id."""
        return str(uuid.uuid4())

    def set_state(self, evse: Evse, state: str) -> None:
        """Change the charging state, and the flow of energy with it."""
        evse.charging_state = state
        self.meter.set_charging(evse, state == "Charging")
        self._spend(evse)

    def _end_energy(self, evse: Evse) -> bool:
        """Open the power path; whether that changed the charging state."""
        if evse.charging_state in ("Idle", "EVConnected"):
            return False
        self.set_state(evse, "EVConnected")
        return True

    def _chosen(self, evse: Evse) -> bool:
        return evse.authorization is not None and evse.authorization.chosen

    def _begin_values(self, evse: Evse, variable: str) -> list[Payload]:
        return self.meter.sample(evse, variable, "Transaction.Begin")

    def start_timer(self, evse: Evse) -> None:
        """Begin to wait for the plug (EVConnectionTimeOut)."""
        self.stop_timer(evse)
        seconds = self.station.model.number("TxCtrlr.EVConnectionTimeOut")
        self._timers[evse.id] = self.station.later(seconds, lambda: self.connection_timed_out(evse))

    def stop_timer(self, evse: Evse) -> None:
        """Wait no longer for the plug."""
        timer = self._timers.pop(evse.id, None)
        if timer is not None and timer is not asyncio.current_task():
            timer.cancel()

    def _start_sampling(self, evse: Evse) -> None:
        work = (self._sample(evse), self._collect(evse))
        self._samplers[evse.id] = [self.station.spawn(each) for each in work]

    def _stop_sampling(self, evse: Evse) -> None:
        for sampler in self._samplers.pop(evse.id, []):
            if sampler is not asyncio.current_task():
                sampler.cancel()

    async def _sample(self, evse: Evse) -> None:
        """Periodic meter values (J02.FR.11)."""
        while (interval := self.station.model.number("SampledDataCtrlr.TxUpdatedInterval")) > 0:
            await clock.sleep(interval)
            name = "SampledDataCtrlr.TxUpdatedMeasurands"
            values = self.meter.sample(evse, name, "Sample.Periodic")
            if values:
                self.update(evse, "MeterValuePeriodic", values=values)

    async def _collect(self, evse: Evse) -> None:
        """Keep what the last event is to tell of the time before (SampledDataTxEndedInterval)."""
        while (interval := self.station.model.number("SampledDataCtrlr.TxEndedInterval")) > 0:
            await clock.sleep(interval)
            if evse.transaction is not None:
                name = "SampledDataCtrlr.TxEndedMeasurands"
                values = self.meter.sample(evse, name, "Sample.Periodic")
                evse.transaction.later_values.extend(values)
