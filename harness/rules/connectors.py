"""Standing rules for a charging station under test: what it tells of its connectors."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from harness.evidence.matchers import parse_time
from harness.ocppj.frames import FrameKind, Payload
from harness.ocppj.inbox import Arrival
from harness.ocppj.payloads import inner, objects
from harness.peers.conductor import PRECONDITIONS
from harness.peers.connectors import Connector, Report, reports, title
from harness.rules.additional import Act
from harness.rules.frames import Breach, CaseLog, Rule

#: Acts that are done to the station, and bring nobody to an EVSE.
_OF_THE_STATION = ("power_cycle", "select", "look")


def occupied_evses_are_used(log: CaseLog) -> Iterator[Breach]:
    """A connector becomes Occupied only where somebody comes to its EVSE."""
    if not log.complete:
        return  # What its preconditions found is told apart only where they were brought about.
    told: dict[Connector, str] = {}
    for arrival in log.arrivals:
        for report in reports(arrival):
            became = report.status == "Occupied" != told.get(report.connector)
            told[report.connector] = report.status
            if became and report.of_a_change and not _is_used(log, arrival, report.connector[0]):
                path, expected = title(report.connector), "not Occupied: nobody came to that EVSE"
                told_by, source = arrival.traffic.frame.id, "G01.FR.03"
                yield Breach(report.message, path, expected, report.status, source, frame=told_by)


#: Acts after which a vehicle may be gone.
_LEAVING = ("unplug", "unplug_ev", "drive_out")


def available_connectors_are_empty(log: CaseLog) -> Iterator[Breach]:
    """A connector is not Available for the next driver while a vehicle is connected to it."""
    stays = list(_stays(log))
    for arrival in log.arrivals:
        for report in reports(arrival):
            moment = _moment(report)
            if report.status != "Available" or not report.of_a_change or moment is None:
                continue
            if any(at == report.connector and a < moment < b for at, a, b in stays):
                path, expected = title(report.connector), "not Available: a vehicle is connected"
                told_by, source = arrival.traffic.frame.id, "G01.FR.03, G01.FR.04"
                yield Breach(report.message, path, expected, report.status, source, frame=told_by)


def _stays(log: CaseLog) -> Iterator[tuple[Connector, datetime, datetime]]:
    """Where vehicles were connected, from when to when at least."""
    tolerated = timedelta(seconds=log.sut.deviation)
    # It takes a station a while to notice.
    noticed = tolerated + timedelta(seconds=log.sut.limits.silence)
    for number, act in enumerate(log.acts):
        if act.action != "plug_in" or not act.succeeded or act.ended is None:
            continue
        if act.evse is None or act.connector is None:
            continue
        leaves = (a.at for a in log.acts[number + 1 :] if a.action in _LEAVING)
        until = next(leaves, datetime.max.replace(tzinfo=UTC))
        yield (act.evse, act.connector), act.ended + noticed, until - tolerated


def _moment(report: Report) -> datetime | None:
    """When the connector was so, as the station says."""
    payload = report.arrival.payload
    told = [parse_time(each.get("timestamp")) for each in (payload, *objects(payload, "eventData"))]
    return min((moment for moment in told if moment is not None), default=None)


def _is_used(log: CaseLog, told: Arrival, evse: int) -> bool:
    """Whether a driver, a vehicle or a request came there, or a transaction is there.

    A cable that was in before the case is a matter of its preconditions.
    """
    if told.claimed_by == PRECONDITIONS:
        return True
    acts = [act for act in log.acts if act.at <= told.traffic.at]
    acted = any(
        act.evse in (None, evse) and act.action not in _OF_THE_STATION for act in acts
    ) or _is_expected_anywhere(acts)
    calls = (
        f.frame for f in log.traffic if f.frame.kind is FrameKind.CALL and f.t <= told.traffic.t
    )
    return acted or any(_names(call.action, call.payload, evse) for call in calls)


def _is_expected_anywhere(acts: Sequence[Act]) -> bool:
    """Whether somebody has shown an idToken and no cable yet: one reader may serve all EVSEs."""
    found = [act.action for act in acts if act.action in ("present_token", "plug_in")]
    return found[-1:] == ["present_token"]


def _names(action: str, payload: Payload, evse: int) -> bool:
    if action in ("RequestStartTransaction", "ReserveNow"):
        return payload.get("evseId") in (None, evse)
    return action == "TransactionEvent" and inner(payload, "evse").get("id") == evse


CONNECTORS: tuple[Rule, ...] = (occupied_evses_are_used, available_connectors_are_empty)
