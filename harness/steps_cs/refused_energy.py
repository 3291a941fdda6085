"""What a driver gets whom the CSMS refuses while he charges (C15, E05)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, cast

from harness.evidence.matchers import ABSENT, Check, fact, one_of, parse_time
from harness.ocppj.frames import Payload
from harness.ocppj.inbox import Arrival
from harness.ocppj.metered import REGISTER
from harness.ocppj.payloads import inner
from harness.peers.fake_csms import FakeCSMS
from harness.peers.session import Session
from harness.steps_cs.measured import Reading, energy, power, readings

_MESSAGE = "TransactionEventRequest"
#: Seconds that a station may take to see that the energy is used up, and to stop it.
_REACTION = 10
#: Share of it by which two meters may differ.
_DEVIATION = 0.02
#: Wh between two values that a register can show.
_STEP = 10.0
_MINUTE = 60.0
#: Wh that a meter may show of a cable without energy.
_NOTHING = 1.0


async def keep_refused(csms: FakeCSMS, most: int) -> None:
    """Have a refusal end no transaction: it goes on with so many Wh, or without energy.

    Without TxStopPoint Authorized, which may want the end all the same (E06.FR.04 against
    E05.FR.02), and EnergyTransfer, with which it ends as the energy does, as far as they are a
    choice.
    """
    await csms.configure({"TxCtrlr.StopTxOnInvalidId": "false"})
    name = "TxCtrlr.MaxEnergyOnInvalidId"
    await csms.configure({name: str(most)}, if_writable=most == 0)
    if await csms.tx_points("Stop") & {"Authorized", "EnergyTransfer"}:
        await csms.configure({"TxCtrlr.TxStopPoint": "EVConnected"}, if_writable=True)


async def sample_register(csms: FakeCSMS) -> None:
    """Have the register told during a transaction, as often as is configured (J02)."""
    interval = str(csms.sut.configured.tx_updated_interval)
    await csms.configure(
        {
            "SampledDataCtrlr.TxUpdatedMeasurands": REGISTER,
            "SampledDataCtrlr.TxUpdatedInterval": interval,
        }
    )


async def expect_suspended(csms: FakeCSMS, step: int, session: Session) -> None:
    """The station takes the energy away, and says so; the transaction goes on (E05.FR.02).

    It ends by stop points that could not be changed.
    """
    points = await csms.tx_points("Stop")
    ended, deauthorized = "EnergyTransfer" in points, "Authorized" in points
    ends = ended or deauthorized
    states = ("SuspendedEVSE", "EVConnected", ABSENT) if ends else ("SuspendedEVSE",)
    reasons = ("ChargingStateChanged", *(("Deauthorized",) if deauthorized else ()))
    requirement = "E05.FR.02, C15.FR.06"
    await csms.expect_transaction_event(
        step,
        session,
        eventType=one_of("Updated", "Ended") if ends else "Updated",
        triggerReason=one_of(*reasons),
        transactionInfo={"chargingState": one_of(*states)},
        # It happens when the station is back, by the answer that it gets then (E04.FR.03).
        offline=one_of(False, ABSENT),
        requirement=requirement,
    )
    if ended and session.running:
        await csms.expect_transaction_event(
            step, session, eventType="Ended", requirement="E06.FR.07"
        )
    session.stop_authorized = session.ended


async def expect_withheld(csms: FakeCSMS, step: int, session: Session, *, since: int) -> None:
    """No energy flows any more, by word and by meter, and the driver stays the transaction's."""
    mark = csms.mark()

    def wrong(arrival: Arrival) -> bool:
        reason = cast(Payload, arrival.payload).get("triggerReason")
        charges = arrival.mark >= mark and _state(arrival) in ("Charging", "SuspendedEV")
        return csms.belongs(arrival, session) and (reason == "Deauthorized" or charges)

    seconds = max(csms.sut.limits.silence, 3.0 * csms.sut.configured.tx_updated_interval)
    await csms.silence(
        step,
        "TransactionEvent",
        what="TransactionEventRequest of energy or with triggerReason Deauthorized",
        unwanted=wrong,
        seconds=seconds,
        since=since,
        requirement="E05.FR.02, E05.FR.03",
        triggerReason="Deauthorized",
    )
    shown = energy(readings(csms, session, mark))
    path, text = "energy while none is to flow", f"at most {_NOTHING:g} Wh"
    allowed = fact("energy", at_most=_NOTHING)
    check = Check(path, text, f"{shown:.1f} Wh", shown <= _NOTHING, allowed)
    csms.judge(step, _MESSAGE, [check], "E05.FR.02, C15.FR.06")


