"""Conforming ways of a charging station that differ in what it does and when."""

from __future__ import annotations

import itertools
from typing import Any

from harness import clock
from harness.reference.rpc import Answer, Payload
from harness.reference.station import Station
from harness.reference.station.state import Evse

#: Seconds that count as "a moment later" for a station, far below every limit.
MOMENT = 2.0
#: Start points that a cable completes where the driver was there first.
_AT_THE_PLUG = {"EVConnected", "PowerPathClosed"}


def unavailable_before_reset(station: Station) -> None:
    """All connectors are reported Unavailable before the reboot of a reset (B11.FR.03)."""
    reset_now = station.resets.reset_now

    async def reset(reason: str) -> None:
        station.availability.announce_unavailable()
        await reset_now(reason)

    station.resets.reset_now = reset


def security_event_first(station: Station) -> None:
    """After a boot, the security event comes before the states of the connectors."""
    cold = {"PowerUp": "StartupOfTheDevice"}

    def announce() -> None:
        kind = cold.get(station.registration.reason, "ResetOrReboot")
        event = {"type": kind, "timestamp": station.now()}
        station.outbox.send("SecurityEventNotification", event)
        station.availability.announce()

    station.announce_boot = announce


def states_late(station: Station) -> None:
    """Transaction events overtake the states of the connectors (Part 6, 2.1: in any order)."""
    send = station.outbox.send
    # Of timers of one and the same moment none is the first.
    delays = itertools.count(MOMENT, 1e-6)

    def later(action: str, payload: Payload, *args: Any, **kwargs: Any) -> None:
        station.later(next(delays), lambda: send(action, payload, *args, **kwargs))

    station.outbox.send = later


def slow_to_unlock(station: Station) -> None:
    """From the answer to Authorize until the driver may charge, a lock has to turn.

    Not before the cable comes to a driver whom the CSMS has started: the next event tells of him
    (F02.FR.21).
    """
    ask_csms, start = station.authorization.ask_csms, station.authorization.start_remotely
    awaited: set[Any] = set()

    async def ask(token: Any) -> Payload:
        info = await ask_csms(token)
        if token not in awaited:
            await clock.sleep(MOMENT)
        return info

    async def start_remotely(evse: Any, authorization: Any) -> None:
        if evse.plugged is None:
            awaited.add(authorization.token)
        await start(evse, authorization)

    station.authorization.ask_csms = ask
    station.authorization.start_remotely = start_remotely


def slow_to_deliver(station: Station) -> None:
    """No time is set for what was kept while offline (E04.FR.02): each event takes a while."""
    call = station.call

    async def later(action: str, payload: Payload) -> Payload:
        if action == "TransactionEvent" and payload.get("offline"):
            await clock.sleep(5 * MOMENT)
        return await call(action, payload)

    station.call = later


def slow_to_charge(station: Station) -> None:
    """Between authorization and energy, car and station have to agree."""
    advance = station.transactions.advance

    def later(evse: Any) -> None:
        if evse.plugged is not None and evse.authorization is not None:
            station.later(MOMENT, lambda: advance(evse))

    station.transactions.advance = later


def cable_told_apart(station: Station) -> None:
    """What a cable changes at once is told in events of their own (notes of E02.FR.17, E03.FR.12).

    The authorization begins the transaction where the cable completes it, then comes the cable; in
    a running one the state comes first, then the cable.
    """
    transactions = station.transactions
    connected = transactions.connected

    def apart(evse: Evse) -> None:
        if evse.transaction is not None:
            evse.charging_state = "EVConnected"
            transactions.stop_timer(evse)
            transactions.update(evse, "ChargingStateChanged", changed=True)
        elif evse.authorization is not None and transactions.start_points & _AT_THE_PLUG:
            evse.charging_state = "EVConnected"
            transactions.stop_timer(evse)
            transactions.start(evse, "Authorized")
        else:
            connected(evse)
            return
        transactions.update(evse, "CablePluggedIn")
        transactions.advance(evse)

    transactions.connected = apart


def suspended_at_first(station: Station) -> None:
    """Before energy flows, the charging state is SuspendedEVSE for a moment (E02.FR.13)."""
    advance = station.transactions.advance

    def step_by_step(evse: Any) -> None:
        ready = evse.plugged is not None and evse.authorization is not None
        if ready and evse.charging_state == "EVConnected" and evse.transaction is not None:
            station.transactions.set_state(evse, "SuspendedEVSE")
            station.transactions.update(evse, "ChargingStateChanged", changed=True)
        advance(evse)

    station.transactions.advance = step_by_step


def metering(station: Station) -> None:
    """Periodic meter values come after every event of a transaction, once a moment (J02.FR.11)."""
    emit = station.events.emit
    moments: set[str] = set()

    def emit_and_measure(evse: Any, kind: str, trigger: str, **fields: Any) -> None:
        emit(evse, kind, trigger, **fields)
        if kind == "Ended" or trigger == "MeterValuePeriodic":
            return
        measurands = "SampledDataCtrlr.TxUpdatedMeasurands"
        values = station.meter.sample(evse, measurands, "Sample.Periodic")
        if values and values[0]["timestamp"] not in moments:
            moments.add(values[0]["timestamp"])
            emit(evse, "Updated", "MeterValuePeriodic", values=values)

    station.events.emit = emit_and_measure


