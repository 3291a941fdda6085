"""TriggerMessage (F06): what is promised comes after the promise, and what is refused never."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any, cast

from harness.evidence.matchers import ABSENT, Check, Every, Place, fact, matches, one_of
from harness.evidence.verdict import Severity
from harness.ocppj.frames import Payload
from harness.ocppj.inbox import Arrival
from harness.ocppj.metered import measurand_of
from harness.ocppj.payloads import evse_type, inner, objects
from harness.ocppj.variables import members
from harness.peers.connectors import Connector, Report, beside, reports
from harness.peers.fake_csms import FakeCSMS
from harness.peers.session import Session

#: Whose value it is, and its measurand, phase and location.
_Sample = tuple[object, str, object, object]
_HEARTBEATS, _SELDOM = "OCPPCommCtrlr.HeartbeatInterval", "86400"
#: Meter values that were read because of a trigger.
TRIGGERED_VALUES = Every({"sampledValue": Every({"context": "Trigger"})})
_FIRMWARE = "FirmwareStatusNotification"
#: How an update comes to nothing.
_FAILED = (
    *("DownloadFailed", "InvalidSignature"),
    *("InstallVerificationFailed", "InstallationFailed"),
)


async def silence_meters(csms: FakeCSMS) -> None:
    """Have no clock-aligned values sent, as far as the station lets that be set (J01.FR.14)."""
    await csms.configure({"AlignedDataCtrlr.Interval": "0"}, if_writable=True)


async def keep_heartbeats_apart(csms: FakeCSMS) -> float:
    """Have no heartbeat of the station's own pass for a triggered one: that comes in such seconds.

    Where the interval cannot be set, one is waited for: the next is an interval away (G02.FR.02).
    """
    limit = csms.sut.limits.event
    await csms.configure({_HEARTBEATS: _SELDOM}, if_writable=True)
    told = (await csms.variables.read(_HEARTBEATS)).get(_HEARTBEATS, "")
    if told == _SELDOM:
        return limit
    interval = int(told) if told.isdecimal() else csms.sut.configured.heartbeat_interval
    mark = csms.mark()

    def beaten() -> bool | None:
        return any(a.action == "Heartbeat" for a in csms.inbox.unclaimed(mark)) or None

    # One that comes as seldom as that can hardly come just then.
    if interval + limit < csms.sut.limits.case:
        await csms.inbox.wait(beaten, interval + limit)
    return min(limit, interval / 2)


async def expect_no_update(csms: FakeCSMS, step: int, *, since: int) -> None:
    """The station says that it updates nothing.

    F06.FR.16 wants Idle, L01.FR.26 the last status, if that was not Installed. How an update of
    before this run came to nothing cannot be known, and is worth a warning.
    """
    last, source = csms.owed.firmware_status, "F06.FR.16, L01.FR.25-26"
    others = (last,) if last not in ("", "Installed") else () if last else _FAILED
    told = await csms.expect(
        step, _FIRMWARE, since=since, requirement=source, status=one_of("Idle", *others)
    )
    status = str(told.payload.get("status"))
    if status != "Idle" and not last:
        text = "Idle, unless an update of before this run ended so"
        check = Check("$.status", text, status, ok=False, matcher="Idle")
        severity = Severity.WARNING
        csms.judge(step, f"{_FIRMWARE}Request", [check], source, severity, frame=told.id)


async def trigger(
    csms: FakeCSMS,
    step: int,
    answer_step: int,
    message: str,
    *,
    evse: int | None = None,
    connector: int | None = None,
    status: Any = "Accepted",
    requirement: str = "F06.FR.04, F06.FR.05",
) -> int:
    """Ask for a message; the mark from which on it may come: after the answer (F06.FR.04)."""
    place = evse_type(evse, connector)
    sent = await csms.send(step, "TriggerMessage", requestedMessage=message, evse=place or ABSENT)
    await sent.response(answer_step, status=status, requirement=requirement)
    return sent.mark


async def expect_triggered_once(
    csms: FakeCSMS,
    step: int,
    action: str,
    *,
    is_second: Callable[[Arrival], bool] | None = None,
    requirement: str = "F06.FR.05, F06.FR.10",
    **fields: Any,
) -> None:
    """No second message like the one that has come: one trigger wants one (F06.FR.10).

    ``is_second`` tells one where its fields alone do not.
    """
    await csms.silence(
        step,
        action,
        what=f"second {action}Request",
        unwanted=is_second,
        since=0,
        requirement=requirement,
        **fields,
    )


async def expect_status_once(csms: FakeCSMS, step: int, action: str, **fields: Any) -> None:
    """The same, of a status, which may be told again after another one (L01.FR.14)."""

    def is_second(arrival: Arrival) -> bool:
        told = [a for a in csms.inbox.arrivals if a.action == action and a.mark <= arrival.mark]
        return arrival in told and all(matches(fields, each.payload) for each in told[-2:])

    await expect_triggered_once(csms, step, action, is_second=is_second, **fields)


async def expect_values_once(
    csms: FakeCSMS, step: int, action: str, evses: Collection[int] = ()
) -> None:
    """No triggered sample is told twice, and none of other EVSEs than these.

    Those of one reading may come in several messages (E02.FR.11, J01.FR.15).
    """

    def is_second(arrival: Arrival) -> bool:
        if not _is_triggered(action, arrival):
            return False
        triggered = (a for a in csms.inbox.arrivals if _is_triggered(action, a))
        earlier = [_samples(each) for each in triggered if each.mark < arrival.mark]
        own, told = _samples(arrival), frozenset[_Sample]().union(*earlier)
        elsewhere = bool(evses) and arrival.payload.get("evseId") not in evses
        return elsewhere or not own or not own.isdisjoint(told)

    requirement = "F06.FR.02, F06.FR.05, F06.FR.10"
    await expect_triggered_once(csms, step, action, is_second=is_second, requirement=requirement)


def _is_triggered(action: str, arrival: Arrival) -> bool:
    if arrival.action != action:
        return False
    payload = cast(Payload, arrival.payload)
    by_trigger = payload.get("triggerReason") == "Trigger"
    return by_trigger or any(each.get("context") == "Trigger" for each in _sampled(payload))


def _samples(arrival: Arrival) -> frozenset[_Sample]:
    """What was measured where, of the EVSE or of the transaction."""
    payload = cast(Payload, arrival.payload)
    of = payload.get("evseId", inner(payload, "transactionInfo").get("transactionId"))
    return frozenset(
        (of, measurand_of(each), each.get("phase"), each.get("location"))
        for each in _sampled(payload)
    )


def _sampled(payload: Payload) -> list[Payload]:
    return [s for value in objects(payload, "meterValue") for s in objects(value, "sampledValue")]


async def configured_measurands(csms: FakeCSMS, name: str) -> frozenset[str]:
    """What this variable has the station measure; nothing where that cannot be read."""
    told = (await csms.variables.read(name)).get(name, "")
    return frozenset(members(told))


async def expect_triggered_values(
    csms: FakeCSMS, step: int, measurands: frozenset[str], *, since: int, **fields: Any
) -> None:
    """Triggered MeterValues with these measurands; too many for one message come in several.

    J01.FR.15; more measurands are no fault (F06.FR.06).
    """
    source = "F06.FR.02, F06.FR.06, F06.FR.10"
    parts: list[Arrival] = []

    def is_part(arrival: Arrival) -> bool:
        return arrival.action == "MeterValues" and matches(fields, arrival.payload)

    while not parts or (_missing(parts, measurands) and await _comes(csms, since, is_part)):
        part = await csms.expect(
            step, "MeterValues", since=since, prefer_match=True, requirement=source, **fields
        )
        parts.append(part)
    _judge_measured(csms, step, parts, measurands, "F06.FR.06")


async def expect_triggered_event(
    csms: FakeCSMS, step: int, session: Session, measurands: frozenset[str], *, since: int
) -> None:
    """A triggered event of the session's transaction, which charges, with these measurands.

    Too many for one event come in several (E02.FR.11); the state need not be told again.
    """
    parts: list[Arrival] = []

    def is_part(arrival: Arrival) -> bool:
        reason = arrival.payload.get("triggerReason")
        return csms.belongs(arrival, session) and reason == "Trigger"

    while not parts or (_missing(parts, measurands) and await _comes(csms, since, is_part)):
        state: Any = one_of("Charging", ABSENT) if parts else "Charging"
        part = await csms.expect_transaction_event(
            step,
            session,
            since=since,
            eventType="Updated",
            triggerReason="Trigger",
            transactionInfo={"chargingState": state},
            meterValue=TRIGGERED_VALUES,
            requirement="F06.FR.07, F06.FR.10",
        )
        parts.append(part)
    _judge_measured(csms, step, parts, measurands, "F06.FR.07")


async def expect_triggered_status(
    csms: FakeCSMS, step: int, connector: Connector, status: str, *, since: int
) -> None:
    """The state of this connector, told once by one message or by both, and of no other one.

    Another connector of its EVSE may still be told to be in use because this one is.
    """
    source = "F06.FR.02, F06.FR.10"
    await csms.expect_connectors(step, {connector: status}, since=since, requirement=source)
    told_by = csms.latest_reports(since)[connector].arrival.action
    others = beside(csms.sut.connectors, {connector: status})

    def is_legal(report: Report) -> bool:
        again = report.connector == connector and report.arrival.action != told_by
        return again or (report.connector in others and report.status != "Available")

    await csms.silence(
        step,
        "StatusNotification",
        what="further report of a connector",
        unwanted=lambda each: any(r.of_a_change and not is_legal(r) for r in reports(each)),
        since=since,
        requirement="F06.FR.02, F06.FR.05",
    )


async def _comes(csms: FakeCSMS, since: int, is_part: Callable[[Arrival], bool]) -> bool:
    def part() -> bool | None:
        return any(is_part(each) for each in csms.inbox.unclaimed(since)) or None

    return await csms.inbox.wait(part, csms.sut.limits.silence) is not None


def _judge_measured(
    csms: FakeCSMS,
    step: int,
    parts: Sequence[Arrival],
    measurands: frozenset[str],
    requirement: str,
) -> None:
    names, actual = ", ".join(sorted(measurands)), ", ".join(sorted(_measured(parts)))
    where = tuple(Place(part.id, "$.meterValue") for part in parts)
    held, matcher = not _missing(parts, measurands), fact("measurands", configured=True)
    check = Check("measurands", names, actual, held, matcher, where if len(parts) == 1 else ())
    message = f"{parts[0].action}Request"
    csms.judge(step, message, [check], requirement, frame=parts[0].id)


def _missing(parts: Sequence[Arrival], measurands: frozenset[str]) -> frozenset[str]:
    return measurands - _measured(parts)


def _measured(parts: Sequence[Arrival]) -> set[str]:
    payloads = (cast(Payload, part.payload) for part in parts)
    return {measurand_of(sample) for payload in payloads for sample in _sampled(payload)}
