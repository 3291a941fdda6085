"""Standing rules for a charging station under test: what it tells of its connectors."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from harness.ocppj.frames import FrameKind, Payload
from harness.ocppj.inbox import Arrival
from harness.ocppj.payloads import inner
from harness.peers.conductor import PRECONDITIONS
from harness.peers.connectors import Connector, reports, title
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


CONNECTORS: tuple[Rule, ...] = (occupied_evses_are_used,)
