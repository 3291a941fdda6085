"""TC_C_18_CS: a refused driver is turned out, whatever energy others might have."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs.offline import come_back, go_offline
from harness.steps_cs.cache import use_cache
from harness.steps_cs.delivery import claim_queue
from harness.steps_cs.offline import outlast_hands
from harness.steps_cs.offline_start import (
    ONLINE,
    cache_for_offline,
    expect_charged_offline,
    expect_turned_out,
    start_offline,
)
from harness.steps_cs.refusals import turn_out_refused


@case("TC_C_18_CS")
async def test_tc_c_18_cs(fake_csms: FakeCSMS) -> None:
    token, session = fake_csms.sut.tokens.valid, fake_csms.session()
    # Before
    await use_cache(fake_csms)
    await turn_out_refused(fake_csms, most=500)
    await outlast_hands(fake_csms)
    await cache_for_offline(fake_csms, token)
    # Main
    lost = await go_offline(fake_csms, 1)
    await start_offline(fake_csms, session, token)
    duration = fake_csms.sut.configured.transaction_duration
    mark = await come_back(fake_csms, 2, lost, after=duration)
    await expect_charged_offline(fake_csms, 3, session, since=mark)
    claim_queue(fake_csms, 3, session)
    await expect_turned_out(fake_csms, 5, session)
    fake_csms.judge_last_event(5, session, "E04.FR.03", offline=ONLINE)
