"""How each personality shows: what its run has and the plain system's run never has."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from harness.embedded_run import Outcome
from harness.fake_csms import FakeCSMS
from harness.fake_station import FakeStation
from harness.inbox import Closed, Opened, Refused, Traffic
from harness.match import ABSENT, PRESENT, Contains, Satisfies, matches, parse_time
from harness.sut import Role
from harness.verdict import Verdict
from harness.wire import FrameKind, Payload

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


def without(name: str) -> Holds:
    """TC_B_13_CS got a full inventory without such a variable."""

    def holds(outcome: Outcome) -> bool:
        found = [item["variable"]["name"] for item in items(outcome)]
        return len(found) > 40 and name not in found

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
    def holds(outcome: Outcome) -> bool:
        answers = [f.t for f in frames(outcome, FrameKind.CALLRESULT, "Reset")]
        ends = [e.t for e in outcome.peer.inbox.events if isinstance(e, Closed)]
        return bool(answers and ends) and ends[0] - answers[0] >= seconds

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
    """By the station's own clock, energy comes at least 0.09 s after what was before it."""
    events = list(payloads(outcome, FrameKind.CALL, "TransactionEvent"))
    moments = [parse_time(e["timestamp"]) for e in events]
    return any(
        later["transactionInfo"].get("chargingState") == "Charging"
        and a is not None
        and b is not None
        and (b - a).total_seconds() >= 0.09
        for later, a, b in zip(events[1:], moments, moments[1:], strict=False)
    )


def url_begins(scheme: str) -> Holds:
    def holds(outcome: Outcome) -> bool:
        peer = outcome.peer
        url = peer.link.endpoint(1).url if isinstance(peer, FakeCSMS) else peer.sut.url
        return url.startswith(scheme)

    return holds


def _reversed(action: str, asked: str, got: str) -> Holds:
    def holds(outcome: Outcome) -> bool:
        for frame in frames(outcome, FrameKind.CALLRESULT, action):
            wanted = frame.answers.frame.payload[asked] if frame.answers else []
            found = frame.frame.payload[got]
            names = [[each["variable"]["name"] for each in those] for those in (wanted, found)]
            if names[0] != names[1] and sorted(names[0]) == sorted(names[1]):
                return True
        return False

    return holds


def _criteria_report(outcome: Outcome) -> bool:
    """A report asked for by one criterion tells of further variables."""
    asked = {
        e.frame.payload["requestId"]: e.frame.payload
        for e in outcome.peer.inbox.events
        if isinstance(e, Traffic)
        and e.sent
        and e.frame.action == "GetReport"
        and e.frame.kind is FrameKind.CALL
    }
    return any(
        item["variable"]["name"] not in asked[part["requestId"]]["componentCriteria"]
        for part in payloads(outcome, FrameKind.CALL, "NotifyReport")
        if "componentCriteria" in asked.get(part["requestId"], {})
        and "componentVariable" not in asked[part["requestId"]]
        for item in part["reportData"]
    )


def _interrupted(outcome: Outcome) -> bool:
    sent = " ".join(actions(outcome))
    return "NotifyReport Heartbeat NotifyReport" in sent


def _security_first(outcome: Outcome) -> bool:
    sent = actions(outcome)
    after = sent[sent.index("BootNotification") + 1 :]
    return after.index("SecurityEventNotification") < after.index("StatusNotification")


def _comes_back_to_all(outcome: Outcome) -> bool:
    """Refused at one endpoint, at the other one, and at the first again."""
    tried = "".join(e.endpoint for e in outcome.peer.inbox.events if isinstance(e, Refused))
    return re.search(r"121|212", tried) is not None


def _hangs_up_again(outcome: Outcome) -> bool:
    return sum(isinstance(e, Opened) for e in outcome.peer.inbox.events) > 2


def _ends_without_word(outcome: Outcome) -> bool:
    ends = [e.how for e in outcome.peer.inbox.events if isinstance(e, Closed)]
    return any("1000" not in how for how in ends)


