"""TC_F_20_CS: a heartbeat is sent when the CSMS asks for it."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.steps_cs.triggers import keep_heartbeats_apart, trigger


@case("TC_F_20_CS")
async def test_tc_f_20_cs(fake_csms: FakeCSMS) -> None:
    # Before: a heartbeat of the station's own would pass for the one that was triggered
    within = await keep_heartbeats_apart(fake_csms)
    # Main
    mark = await trigger(fake_csms, 1, 2, "Heartbeat")
    await fake_csms.expect(3, "Heartbeat", since=mark, within=within, requirement="F06.FR.10")
