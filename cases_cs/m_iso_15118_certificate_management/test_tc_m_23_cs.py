"""TC_M_23_CS: a station does not let go of its own certificate.

The page takes NotFound as well, M04.FR.06 has Failed alone: NotFound is a warning.
"""

from harness.case import case
from harness.evidence.matchers import one_of
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import GetInstalledCertificates, RenewChargingStationCertificate
from harness.steps_cs.reconnect import let_leave
from harness.steps_cs.renewal import expect_accepted_kept, own_hash_data
from harness.steps_cs.root_store import delete, judge_refusal, read_store


@case("TC_M_23_CS", profiles=(3,))
async def test_tc_m_23_cs(fake_csms: FakeCSMS) -> None:
    # Before
    store = await read_store(fake_csms)
    mark = fake_csms.mark()
    await fake_csms.reach(RenewChargingStationCertificate)
    async with fake_csms.before():
        await let_leave(fake_csms, "Before")
    # Main
    await fake_csms.run(1, GetInstalledCertificates(store.listing()))
    own = own_hash_data(fake_csms, store.algorithm)
    either = one_of("NotFound", "Failed")
    status = await delete(fake_csms, 2, 3, own, either, "M04.FR.06")
    judge_refusal(fake_csms, 3, status)
    # No post scenario on the page: it is still in use
    await expect_accepted_kept(fake_csms, "post", since=mark)
