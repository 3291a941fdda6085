"""Updates of firmware while somebody charges: who waits for whom (L01.FR.06, .07, .33)."""

from __future__ import annotations

from dataclasses import replace

from harness import clock
from harness.evidence.matchers import Check, fact
from harness.ocppj.inbox import Arrival
from harness.peers.connectors import Report, judged, reports
from harness.peers.fake_csms import FakeCSMS
from harness.peers.session import Session
from harness.states_cs.stop import ParkingBayUnoccupied, expect_transaction_continues
from harness.states_cs.updates import STATUS, expect_status, next_word
from harness.steps_cs.availability import expect_no_service
from harness.steps_cs.energy_flow import Flow, expect_energy
from harness.steps_cs.installations import expect_over
from harness.steps_cs.updates import Update, expect_event

ALLOW_NEW_SESSIONS = "ChargingStation.AllowNewSessionsPendingFirmwareUpdate"
#: Seconds in which a station that installs beside a transaction has the time to (page, step 12a).
_A_WHILE = 45.0


def other_evse(csms: FakeCSMS) -> int:
    """The EVSE of the second driver: one EVSE has one transaction."""
    first = csms.sut.configured.evse_id
    return next(evse for evse in csms.sut.evses if evse != first)


async def expect_waiting(csms: FakeCSMS, step: int, update: Update, status: str = "") -> None:
    """The download or installation waits for the drivers; ``status``: what is told of that."""
    if status:
        source = "L01.FR.13"
        await expect_status(csms, step, update.number, status, since=update.since, source=source)
    source = "L01.FR.06, L01.FR.13"
    await csms.silence(step, STATUS, since=update.since, requirement=source)


async def expect_waiting_to_install(csms: FakeCSMS, step: int, update: Update) -> bool:
    """The installation waits, or is under way and the activation waits; whether that is so.

    That it waits may be told (L01.FR.34), no more.
    """
    since, limits = update.since, csms.sut.limits
    word = await next_word(csms, since=since, within=limits.silence)
    installing = word is not None and word.payload.get("status") == "Installing"
    if word is not None:
        await expect_status(
            csms,
            step,
            update.number,
            "InstallScheduled",
            "Installing",
            since=since,
            source="L01.FR.01, L01.FR.34",
        )
    if installing:
        csms.record.act("12a", "waits", seconds=_A_WHILE)
        await clock.sleep(_A_WHILE)
    await expect_waiting(csms, step, update)
    return installing


async def expect_closed(csms: FakeCSMS, step: int, update: Update, session: Session) -> None:
    """Where nobody charges, nobody can begin to; the EVSE in use is not looked at."""
    others = {c: "Unavailable" for c in csms.sut.connectors if c[0] != session.evse}
    if others:
        since = update.since
        await csms.expect_connectors(step, others, since=since, requirement="L01.FR.07")
    for evse in dict.fromkeys(connector[0] for connector in others):
        await expect_no_service(csms, step, evse)


async def leave_closed(
    csms: FakeCSMS, steps: tuple[int, int], update: Update, session: Session
) -> None:
    """The driver leaves, and his EVSE becomes unavailable as it becomes free (L01.FR.07)."""
    session.closing_since = update.since
    await csms.run(steps[0], ParkingBayUnoccupied)
    place = session.connector_key

    def closed() -> Report | None:
        arrivals = (a for a in csms.inbox.arrivals if a.mark >= update.since)
        told = (report for arrival in arrivals for report in reports(arrival))
        closed = (r for r in told if r.connector == place and r.status == "Unavailable")
        return next((report for report in closed if report.of_a_change), None)

    # A quick installation may be over by now, and the EVSE open again.
    report = await csms.inbox.wait(closed, csms.sut.limits.event)
    if report is None:
        wanted = {place: "Unavailable"}
        await csms.expect_connectors(
            steps[1], wanted, since=update.since, within=0, requirement="L01.FR.07"
        )
        return
    csms.claim(steps[1], report.arrival)
    checks = judged(report, "Unavailable")
    csms.judge(steps[1], report.message, checks, "L01.FR.07", frame=report.arrival.id)


async def expect_installed_while_charging(
    csms: FakeCSMS, steps: tuple[int, int, int], update: Update, session: Session, flow: Flow
) -> None:
    """Installing, Installed and FirmwareUpdated, while the transaction and its energy go on."""
    number, since = update.number, update.since
    begun = await expect_status(csms, steps[0], number, "Installing", since=since)
    word = await next_word(csms, since=since)
    _judge_no_boot(csms, steps[1], word)
    await expect_status(csms, steps[1], number, "Installed", since=since, source="L01.FR.28")
    installing = replace(update, since=begun.mark)
    await expect_event(csms, steps[2], installing, "FirmwareUpdated", "L01.FR.31")
    await expect_over(csms, steps[1], update)
    await expect_transaction_continues(csms, steps[1], session, "L01.FR.33")
    now = replace(flow, mark=csms.mark())
    await expect_energy(csms, steps[1], session, now, "L01.FR.33")


def _judge_no_boot(csms: FakeCSMS, step: int, word: Arrival | None) -> None:
    """Who has to reboot waits for the end of the transaction (L01.FR.33)."""
    booted = word is not None and word.action == "BootNotification"
    actual = "a reboot" if booted else "none"
    check = Check("", "no reboot", actual, not booted, fact("no reboot"))
    csms.judge(step, "BootNotificationRequest", [check], "L01.FR.33")
