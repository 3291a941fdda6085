"""TC_M_17_CS: a station lists the roots of two types in one answer."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs import CSMS_ROOT, MANUFACTURER_ROOT, GetInstalledCertificates
from harness.steps_cs.root_store import (
    manufacturer_root,
    new_root,
    read_store,
)


@case("TC_M_17_CS", profiles=(2, 3))
async def test_tc_m_17_cs(fake_csms: FakeCSMS) -> None:
    # Before
    store = await read_store(fake_csms)
    store = await store.install("Before", new_root(fake_csms))
    root = manufacturer_root()
    store = await store.install("Before", root)
    # Main
    both = store.listing(CSMS_ROOT, MANUFACTURER_ROOT)
    await fake_csms.run(1, GetInstalledCertificates(both))
