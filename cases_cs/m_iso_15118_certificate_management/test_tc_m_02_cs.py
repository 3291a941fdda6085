"""TC_M_02_CS: a station is given a root of its manufacturer, and lists it."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import MANUFACTURER_ROOT, GetInstalledCertificates
from harness.steps_cs.root_store import manufacturer_root, read_store


@case("TC_M_02_CS")
async def test_tc_m_02_cs(fake_csms: FakeCSMS) -> None:
    root = manufacturer_root()
    # Before
    store = await read_store(fake_csms)
    # Main
    store = await store.install(1, root)
    await fake_csms.run(2, GetInstalledCertificates(store.listing(MANUFACTURER_ROOT)))
