"""How stations show that differ in their device model, and in reporting it."""

from __future__ import annotations

from harness.evidence.matchers import ABSENT, Satisfies, fact
from harness.ocppj.frames import FrameKind
from harness.ocppj.inbox import Traffic
from harness.proof.embedded_run import Outcome
from harness.tests.signs.sign import (
    Holds,
    Sign,
    actions,
    answer,
    both,
    call,
    error,
    frames,
    mutability,
    payloads,
    reported,
    some,
    unreported,
)


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


REPORTS = {
    "empty-instances": Sign(reported(variable={"instance": ""})),
    "no-summary": Sign(answer("GetBaseReport", status="NotSupported")),
    "core-only": Sign(unreported("ReservationCtrlr")),
    "customer-in-parts": Sign(some("NotifyCustomerInformation", lambda p: p["seqNo"] > 0)),
    "customer-unknown-in-silence": Sign(some("NotifyCustomerInformation", lambda p: not p["data"])),
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
                fact("all Rejected"),
            ),
        )
    ),
    "too-many-call-error": Sign(error("OccurrenceConstraintViolation")),
    "optional-variables-absent": Sign(unreported("SmartChargingCtrlr")),
    "back-off-read-only": Sign(mutability("RetryBackOffWaitMinimum", "ReadOnly")),
}
