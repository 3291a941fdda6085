"""TC_B_02_CS: a station told to wait (Pending) can be asked and set up, but starts nothing."""

from harness.case import case
from harness.ocppj.variables import asked, result, results, setting
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import boot_notification, boot_reason
from harness.steps_cs.boots import boot_when_triggered
from harness.steps_cs.device_reports import base_report

OFFLINE_THRESHOLD = "OCPPCommCtrlr.OfflineThreshold"


@case("TC_B_02_CS")
async def test_tc_b_02_cs(fake_csms: FakeCSMS) -> None:
    await fake_csms.variables.start_from(6, {OFFLINE_THRESHOLD: "299"})
    fake_csms.answer("BootNotification", status="Pending")
    # Main
    power_cycled = await fake_csms.reboot()
    reason = boot_reason(power_cycled=power_cycled)
    await boot_notification(fake_csms, 1, reason=reason, requirement="B01.FR.01, B01.FR.09")
    new_value = await fake_csms.send(
        3, "SetVariables", setVariableData=[setting(OFFLINE_THRESHOLD, "300")]
    )
    await new_value.response(4, setVariableResult=results(result(OFFLINE_THRESHOLD, "Accepted")))
    value = await fake_csms.send(5, "GetVariables", getVariableData=[asked(OFFLINE_THRESHOLD)])
    await value.response(
        6,
        getVariableResult=results(result(OFFLINE_THRESHOLD, "Accepted", attributeValue="300")),
        requirement="B02.FR.01",
    )
    report = await base_report(fake_csms, "FullInventory", request_step=7, answer_step=8, step=9)
    report.check(iter(()), "B02.FR.01")
    start = await fake_csms.send(
        11,
        "RequestStartTransaction",
        idToken=fake_csms.sut.tokens.valid.as_json(),
        evseId=fake_csms.sut.configured.evse_id,
        remoteStartId=1,
    )
    await start.response(12, status="Rejected", requirement="B02.FR.05")
    boot = await boot_when_triggered(fake_csms, request_step=13, answer_step=14, step=15)
    await fake_csms.expect_connectors(17, "Available", since=boot.mark, requirement="B01.FR.05")