async def expect_used_up(csms: FakeCSMS, step: int, session: Session, most: int) -> None:
    """The driver whom the CSMS has refused gets so many Wh, and no more (E05.FR.03, C15.FR.07).

    They may count from the refusal or from the beginning of the transaction.
    """
    told = next((a for a in csms.events_of(session) if "idToken" in a.payload), None)
    if told is None:
        path, source = "$.idToken", "E03.FR.01"
        wanted = fact("idToken told")
        csms.fail(step, _MESSAGE, path, "told in some event", "absent", source, matcher=wanted)
    await _let_flow(csms, session, told.mark, most)
    await expect_suspended(csms, step, session)
    if csms.last_event(session).payload.get("triggerReason") == "Deauthorized":
        return  # E06.FR.04
    await expect_withheld(csms, step, session, since=told.mark)
    _judge_energy(csms, step, session, told.mark, most)
    _judge_enough(csms, step, session, most)


async def _let_flow(csms: FakeCSMS, session: Session, since: int, most: int) -> None:
    """Wait until it stops, or is more than it may be, or no more comes of it."""
    within = csms.sut.configured.tx_updated_interval + csms.sut.limits.event
    seen, shown = 0, list[Reading]()

    def news() -> bool | None:
        return len(readings(csms, session, since)) > seen or _is_over(csms, session, since) or None

    while await csms.inbox.wait(news, within) and not _is_over(csms, session, since):
        shown = readings(csms, session, since)
        seen = len(shown)
        if energy(shown) > most + _slack(shown, most):
            return
        if _stands(shown, 3.0 * csms.sut.configured.tx_updated_interval):
            break
        _allow(csms, shown, most)
    if any(_state(a) == "SuspendedEV" for a in csms.events_of(session, since)[-2:]):
        raise csms.undrivable("the vehicle takes no energy: what it may have cannot be seen")


def _stands(shown: list[Reading], seconds: float) -> bool:
    """Whether the register has not moved for that long, and a minute."""
    span = timedelta(seconds=max(seconds, _MINUTE))
    former = [each for each in shown if each.moment <= shown[-1].moment - span]
    return bool(former) and shown[-1].wh - former[-1].wh <= _NOTHING


def _allow(csms: FakeCSMS, shown: list[Reading], most: int) -> None:
    watts = power(shown)
    seconds = (most - energy(shown)) / watts * 3600 if watts else 0
    if seconds > csms.sut.limits.case:
        raise csms.undrivable(
            f"{most} Wh take {seconds / 60:.0f} minutes more at {watts / 1000:.1f} kW: lower"
            " configured.max_energy_on_invalid_id or raise limits.case"
        )


def _judge_energy(csms: FakeCSMS, step: int, session: Session, since: int, most: int) -> None:
    shown = readings(csms, session, since)
    used, allowed = energy(shown), most + _slack(shown, most)
    enough = len(shown) > 1
    number = Check(
        "registers since the refusal", "2 at least", len(shown), enough, fact("registers", least=2)
    )
    path, text = "energy since the refusal", f"at most {most} Wh"
    limit = Check(path, text, f"{used:.0f} Wh", used <= allowed, fact("energy", at_most=most))
    csms.judge(step, _MESSAGE, [number, limit], "E05.FR.03, C15.FR.07")


def _judge_enough(csms: FakeCSMS, step: int, session: Session, most: int) -> None:
    """From the beginning, whether or not the meter has told of all of it."""
    shown = readings(csms, session, offline=True)
    begun = next(_moment(a) for a in csms.events_of(session) if _state(a) == "Charging")
    unseen = max(0.0, (shown[0].moment - begun).total_seconds())
    used = energy(shown) + power(shown) * unseen / 3600
    path, text = "energy of the transaction", f"at least {most} Wh"
    least = most - _slack(shown, most)
    check = Check(path, text, f"{used:.0f} Wh", used >= least, fact("energy", at_least=most))
    csms.judge(step, _MESSAGE, [check], "E05.FR.03, C15.FR.07")


def _slack(shown: list[Reading], most: int) -> float:
    return max(most * _DEVIATION, power(shown) * _REACTION / 3600) + _STEP


def _is_over(csms: FakeCSMS, session: Session, since: int) -> bool:
    """Whether the station has told that the energy stopped."""
    return any(
        a.payload.get("eventType") == "Ended"
        or (_state(a) in ("SuspendedEVSE", "EVConnected") and not a.payload.get("offline"))
        for a in csms.events_of(session, since)
    )


def _moment(arrival: Arrival) -> datetime:
    return parse_time(arrival.payload["timestamp"]) or arrival.traffic.at


def _state(arrival: Arrival) -> Any:
    return inner(cast(Payload, arrival.payload), "transactionInfo").get("chargingState")
