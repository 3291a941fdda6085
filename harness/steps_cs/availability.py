"""ChangeAvailability (G03, G04): asked for, waited for behind a transaction, carried out."""

from __future__ import annotations

from collections.abc import Collection

from harness.evidence.verdict import Severity
from harness.ocppj.inbox import Arrival
from harness.peers.connectors import Connector, judged, latest, reports
from harness.peers.fake_csms import FakeCSMS, State
from harness.peers.session import Session
from harness.states_cs import Authorized
from harness.states_cs.availability import change_availability
from harness.states_cs.session import REMOTE_START_IDS
from harness.states_cs.stop import expect_not_stopped_remotely
from harness.steps_cs.energy_flow import expect_energy, watch_energy


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
    flow = await watch_energy(csms, session)
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
    await expect_not_stopped_remotely(csms, answer_step, session, since=mark, requirement=source)
    await expect_energy(csms, answer_step, session, flow, source)
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
    for arrival in csms.inbox.arrivals:
        for report in reports(arrival) if arrival.mark >= since else ():
            if report.connector == own and report.of_a_change and report.status == "Available":
                csms.judge(
                    step,
                    report.message,
                    judged(report, "Unavailable"),
                    "G01.FR.05",
                    Severity.WARNING,
                    frame=arrival.id,
                )


async def expect_nothing_else(
    csms: FakeCSMS, step: int, session: Session, places: Collection[Connector], *, since: int
) -> None:
    """What was scheduled has changed these places alone, and for good.

    The others of an EVSE in use may have been Unavailable until it was free, as it is now.
    """
    now, here = csms.mark(), csms.sut.connectors_of(session.evse)

    def was_closed(arrival: Arrival, place: Connector) -> bool:
        before = (a for a in csms.inbox.arrivals if since <= a.mark < arrival.mark)
        return place not in here and any(_tells(each, place, "Unavailable") for each in before)

    def wrong(arrival: Arrival) -> bool:
        done = arrival.mark >= now
        others = set(csms.sut.connectors) - set(places) - set(() if done else here)
        undone = any(
            _tells(arrival, place, "Available") and (done or was_closed(arrival, place))
            for place in places
        )
        return undone or any(_tells(arrival, place, "Unavailable") for place in others)

    await csms.silence(
        step,
        "StatusNotification",
        what="report of another place, or of these as Available again",
        unwanted=wrong,
        since=since,
        requirement="G03.FR.04, G03.FR.06",
        connectorStatus="Available",
    )


async def expect_closed_meanwhile(csms: FakeCSMS, step: int, session: Session, since: int) -> None:
    """Who says Unavailable of an idle EVSE while a change waits serves nobody there."""
    told = latest(arrival for arrival in csms.inbox.arrivals if arrival.mark >= since)
    unavailable = {place for place, report in told.items() if report.status == "Unavailable"}
    idle = [evse for evse in csms.sut.evses if evse != session.evse]
    closed = [evse for evse in idle if unavailable.issuperset(csms.sut.connectors_of(evse))]
    await expect_no_service(csms, step, *closed)


async def expect_no_service(csms: FakeCSMS, step: int | str, *evses: int) -> None:
    """Nobody charges at any of them, though the CSMS asks for it (F01.FR.23)."""
    for evse in evses:
        start = await csms.send(
            step,
            "RequestStartTransaction",
            idToken=csms.sut.tokens.valid.as_json(),
            evseId=evse,
            remoteStartId=next(REMOTE_START_IDS),
        )
        await start.response(step, status="Rejected", requirement="F01.FR.23")


async def expect_others_serve(csms: FakeCSMS, step: int | str, evse: int) -> None:
    """A driver is served at another EVSE, where there is one (G03.FR.04)."""
    other = next((each for each in csms.sut.evses if each != evse), None)
    if other is not None:
        await csms.run(step, Authorized("remote").on(other))


def _tells(arrival: Arrival, connector: Connector, status: str) -> bool:
    return any(
        r.connector == connector and r.status == status and r.of_a_change for r in reports(arrival)
    )