def continuous_numbers(station: Station) -> None:
    """seqNo goes on from one transaction to the next (Part 2 E, 1.3.2.1 still allows it)."""
    numbers = itertools.count(17)
    emit = station.events.emit

    def numbered(evse: Any, kind: str, trigger: str, **fields: Any) -> None:
        if evse.transaction is not None and evse.transaction.seq_no == 0 and kind == "Started":
            evse.transaction.seq_no = 1000 * next(numbers)
        emit(evse, kind, trigger, **fields)

    station.events.emit = numbered


def evse_in_every_event(station: Station) -> None:
    """The evse is repeated in all events after the plug (E01.FR.16 wants it in the next one)."""
    emit = station.events.emit

    def repeated(evse: Any, kind: str, trigger: str, **fields: Any) -> None:
        if evse.transaction is not None:
            evse.transaction.evse_reported = False
        emit(evse, kind, trigger, **fields)

    station.events.emit = repeated


def state_in_every_event(station: Station) -> None:
    """Every event tells the chargingState, changed or not."""
    emit = station.events.emit

    def told(evse: Any, kind: str, trigger: str, **fields: Any) -> None:
        fields["changed"] = True
        emit(evse, kind, trigger, **fields)

    station.events.emit = told


def no_stopped_reason(station: Station) -> None:
    """A local stop has no stoppedReason (E06.FR.09)."""
    send = station.events.send

    def unexplained(event: Payload) -> None:
        if event["transactionInfo"].get("stoppedReason") == "Local":
            del event["transactionInfo"]["stoppedReason"]
        send(event)

    station.events.send = unexplained


def no_token_at_stop(station: Station) -> None:
    """The event of a stop does not repeat the token (E07.FR.02: SHOULD)."""
    send = station.events.send

    def unnamed(event: Payload) -> None:
        if event["triggerReason"] == "StopAuthorized":
            event.pop("idToken", None)
        send(event)

    station.events.send = unnamed


def drops_connections(station: Station) -> None:
    """A reboot takes the connection away without a closing handshake, as a loss of power does."""
    power_down = station.power_down

    async def abruptly(*, abrupt: bool = False) -> None:
        del abrupt
        await power_down(abrupt=True)

    station.power_down = abruptly


def empty_last_part(station: Station) -> None:
    """Reports end with a part that has no data (reportData is optional)."""
    parts = station.reports.parts

    def and_nothing(request_id: int, variables: Any) -> list[Payload]:
        found = parts(request_id, variables)
        last = {**found[-1], "seqNo": len(found), "tbc": False}
        del last["reportData"]
        return [*({**part, "tbc": True} for part in found), last]

    station.reports.parts = and_nothing


def interrupted_reports(station: Station) -> None:
    """Other messages come between the parts of a report."""
    call = station.call

    async def interrupted(action: str, payload: Payload) -> Payload:
        answer = await call(action, payload)
        if action == "NotifyReport" and station.online:
            await call("Heartbeat", {})
        return answer

    station.call = interrupted


def many_events_in_one(station: Station) -> None:
    """A NotifyEvent tells of the EVSE and of the connector, whichever comes first."""
    notify_event = station.availability.notify_event
    event_request = station.event_request

    def both(evse_id: int, connector: int, status: str) -> Payload:
        request = notify_event(evse_id, connector, status)
        component = {"name": "EVSE", "evse": {"id": evse_id}}
        evse = event_request(component, "AvailabilityState", status, "Delta")
        return {**request, "eventData": [*evse["eventData"], *request["eventData"]]}

    station.availability.notify_event = both


def resets_later(station: Station) -> None:
    """A Reset is answered at once and carried out a good moment later."""
    schedule_now = station.resets.schedule_now

    async def later(reason: str) -> None:
        await clock.sleep(3 * MOMENT)
        await schedule_now(reason)

    station.resets.schedule_now = later


def refuses_trigger_while_pending(station: Station) -> None:
    """TriggerMessage(BootNotification) is not implemented (F06.FR.08, TC_B_02_CS step 14)."""
    trigger = station.actions["TriggerMessage"]

    async def refused(request: Payload) -> Answer:
        if request["requestedMessage"] == "BootNotification":
            return Answer({"status": "NotImplemented"})
        return await trigger(request)

    station.actions["TriggerMessage"] = refused


#: Variables of a station that takes them over at its next boot.
AT_BOOT = (
    "TxCtrlr.TxStartPoint",
    "TxCtrlr.TxStopPoint",
    "OCPPCommCtrlr.RetryBackOffWaitMinimum",
)


def takes_over_at_boot(station: Station) -> None:
    """Some variables are answered RebootRequired, and keep their old values until then."""
    station.variables.need_reboot.update(AT_BOOT)
    set_one, power_up = station.variables.set_one, station.power_up
    waiting: dict[str, str] = {}

    def set_later(item: Payload) -> Payload:
        path = f"{item['component']['name']}.{item['variable']['name']}"
        before = station.model.text(path) if path in AT_BOOT else ""
        result = set_one(item)
        if result["attributeStatus"] == "RebootRequired" and path in AT_BOOT:
            waiting[path] = str(item["attributeValue"])
            station.model.write(path, before)
        return result

    def boot(reason: str) -> None:
        for path, value in waiting.items():
            station.model.write(path, value)
        waiting.clear()
        power_up(reason)

    station.variables.set_one = set_later
    station.power_up = boot
