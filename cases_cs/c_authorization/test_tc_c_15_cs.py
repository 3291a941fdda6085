"""TC_C_15_CS: a refused driver gets as much energy as is configured, and no more."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs.offline import come_back, go_offline
from harness.steps_cs.cache import use_cache
from harness.steps_cs.delivery import claim_queue
from harness.steps_cs.offline import outlast_hands
from harness.steps_cs.offline_start import cache_for_offline, expect_charged_offline, start_offline
from harness.steps_cs.refused_energy import expect_used_up, keep_refused, sample_register


@case("TC_C_15_CS")
async def test_tc_c_15_cs(fake_csms: FakeCSMS) -> None:
    token, session = fake_csms.sut.tokens.valid, fake_csms.session()
    configured = fake_csms.sut.configured
    most = configured.max_energy_on_invalid_id
    # Before
    await use_cache(fake_csms)
    await keep_refused(fake_csms, most)
    await sample_register(fake_csms)
    await outlast_hands(fake_csms)
    await cache_for_offline(fake_csms, token)
    # Main
    lost = await go_offline(fake_csms, 1)
    await start_offline(fake_csms, session, token)
    mark = await come_back(fake_csms, 2, lost, after=configured.transaction_duration)
    await expect_charged_offline(fake_csms, 3, session, since=mark)
    claim_queue(fake_csms, 3, session)
    await expect_used_up(fake_csms, 3, session, most)
