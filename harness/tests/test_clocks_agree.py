"""What a case finds does not depend on the clock: real and simulated agree."""

from __future__ import annotations

import re
from dataclasses import astuple, replace

import pytest

from harness import clock
from harness.evidence.verdict import Validation, Verdict
from harness.proof.embedded_run import Outcome, run_cases
from harness.reference.variants.intervals import SHORT
from harness.spec.roles import Role
from harness.testbed.kits import fault_named

#: Cases of every kind: what each waits for.
SAMPLE = {
    "TC_A_05_CS": "a server with a bad certificate, refused",
    "TC_A_23_CS": "no answer to a CSR",
    "TC_B_02_CS": "a pending registration",
    "TC_B_12_CS": "a report in parts",
    "TC_B_21_CS": "a reset with a transaction",
    "TC_B_49_CS": "a connection that fails",
    "TC_B_53_CS": "reports of everything",
    "TC_E_03_CS": "a driver",
    "TC_E_29_CS": "a connection lost and restored",
    "TC_E_33_CS": "events in the queue",
    "TC_E_40_CS": "transmissions that grow apart",
    "TC_A_08_CSMS": "a station with a bad certificate",
    "TC_A_11_CSMS": "a certificate signed",
    "TC_B_02_CSMS": "a pending registration",
    "TC_B_20_CSMS": "a reset",
    "TC_B_18_CSMS": "a report in parts",
    "TC_E_33_CSMS": "events in the queue",
}
TIMES = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+(Z|\+00:00)|\d+(\.\d+)? s\b")
#: The meter runs with the time.
READINGS = re.compile(r"'value': (Decimal\('[\d.]+'\)|\d+)|'signedMeterData': '[^']*'")
IDS = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


#: Cases and the faults that they find: by silence, by a time, by a content.
FAULTY = [
    ("TC_B_20_CS", "boot-not-notified"),
    ("TC_B_49_CS", "falls-back-without-waiting"),
    ("TC_E_29_CS", "offline-stamped-when-sent"),
    ("TC_E_50_CS", "retries-at-once"),
    ("TC_B_20_CSMS", "dead-in-the-end"),
    ("TC_B_20_CSMS", "no-button-works"),
]


def role_of(case_id: str) -> Role:
    return Role(case_id.rsplit("_", 1)[1])


def outcome(case_id: str, fault: str, *, simulated: bool) -> Outcome:
    role = role_of(case_id)
    work = run_cases(role, [case_id], variant=SHORT, alter=fault_named(role, fault))
    [found] = clock.run(work, simulated=simulated)
    return found


def timeless(validation: Validation) -> tuple[str, ...]:
    """Its parts as text, without times, readings and ids that no two runs share."""
    if validation.path == "$.requestId":
        validation = replace(validation, expected="ID", actual="ID", matcher=None)
    parts = astuple(replace(validation, frame=""))
    texts = (READINGS.sub("READING", IDS.sub("ID", str(part))) for part in parts)
    return tuple(TIMES.sub("TIME", text) for text in texts)


@pytest.mark.parametrize(
    ("case_id", "fault", "verdict"),
    [
        *((case_id, "", Verdict.PASS) for case_id in SAMPLE),
        *((case_id, fault, Verdict.FAIL) for case_id, fault in FAULTY),
    ],
)
def test_a_case_finds_the_same_on_both_clocks(case_id: str, fault: str, verdict: Verdict) -> None:
    really, simulated = (outcome(case_id, fault, simulated=each) for each in (False, True))
    assert (really.result.clock, simulated.result.clock) == ("real", "simulated")
    assert really.verdict is simulated.verdict is verdict
    # On a machine that has much to do, one more of what comes periodically may have come.
    assert [*dict.fromkeys(map(timeless, really.result.validations))] == [
        *dict.fromkeys(map(timeless, simulated.result.validations))
    ]