def _no_reset(outcome: Outcome) -> bool:
    return not any(
        isinstance(e, Traffic) and e.sent and e.frame.action == "Reset"
        for e in outcome.peer.inbox.events
    )


_UNAVAILABLE = call("StatusNotification", connectorStatus="Unavailable")
_NOBODY = {"type": "NoAuthorization", "idToken": ""}
_REMOTE = event("RemoteStart")
_BUTTON = event("Authorized", idToken=_NOBODY)
_TWO_EVENTS = ended("ChargingStateChanged", transactionInfo={"stoppedReason": "Local"})
_TWO = ["EVSE", "Connector"]
_CONNECTOR_2 = call("StatusNotification", evseId=1, connectorId=2)
_CONNECTOR_EVENT = call("NotifyEvent", eventData=[{"component": {"name": "Connector"}}])
_CUSTOM_ANSWER = answer("GetBaseReport", customData=PRESENT)
_REBOOT_REQUIRED = answer("SetVariables", setVariableResult=[{"attributeStatus": "RebootRequired"}])


def _token_in_small(payload: Payload) -> bool:
    return str(payload["idToken"]["idToken"]).islower()


def _time(pattern: str) -> Holds:
    moment = rf"'(timestamp|generatedAt|currentTime)': '[-\d]{{10}}T[:\d]{{8}}{pattern}'"
    return lambda o: re.search(moment, text(o)) is not None


_WIRE = {
    "short-ids": Sign(lambda o: any(f.frame.id.startswith("m") for f in frames(o, FrameKind.CALL))),
    "time-with-offset": Sign(_time(r"\.\d{3}\+02:00")),
    "time-in-nanoseconds": Sign(_time(r"\.\d{9}Z")),
    "time-in-seconds": Sign(_time("Z")),
    "error-details": Sign(lambda o: any("cause" in p for p in payloads(o, FrameKind.CALLERROR))),
    "slow": Sign(answers_take(0.045)),
}

_TRANSACTIONS = {
    "tx-ev-connected": Sign(both(started("CablePluggedIn"), ended("EVCommunicationLost"))),
    "tx-authorized": Sign(reads("TxStartPoint", "Authorized")),
    "tx-power-path-closed": Sign(started("ChargingStateChanged", "SuspendedEVSE")),
    "tx-energy-transfer": Sign(started("ChargingStateChanged", "Charging")),
    "tx-parking-bay": Sign(both(started("EVDetected"), ended("EVDeparted"))),
    "tx-data-signed": Sign(started("SignedDataReceived")),
    "unsigned-readings": Sign(without("SignReadings")),
    "tx-start-authorized-stop-ev-connected": Sign(
        both(started("Authorized"), ended("EVCommunicationLost"))
    ),
    "tx-start-energy-stop-parking-bay": Sign(
        both(started("ChargingStateChanged"), ended("EVDeparted"))
    ),
    "tx-all-points": Sign(both(started("EVDetected"), ended("StopAuthorized"))),
    "tx-points-read-only": Sign(mutability("TxStartPoint", "ReadOnly")),
    "no-parking-bay-sensor": Sign(
        reported(
            name="TxStartPoint",
            variableCharacteristics={
                "valuesList": "EVConnected,Authorized,PowerPathClosed,EnergyTransfer,DataSigned"
            },
        )
    ),
    "power-path-by-charging-state": Sign(
        started("ChargingStateChanged", "SuspendedEVSE", idToken=PRESENT)
    ),
    "stop-in-two-events": Sign(both(event("StopAuthorized", eventType="Updated"), _TWO_EVENTS)),
    "slow-to-unlock": Sign(event("Authorized", eventType="Updated", idToken=PRESENT)),
    "slow-to-unlock-power-path": Sign(started("Authorized", "SuspendedEVSE")),
    "slow-to-charge": Sign(charges_later),
    "suspended-at-first": Sign(
        event("ChargingStateChanged", transactionInfo={"chargingState": "SuspendedEVSE"})
    ),
    "metering": Sign(event("MeterValuePeriodic")),
    "continuous-numbers": Sign(
        some("TransactionEvent", lambda p: p["eventType"] == "Started" and p["seqNo"] > 0)
    ),
    "evse-in-every-event": Sign(event("ChargingStateChanged", evse=PRESENT)),
    "state-in-every-event": Sign(
        event("StopAuthorized", eventType="Updated", transactionInfo={"chargingState": PRESENT})
    ),
    "silent-stop": Sign(
        ended("StopAuthorized", idToken=ABSENT, transactionInfo={"stoppedReason": ABSENT})
    ),
    "short-transaction-ids": Sign(
        some("TransactionEvent", lambda p: ":" in p["transactionInfo"]["transactionId"])
    ),
}

