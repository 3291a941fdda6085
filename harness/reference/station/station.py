"""The embedded charging station: its life, its hands, and what ties its parts together.

Faults replace a method of the station or of one of its parts on the instance, put another handler
into ``actions``, or append a filter to ``filters``.
"""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Callable, Coroutine
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from harness import clock
from harness.reference.rpc import Answer, CallError, Disconnected, Filter, Payload
from harness.reference.station import payloads, store
from harness.reference.station.authorization import BUTTON, Authorizations
from harness.reference.station.availability import Availability
from harness.reference.station.background import AlignedData, Chatter
from harness.reference.station.certificates import Certificates
from harness.reference.station.config import StationConfig
from harness.reference.station.connection import Link
from harness.reference.station.customers import Customers
from harness.reference.station.events import TransactionEvents
from harness.reference.station.firmware import Firmware
from harness.reference.station.inventory import build_model
from harness.reference.station.local_data import LocalData
from harness.reference.station.logs import Logs
from harness.reference.station.master_pass import NothingShown
from harness.reference.station.messages import event_notification
from harness.reference.station.meter import Meter
from harness.reference.station.network import NetworkProfiles
from harness.reference.station.outbox import Outbox
from harness.reference.station.own_certificate import OwnCertificates
from harness.reference.station.registration import Heartbeat, Registration
from harness.reference.station.remote import Remote
from harness.reference.station.reports import Reports
from harness.reference.station.reservations import Reservations
from harness.reference.station.resets import Resets
from harness.reference.station.security import Security
from harness.reference.station.state import Evse, Memory, Token
from harness.reference.station.transactions import Transactions
from harness.reference.station.variables import Variables
from harness.reference.station.wiring import request_handlers, wire_variables

#: Seconds for which a driver pulls at a cable, or tries to get it in, before giving up.
PULL = 1.0

log = logging.getLogger(__name__)


class NotFittedError(Exception):
    """This station has no hardware for that act."""


