"""Drivers who get no energy: too late with the cable, or not authorized at all."""

from __future__ import annotations

from typing import Any, cast

from harness import clock
from harness.evidence.matchers import ABSENT, Check, Satisfies, compare, fact, one_of, parse_time
from harness.ocppj.frames import Payload
from harness.ocppj.inbox import Arrival
from harness.peers.fake_csms import FakeCSMS, State
from harness.peers.session import Session
from harness.states_cs.driver import plug_in
from harness.states_cs.session import locks_cable

#: Stop points that the end of an authorization fulfils (E06.FR.03, E06.FR.06).
_BY_DRIVER = {"Authorized", "PowerPathClosed"}
_EITHER = ("Updated", "Ended")
_NOT_CHARGING = Satisfies(
    "not Charging",
    lambda state: state != "Charging",
    {"one_of": [{"not": "Charging"}, {"absent": True}]},
    absent_ok=True,
)


async def expect_plug_timeout(
    csms: FakeCSMS, step: int, session: Session, *, timed: bool = True
) -> None:
    """EVConnectionTimeOut passes without a cable: the driver is no longer authorized.

    A transaction that is running says so, and may end (E03.FR.05, E03.FR.15, E10.FR.02); one that
    the CSMS has started has to (F02.FR.07). Without one there is nothing to see, and only the time
    passes.
    """
    seconds = csms.sut.configured.ev_connection_time_out
    csms.record.act("manual", "waits", seconds=seconds)
    if not session.running:
        # Its own clock of the authorization is not ours (Part 6, 2.1).
        await clock.sleep(seconds + csms.sut.deviation)
        session.deauthorized()
        return
    stops = await csms.tx_points("Stop")
    bay, driver = "ParkingBayOccupancy" in stops, bool(stops & _BY_DRIVER)
    ends = driver or session.remote_start_id is not None
    kinds = ("Updated",) if bay and not driver else ("Ended",) if ends and not bay else _EITHER
    told = await csms.expect_transaction_event(
        step,
        session,
        within=seconds + csms.sut.limits.event,
        triggerReason="EVConnectTimeout",
        transactionInfo={"chargingState": one_of("Idle", ABSENT)},
        eventType=one_of(*kinds),
        requirement="E03.FR.15, E10.FR.02" if bay else "E03.FR.05, E10.FR.02",
    )
    if timed:
        checks = [_not_early(csms, session, told), _not_late(csms, session, told)]
        message, source = "TransactionEventRequest", "C01.FR.26, E03.FR.05"
        csms.judge(step, message, checks, source, frame=told.id)
    if not session.ended and "Ended" in kinds:
        await _claim_end(csms, step, session)
    if session.ended:
        reason: Any = {"stoppedReason": "Timeout"}
        csms.judge_last_event(step, session, "E03.FR.05, E06.FR.08", transactionInfo=reason)
    session.deauthorized()


def _not_early(csms: FakeCSMS, session: Session, told: Arrival) -> Check:
    seconds = csms.sut.configured.ev_connection_time_out
    waited = told.traffic.t - csms.inbox.events[session.authorized_at].t
    least = seconds - min(csms.sut.deviation, seconds / 2)
    text, wanted = f"{seconds} s at least", fact("later", seconds_at_least=least)
    name = "time since the authorization"
    return Check(name, text, f"{waited:.2f} s", waited >= least, wanted)


def _not_late(csms: FakeCSMS, session: Session, told: Arrival) -> Check:
    """By the time that the station gives: it may take longer until the event is here.

    Counted from the last event that names the driver; a quarter is left for what it counts from.
    """
    events = csms.events_of(session)
    named = [a for a in events if "idToken" in a.payload and a.mark < told.mark]
    since = (named[-1] if named else events[0]).traffic.at
    moment = parse_time(cast(Payload, told.payload)["timestamp"]) or told.traffic.at
    most = csms.sut.configured.ev_connection_time_out * 1.25 + csms.sut.deviation
    waited = (moment - since).total_seconds()
    text, wanted = f"{most:g} s at most", fact("no later", seconds_at_most=most)
    return Check("time until it was over", text, f"{waited:.2f} s", waited <= most, wanted)


