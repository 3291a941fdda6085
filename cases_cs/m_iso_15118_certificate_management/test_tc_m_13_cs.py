"""TC_M_13_CS: a station lists the roots of its manufacturer."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import MANUFACTURER_ROOT, GetInstalledCertificates
from harness.steps_cs.root_store import manufacturer_root, read_store


@case("TC_M_13_CS")
async def test_tc_m_13_cs(fake_csms: FakeCSMS) -> None:
    # Before
    store = await read_store(fake_csms)
    root = manufacturer_root()
    store = await store.install("Before", root)
    # Main
    await fake_csms.run(1, GetInstalledCertificates(store.listing(MANUFACTURER_ROOT)))