_AUTHORIZATION = {
    "remote-only": Sign(_REMOTE),
    "remote-ev-connected": Sign(both(_REMOTE, ended("EVCommunicationLost"))),
    "remote-power-path-closed": Sign(started("RemoteStart", "SuspendedEVSE")),
    "remote-energy-transfer": Sign(started("RemoteStart", "Charging")),
    "remote-parking-bay": Sign(answer("RequestStartTransaction", transactionId=PRESENT)),
    "remote-authorizes": Sign(both(_REMOTE, call("Authorize"))),
    "start-button": Sign(both(_BUTTON, ended("StopAuthorized"))),
    "start-button-ev-connected": Sign(
        both(call("TransactionEvent", idToken=_NOBODY), ended("EVCommunicationLost"))
    ),
    "small-tokens": Sign(some("Authorize", _token_in_small)),
    "no-cache-no-list": Sign(unreported("AuthCacheCtrlr")),
}

_HARDWARE = {
    "one-evse": Sign(unreported("EVSE", id=2)),
    "two-connectors": Sign(_CONNECTOR_2),
    "three-evses": Sign(call("StatusNotification", evseId=3, connectorId=3)),
    "fixed-cable": Sign(mutability("UnlockOnEVSideDisconnect", "ReadOnly")),
    "cooling-fan": Sign(reported(name="FanSpeed")),
}

_REPORTS = {
    "no-summary": Sign(answer("GetBaseReport", status="NotSupported")),
    "core-only": Sign(unreported("ReservationCtrlr")),
    "many-report-parts": Sign(some("NotifyReport", lambda p: p["seqNo"] > 9)),
    "empty-last-part": Sign(call("NotifyReport", reportData=ABSENT, tbc=False)),
    "interrupted-reports": Sign(_interrupted),
    "by-default": Sign(both(call("NotifyReport", tbc=ABSENT), call("NotifyReport", tbc=True))),
    "backwards": Sign(_reversed("GetVariables", "getVariableData", "getVariableResult")),
    "lower-case-names": Sign(reported("ocppcommctrlr", "offlinethreshold")),
    "upper-case-names": Sign(reported("OCPPCOMMCTRLR", "OFFLINETHRESHOLD")),
    "criteria-report-component": Sign(_criteria_report),
    "too-many-all-rejected": Sign(
        answer(
            "GetVariables",
            getVariableResult=Satisfies(
                "more than 2, all Rejected",
                lambda r: len(r) > 2 and {e["attributeStatus"] for e in r} == {"Rejected"},
            ),
        )
    ),
    "too-many-call-error": Sign(error("OccurrenceConstraintViolation")),
    "optional-variables-absent": Sign(unreported("SmartChargingCtrlr")),
    "back-off-read-only": Sign(mutability("RetryBackOffWaitMinimum", "ReadOnly")),
}

_MESSAGES = {
    "notify-event": Sign(both(_CONNECTOR_EVENT, not_(call("StatusNotification")))),
    "notify-event-and-status": Sign(both(_CONNECTOR_EVENT, call("StatusNotification"))),
    "notify-event-of-evse-too": Sign(
        some("NotifyEvent", lambda p: [e["component"]["name"] for e in p["eventData"]] == _TWO)
    ),
    "background-traffic": Sign(call("NotifyEvent", eventData=[{"trigger": "Periodic"}])),
    "aligned-meter-values": Sign(call("MeterValues")),
    "states-late": Sign(clock_off(-5, -0.05), exclusive=False),
    "explained": Sign(answer("GetBaseReport", statusInfo=PRESENT)),
    "custom-data": Sign(both(call("NotifyReport", customData=PRESENT), _CUSTOM_ANSWER)),
    "clock-ahead": Sign(clock_off(1, 4)),
    "clock-behind": Sign(clock_off(-4, -1)),
}

