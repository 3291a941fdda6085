"""TC_B_11_CS: values of the wrong type are refused, whatever type a variable has.

The page repeats steps 1 to 8 for five values; which of them a variable takes follows from its type.
"""

from harness.case import case
from harness.evidence.matchers import ABSENT, Satisfies, fact, one_of, parse_time
from harness.ocppj.variables import result, results, setting
from harness.peers.answers import now
from harness.peers.fake_csms import FakeCSMS

OFFLINE_THRESHOLD, REMOTE_START = "OCPPCommCtrlr.OfflineThreshold", "AuthCtrlr.AuthorizeRemoteStart"
TRANSITION = "ClockCtrlr.NextTimeOffsetTransitionDateTime"
#: The page's reason of a refusal, which need not be given.
REASON = one_of(ABSENT, {"reasonCode": "InvalidValue"})
#: A value of the right type may still be out of range (B05.FR.08).
FITS = one_of("Accepted", "RebootRequired", "Rejected")
#: A transition that has come may be replaced by the next one.
SOME_DATE = Satisfies(
    "a dateTime or nothing",
    lambda seen: seen == "" or bool(parse_time(seen)),
    {"one_of": ["", fact("dateTime")]},
)
#: Step, variable, and which of the five values fit its type.
VARIABLES = (
    (1, OFFLINE_THRESHOLD, {"whole"}),
    (3, "SmartChargingCtrlr.LimitChangeSignificance", {"whole", "decimal"}),
    (5, REMOTE_START, {"boolean"}),
    (7, TRANSITION, {"dateTime"}),
)


@case("TC_B_11_CS")
async def test_tc_b_11_cs(fake_csms: FakeCSMS) -> None:
    variables = fake_csms.variables
    threshold = fake_csms.sut.configured.offline_threshold
    values = {
        **{"whole": str(threshold), "decimal": f"{threshold}.1", "boolean": "true"},
        **{"dateTime": now(), "text": "abc"},
    }
    kept = await variables.read(*(name for _, name, _ in VARIABLES))
    there = {OFFLINE_THRESHOLD, *kept}
    if not await variables.writable(REMOTE_START):
        there.discard(REMOTE_START)
    await variables.remember(*there)
    tested = [row for row in VARIABLES if row[1] in there]
    # Main
    for kind, value in values.items():
        for step, name, fitting in tested:
            asked = [setting(name, value)]
            sent = await fake_csms.send(step, "SetVariables", setVariableData=asked)
            wanted = result(name, "Rejected", attributeType="Actual", attributeStatusInfo=REASON)
            if kind in fitting:
                status = "Accepted" if name == OFFLINE_THRESHOLD else FITS
                wanted = result(name, status, attributeType="Actual")
            answer = await sent.response(
                step + 1, setVariableResult=results(wanted), requirement="B05.FR.07, B05.FR.10"
            )
            if answer["setVariableResult"][0]["attributeStatus"] != "Rejected":
                kept |= await variables.read(name)
    # Rejected is true only if the value is what was accepted before.
    left = {**kept, OFFLINE_THRESHOLD: values["whole"], TRANSITION: SOME_DATE}
    for step, name, _ in tested:
        await variables.expect_value(step + 1, name, left[name], requirement="B05.FR.07")
