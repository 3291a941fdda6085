"""A results folder as a run would leave it: every verdict, and texts meant to break reports.

``python -m harness.tests.report_sample DIR`` writes one with its reports, to look at.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from harness.evidence.collected import collect
from harness.evidence.mask import masker
from harness.evidence.results import (
    CaseResult,
    Results,
    RunInfo,
    write_case,
    write_results,
)
from harness.evidence.transcript import Kind, Transcript
from harness.evidence.verdict import Severity, Stage, Validation, Verdict
from harness.report.write import write_all
from harness.spec.editions import DEFAULT
from harness.spec.roles import Role

SECRET = "correct-horse-battery"
NASTY = (
    "</script><script>alert(1)</script> a|b `c` *d* _e_ [f](javascript:g) <img src=x onerror=h>"
    " </script ><!--<script $i$ ~~j~~ &amp; \"&'\n\n# no heading\r\n| no | table |"
)
ILLEGAL = "bell\x07 escape\x1b[31m null\x00 surrogate\ud800 end"
EVENT = "TransactionEventRequest"

RUN = RunInfo(
    started=datetime(2025, 3, 1, 12, 0, tzinfo=UTC),
    finished=datetime(2025, 3, 1, 12, 9, 30, tzinfo=UTC),
    roles=(Role.STATION, Role.CSMS),
    sut="Example <Wallbox> | 22 kW",
    sut_version="1.4.2",
    harness_version="0.1.0",
    spec_edition="OCPP 2.0.1 Edition 3, errata 2025-09",
    selection="-k 'TC_B or TC_E'",
)
OK = Validation(
    step="1",
    message="BootNotificationRequest",
    path="$.reason",
    expected="PowerUp",
    actual="PowerUp",
    ok=True,
    requirement="B01.FR.01",
)


def write_sample(directory: Path) -> Results:
    """Write cases, transcripts and results.json; returns the results."""
    for make in (boot, get_variables, transaction, offline, reserve, reset, nasty, csms_boot):
        transcript = Transcript("", None, masker([SECRET]))
        case = make(lambda case_id, t=transcript: _log(directory, case_id, t))
        write_case(
            directory, replace(case, validations=tuple(transcript.validations)), transcript.mask
        )
    results = collect(directory, RUN)
    write_results(directory, results, masker([SECRET]))
    return results


Start = Callable[[str], Transcript]


def _log(directory: Path, case_id: str, transcript: Transcript) -> Transcript:
    transcript.case_id = case_id
    transcript.path = directory / "transcripts" / f"{case_id}.jsonl"
    transcript.path.parent.mkdir(parents=True, exist_ok=True)
    return transcript


def _frame(log: Transcript, kind: Kind, type_: int, action: str, **payload: object) -> None:
    log.add(kind, type=type_, id=f"id-{len(log.entries)}", action=action, payload=payload)


def _case(case_id: str, title: str, block: str, verdict: Verdict, reason: str = "") -> CaseResult:
    return CaseResult(
        id=case_id,
        title=title,
        block=block,
        sut=Role(case_id.rsplit("_", 1)[1]),
        verdict=verdict,
        reason=reason,
        duration_s=3.25,
        real_s=3.25,
        requirements=("B01.FR.01", "B01.FR.05"),
        transcript=f"transcripts/{case_id}.jsonl",
    )


def _booted(log: Transcript, ours: Kind = Kind.SENT, theirs: Kind = Kind.RECEIVED) -> None:
    log.add(Kind.TLS, version="TLSv1.3", cipher="TLS_AES_256_GCM_SHA384")
    log.add(Kind.CONNECTION, event="opened", connection=1, subprotocol=DEFAULT.subprotocol)
    log.add(Kind.STEP, step="1", text="Execute Reusable State Booted")
    station = {"vendorName": "Example", "model": "Wallbox"}
    _frame(log, theirs, 2, "BootNotification", reason="PowerUp", chargingStation=station)
    log.validate(OK)
    now = "2025-03-01T12:00:00Z"
    _frame(log, ours, 3, "BootNotification", currentTime=now, interval=300, status="Accepted")


def boot(start: Start) -> CaseResult:
    """All is well."""
    log = start("TC_B_01_CS")
    _booted(log)
    status = {"timestamp": "2025-03-01T12:00:01Z", "evseId": 1, "connectorId": 1}
    _frame(log, Kind.RECEIVED, 2, "StatusNotification", connectorStatus="Available", **status)
    _frame(log, Kind.SENT, 3, "StatusNotification")
    log.validate(
        replace(OK, step="2", message="StatusNotificationRequest", path="$.connectorStatus")
    )
    title = "Cold Boot Charging Station - Accepted"
    return _case("TC_B_01_CS", title, "B_Provisioning", Verdict.PASS)


def get_variables(start: Start) -> CaseResult:
    """Passes with a warning; the password went over the wire."""
    log = start("TC_B_06_CS")
    log.add(Kind.CONNECTION, event="opened", connection=1, subprotocol=DEFAULT.subprotocol)
    log.add(Kind.STEP, step="1", text="GetVariables for one variable")
    _frame(log, Kind.SENT, 2, "GetVariables", getVariableData=[{"variable": {"name": SECRET}}])
    _frame(log, Kind.RECEIVED, 3, "GetVariables", getVariableResult=[{"attributeValue": SECRET}])
    log.validate(replace(OK, message="GetVariablesResponse", path="$.getVariableResult[0]"))
    log.validate(
        replace(
            OK,
            step="message ids",
            message="GetVariablesResponse",
            path="",
            expected="a message id nobody used before",
            actual=f"id-3, again, with {SECRET}",
            ok=False,
            severity=Severity.WARNING,
            stage=Stage.RULE,
            requirement="Part 4 4.1.4",
        )
    )
    return _case("TC_B_06_CS", "Get Variables - single value", "B_Provisioning", Verdict.PASS)


def transaction(start: Start) -> CaseResult:
    """Fails at step 3."""
    log = start("TC_E_03_CS")
    _booted(log)
    log.add(Kind.STEP, step="2", text="The EV driver plugs in")
    parameters = {"evse": 1, "connector": 1}
    log.add(Kind.OPERATOR, action="plug_in", parameters=parameters, outcome="done")
    info = {"transactionId": "4f1c", "chargingState": "EVConnected"}
    event = {"seqNo": 0, "timestamp": "2025-03-01T12:00:05Z", "transactionInfo": info}
    started = {"eventType": "Started", "triggerReason": "CablePluggedIn"}
    _frame(log, Kind.RECEIVED, 2, "TransactionEvent", **started, **event)
    _frame(log, Kind.SENT, 3, "TransactionEvent")
    log.add(Kind.STEP, step="3", text="Execute Reusable State Authorized")
    _frame(log, Kind.RECEIVED, 2, "Authorize", idToken={"idToken": "AABBCCDD", "type": "ISO14443"})
    _frame(log, Kind.SENT, 3, "Authorize", idTokenInfo={"status": "Accepted"})
    updated = {"eventType": "Updated", "triggerReason": "CablePluggedIn"}
    _frame(log, Kind.RECEIVED, 2, "TransactionEvent", **updated, **event)
    sent = f"id-{len(log.entries) - 1}"
    wrong = replace(OK, step="3", message=EVENT, ok=False, requirement="E03.FR.01", frame=sent)
    reason = replace(wrong, path="$.triggerReason", expected="Authorized", actual="CablePluggedIn")
    log.validate(reason)
    number = replace(wrong, path="$.seqNo", expected=1, actual=0, requirement="E01.FR.07")
    log.validate(number)
    token = {"idToken": "AABBCCDD", "type": "ISO14443"}
    log.validate(replace(wrong, path="$.idToken", expected=token, actual=None, note="absent"))
    _frame(log, Kind.SENT, 3, "TransactionEvent")
    log.add(
        Kind.CONNECTION, event="closed", connection=1, by="system under test", code=1000, reason=""
    )
    title = "Local start transaction - Cable plugin first - Success"
    return _case("TC_E_03_CS", title, "E_Transactions", Verdict.FAIL, reason.sentence())


def offline(start: Start) -> CaseResult:
    """Could not be prepared."""
    log = start("TC_E_14_CS")
    how = "TLS: certificate expired"
    log.add(Kind.CONNECTION, event="refused", endpoint="wss://127.0.0.1:9310", how=how)
    log.validate(
        replace(
            OK,
            step="EVConnectedPreSession 1",
            message="",
            path="",
            expected="a connection within 120 s",
            actual="none",
            ok=False,
            stage=Stage.BEFORE,
        )
    )
    reason = "preparation failed: no connection within 120 s (1 attempt refused: TLS)"
    title = "Stop transaction options - PowerPathClosed - Local stop"
    return _case("TC_E_14_CS", title, "E_Transactions", Verdict.INCONCLUSIVE, reason)


def reserve(_start: Start) -> CaseResult:
    """Excluded by the declared features; has no transcript."""
    reason = "needs C-30, which the system does not declare"
    case = _case("TC_E_40_CS", "Reserved EVSE", "E_Transactions", Verdict.NOT_APPLICABLE, reason)
    return replace(case, transcript="", duration_s=0.0)


def reset(start: Start) -> CaseResult:
    """The harness broke."""
    log = start("TC_B_20_CS")
    _booted(log)
    log.add(Kind.STEP, step="2", text="Reset OnIdle")
    _frame(log, Kind.SENT, 2, "Reset", type="OnIdle")
    error = {"code": "InternalError", "description": "out of order", "details": {}}
    log.add(Kind.RECEIVED, type=4, id="id-9", action="Reset", **error)
    title = "Reset Charging Station - Without ongoing transaction - OnIdle"
    return _case("TC_B_20_CS", title, "B_Provisioning", Verdict.ERROR, "KeyError: 'evse'")


def nasty(start: Start) -> CaseResult:
    """A system that sends what breaks reports."""
    log = start("TC_B_99_CS")
    log.add(Kind.CONNECTION, event="opened", connection=1, subprotocol=NASTY)
    log.add(Kind.STEP, step="1", text=NASTY)
    log.add(Kind.RECEIVED, raw=NASTY, problem="not valid JSON")
    _frame(log, Kind.RECEIVED, 2, NASTY, status=NASTY, value=ILLEGAL.replace("\ud800", ""))
    bad = replace(OK, message=NASTY, path=NASTY, expected=NASTY, actual={NASTY: [NASTY]}, ok=False)
    log.validate(bad)
    log.validations.append(replace(bad, actual=ILLEGAL, expected="x" * 5000))
    reason = f"{NASTY} {ILLEGAL}"
    case = _case("TC_B_99_CS", NASTY, "B_Provisioning", Verdict.FAIL, reason)
    return replace(case, requirements=(NASTY,))


def csms_boot(start: Start) -> CaseResult:
    """A CSMS under test: the station is the harness."""
    log = start("TC_B_01_CSMS")
    _booted(log, ours=Kind.RECEIVED, theirs=Kind.SENT)
    return _case("TC_B_01_CSMS", "Cold Boot - Accepted", "B_Provisioning", Verdict.PASS)


if __name__ == "__main__":
    write_sample(Path(sys.argv[1]))
    write_all(Path(sys.argv[1]))
