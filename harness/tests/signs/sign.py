"""What a sign is, and the verbs that signs are made of."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from harness.evidence.matchers import Contains, matches, parse_time
from harness.ocppj.frames import FrameKind, Payload
from harness.ocppj.inbox import Closed, Traffic
from harness.peers.fake_csms import FakeCSMS
from harness.proof.embedded_run import Outcome

Holds = Callable[[Outcome], bool]


@dataclass(frozen=True)
class Sign:
    """``holds`` is true of some case; ``exclusive``: and of no case of the plain system."""

    holds: Holds
    exclusive: bool = True


# What was on the wire


def frames(outcome: Outcome, kind: FrameKind, action: str = "") -> Iterator[Traffic]:
    """The frames that the system under test sent."""
    for event in outcome.peer.inbox.events:
        if not isinstance(event, Traffic) or event.sent or event.frame.kind is not kind:
            continue
        if action in ("", event.frame.action):
            yield event


def payloads(outcome: Outcome, kind: FrameKind, action: str = "") -> Iterator[Payload]:
    return (frame.frame.payload for frame in frames(outcome, kind, action))


def call(action: str, **fields: Any) -> Holds:
    """Some such request was sent."""
    return lambda o: any(matches(fields, p) for p in payloads(o, FrameKind.CALL, action))


def answer(action: str, **fields: Any) -> Holds:
    """Some such response was sent."""
    return lambda o: any(matches(fields, p) for p in payloads(o, FrameKind.CALLRESULT, action))


def error(code: str) -> Holds:
    return lambda o: any(f.frame.code == code for f in frames(o, FrameKind.CALLERROR))


def event(trigger: str, **fields: Any) -> Holds:
    """Some such TransactionEvent was sent."""
    return call("TransactionEvent", triggerReason=trigger, **fields)


def started(trigger: str, state: str = "", **fields: Any) -> Holds:
    info = {"transactionInfo": {"chargingState": state}} if state else {}
    return event(trigger, eventType="Started", **info, **fields)


def ended(trigger: str, **fields: Any) -> Holds:
    return event(trigger, eventType="Ended", **fields)


def some(action: str, test: Callable[[Payload], bool], kind: FrameKind = FrameKind.CALL) -> Holds:
    """A payload of this action passes a test."""
    return lambda o: any(test(p) for p in payloads(o, kind, action))


def both(*signs: Holds) -> Holds:
    """All of them in one case."""
    return lambda o: all(sign(o) for sign in signs)


def not_(sign: Holds) -> Holds:
    return lambda o: not sign(o)


def in_case(case_id: str, sign: Holds) -> Holds:
    return lambda o: o.result.id == case_id and sign(o)


def actions(outcome: Outcome) -> list[str]:
    return [f.frame.action for f in frames(outcome, FrameKind.CALL)]


def text(outcome: Outcome) -> str:
    """All payloads as one text."""
    return " ".join(str(f.frame.payload) for kind in FrameKind for f in frames(outcome, kind))


def reported(component: str = "", name: str = "", **fields: Any) -> Holds:
    """Some such variable was reported."""

    def holds(outcome: Outcome) -> bool:
        return any(
            component in ("", item["component"]["name"])
            and name in ("", item["variable"]["name"])
            and matches(fields, item)
            for item in items(outcome)
        )

    return holds


def items(outcome: Outcome) -> list[Payload]:
    parts = payloads(outcome, FrameKind.CALL, "NotifyReport")
    return [item for part in parts for item in part.get("reportData", [])]


def unreported(component: str, **evse: Any) -> Holds:
    """TC_B_13_CS got a full inventory without such a component."""
    wanted = {"name": component, **({"evse": evse} if evse else {})}

    def holds(outcome: Outcome) -> bool:
        found = [item["component"] for item in items(outcome)]
        return len(found) > 40 and not any(matches(wanted, each) for each in found)

    return in_case("TC_B_13_CS", holds)


def without(name: str, component: str = "") -> Holds:
    """TC_B_13_CS got a full inventory without such a variable."""

    def holds(outcome: Outcome) -> bool:
        found = items(outcome)
        of_component = [i for i in found if component in ("", i["component"]["name"])]
        return len(found) > 40 and name not in [i["variable"]["name"] for i in of_component]

    return in_case("TC_B_13_CS", holds)


def reads(name: str, value: str) -> Holds:
    """The station was asked for that variable and had that value."""
    wanted = {"variable": {"name": name}, "attributeValue": value}
    return answer("GetVariables", getVariableResult=Contains(wanted))


def mutability(name: str, value: str) -> Holds:
    return reported(name=name, variableAttribute=[{"mutability": value}])


# When it was


def answers_take(seconds: float, action: str = "") -> Holds:
    """No answer came sooner."""

    def holds(outcome: Outcome) -> bool:
        answered = frames(outcome, FrameKind.CALLRESULT, action)
        found = [f.t - f.answers.t for f in answered if f.answers]
        return len(found) > 2 and min(found) >= seconds

    return holds


def gap_after(first: type, second: type, seconds: float) -> Holds:
    """Between two kinds of events lies at least this time."""

    def holds(outcome: Outcome) -> bool:
        events = outcome.peer.inbox.events
        begins = [e.t for e in events if isinstance(e, first)]
        return any(
            e.t - max(t for t in begins if t < e.t) >= seconds
            for e in events
            if isinstance(e, second) and any(t < e.t for t in begins)
        )

    return holds


def reset_waits(seconds: float) -> Holds:
    """The connection goes on at least this time after a Reset was answered."""

    def holds(outcome: Outcome) -> bool:
        answers = [f.t for f in frames(outcome, FrameKind.CALLRESULT, "Reset")]
        ends = [e.t for e in outcome.peer.inbox.events if isinstance(e, Closed)]
        waits = [min((e - a for e in ends if e > a), default=0.0) for a in answers]
        return any(wait >= seconds for wait in waits)

    return holds


def clock_off(least: float, most: float) -> Holds:
    """Every StatusNotification's timestamp is that far ahead of its arrival."""

    def holds(outcome: Outcome) -> bool:
        found = [
            (moment - f.at).total_seconds()
            for f in frames(outcome, FrameKind.CALL, "StatusNotification")
            if (moment := parse_time(f.frame.payload["timestamp"]))
        ]
        return len(found) > 1 and all(least <= each <= most for each in found)

    return holds


def charges_later(outcome: Outcome) -> bool:
    """By the station's own clock, energy comes at least 1.9 s after what was before it."""
    events = list(payloads(outcome, FrameKind.CALL, "TransactionEvent"))
    moments = [parse_time(e["timestamp"]) for e in events]
    return any(
        later["transactionInfo"].get("chargingState") == "Charging"
        and a is not None
        and b is not None
        and (b - a).total_seconds() >= 1.9
        for later, a, b in zip(events[1:], moments, moments[1:], strict=False)
    )


def url_begins(scheme: str) -> Holds:
    def holds(outcome: Outcome) -> bool:
        peer = outcome.peer
        url = peer.link.endpoint(1).url if isinstance(peer, FakeCSMS) else peer.sut.url
        return url.startswith(scheme)

    return holds
