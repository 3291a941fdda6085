"""TC_B_11_CS: values of the wrong type are refused, whatever type a variable has.

The page repeats steps 1 to 8 for five values; which of them a variable takes follows from its type.
"""

from harness.answers import now
from harness.case import case
from harness.device_data import result, results, setting
from harness.fake_csms import FakeCSMS
from harness.match import ABSENT, one_of

OFFLINE_THRESHOLD, REMOTE_START = "OCPPCommCtrlr.OfflineThreshold", "AuthCtrlr.AuthorizeRemoteStart"
INVALID_VALUE = one_of(ABSENT, {"reasonCode": "InvalidValue"})
#: A value of the right type may still be out of range (B05.FR.08).
FITS = one_of("Accepted", "RebootRequired", "Rejected")
#: Step, variable, and which of the five values fit its type.
VARIABLES = (
    (1, OFFLINE_THRESHOLD, {"whole"}),
    (3, "SmartChargingCtrlr.LimitChangeSignificance", {"whole", "decimal"}),
    (5, REMOTE_START, {"boolean"}),
    (7, "ClockCtrlr.NextTimeOffsetTransitionDateTime", {"dateTime"}),
)


@case("TC_B_11_CS")
async def test_tc_b_11_cs(fake_csms: FakeCSMS) -> None:
    threshold = fake_csms.sut.configured.offline_threshold
    values = {
        "whole": str(threshold),
        "decimal": f"{threshold}.1",
        "boolean": "true",
        "dateTime": now(),
        "text": "abc",
    }
    tested = {OFFLINE_THRESHOLD, *await fake_csms.variables.read(*(v for _, v, _ in VARIABLES))}
    if not await fake_csms.variables.writable(REMOTE_START):
        tested.discard(REMOTE_START)
    await fake_csms.variables.remember(*tested)
    # Main
    for kind, value in values.items():
        for step, name, fitting in VARIABLES:
            if name not in tested:
                continue
            data = [setting(name, value)]
            sent = await fake_csms.send(step, "SetVariables", setVariableData=data)
            status = FITS if kind in fitting else "Rejected"
            if step == 1 and kind == "whole":
                status = "Accepted"
            # The page's reason is that of a refusal.
            info = {} if kind in fitting else {"attributeStatusInfo": INVALID_VALUE}
            wanted = result(name, status, attributeType="Actual", **info)
            await sent.response(
                step + 1, setVariableResult=results(wanted), requirement="B05.FR.07, B05.FR.10"
            )
    # Rejected is true only if the value is what was accepted before.
    await fake_csms.variables.expect_value(
        2, OFFLINE_THRESHOLD, values["whole"], requirement="B05.FR.07"
    )