async def _claim_end(csms: FakeCSMS, step: int, session: Session) -> None:
    """The end that the time-out brings may come beside the event that tells it (E02.FR.16)."""

    def ended(arrival: Arrival) -> bool:
        is_end = arrival.payload.get("eventType") == "Ended"
        return is_end and csms.belongs(arrival, session)

    limit = csms.sut.limits.silence
    if await csms.inbox.wait(lambda: any(map(ended, csms.inbox.unclaimed())) or None, limit):
        await csms.expect_transaction_event(
            step,
            session,
            eventType="Ended",
            triggerReason="EVConnectTimeout",
            requirement="E03.FR.05, E10.FR.02",
        )


async def plug_in_refused(
    csms: FakeCSMS, status_step: int, event_step: int, session: Session
) -> None:
    """Plug in without being authorized; a TransactionEvent of the cable may come (TC_E_39).

    Where that cannot be done (AQ-2), the driver is refused all the same.
    """
    if locks_cable(csms):
        return
    mark = await plug_in(csms, status_step, session)
    await csms.inbox.wait(lambda: _events(csms, mark) or None, csms.sut.limits.silence)
    for arrival in _events(csms, mark):
        csms.claim(event_step, arrival)
        reason = one_of("CablePluggedIn", "ChargingStateChanged")
        wanted = {"triggerReason": reason, "transactionInfo": {"chargingState": _NOT_CHARGING}}
        checks = compare(wanted, cast(Payload, arrival.payload))
        message, source = "TransactionEventRequest", "E02.FR.17, E03.FR.05"
        csms.judge(event_step, message, checks, source, frame=arrival.id)


async def _connected_unauthorized(csms: FakeCSMS, session: Session) -> None:
    await plug_in_refused(csms, 1, 3, session)


#: EVConnectedPreSession for a driver who was refused (TC_E_52, erratum 2025-04).
EVConnectedUnauthorized = State("EVConnectedPreSession", _connected_unauthorized)


def _events(csms: FakeCSMS, since: int) -> list[Arrival]:
    told = (a for a in csms.inbox.unclaimed(since) if a.action == "TransactionEvent")
    return [a for a in told if not _is_beside(a)]


def _is_beside(arrival: Arrival) -> bool:
    """Whether it tells of something else than the cable; the standing rules judge that."""
    reason = str(cast(Payload, arrival.payload).get("triggerReason"))
    return reason.startswith("MeterValue") or reason == "EVDetected"


async def expect_no_energy(csms: FakeCSMS, step: int, *, since: int) -> None:
    """Nothing is charged for a while."""
    await csms.silence(
        step,
        "TransactionEvent",
        what="TransactionEventRequest with chargingState Charging",
        since=since,
        requirement="E03.FR.05, E03.FR.15",
        transactionInfo={"chargingState": "Charging"},
    )


async def expect_signed_start(csms: FakeCSMS, step: int, session: Session) -> None:
    """The transaction starts with signed data, where that is a start point and it has not yet."""
    if session.running or "DataSigned" not in await csms.tx_points("Start"):
        return
    await csms.expect_transaction_event(
        step,
        session,
        eventType="Started",
        triggerReason=one_of("SignedDataReceived", "Authorized"),
        requirement="E01.FR.04, E02.FR.01",
    )


def judge_never_charged(csms: FakeCSMS, step: int, session: Session) -> None:
    """No event of the session has said that energy flows."""
    events = csms.events_of(session)
    charging = [a for a in events if _charges(a)]
    actual = f"seqNo {charging[0].payload.get('seqNo')}" if charging else "none"
    path, wanted = "events with chargingState Charging", fact("never charged")
    check = Check(path, "none", actual, not charging, wanted)
    frame = events[-1].id if events else ""
    csms.judge(step, "TransactionEventRequest", [check], "E01.FR.18", frame=frame)


def _charges(arrival: Arrival) -> bool:
    if arrival.action != "TransactionEvent":
        return False
    info = cast(Payload, arrival.payload).get("transactionInfo", {})
    return info.get("chargingState") == "Charging"
