"""TC_M_01_CS: a station is given a CSMS root, lists it and trusts it."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import CSMS_ROOT, GetInstalledCertificates
from harness.steps_cs.root_store import expect_trusted, new_root, read_store


@case("TC_M_01_CS", profiles=(2, 3))
async def test_tc_m_01_cs(fake_csms: FakeCSMS) -> None:
    root = new_root(fake_csms)
    # Before
    store = await read_store(fake_csms)
    # Main
    store = await store.install(1, root)
    await fake_csms.run(2, GetInstalledCertificates(store.listing(CSMS_ROOT)))
    # No post scenario on the page: it is trusted (with the additional check, see TC_M_30_CS)
    if not store.checked:
        await expect_trusted(fake_csms, "post", root)
