"""Events that a station tells of its own accord beside those that are due (E02.FR.16)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from harness.evidence.transcript import Entry, Kind, Transcript
from harness.ocppj.frames import FrameKind
from harness.ocppj.inbox import Arrival, Traffic
from harness.ocppj.payloads import inner


@dataclass(frozen=True)
class Act:
    """Something that was done, by its name in ``operators.base``, and from when to when.

    ``evse``, ``connector``: where, None for what is done to the station as a whole. ``ended``: None
    if it never did; ``succeeded``: what was asked for has happened.
    """

    action: str
    at: datetime
    evse: int | None = None
    connector: int | None = None
    ended: datetime | None = None
    succeeded: bool = False


#: TransactionEvents that may come in between: nothing started, nothing ended.
_QUIET = frozenset(
    {
        "ChargingRateChanged",
        "ChargingStateChanged",
        "EnergyLimitReached",
        "MeterValueClock",
        "MeterValuePeriodic",
        "SignedDataReceived",
        "TimeLimitReached",
        "Trigger",
    }
)
_BY_TOKEN = ("present_token", "RequestStartTransaction")
#: What brings about events with these reasons: acts at the station, requests of ours, and our
#: refusal of an idToken. Each does so once (TriggerReasonEnumType).
_CAUSES: Sequence[tuple[frozenset[str], tuple[str, ...]]] = (
    (frozenset({"EVDetected"}), ("drive_in", "plug_in")),
    (frozenset({"CablePluggedIn"}), ("plug_in",)),
    (frozenset({"EVCommunicationLost"}), ("unplug", "unplug_ev")),
    (frozenset({"EVDeparted"}), ("drive_out", "unplug", "unplug_ev")),
    (frozenset({"Authorized", "StopAuthorized"}), _BY_TOKEN),
    (frozenset({"EVConnectTimeout"}), _BY_TOKEN),
    (frozenset({"RemoteStart"}), ("RequestStartTransaction",)),
    (frozenset({"RemoteStop"}), ("RequestStopTransaction",)),
    (frozenset({"ResetCommand"}), ("Reset",)),
    (frozenset({"UnlockCommand"}), ("UnlockConnector",)),
    (frozenset({"Deauthorized"}), ("refusal",)),
)


def acts_of(transcript: Transcript) -> Iterator[Act]:
    """What the operator was asked to do, one thing after the other."""
    entries = [entry for entry in transcript.entries if entry.kind is Kind.OPERATOR]
    for number, entry in enumerate(entries):
        if entry.data["outcome"] == "begun":
            yield _act(entry, entries[number + 1 :])


def _act(begun: Entry, later: Sequence[Entry]) -> Act:
    action, where = begun.data["action"], begun.data["parameters"]
    end = next((entry for entry in later if entry.data["action"] == action), None)
    ended, outcome = (None, "") if end is None else (end.at, end.data["outcome"])
    place = (where.get("evse"), where.get("connector"))
    return Act(action, begun.at, *place, ended, outcome == "done")


def is_quiet(arrival: Arrival) -> bool:
    """Whether an event tells of something that may happen at any time of a transaction."""
    updated = arrival.payload.get("eventType") == "Updated"
    return updated and arrival.payload.get("triggerReason") in _QUIET


def is_metering(arrival: Arrival) -> bool:
    """Whether an event tells of nothing but meter values."""
    return str(arrival.payload.get("triggerReason")).startswith("MeterValue")


def caused_events(
    acts: Sequence[Act], traffic: Sequence[Traffic], arrivals: Sequence[Arrival]
) -> Iterator[Arrival]:
    """Updated events for which there is a cause, and no more of them than there are causes.

    A transaction to which no vehicle came may end by its time-out.
    """
    events = [a for a in arrivals if a.action == "TransactionEvent"]
    causes = [*acts, *_causes_sent(traffic)]
    for transaction in dict.fromkeys(map(_transaction, events)):
        own = [a for a in events if _transaction(a) == transaction]
        evses = {inner(a.payload, "evse").get("id") for a in own} - {None}
        here = [c for c in causes if c.evse is None or not evses or c.evse in evses]
        yield from _caused(own, here)


def _transaction(arrival: Arrival) -> str:
    return str(inner(arrival.payload, "transactionInfo").get("transactionId"))


def _caused(events: Sequence[Arrival], causes: Sequence[Act]) -> Iterator[Arrival]:
    """Those of one transaction; what is sent again is the same event (E13)."""
    told: dict[object, str] = {}
    for arrival in events:
        kind, reason = arrival.payload.get("eventType"), str(arrival.payload.get("triggerReason"))
        if kind != "Ended":
            told[arrival.payload.get("seqNo")] = reason
        ends_in_vain = reason == "EVConnectTimeout" and not any(map(_tells_of_vehicle, events))
        if (kind != "Updated" and not ends_in_vain) or _contradicts_itself(arrival):
            continue
        for reasons, names in _CAUSES:
            so_far = sum(c.action in names and c.at <= arrival.traffic.at for c in causes)
            if reason in reasons and sum(each in reasons for each in told.values()) <= so_far:
                yield arrival


def _tells_of_vehicle(arrival: Arrival) -> bool:
    state = inner(arrival.payload, "transactionInfo").get("chargingState", "Idle")
    return state != "Idle" or arrival.payload.get("triggerReason") == "CablePluggedIn"


def _contradicts_itself(arrival: Arrival) -> bool:
    """A cable that is in leaves no vehicle unconnected, and one that is gone connects none."""
    state = inner(arrival.payload, "transactionInfo").get("chargingState", "absent")
    reason = arrival.payload.get("triggerReason")
    gone = reason in ("EVConnectTimeout", "EVDeparted") and state not in ("Idle", "absent")
    return gone or (reason == "CablePluggedIn" and state == "Idle")


def _causes_sent(traffic: Sequence[Traffic]) -> Iterator[Act]:
    for frame in traffic:
        if frame.sent and frame.frame.kind is FrameKind.CALL:
            yield Act(frame.frame.action, frame.at)
        elif frame.sent and frame.frame.kind is FrameKind.CALLRESULT:
            status = inner(frame.frame.payload, "idTokenInfo").get("status", "Accepted")
            if frame.frame.action == "TransactionEvent" and status != "Accepted":
                yield Act("refusal", frame.at)