_BOOT = {
    "introduced": Sign(call("BootNotification", chargingStation={"modem": PRESENT})),
    "no-evse-reset": Sign(answer("Reset", status="Rejected")),
    "unavailable-first": Sign(in_case("TC_B_01_CS", _UNAVAILABLE)),
    "unavailable-before-reset": Sign(in_case("TC_B_20_CS", _UNAVAILABLE)),
    "unavailable-during-evse-reset": Sign(in_case("TC_B_25_CS", _UNAVAILABLE)),
    "unavailable-while-reset-waits": Sign(in_case("TC_B_21_CS", _UNAVAILABLE)),
    "security-event-first": Sign(in_case("TC_B_01_CS", _security_first)),
    "closes-while-rejected": Sign(in_case("TC_B_30_CS", _hangs_up_again)),
    "refuses-trigger": Sign(answer("TriggerMessage", status="NotImplemented")),
    "drops-connections": Sign(in_case("TC_B_20_CS", _ends_without_word)),
    "slow-boot": Sign(in_case("TC_B_20_CS", gap_after(Closed, Opened, 0.59)), exclusive=False),
    "resets-later": Sign(in_case("TC_B_20_CS", reset_waits(0.29)), exclusive=False),
    "reboot-required": Sign(_REBOOT_REQUIRED),
    "reboots-on-priority": Sign(in_case("TC_B_45_CS", _no_reset)),
    "reconnects-to-all": Sign(_comes_back_to_all),
    "security-profile-1": Sign(url_begins("ws:")),
    "security-profile-3": Sign(
        reported(name="SecurityProfile", variableAttribute=[{"value": "3"}])
    ),
}


def tls(field: str, value: str) -> Holds:
    """Some handshake of the station's connections came to this."""

    def holds(outcome: Outcome) -> bool:
        peer = outcome.peer
        return isinstance(peer, FakeStation) and any(h[field] == value for h in peer.handshakes)

    return holds


def refused(test: Callable[[list[str]], bool]) -> Holds:
    """What the station's attempts to connect came to passes a test."""

    def holds(outcome: Outcome) -> bool:
        return test([e.reason for e in outcome.peer.inbox.events if isinstance(e, Refused)])

    return holds


def certificates(count: int) -> Holds:
    """A chain of so many certificates was sent."""
    return some(
        "CertificateSigned", lambda p: p["certificateChain"].count("BEGIN CERTIFICATE") == count
    )


def _second_is_password(payload: Payload) -> bool:
    names = [item["variable"]["name"] for item in payload["setVariableData"]]
    return names[1:] == ["BasicAuthPassword"]


def _own_password(payload: Payload) -> bool:
    return any(item["attributeValue"].startswith("own-") for item in payload["setVariableData"])


def _signed_later(outcome: Outcome) -> bool:
    answers = [f.t for f in frames(outcome, FrameKind.CALLRESULT, "SignCertificate")]
    signed = [f.t for f in frames(outcome, FrameKind.CALL, "CertificateSigned")]
    return any(b - a >= 0.19 for a, b in zip(answers, signed, strict=False))


