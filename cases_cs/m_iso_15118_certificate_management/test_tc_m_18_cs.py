"""TC_M_18_CS: asked for no type in particular, a station lists all of its certificates."""

from harness.case import case
from harness.peers.fake_csms import FakeCSMS
from harness.states_cs.installed import expect_listing
from harness.steps_cs.root_store import (
    manufacturer_root,
    new_root,
    read_store,
)


@case("TC_M_18_CS", profiles=(2, 3))
async def test_tc_m_18_cs(fake_csms: FakeCSMS) -> None:
    # Before
    store = await read_store(fake_csms)
    store = await store.install("Before", new_root(fake_csms))
    root = manufacturer_root()
    store = await store.install("Before", root)
    # Main
    await expect_listing(fake_csms, 1, 2, store.listing())
