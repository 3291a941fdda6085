"""TC_B_11_CS: values of the wrong type are refused, whatever type a variable has.

The page repeats steps 1 to 8 for five values; which of them a variable takes follows from its type.
"""

from harness.answers import now
from harness.case import case
from harness.device_data import result, results, setting
from harness.fake_csms import FakeCSMS
from harness.match import ABSENT, PRESENT, one_of

INVALID_VALUE = one_of(ABSENT, {"reasonCode": "InvalidValue"})
PERMITTED = one_of(ABSENT, PRESENT)
#: Step, variable, and which of the five values fit its type.
VARIABLES = (
    (1, "OCPPCommCtrlr.OfflineThreshold", {"whole"}),
    (3, "SmartChargingCtrlr.LimitChangeSignificance", {"whole", "decimal"}),
    (5, "AuthCtrlr.AuthorizeRemoteStart", {"boolean"}),
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
    writable = await fake_csms.variables.writable(*(name for _step, name, _fitting in VARIABLES))
    await fake_csms.variables.remember(*writable)
    # Main
    for kind, value in values.items():
        for step, name, fitting in VARIABLES:
            if name not in writable and step != 1:
                continue
            sent = await fake_csms.send(
                step, "SetVariables", setVariableData=[setting(name, value)]
            )
            # A value of the right type may still be out of range (B05.FR.08).
            status = (
                one_of("Accepted", "RebootRequired", "Rejected") if kind in fitting else "Rejected"
            )
            if step == 1 and kind == "whole":
                status = "Accepted"
            # The page's reason is that of a refusal.
            info = PERMITTED if kind in fitting else INVALID_VALUE
            wanted = result(name, status, attributeType="Actual", attributeStatusInfo=info)
            await sent.response(
                step + 1, setVariableResult=results(wanted), requirement="B05.FR.07, B05.FR.10"
            )