class Station:
    """A charging station; ``config`` is its variant."""

    def __init__(self, config: StationConfig) -> None:
        self.config = config
        self.filters: list[Filter] = []
        self.new_message_id: Callable[[], str] = lambda: str(uuid.uuid4())
        self.model = build_model(config)
        self.memory = Memory()
        if config.memory_file:
            store.read(Path(config.memory_file), self.memory)
            self.memory.save = partial(store.write, Path(config.memory_file), self.memory)
        self.evses = {i: Evse(i, connectors) for i, connectors in config.evses.items()}
        self.clock_offset = config.clock_offset
        self.powered = False
        self.last_call = 0.0
        self.offline_since = 0.0
        self._tasks: set[asyncio.Task[None]] = set()
        self._online_tasks: list[asyncio.Task[None]] = []

        self.local_data = LocalData(self)
        self.variables = Variables(self)
        self.reports = Reports(self)
        self.customers = Customers(self)
        self.meter = Meter(self)
        self.certificates = Certificates(self)
        self.outbox = Outbox(self)
        self.security = Security(self, self.outbox)
        self.own = OwnCertificates(self, self.certificates, self.security)
        self.link = Link(self, self.certificates, self.own, self.security)
        self.heartbeat = Heartbeat(self)
        self.registration = Registration(self, self.heartbeat, self.link)
        self.reservations = Reservations(self, self.outbox)
        self.availability = Availability(self, self.outbox, self.reservations)
        self.events = TransactionEvents(self, self.outbox)
        self.transactions = Transactions(self, self.events, self.meter)
        self.authorization = Authorizations(
            self, self.registration, self.reservations, self.availability, self.transactions
        )
        self.resets = Resets(
            self, self.outbox, self.reservations, self.availability, self.transactions
        )
        self.network = NetworkProfiles(self, self.link, self.certificates, self.own, self.resets)
        self.logs = Logs(self, self.outbox, self.certificates)
        self.firmware = Firmware(
            self,
            self.outbox,
            self.security,
            self.certificates,
            self.availability,
            self.resets,
        )
        self.remote = Remote(
            self,
            self.outbox,
            self.own,
            self.registration,
            self.heartbeat,
            self.meter,
            self.availability,
            self.transactions,
            self.logs,
            self.firmware,
        )
        self.aligned = AlignedData(self, self.outbox, self.remote, self.meter, self.transactions)
        self.chatter = Chatter(self, self.outbox, self.remote, self.security)

        self.actions = request_handlers(self)
        wire_variables(self)
        self.certificates.install_from_factory()
        self.own.install_from_factory()
        self.memory.profiles[config.network_slots[0]] = self.network.factory_profile()

    # Power

    async def start(self) -> None:
        """Switch the power on; connecting and booting go on in the background."""
        self.power_up("PowerUp")

    async def stop(self) -> None:
        """Switch the power off and close the connection."""
        await self.power_down()

    def power_up(self, reason: str) -> None:
        """Begin a boot; ``reason`` is its BootReasonEnumType."""
        self.powered = True
        self.registration.begin(reason)
        self.resets.forget()
        self.availability.restore()
        self.reservations.restore()
        self.interrupted()
        self.offline_since = clock.monotonic()
        self.spawn(self.link.run())

    async def power_down(self, *, abrupt: bool = False) -> None:
        """End everything that runs; ``abrupt`` as when the power fails."""
        self.powered = False
        connection = self.link.connection
        if abrupt:
            self.link.cut()
        tasks = [t for t in self._tasks if t is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if connection is not None and not abrupt:
            await connection.close()
        for evse in self.evses.values():
            self.meter.set_charging(evse, False)

    async def reboot(self, reason: str) -> None:
        """Go down and come up again (B11.FR.03, B01.FR.03)."""
        await self.power_down()
        await clock.sleep(self.config.reset_time)
        self.power_up(reason)

    def interrupted(self) -> None:
        """What a boot finds of the time before: transactions that the power cut off."""
        for evse in self.evses.values():
            evse.authorization = None
            evse.withheld = False
            evse.charging_state = "Idle" if evse.plugged is None else "EVConnected"
            self.transactions.lost_power(evse)

    # Hands

    async def plug_in(self, evse: int, connector: int) -> None:
        """Connect an EV to a connector."""
        place = self.evses[evse]
        if connector not in place.connectors:
            raise ValueError(f"EVSE {evse} has no connector {connector}")
        if place.plugged is not None:
            raise ValueError(f"EVSE {evse} is already connected to an EV")
        if self.config.cable_lock and not await self.authorization.admits_cable(place, PULL):
            raise NotFittedError("nothing can be plugged in before authorization")
        self.move_authorization(place)
        place.plugged = connector
        place.cable_left = place.locked_for = None
        place.charging_state = "EVConnected"
        self.lock(place)
        self.availability.refresh()
        if self.serves(place):
            self.transactions.connected(place)

    async def unplug(self, evse: int, connector: int | None = None) -> None:
        """Disconnect the EV and take out the cable, as far as it is not locked."""
        place = self.evses[evse]
        if place.plugged is not None or place.cable_left is None:
            await self.unplug_ev(evse, connector)
        with suppress(TimeoutError):
            # Nobody gets a locked cable out; a driver who pulls waits a moment for the lock.
            await asyncio.wait_for(place.unlocked.wait(), PULL)
        if place.locked_for is None:
            place.cable_left = None
        self.availability.refresh()

    async def unplug_ev(self, evse: int, connector: int | None = None) -> None:
        """Disconnect the EV from the cable, which stays in a socket until somebody takes it out."""
        place = self.evses[evse]
        if place.plugged is None or connector not in (None, place.plugged):
            raise ValueError(f"EVSE {evse} is not connected to an EV there")
        self.leave_cable(place)
        place.plugged = None
        self.transactions.disconnected(place)
        self.availability.refresh()
        self.settled()

    async def present_token(self, id_token: str, type: str, evse: int | None = None) -> None:
        """Hold a token to the reader, or press the start button of a station that has one."""
        if self.config.remote_only:
            raise NotFittedError("there is no reader")
        if not self.powered or self.registration.status != "Accepted":
            return
        token = BUTTON if self.config.start_button else Token(id_token, type)
        presented = self.spawn(self.authorization.present(token, evse))
        if not self.online:
            # Nobody else is asked: the driver sees at once what comes of it.
            await presented

    async def select(self, evse: int) -> None:
        """Choose on the screen what a master pass stops: the transaction at an EVSE, or all (0)."""
        try:
            await self.authorization.master_pass.select(evse, PULL)
        except NothingShown as error:
            raise NotFittedError(str(error)) from error

    async def look(self, what: str, evse: int, connector: int) -> bool:
        """Whether the ``lock`` of a connector is closed around a plug."""
        place = self.evses[evse]
        if what != "lock" or self.config.fixed_cable:
            raise NotFittedError(f"there is no {what} to look at")
        return place.locked and place.plugged in (None, connector)

    async def power_cycle(self) -> None:
        """Cut the power and give it back."""
        await self.power_down(abrupt=True)
        await clock.sleep(self.config.reset_time)
        self.power_up("PowerUp")

    async def drive_in(self, evse: int) -> None:
        """A vehicle enters the parking bay."""
        place = self.evses[evse]
        if self.config.parking_bay_sensor and not place.bay_occupied:
            place.bay_occupied = True
            if self.serves(place):
                self.transactions.bay_entered(place)

    async def drive_out(self, evse: int) -> None:
        """The vehicle leaves the parking bay."""
        place = self.evses[evse]
        if place.bay_occupied:
            place.bay_occupied = False
            self.transactions.bay_left(place)

    async def ev_suspend(self, evse: int) -> None:
        """The EV stops taking energy, or is not ready to begin."""
        self.evses[evse].ev_ready = False
        self.transactions.ev_suspended(self.evses[evse])

    async def ev_ready(self, evse: int) -> None:
        """The EV takes energy."""
        self.evses[evse].ev_ready = True
        self.transactions.advance(self.evses[evse])

    # Rules of the hardware

    def in_service(self, evse: Evse) -> bool:
        """Whether new drivers may use that EVSE."""
        return self.powered and not self.availability.is_inoperative(evse.id)

    def serves(self, evse: Evse) -> bool:
        """Whether what happens at that EVSE belongs to a charging session."""
        if evse.transaction is not None or evse.authorization is not None:
            return True
        free = self.reservations.of(evse.id) is None
        accepted = self.registration.status == "Accepted"
        connector = evse.plugged or 0
        operative = not self.availability.is_inoperative(evse.id, connector)
        return accepted and free and operative

    def lock(self, evse: Evse) -> None:
        """Close the lock of a socket; if that fails, tell so, and nothing is charged (G05)."""
        if self.config.fixed_cable:
            return
        evse.bolted, evse.lock_failed = not self.config.lock_fails, self.config.lock_fails
        if evse.lock_failed:
            place = {"id": evse.id, "connectorId": evse.plugged}
            component = {"name": "ConnectorPlugRetentionLock", "evse": place}
            request = self.event_request(component, "Problem", "true", "Delta")
            self.outbox.send("NotifyEvent", request)

    def leave_cable(self, evse: Evse) -> None:
        """The socket holds a cable that the EV let go of, locked or not (E09.FR.03, E10.FR.01)."""
        unlocks = self.model.flag("OCPPCommCtrlr.UnlockOnEVSideDisconnect")
        evse.cable_left = None if self.config.fixed_cable else evse.plugged
        if evse.cable_left is not None and not unlocks and evse.authorization is not None:
            evse.lock_for(evse.authorization.token)

    def move_authorization(self, target: Evse) -> None:
        """A driver who chose no EVSE gets the one that he plugs in at."""
        if target.authorization is not None or target.transaction is not None:
            return
        for evse in self.evses.values():
            waiting = evse.authorization
            if waiting is not None and not waiting.chosen and evse.plugged is None:
                self.transactions.move(evse, target)
                return

    def settled(self) -> None:
        """Something ended: carry out what waited for that."""
        self.availability.apply_scheduled()
        self.resets.check()
        self.firmware.check()

    # Connection

    async def connected(self, slot: int, switched: bool) -> None:
        """A connection is there; register where that is needed (B10.FR.10, Part 4, 5.3)."""
        self.network.connected(slot)
        self.own.connected()
        self.security.connected()
        if switched and self.registration.status == "Accepted":
            self.registration.begin("Unknown")
        if self.registration.status == "Accepted":
            self.go_online()
            self.availability.resume(self.offline_since)
        else:
            self._online_tasks.append(self.spawn(self.registration.run()))

    def disconnected(self) -> None:
        """The connection is gone."""
        self.offline_since = clock.monotonic()
        for task in self._online_tasks:
            if task is not asyncio.current_task():
                task.cancel()
        self._online_tasks.clear()
        self.outbox.went_offline()

    async def accepted(self) -> None:
        """The CSMS accepted the station: report states and events, then what was kept."""
        if self.config.unavailable_first:
            self.availability.announce_unavailable()
        self.announce_boot()
        self.go_online()

    def announce_boot(self) -> None:
        """Tell the state of all connectors and that the station started (B01.FR.05, A04)."""
        self.availability.announce()
        if self.config.security_event_on_boot:
            cold = self.registration.reason == "PowerUp"
            self.security.note("StartupOfTheDevice" if cold else "ResetOrReboot")

    def go_online(self) -> None:
        """Begin to deliver messages."""
        self.last_call = clock.monotonic()
        jobs = [self.outbox.run(), self.heartbeat.run(), self.aligned.run()]
        if self.config.background_traffic:
            jobs.append(self.chatter.run())
        self._online_tasks.extend(self.spawn(job) for job in jobs)
        self.firmware.came_online()

    @property
    def online(self) -> bool:
        """Whether messages can be sent: connected and accepted."""
        return self.link.is_open and self.registration.status == "Accepted"

    @property
    def security_profile(self) -> int:
        """The security profile in use."""
        return self.model.number("SecurityCtrlr.SecurityProfile")

    # Messages

    async def call(self, action: str, payload: Payload) -> Payload:
        """Send a CALL and return the payload of its answer.

        Raises:
            CallError: the answer was a CALLERROR.
            TimeoutError: no answer within MessageTimeout.
            Disconnected: there is no connection, or it closed first.
        """
        if self.config.response_delay:
            await clock.sleep(self.config.response_delay)
        rpc = self.link.rpc
        if rpc is None:
            raise Disconnected
        timeout = self.model.number("OCPPCommCtrlr.MessageTimeout[Default]", 30)
        self.last_call = clock.monotonic()
        return await rpc.call(action, payload, float(timeout))

    async def handle(self, action: str, payload: Payload) -> Answer:
        """Answer a CALL of the CSMS."""
        if self.config.response_delay:
            await clock.sleep(self.config.response_delay)
        self.admit(action)
        handler = self.actions.get(action)
        if handler is None:
            known = action in self.config.edition.actions
            raise CallError("NotSupported" if known else "NotImplemented")
        payloads.check_request(self.config.edition, action, payload)
        try:
            return await handler(payload)
        except CallError:
            raise
        except Exception as error:
            log.exception("%s: %s could not be handled", self.config.identity, action)
            raise CallError("InternalError", type(error).__name__) from error

    def admit(self, action: str) -> None:  # noqa: ARG002 - a fault may want to know
        """Refuse requests while the CSMS rejects this station (B03.FR.08)."""
        if self.registration.status not in ("Accepted", "Pending"):
            raise CallError("SecurityError")

    def instructed(self, action: str, payload: Payload) -> None:
        """Send what the CSMS asked for, which is allowed before acceptance too (B02.FR.02)."""

        async def send() -> None:
            try:
                await self.call(action, payload)
            except (CallError, TimeoutError, Disconnected) as error:
                log.info("%s: %s was not accepted: %s", self.config.identity, action, error)

        self.spawn(send())

    def event_request(self, component: Payload, variable: str, value: str, trigger: str) -> Payload:
        """NotifyEventRequest about one variable."""
        self.memory.event_id += 1
        return event_notification(
            self.memory.event_id, self.now(), component, variable, value, trigger
        )

    async def refresh_soon(self) -> None:
        """Report changed connectors, once an answer is out."""
        self.availability.refresh()
        self.resets.check()

    # Time and tasks

    def clock(self) -> datetime:
        """The station's own time, UTC."""
        return clock.now() + timedelta(seconds=self.clock_offset)

    def now(self) -> str:
        """The station's own time as RFC 3339 text in UTC."""
        return self.clock().strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"

    def spawn(self, job: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Run something in the background until it ends or the power does."""
        task = asyncio.create_task(job)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def later(self, seconds: float, act: Callable[[], None]) -> asyncio.Task[None]:
        """Do something after a while, unless the power ends before."""

        async def wait() -> None:
            await clock.sleep(max(0.0, seconds))
            act()

        return self.spawn(wait())

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            log.error("%s: a task failed", self.config.identity, exc_info=task.exception())

    def password_changed(self, value: str) -> None:  # noqa: ARG002 - same shape for all effects
        """Come back with the new password where it is in use (A01)."""
        if self.security_profile in (1, 2):
            self.reconnect()

    def reconnect(self) -> None:
        """Drop the connection and come back at once, in the background."""
        self.spawn(self.link.renew())

    def password(self) -> str:
        """BasicAuthPassword."""
        variable = self.model.named("SecurityCtrlr.BasicAuthPassword")
        attribute = variable.attribute("Actual") if variable else None
        return (attribute.value or "") if attribute else self.config.password
