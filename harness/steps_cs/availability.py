"""ChangeAvailability (G03, G04): asked for, waited for behind a transaction, carried out."""

from __future__ import annotations

from collections.abc import Collection

from harness.evidence.verdict import Severity
from harness.ocppj.inbox import Arrival
from harness.peers.connectors import Connector, Report, judged, reports
from harness.peers.fake_csms import FakeCSMS, State
from harness.peers.session import Session
from harness.states_cs.availability import change_availability


async def expect_availability(
    csms: FakeCSMS,
    step: int,
    status: str,
    evse: int | None = None,
    connector: int | None = None,
    *,
    requirement: str = "G03.FR.04, G03.FR.06, G04.FR.07",
) -> None:
    """The connectors of that place stay so, and all others are Available as before."""
    meant, now = csms.sut.places_of(evse, connector), csms.mark()
    wanted = {place: status if place in meant else "Available" for place in csms.sut.connectors}
    await csms.silence(
        step,
        "StatusNotification",
        what="report of a connector as anything else",
        unwanted=lambda arrival: any(
            report.of_a_change
            and report.status != wanted.get(report.connector, report.status)
            and (report.connector not in meant or arrival.mark >= now)
            for report in reports(arrival)
        ),
        since=0,
        requirement=requirement,
    )


async def expect_available_again(
    csms: FakeCSMS,
    steps: tuple[int, int, int],
    evse: int | None = None,
    connector: int | None = None,
) -> None:
    """Have what was made Inoperative made Operative, and see that it is Available (G03.FR.07).

    ``steps``: of the request, of its answer, and of the reports.
    """
    source = "G03.FR.04, G03.FR.07, G04.FR.05, G04.FR.08"
    mark = await change_availability(csms, *steps[:2], "Operative", evse, connector)
    again = dict.fromkeys(csms.sut.places_of(evse, connector), "Available")
    await csms.expect_connectors(steps[2], again, since=mark, requirement=source)
    await expect_availability(csms, steps[2], "Available", evse, connector, requirement=source)


async def schedule_inoperative(
    csms: FakeCSMS,
    step: int,
    answer_step: int,
    session: Session,
    evse: int | None = None,
    connector: int | None = None,
) -> int:
    """Ask for it during the session's transaction, which goes on undisturbed; the mark."""
    source = "G03.FR.05, G04.FR.06"
    mark = await change_availability(
        csms,
        step,
        answer_step,
        "Inoperative",
        evse,
        connector,
        answer="Scheduled",
        requirement=source,
    )
    session.inoperative_since = mark
    await csms.silence(
        answer_step,
        "StatusNotification",
        what="report of the connector in use as Unavailable",
        unwanted=lambda arrival: _tells(arrival, session.connector_key, "Unavailable"),
        since=mark,
        requirement=source,
        connectorStatus="Unavailable",
    )
    return mark


async def run_until_carried_out(
    csms: FakeCSMS,
    steps: tuple[int, int],
    state: State,
    session: Session,
    places: Collection[Connector],
    *,
    since: int,
) -> None:
    """Execute a state of the stop; if that ends the transaction, the connectors are Unavailable.

    ``steps``: of the state, and of the reports after it.
    """
    had_ended, (step, report_step) = session.ended, steps
    await csms.run(step, state)
    if session.ended and not had_ended:
        await _expect_carried_out(csms, report_step, session, places, since)


async def _expect_carried_out(
    csms: FakeCSMS, step: int, session: Session, places: Collection[Connector], since: int
) -> None:
    """A moment of Available in between upsets other systems, and is worth a warning."""
    own, source = session.connector_key, "G01.FR.05, G03.FR.04-06, G04.FR.05-07"
    await csms.expect_connectors(step, {own: "Unavailable"}, since=since, requirement=source)
    # One that could not be used beside the one in use may have said so before.
    others = {place: "Unavailable" for place in places if place != own}
    await csms.expect_connectors(step, others, requirement=source)
    for report in _reports(csms, session.connector_key, since):
        if report.status != "Available":
            continue
        csms.judge(
            step,
            report.message,
            judged(report, "Unavailable"),
            "G01.FR.05",
            Severity.WARNING,
            frame=report.arrival.id,
        )


def _reports(csms: FakeCSMS, connector: Connector, since: int) -> list[Report]:
    arrivals = (a for a in csms.inbox.arrivals if a.mark >= since)
    return [r for a in arrivals for r in reports(a) if r.connector == connector and r.of_a_change]


def _tells(arrival: Arrival, connector: Connector, status: str) -> bool:
    return any(
        r.connector == connector and r.status == status and r.of_a_change for r in reports(arrival)
    )
