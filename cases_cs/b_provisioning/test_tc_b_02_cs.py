"""TC_B_02_CS: a station told to wait (Pending) can be asked and set up, but starts nothing."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import expect_boot
from harness.steps_cs.boots import boot_when_triggered
from harness.steps_cs.device_reports import base_report

OFFLINE_THRESHOLD = "OCPPCommCtrlr.OfflineThreshold"
WANTED = {OFFLINE_THRESHOLD: "300"}


@case("TC_B_02_CS")
async def test_tc_b_02_cs(fake_csms: FakeCSMS) -> None:
    # Before: another value than that of step 3, and the answer of step 2
    await fake_csms.variables.start_from(6, {OFFLINE_THRESHOLD: "299"}, WANTED)
    fake_csms.answer("BootNotification", status="Pending")
    # Main
    await fake_csms.reboot()
    await expect_boot(fake_csms, 1)
    await fake_csms.variables.set(3, 4, WANTED, requirement="B02.FR.01")
    await fake_csms.variables.get(5, 6, WANTED, requirement="B02.FR.01")
    report = await base_report(fake_csms, 7, 8, 9, "FullInventory")
    report.expect_some("B02.FR.01")
    start = await fake_csms.send(
        11,
        "RequestStartTransaction",
        idToken=fake_csms.sut.tokens.valid.as_json(),
        evseId=fake_csms.sut.configured.evse_id,
        remoteStartId=1,
    )
    await start.response(12, status="Rejected", requirement="B02.FR.05")
    boot = await boot_when_triggered(fake_csms, 13, 14, 15)
    await fake_csms.expect_connectors(17, "Available", since=boot.mark, requirement="B01.FR.05")
    await fake_csms.variables.expect_value(17, OFFLINE_THRESHOLD, "300", "B05.FR.10")
