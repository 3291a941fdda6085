"""TC_M_12_CS: a station lists its CSMS roots, the one that it was given last among them."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import CSMS_ROOT, GetInstalledCertificates
from harness.steps_cs.root_store import new_root, read_store


@case("TC_M_12_CS", profiles=(2, 3))
async def test_tc_m_12_cs(fake_csms: FakeCSMS) -> None:
    # Before
    store = await read_store(fake_csms)
    store = await store.install("Before", new_root(fake_csms))
    # Main
    await fake_csms.run(1, GetInstalledCertificates(store.listing(CSMS_ROOT)))
