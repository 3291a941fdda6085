"""What a station measures on its own account: at points of the clock, and from time to time."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from harness import clock
from harness.ocppj.frames import Payload
from harness.ocppj.metered import next_point
from harness.peers.answers import now, rfc3339
from harness.peers.fake_station import FakeStation
from harness.steps_csms.readings import reading
from harness.steps_csms.telling import tell

#: Makes a MeterValueType of a time (RFC 3339) and a context.
Reading = Callable[[str, str], Payload]


async def clock_point(interval: int) -> str:
    """Wait for the next point of the clock, so many seconds after the last one since midnight."""
    at = next_point(clock.now(), interval)
    await clock.sleep((at - clock.now()).total_seconds())
    return rfc3339(at)


async def tell_clock_values(
    station: FakeStation, step: int, answer_step: int, evses: Iterable[int], at: str
) -> None:
    """Clock-aligned values of these EVSEs, in both messages of the page; 0: the whole station."""
    for evse in evses:
        values = [reading(at, "Sample.Clock")]
        await tell(station, step, answer_step, "MeterValues", evseId=evse, meterValue=values)
        event = _periodic_event(station, evse, at)
        await tell(station, step, answer_step, "NotifyEvent", **event)


def _periodic_event(station: FakeStation, evse: int, at: str) -> Payload:
    """NotifyEventRequest of a periodic monitor on the fiscal meter (N08)."""
    place = {"evse": {"id": evse}} if evse else {}
    event = station.event({"name": "FiscalMetering", **place}, "EnergyImportRegister", "0.0")
    monitored = {
        "timestamp": at,
        "trigger": "Periodic",
        "eventNotificationType": "PreconfiguredMonitor",
        "variableMonitoringId": evse + 1,
    }
    return {**event, "eventData": [{**event["eventData"][0], **monitored}]}


async def charge_over_points(station: FakeStation, step: str, interval: int) -> None:
    """Charge so long that there are two points of the clock, or two samples, in it."""
    station.record.act(step, "waits", seconds=2 * interval)
    await clock.sleep(2 * interval)


async def tell_sample(station: FakeStation, step: int, answer_step: int, interval: int) -> None:
    """Wait for the next sample of the transaction, and tell it."""
    await clock.sleep(interval)
    payload = {"meterValue": [reading(now())]}
    await station.transaction_event(
        step, answer_step, "Updated", "MeterValuePeriodic", payload=payload
    )


def measure_when_told(station: FakeStation, trigger: str, context: str) -> None:
    """The event with this triggerReason has a reading of its time."""
    station.transaction.measured[trigger] = lambda: [reading(now(), context)]


def measure_by_the_clock(station: FakeStation, interval: int, make: Reading = reading) -> None:
    """The last event of the transaction has readings of each point of the clock, and of the end."""
    since = clock.now()

    def measured() -> list[Payload]:
        points = _moments(next_point(since, interval), interval)
        return _ended(make, points, "Sample.Clock")

    station.transaction.measured[_END] = measured


def measure_periodically(station: FakeStation, interval: int, make: Reading = reading) -> None:
    """The last event of the transaction has samples from now on, and a reading of the end."""
    first = clock.now() + timedelta(seconds=interval)
    station.transaction.measured[_END] = lambda: _ended(
        make, _moments(first, interval), "Sample.Periodic"
    )


#: triggerReason of the event with which the state EVDisconnected ends the transaction.
_END = "EVCommunicationLost"


def _moments(first: datetime, interval: int) -> list[str]:
    """One every ``interval`` seconds from the first until now (RFC 3339)."""
    count = (clock.now() - first) // timedelta(seconds=interval) + 1
    return [rfc3339(first + timedelta(seconds=interval * n)) for n in range(count)]


def _ended(make: Reading, moments: list[str], context: str) -> list[Payload]:
    return [*(make(at, context) for at in moments), make(now(), "Transaction.End")]
