"""Ways of a charging station that few choose: additional events, held connectors, boots."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from harness import clock
from harness.reference.rpc import Answer, Payload
from harness.reference.station import Station
from harness.reference.station.state import Evse, Token

#: Seconds after which a station asks about somebody whom it has let act already.
_LATER = 0.3


def others_are(status: str) -> Callable[[Station], None]:
    """While a cable is in, the other connectors of the EVSE have this status (E01.FR.14)."""

    def alter(station: Station) -> None:
        connector_status = station.availability.connector_status

        def shared(evse: Evse, connector: int) -> str:
            used = evse.plugged not in (None, connector)
            alone = connector_status(evse, connector)
            return status if used and alone == "Available" else alone

        station.availability.connector_status = shared

    return alter


def unavailable_as_it_becomes_free(station: Station) -> None:
    """An EVSE whose transaction ends while a reset waits is unavailable at once (B12, step 3a)."""
    check = station.resets.check

    def hold_free() -> None:
        if station.resets.waiting_station:
            free = [e.id for e in station.evses.values() if station.resets.is_idle([e])]
            station.availability.hold(set(free))
        check()

    station.resets.check = hold_free


def boots_at_reconnection(station: Station) -> None:
    """Every connection begins with a BootNotification (Part 4, 5.3: it should not, no more)."""
    connected = station.connected

    async def booting(slot: int, switched: bool) -> None:
        if station.registration.status == "Accepted":
            station.registration.begin("Unknown")
        await connected(slot, switched)

    station.connected = booting


def forgets_drivers(station: Station) -> None:
    """The Authorization Cache is kept in memory that a reboot empties (C10.FR.02)."""
    power_up = station.power_up

    def boot(reason: str) -> None:
        station.memory.cache.clear()
        power_up(reason)

    station.power_up = boot


def asks_whose_cable_it_is(station: Station) -> None:
    """A driver who wants a locked cable back is authorized first (E09.FR.03)."""
    authorization = station.authorization
    present = authorization.present

    async def asking(token: Token, evse_id: int | None) -> None:
        if any(evse.locked_for == token for evse in station.evses.values()):
            await authorization.ask_csms(token)
        await present(token, evse_id)

    authorization.present = asking


def signs_after_energy(station: Station) -> None:
    """Where energy is a start point too, nothing is signed before it flows (E01.FR.06)."""
    transactions = station.transactions
    close_power_path = transactions.close_power_path

    def later(evse: Evse, trigger: str) -> None:
        if "EnergyTransfer" not in transactions.start_points:
            close_power_path(evse, trigger)

    transactions.close_power_path = later


#: Reasons of ends that an Updated event may tell as well.
_TOLD_TWICE = frozenset(
    {
        *("StopAuthorized", "EVCommunicationLost", "RemoteStop", "ResetCommand"),
        *("Deauthorized", "EVConnectTimeout", "EVDeparted"),
    }
)


def tells_more(station: Station) -> None:
    """Whatever happens is told for each reason that fits (E02.FR.16, note of E02.FR.17).

    The next event after the cable or an authorization holds what it has to, whichever it is.
    """
    emit = station.events.emit

    def all_reasons(evse: Evse, kind: str, trigger: str, **fields: Any) -> None:
        ends = kind == "Ended" and trigger in _TOLD_TWICE
        if ends:
            emit(evse, "Updated", trigger, token=fields.pop("token", None), changed=True)
        if trigger == "CablePluggedIn" and kind == "Updated":
            emit(evse, "Updated", "EVDetected")
        emit(evse, kind, trigger, **fields)
        if trigger == "CablePluggedIn" and kind == "Started":
            emit(evse, "Updated", "EVDetected")
        if trigger == "CablePluggedIn":
            emit(evse, "Updated", "ChargingStateChanged", changed=True)
        driver = evse.authorization
        by_state = kind == "Started" and trigger == "ChargingStateChanged"
        if by_state and driver is not None and driver.remote_start_id is None:
            emit(evse, "Updated", "Authorized", token=driver.token)

    station.events.emit = all_reasons
    _tells_of_requests(station)


def _tells_of_requests(station: Station) -> None:
    """Running transactions tell that a reset or an unlocking was asked for."""

    def telling(action: str, reason: str) -> None:
        handle = station.actions[action]

        async def answer(request: Payload) -> Answer:
            answered = await handle(request)
            if answered.payload["status"] in ("Scheduled", "Unlocked"):
                for evse in station.evses.values():
                    station.transactions.update(evse, reason)
            return answered

        station.actions[action] = answer

    telling("Reset", "ResetCommand")
    telling("UnlockConnector", "UnlockCommand")


def one_reader(station: Station) -> None:
    """One reader serves all EVSEs: whose it is to be, the station guesses."""
    present = station.authorization.present

    async def anywhere(token: Token, evse_id: int | None) -> None:
        del evse_id
        await present(token, None)

    station.authorization.present = anywhere


def asks_afterwards(station: Station) -> None:
    """The CSMS is asked about a known driver who has stopped what another began (C09.FR.04)."""
    authorization = station.authorization
    present = authorization.present

    async def presented(token: Token, evse_id: int | None) -> None:
        own = authorization.session_of(token, evse_id)
        known = authorization.session_of_known(token, evse_id)
        await present(token, evse_id)
        if own is None and known is not None and station.online:
            await clock.sleep(_LATER)
            await authorization.ask_csms(token)

    authorization.present = presented


def counts_from_start(station: Station) -> None:
    """What a refused driver may have counts from the start of his transaction (2.6.7)."""
    refused, start = station.transactions.refused, station.transactions.start
    begun: dict[int, float] = {}

    def starting(evse: Evse, trigger: str) -> None:
        start(evse, trigger)
        begun[evse.id] = station.meter.register(evse)

    def limited(evse: Evse) -> None:
        counted = evse.energy_limit is None
        refused(evse)
        if counted and evse.energy_limit is not None:
            evse.energy_limit -= station.meter.register(evse) - begun[evse.id]
            station.transactions.set_state(evse, evse.charging_state)

    station.transactions.start, station.transactions.refused = starting, limited


def ends_for_refused(station: Station) -> None:
    """TxStopPoint Authorized ends the transaction of a refused driver, always (E06.FR.04)."""
    refused = station.transactions.refused

    def ending(evse: Evse) -> None:
        if "Authorized" not in station.transactions.stop_points or evse.authorization is None:
            refused(evse)
            return
        station.transactions.end(evse, "Deauthorized", "DeAuthorized")

    station.transactions.refused = ending


def kilowatt_hours(station: Station) -> None:
    """Registers are told in kWh (UnitOfMeasureType)."""
    reading = station.meter.reading

    def in_kilo(evse: Evse | None, measurand: str) -> tuple[str, str]:
        value, unit = reading(evse, measurand)
        return (f"{float(value) / 1000:.4f}", "kWh") if unit == "Wh" else (value, unit)

    station.meter.reading = in_kilo
