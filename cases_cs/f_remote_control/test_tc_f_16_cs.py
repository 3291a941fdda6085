"""TC_F_16_CS: while a log is uploaded, a trigger has the station say so."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.steps_cs.files import file_server, judge_begun, let_transfer_end, new_request_id
from harness.steps_cs.triggers import expect_triggered_once, trigger


@case("TC_F_16_CS")
async def test_tc_f_16_cs(fake_csms: FakeCSMS) -> None:
    number = new_request_id()
    uploading = {"status": "Uploading", "requestId": number}
    # Main
    async with file_server(fake_csms, held=True) as server:
        asked = await fake_csms.send(
            1,
            "GetLog",
            logType="DiagnosticsLog",
            requestId=number,
            log={"remoteLocation": server.take("log").url},
        )
        if await asked.is_accepted():
            fake_csms.changes.logs.append(number)
        await asked.response(2, status="Accepted", requirement="N01.FR.01")
        source = "N01.FR.07, N01.FR.08"
        await fake_csms.expect(3, "LogStatusNotification", requirement=source, **uploading)
        mark = await trigger(fake_csms, 5, 6, "LogStatusNotification")
        source = "F06.FR.10, F06.FR.14, N01.FR.07"
        await fake_csms.expect(
            7, "LogStatusNotification", since=mark, requirement=source, **uploading
        )
        await expect_triggered_once(fake_csms, 7, "LogStatusNotification", **uploading)
        await let_transfer_end(fake_csms, server, 9, "LogStatusNotification", "Uploaded")
        judge_begun(fake_csms, server, 7, "N01.FR.08")