_CSMS_SECURITY = {
    "security-profile-1": Sign(url_begins("ws:")),
    "security-profile-3": Sign(
        in_case("TC_B_42_CSMS", call("SetNetworkProfile", connectionData={"securityProfile": 3}))
    ),
    "only-security-profile-2": Sign(
        in_case("TC_A_07_CSMS", lambda o: o.verdict is Verdict.NOT_APPLICABLE)
    ),
    "one-endpoint-for-tls": Sign(lambda o: o.peer.sut.urls[2] == o.peer.sut.urls[3]),
    "tls-1.2-alone": Sign(in_case("TC_A_01_CSMS", tls("version", "TLSv1.2"))),
    "prefers-rsa": Sign(in_case("TC_A_01_CSMS", tls("cipher", "AES128-GCM-SHA256"))),
    "closes-on-wrong-credentials": Sign(
        in_case("TC_A_03_CSMS", refused(lambda told: "HTTP 401" not in " ".join(told)))
    ),
    "forbids-wrong-credentials": Sign(
        in_case("TC_A_03_CSMS", refused(lambda told: "HTTP 403" in " ".join(told)))
    ),
    "sub-ca": Sign(certificates(2)),
    "chain-in-any-order": Sign(certificates(3)),
    "no-certificate-type": Sign(call("CertificateSigned", certificateType=ABSENT)),
    "signs-later": Sign(_signed_later, exclusive=False),
    "password-of-its-own": Sign(some("SetVariables", _own_password)),
    "password-among-others": Sign(some("SetVariables", _second_is_password)),
    "slow-to-take-over": Sign(in_case("TC_A_09_CSMS", refused(lambda told: len(told) > 1))),
    "restricts-after-refusal": Sign(
        in_case("TC_A_10_CSMS", answer("BootNotification", status="Pending"))
    ),
    "serial-number-at-boot": Sign(
        in_case("TC_A_08_CSMS", answer("BootNotification", status="Rejected"))
    ),
    "serial-number-of-its-own": Sign(lambda o: o.peer.sut.serial == "SN-0077"),
}


def _tells_unasked(outcome: Outcome) -> bool:
    told = frames(outcome, FrameKind.CALLRESULT, "TransactionEvent")
    return any(
        "idTokenInfo" in f.frame.payload
        and f.answers is not None
        and "idToken" not in f.answers.frame.payload
        for f in told
    )


_CSMS = {
    "asks-between-events": Sign(call("GetTransactionStatus", transactionId=PRESENT)),
    "tells-of-driver-each-time": Sign(_tells_unasked),
    "inventory-after-boot": Sign(in_case("TC_B_01_CSMS", call("GetBaseReport"))),
    "inventory-while-pending": Sign(in_case("TC_B_02_CSMS", call("GetBaseReport"))),
    "slow-to-store": Sign(in_case("TC_B_20_CSMS", answers_take(0.045, "NotifyReport"))),
    "curious": Sign(call("GetLocalListVersion")),
    "triggers-after-boot": Sign(call("TriggerMessage", requestedMessage="Heartbeat")),
    "extra-fields": Sign(answer("BootNotification", customData=PRESENT)),
    "generous": Sign(answer("Authorize", idTokenInfo={"personalMessage": PRESENT})),
    "long-heartbeat": Sign(answer("BootNotification", interval=86400)),
    "interval-0": Sign(answer("BootNotification", interval=0, status="Accepted")),
    "pending-interval-0": Sign(answer("BootNotification", interval=0, status="Pending")),
    "explicit-attributes": Sign(
        call("GetVariables", getVariableData=Contains({"attributeType": "Actual"}))
    ),
    "lower-case-names": Sign(
        call("GetVariables", getVariableData=Contains({"component": {"name": "ocppcommctrlr"}}))
    ),
    "backwards": Sign(
        in_case(
            "TC_B_07_CSMS",
            call("GetVariables", getVariableData=[{"component": {"name": "AuthCtrlr"}}, {}]),
        )
    ),
    **_CSMS_SECURITY,
}

#: Personalities that the harness's reader of frames does not keep: they are tested by themselves.
#: Nor shows in frames what only the description says.
UNSEEN = frozenset({"spacious", "dc", "no-energy-transfer-start", "serial-number-required"})

SIGNS: dict[Role, dict[str, Sign]] = {
    Role.STATION: {
        **_WIRE,
        **_TRANSACTIONS,
        **_AUTHORIZATION,
        **_HARDWARE,
        **_REPORTS,
        **_MESSAGES,
        **_BOOT,
    },
    Role.CSMS: {**_WIRE, **_CSMS},
}
