"""A station under test that is offline for a while, and its queue."""

from __future__ import annotations

from harness.evidence.matchers import ABSENT, Check, fact, not_equal, one_of
from harness.evidence.verdict import Severity
from harness.ocppj.inbox import Closed, Opened
from harness.peers.connectors import Connector, Report, reports, title
from harness.peers.fake_csms import FakeCSMS
from harness.peers.session import Session
from harness.states_cs.connected import ConnectedEvse
from harness.states_cs.offline import stay_offline
from harness.states_cs.session import ENERGY_STATES, Authorized, locks_cable
from harness.steps_cs.back_off import set_back_off

THRESHOLD = "OCPPCommCtrlr.OfflineThreshold"

#: Reasons of the first event after an authorization, beside those of the cable (E02.FR.01).
_FIRST = ("Authorized", "SignedDataReceived")


async def outlast_hands(csms: FakeCSMS) -> None:
    """Have a station stay away for as long as a person needs, and keep what happens meanwhile."""
    wait = csms.sut.configured.retry_back_off_wait_minimum
    await csms.configure({THRESHOLD: str(wait + 60)})
    await set_back_off(csms, wait)


async def exceed_threshold(csms: FakeCSMS, step: int, lost: Closed) -> None:
    """Stay offline for a little longer than the configured OfflineThreshold."""
    seconds = csms.sut.configured.offline_threshold + 0.5
    csms.record.act(step, "waits", seconds=seconds)
    await stay_offline(seconds, since=lost.t)


def need_short_interruption(csms: FakeCSMS, lost: Closed, back: Opened) -> None:
    """Stop a case about a short interruption if it was not; the station's own clock decides.

    Half a second is left for the difference between the clocks.
    """
    threshold = csms.sut.configured.offline_threshold
    seconds = back.t - lost.t
    if seconds > threshold - 0.5:
        reason = f"offline for {seconds:.1f} s, too near to {THRESHOLD} {threshold}"
        raise csms.undrivable(reason, THRESHOLD)


async def expect_others_unreported(
    csms: FakeCSMS, step: int, changed: Connector, *, since: int
) -> None:
    """Connectors that did not change are not reported, unless by a boot (B01.FR.05).

    One beside the cable may be unusable, which should not be reported (G01.FR.08): a warning.
    """
    arrivals = (a for a in csms.inbox.arrivals if a.mark >= since)
    if any(a.action == "BootNotification" for a in arrivals):
        return
    beside = set(csms.sut.connectors_of(changed[0])) - {changed}

    def unchanged(report: Report) -> bool:
        """The other connectors of the EVSE may have become unusable."""
        unusable = report.connector in beside and report.status in ("Unavailable", "Occupied")
        return report.connector != changed and report.of_a_change and not unusable

    await csms.silence(
        step,
        "StatusNotification",
        what="report of a connector that did not change",
        unwanted=lambda arrival: any(map(unchanged, reports(arrival))),
        since=since,
        requirement="B04.FR.02",
        evseId=not_equal(changed[0]),
    )
    told = {c: r for c, r in csms.latest_reports(since).items() if c in beside}
    for connector, report in told.items():
        path, seen = f"{title(connector)} status", report.status
        check = Check(path, "not reported", seen, False, fact("not reported"))
        csms.judge(step, report.message, [check], "G01.FR.08", Severity.WARNING)


async def free_cable(csms: FakeCSMS) -> None:
    """Where a lock keeps the cable out, have a driver authorized while the CSMS can be asked."""
    if locks_cable(csms):
        await csms.reach(Authorized())


async def queued_events(csms: FakeCSMS, session: Session, *, since: int) -> None:
    """What started while the station was offline is delivered, and marked so (E04.FR.01-03)."""
    if session.authorized:
        await _queued_charging(csms, session, since)
    elif session.starts(await csms.tx_points("Start")):
        await csms.expect_transaction_event(
            "queue",
            session,
            since=since,
            eventType="Started",
            offline=True,
            triggerReason=one_of("CablePluggedIn", "ChargingStateChanged"),
            # Nobody was authorized: the state of EVConnectedPreSession, step 3.
            transactionInfo={"chargingState": one_of("EVConnected", ABSENT)},
            evse=session.evse_json,
            requirement="E04.FR.01-03",
        )


async def _queued_charging(csms: FakeCSMS, session: Session, since: int) -> None:
    """The driver was authorized already: the vehicle charged at once."""
    session.energy = True
    await csms.expect_transaction_event(
        "queue",
        session,
        since=since,
        eventType="Updated" if session.running else "Started",
        offline=True,
        triggerReason=one_of("CablePluggedIn", "ChargingStateChanged", *_FIRST),
        transactionInfo={"chargingState": one_of(*ENERGY_STATES)},
        evse=ConnectedEvse(csms, session, since),
        requirement="E04.FR.01-03",
    )


async def expect_told_once_back(
    csms: FakeCSMS, step: int, session: Session, status: str, *, since: int
) -> None:
    """What changed while the station was away is told; after long, all connectors (B04.FR.01)."""
    threshold = await csms.variables.read_number(THRESHOLD, default=-1)
    long = threshold >= 0 and _away(csms) > threshold + csms.sut.deviation
    await csms.expect_connectors(
        step,
        {session.connector_key: status},
        others="Available" if long else "",
        since=since,
        requirement="B04.FR.01" if long else "B04.FR.01, B04.FR.02",
    )


def _away(csms: FakeCSMS) -> float:
    """Seconds from the last loss of the connection to the one there is."""
    back = [e for e in csms.inbox.events if isinstance(e, Opened)][-1]
    lost = [e.t for e in csms.inbox.events if isinstance(e, Closed) and e.t <= back.t]
    return back.t - lost[-1] if lost else 0.0
